import type { Context } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { completions } from './complete.ts';
import { Editor, Quit, Refused } from './editor.ts';
import { runEx } from './ex.ts';
import { InputEnded } from './keys.ts';
import { normalMode, oneCommand } from './normal.ts';
import { documentOf, openFile, showDocument } from './save.ts';
import { recover, swapList } from './swap.ts';

/** What the command line says. */
interface Arguments {
  readonly files: string[];
  readonly commands: string[];
  readonly early: string[];
  readonly readOnly: boolean;
  readonly plain: boolean;
  readonly swapless: boolean;
  readonly recover: boolean;
  /** `-o`, `-O`, `-p`: windows below each other or side by side, tab pages, for so many files. */
  readonly layout: 'o' | 'O' | 'p' | undefined;
  readonly windows: number;
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
  if (parsed.recover && parsed.files.length === 0) {
    yield* context.err(`${swapList(context).join('\n')}\n\n`);
    return 0;
  }
  const editor = new Editor(context);
  editor.normal = normalMode;
  editor.oneCommand = oneCommand;
  editor.completions = completions;
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
  const out: { -readonly [Name in keyof Arguments]: Arguments[Name] } = {
    files: [],
    commands: [],
    early: [],
    readOnly: name === 'view',
    plain: false,
    swapless: false,
    recover: false,
    layout: undefined,
    windows: 0,
  };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const layout = /^-([oOp])(\d*)$/.exec(arg);
    if (arg === '--') out.files.push(...rest.splice(0));
    else if (layout) {
      out.layout = layout[1] as 'o' | 'O' | 'p';
      out.windows = Number(layout[2]);
    } else if (arg === '-d') return 'Unknown option argument: "-d"';
    else if (arg === '-R' || arg === '-M') out.readOnly = true;
    else if (arg === '-n') out.swapless = true;
    else if (arg === '-r' || arg === '-L') out.recover = true;
    else if (arg === '-c' || arg === '--cmd')
      (arg === '-c' ? out.commands : out.early).push(rest.shift() ?? '');
    else if (arg === '-u') out.plain = rest.shift() === 'NONE' || out.plain;
    else if (arg === '-i') rest.shift();
    else if (/^-[NyZe]$/.test(arg)) continue;
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
    const own = [`${home}/.vimrc`, `${home}/.vim/vimrc`].find((path) => context.fs.isFile(path));
    if (own !== undefined) withoutDefaults(editor);
    for (const path of ['/etc/vim/vimrc.local', ...(own === undefined ? [] : [own])]) {
      if (context.fs.isFile(path) && context.fs.can(path, 'read')) yield* source(editor, path);
    }
  } else withoutDefaults(editor);
  editor.readOnly = parsed.readOnly;
  editor.swapless = parsed.swapless || parsed.recover;
  editor.files = parsed.files;
  yield* openAll(editor, parsed);
  if (parsed.recover) yield* recover(editor, editor.document);
  for (const line of parsed.commands) yield* quietly(editor, line);
}

/** Words of scripts, which are passed over: conditions, functions, calls. */
const SCRIPT =
  /^\s*(?:if|else|elseif|endif|for|endfor|while|endwhile|try|catch|finally|endtry|fu\w*!?|endf\w*|return|finish|call|unlet|aug\w*|com\w*!?|exe\w*|so\w*|ru\w*|packadd\w*|scriptencoding|\\)(?=\s|!|$)/;

/** Carries out the lines of a vimrc; tells of those that cannot be. */
function* source(editor: Editor, path: string): Steps<void> {
  const told: string[] = [];
  for (const [i, line] of editor.context.fs.read(path).split('\n').entries()) {
    if (SCRIPT.test(line)) continue;
    editor.say('');
    yield* quietly(editor, line);
    if (/^E\d+:/.test(editor.message)) told.push(`line ${String(i + 1).padStart(4)}:`, editor.message);
  }
  editor.say('');
  if (told.length > 0) yield* editor.show([`Error detected while processing ${path}:`, ...told]);
}

/** Who has a vimrc does without `defaults.vim`: it sets these, and turns on types of files and colours. */
function withoutDefaults(editor: Editor): void {
  const { workspace, fileTypes, settings } = editor;
  editor.defaults = false;
  const bare = { scrolloff: 0, incsearch: false, showcmd: false };
  Object.assign(workspace.global, bare);
  Object.assign(settings, bare);
  Object.assign(fileTypes, { detect: false, plugin: false, indent: false, colours: false });
}

/** The files of the command line: all are known, the first is shown, or as many as there are windows for. */
function* openAll(editor: Editor, { files, layout, windows }: Arguments): Steps<void> {
  const { workspace } = editor;
  const [first] = files;
  if (first === undefined) yield* showDocument(editor, editor.document, { again: true });
  else yield* openFile(editor, first);
  const said = editor.message;
  for (const path of files.slice(1)) documentOf(editor, path);
  if (layout === undefined) {
    if (files.length > 1) editor.say(`${files.length} files to edit`);
    return;
  }
  workspace.fit(editor.screen.rows, editor.screen.columns);
  const start = editor.window;
  const count = windows === 0 ? files.length : Math.min(windows, Math.max(files.length, 2));
  for (let i = 1; i < count; i++) {
    if (layout === 'p') workspace.openTab();
    else if (!workspace.split({ axis: layout === 'o' ? 'height' : 'width', after: true })) break;
    editor.window.fileIndex = i;
    editor.window.alternate = undefined;
    const path = files[i];
    yield* showDocument(editor, path === undefined ? workspace.create(undefined) : documentOf(editor, path));
    if (i === files.length - 1) editor.sawLastFile = true;
  }
  if (layout === 'p') {
    workspace.goToTab(0);
    editor.say(said);
  } else {
    workspace.enter(start);
    workspace.tab.frames.equalize(start, undefined, false);
    workspace.tab.previous = undefined;
  }
}

function* quietly(editor: Editor, line: string): Steps<void> {
  try {
    yield* runEx(editor, line);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.message !== '') editor.say(error.message);
  }
}
