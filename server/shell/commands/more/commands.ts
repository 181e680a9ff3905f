import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { HELP } from './help.ts';
import type { Action, Order } from './keys.ts';
import type { More } from './pager.ts';
import { Leave } from './terminal.ts';
import type { Text } from './text.ts';

/**
 * Carries out a command. Returns how many rows are to be printed, none when the text is done with, or undefined when
 * another command is waited for. `next`: the file that would be shown, when none is yet.
 */
type Doing = (more: More, number: number, next: string | undefined) => Steps<number | undefined>;

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
const textOf = (more: More) => more.text as Text;

const screen: Doing = function* (more, number) {
  return number || more.screen;
};

const setScreen: Doing = function* (more, number) {
  if (number > 0) more.screen = number;
  return more.screen;
};

const scroll: Doing = function* (more, number) {
  if (number > 0) more.scroll = number;
  return more.scroll;
};

const lines: Doing = function* (more, number) {
  if (number > 0) more.screen = number;
  return number || 1;
};

const back: Doing = function* (more, number) {
  if (more.isPipe) return undefined;
  const text = textOf(more);
  const screens = number || 1;
  yield* more.terminal.erase();
  yield* more.terminal.print(`...back ${plural(screens, 'page')}\n`);
  const line = Math.max(0, text.line - more.screen * (screens + 1) - 1);
  text.place = { at: 0, line: 0 };
  yield* text.skip(line);
  return more.screen;
};

function* skip(more: More, count: number): Steps<number> {
  const { terminal } = more;
  yield* terminal.print('\r');
  yield* terminal.erase();
  yield* terminal.print('\n');
  yield* terminal.eraseRow();
  yield* terminal.print(`...skipping ${plural(count, 'line')}`);
  yield* terminal.eraseRow();
  yield* terminal.print('\n');
  return (yield* textOf(more).skip(count)) ? more.screen : 0;
}

const clear: Doing = function* (more) {
  if (more.isPipe) return undefined;
  yield* more.terminal.clear();
  textOf(more).place = more.screenStart;
  return more.screen;
};

const goBack: Doing = function* (more) {
  if (more.isPipe) return undefined;
  yield* more.terminal.erase();
  yield* more.terminal.print('\n***Back***\n\n');
  textOf(more).place = more.searchedFrom;
  return more.screen;
};

const lineNumber: Doing = function* (more) {
  yield* more.terminal.say(String(textOf(more).line));
  return undefined;
};

const place: Doing = function* (more) {
  const { name, line } = textOf(more);
  yield* more.terminal.say(`${more.isPipe ? '[Not a file]' : `"${name}"`} line ${line}`);
  return undefined;
};

const search = (again: boolean): Doing =>
  function* (more, number) {
    const { terminal } = more;
    if (again && more.pattern === undefined) {
      yield* more.complain('No previous regular expression');
      return undefined;
    }
    yield* terminal.say('/');
    yield* terminal.flush();
    const pattern = again ? more.pattern : yield* terminal.line('/');
    yield* terminal.print('\r');
    yield* more.search(pattern, number || 1);
    return more.screen - 1;
  };

/** To another file of the command line. Models more.c change_file. */
function* changeFile(more: More, by: number): Steps<number> {
  const { terminal } = more;
  yield* terminal.print('\r');
  yield* terminal.erase();
  if (more.index + by >= more.paths.length) throw new Leave('no next file');
  const index = Math.max(0, more.index + by);
  yield* terminal.print('\n...Skipping \n');
  yield* terminal.eraseRow();
  yield* terminal.print(`...Skipping ${by > 0 ? '' : 'back '}to file ${more.paths[index]}\n`);
  yield* terminal.eraseRow();
  yield* terminal.print('\n');
  more.index = index - 1;
  return 0;
}

const help: Doing = function* (more, _number, next) {
  if (more.paints) yield* more.terminal.clear();
  yield* more.terminal.erase();
  yield* more.terminal.print(HELP);
  yield* more.prompt(next);
  return undefined;
};

/** Runs a command line with the terminal as it was. */
function* outside(more: More, line: string, next: string | undefined): Steps<undefined> {
  const { context } = more.call;
  const shell = context.env.get('SHELL') ?? '/bin/sh';
  const terminal = context.fds.get(1)?.terminal;
  const modes = terminal?.setModes({ icanon: true, echo: true, icrnl: true });
  const fds = new Map(context.fds);
  if (terminal && !context.isTerminal(0)) fds.set(0, terminal.open());
  yield* more.terminal.flush();
  try {
    yield* context.wait(context.spawn(shell, { args: [shell, '-c', line], fds }));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* more.terminal.print('exec failed\n');
  }
  if (modes) terminal?.setModes(modes);
  yield* more.terminal.print(`${'-'.repeat(24)}\n`);
  yield* more.prompt(next);
  return undefined;
}

const runShell: Doing = function* (more, _number, next) {
  const { terminal } = more;
  yield* terminal.erase();
  yield* terminal.print('!');
  if (more.previous?.action === 'shell' && more.shellLine !== undefined)
    yield* terminal.print(more.shellLine);
  else more.shellLine = yield* expand(more, yield* terminal.line('!'));
  yield* terminal.print('\n');
  terminal.promptLength = 0;
  return yield* outside(more, more.shellLine, next);
};

/** `%` is the file's name, `!` the last command line. */
function* expand(more: More, typed: string): Steps<string> {
  const file = more.isPipe ? '%' : textOf(more).name;
  if (/(^|[^\\])!/.test(typed) && more.shellLine === undefined)
    yield* more.complain('No previous command to substitute for');
  const last = more.shellLine ?? '';
  return typed.replace(/\\[%!]|%|!/g, (sign) => (sign === '%' ? file : sign === '!' ? last : sign.slice(1)));
}

const edit: Doing = function* (more, _number, next) {
  if (more.isPipe) return yield* unknown(more);
  const { line, name } = textOf(more);
  const { env } = more.call.context;
  const editor = env.get('VISUAL') || env.get('EDITOR') || 'vi';
  const at = line - more.screen < 1 ? 1 : line - ((more.screen + 1) >> 1);
  const start = /(^|\/)(vi|ex)$/.test(editor) ? `-c ${at}` : `+${at}`;
  yield* more.terminal.erase();
  yield* more.terminal.print(`${editor} ${start} ${name}`);
  return yield* outside(more, `${editor} ${start} '${name.replaceAll("'", "'\\''")}'`, next);
};

function* unknown(more: More): Steps<undefined> {
  yield* more.hint();
  return undefined;
}

const DOINGS: Readonly<Record<Action, Doing>> = {
  again: search(true),
  back,
  clear,
  edit,
  help,
  lineNumber,
  lines,
  nextFile: (more, number) => changeFile(more, number || 1),
  place,
  previousFile: (more, number) => (more.isPipe ? unknown(more) : changeFile(more, -(number || 1))),
  *quit() {
    throw new Leave('q');
  },
  repeat: unknown,
  return: goBack,
  screen,
  scroll,
  search: search(false),
  setScreen,
  shell: runShell,
  skipLines: (more, number) => skip(more, number || 1),
  skipScreens: (more, number) => skip(more, (number || 1) * more.screen),
};

/** Carries out one command. Models more.c more_key_command. */
export const carryOut = (more: More, { action, number }: Order, next: string | undefined) =>
  DOINGS[action](more, number, next);
