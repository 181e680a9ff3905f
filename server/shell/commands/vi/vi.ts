import type { Context } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { Editor, Quit, Refused } from './editor.ts';
import { runEx } from './ex.ts';
import { InputEnded } from './keys.ts';
import { normalMode } from './normal.ts';
import { openFile } from './save.ts';

/** What the command line says. */
interface Arguments {
  readonly files: string[];
  readonly commands: string[];
  readonly early: string[];
  readonly readOnly: boolean;
  readonly plain: boolean;
}

function viNamed(name: string): Command {
  return { name, summary: "Vi IMproved, a programmer's text editor", main: (context) => main(context, name) };
}

export const vi = viNamed('vi');
export const vim = viNamed('vim');
export const view = viNamed('view');
export const vimTiny = viNamed('vim.tiny');
export const vimdiff: Command = {
  name: 'vimdiff',
  summary: 'edit two or more versions of a file with Vim and show differences',
  *main(context) {
    yield* context.err('vimdiff: not available in this simulation\n');
    return 1;
  },
};

function* main(context: Context, name: string): Steps<number> {
  const parsed = parse(context.args.slice(1), name);
  if (typeof parsed === 'string') {
    yield* context.err(`VIM - Vi IMproved 9.1\n${parsed}\nMore info with: "vim -h"\n`);
    return 1;
  }
  const editor = new Editor(context);
  editor.normal = normalMode;
  const terminal = context.fds.get(0)?.terminal;
  if (!context.isTerminal(1)) yield* context.err('Vim: Warning: Output is not to a terminal\n');
  if (!terminal) yield* context.err('Vim: Warning: Input is not from a terminal\n');
  const modes = terminal?.setModes({ icanon: false, echo: false, isig: false, icrnl: false, ixon: false });
  context.process.handlers.set('WINCH', () => undefined);
  try {
    yield* editor.screen.open();
    yield* startUp(editor, parsed);
    return yield* normalMode(editor);
  } catch (error) {
    if (error instanceof Quit) return error.code;
    if (!(error instanceof InputEnded)) throw error;
    yield* context.err('Vim: Error reading input, exiting...\n');
    return 1;
  } finally {
    if (modes) terminal?.setModes(modes);
    yield* editor.screen.close();
  }
}

function parse(args: readonly string[], name: string): Arguments | string {
  const out = {
    files: [] as string[],
    commands: [] as string[],
    early: [] as string[],
    readOnly: name === 'view',
    plain: false,
  };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') out.files.push(...rest.splice(0));
    else if (arg === '-R' || arg === '-M') out.readOnly = true;
    else if (arg === '-c' || arg === '--cmd')
      (arg === '-c' ? out.commands : out.early).push(rest.shift() ?? '');
    else if (arg === '-u') out.plain = rest.shift() === 'NONE' || out.plain;
    else if (/^-[nNyZeo\dpO]$/.test(arg)) continue;
    else if (/^\+/.test(arg)) out.commands.push(arg === '+' ? '$' : arg.slice(1));
    else if (arg.startsWith('-') && arg !== '-') return `Unknown option argument: "${arg}"`;
    else out.files.push(arg);
  }
  return out;
}

/** Ubuntu's defaults, then the user's vimrc, then the file and the commands of the command line. */
function* startUp(editor: Editor, parsed: Arguments): Steps<void> {
  const { context } = editor;
  for (const line of parsed.early) yield* quietly(editor, line);
  if (!parsed.plain) {
    const home = context.env.get('HOME') ?? '/root';
    for (const path of ['/etc/vim/vimrc.local', `${home}/.vimrc`, `${home}/.vim/vimrc`]) {
      if (!context.fs.isFile(path) || !context.fs.can(path, 'read')) continue;
      for (const line of context.fs.read(path).split('\n')) yield* quietly(editor, line);
    }
  }
  if (parsed.readOnly) editor.settings.readonly = true;
  editor.files = parsed.files;
  const [first] = parsed.files;
  if (first === undefined) editor.buffer.load([''], true);
  else openFile(editor, first);
  if (parsed.files.length > 1) editor.say(`${parsed.files.length} files to edit`);
  for (const line of parsed.commands) yield* quietly(editor, line);
}

function* quietly(editor: Editor, line: string): Steps<void> {
  try {
    yield* runEx(editor, line);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.message !== '') editor.say(error.message);
  }
}
