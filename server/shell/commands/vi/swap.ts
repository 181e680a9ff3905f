import { type Context, isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { formatDate, zoneOf } from '../../dates.ts';
import { Users } from '../core/users.ts';
import type { Document } from './document.ts';
import type { Editor } from './editor.ts';
import { type Header, parseSwap, swapHeader, swapPath } from './swap-header.ts';

/** Names of swap files: `.swp`, then `.swo` and on down when there is one already. */
const SUFFIXES = ['swp', 'swo', 'swn', 'swm', 'swl', 'swk', 'swj', 'swi', 'swh', 'swg'];

/** Larger texts are not kept aside at each change. */
const MAX_KEPT = 256 * 1024;

/** The file beside an edited one that tells others of it, and keeps the text. */
export class SwapFile {
  readonly path: string;
  readonly #context: Context;
  readonly #document: Document;
  #kept: readonly string[] | undefined;

  constructor(context: Context, document: Document, path: string) {
    this.#context = context;
    this.#document = document;
    this.path = path;
    this.#write(undefined);
  }

  /** Keeps the text as it is now, if it has changed. */
  keep(): void {
    const { lines, modified } = this.#document.buffer;
    if (!modified && this.#kept === undefined) return;
    if (lines === this.#kept) return;
    this.#kept = lines;
    const text = lines.map((line) => `${line}\n`).join('');
    this.#write(text.length > MAX_KEPT ? undefined : text);
  }

  remove(): void {
    try {
      this.#context.fs.unlink(this.path);
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }

  #write(text: string | undefined): void {
    const { fs, cwd } = this.#context;
    const { path = '', buffer } = this.#document;
    const header = swapHeader(this.#context, {
      program: 'VIM 9.1',
      file: path.startsWith('/') ? path : `${cwd}/${path}`,
      modified: buffer.modified,
    });
    try {
      fs.write(this.path, header + (text ?? ''), 0o600);
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }
}

/** What is to be done with a document whose file somebody else seems to edit. */
export type Choice = 'open' | 'read-only' | 'recover' | 'quit';

/** Makes the swap file of a document; asks what to do when there is one. Models memline.c findswapname. */
export function* claimSwap(editor: Editor, document: Document): Steps<Choice> {
  const { context } = editor;
  const { path } = document;
  if (path === undefined || editor.swapless || !document.settings.swapfile) return 'open';
  let choice: Choice = 'open';
  for (const suffix of SUFFIXES) {
    const name = swapPath(path, suffix);
    if (!context.fs.exists(name)) {
      document.swap = new SwapFile(context, document, name);
      return choice;
    }
    if (choice !== 'open' || suffix !== 'swp') continue;
    const answer = yield* attention(editor, document, name);
    if (answer === 'delete') {
      context.fs.unlink(name);
      document.swap = new SwapFile(context, document, name);
      return 'open';
    }
    if (answer === 'quit') return 'quit';
    choice = answer;
  }
  return choice;
}

function* attention(editor: Editor, document: Document, swap: string): Steps<Choice | 'delete'> {
  const { context } = editor;
  const { fs } = context;
  const header = fs.can(swap, 'read') ? parseSwap(fs.read(swap)) : undefined;
  const running = header !== undefined && isRunning(context, header);
  const answers = `[O]pen Read-Only, (E)dit anyway, (R)ecover, ${running ? '' : '(D)elete it, '}(Q)uit, (A)bort: `;
  const text = [
    'E325: ATTENTION',
    `Found a swap file by the name "${swap}"`,
    ...description(context, swap, header, running),
    `While opening file "${document.path}"`,
    ...opened(context, document.path as string),
    '',
    '(1) Another program may be editing the same file.  If this is the case,',
    '    be careful not to end up with two different instances of the same',
    '    file when making changes.  Quit, or continue with caution.',
    '(2) An edit session for this file crashed.',
    `    If this is the case, use ":recover" or "vim -r ${document.path}"`,
    '    to recover the changes (see ":help recovery").',
    `    If you did this already, delete the swap file "${swap}"`,
    '    to avoid this message.',
    '',
    `Swap file "${swap}" already exists!`,
  ];
  const keys: Record<string, Choice | 'delete'> = {
    o: 'read-only',
    '\n': 'read-only',
    e: 'open',
    r: 'recover',
    ...(running ? {} : { d: 'delete' }),
    q: 'quit',
    a: 'quit',
    '\x1b': 'quit',
    '\x03': 'quit',
  };
  for (;;) {
    const key = (yield* editor.screen.page(editor, text, answers)).toLowerCase();
    const answer = keys[key];
    if (answer !== undefined) return answer;
  }
}

function isRunning(context: Context, { host, pid }: Header): boolean {
  return (
    host === context.hostname && context.host.processes.list().some((one) => one.pid === pid && one.alive)
  );
}

function dated(context: Context, path: string): string {
  const mtime = context.fs.tryStat(path)?.mtimeMs ?? 0;
  return formatDate('%a %b %d %H:%M:%S %Y', mtime, zoneOf(context));
}

function description(context: Context, swap: string, header: Header | undefined, running: boolean): string[] {
  const owner = Users.of(context).user(context.fs.tryStat(swap)?.uid ?? 0)?.name ?? '';
  return [
    `          owned by: ${owner}   dated: ${dated(context, swap)}`,
    ...(header === undefined
      ? ['         [does not look like a Vim swap file]']
      : [
          `         file name: ${header.file}`,
          `          modified: ${header.modified ? 'YES' : 'no'}`,
          `         user name: ${header.user}   host name: ${header.host}`,
          `        process ID: ${header.pid}${running ? ' (STILL RUNNING)' : ''}`,
        ]),
  ];
}

function opened(context: Context, path: string): string[] {
  return [context.fs.exists(path) ? `             dated: ${dated(context, path)}` : '      CANNOT BE FOUND'];
}

/** Takes the text of a crashed session. */
export function* recover(editor: Editor, document: Document): Steps<void> {
  const { fs } = editor.context;
  const { path = '', buffer } = document;
  const swap = swapPath(path, 'swp');
  const header = fs.isFile(swap) ? parseSwap(fs.read(swap)) : undefined;
  if (!header) editor.refuse(`E305: No swap file found for ${path}`);
  const using = [`Using swap file "${swap}"`, `Original file "${header.file}"`];
  if (header.text === undefined) {
    yield* editor.show([...using, `E309: Unable to read block 1 from ${swap}`]);
    return;
  }
  const lines = header.text.replace(/\n$/, '').split('\n');
  const same = lines.join('\n') === buffer.lines.join('\n');
  buffer.load(lines, same);
  const done = same
    ? ['Recovery completed. Buffer contents equals file contents.']
    : [
        'Recovery completed. You should check if everything is OK.',
        '(You might want to write out this file under another name',
        'and run diff with the original file to check for changes)',
      ];
  yield* editor.show([...using, ...done, 'You may want to delete the .swp file now.', '']);
}

/** `vim -r`: the swap files there are. */
export function swapList(context: Context): string[] {
  const { fs } = context;
  const found = fs.list('.').filter((name) => /\.sw[g-p]$/.test(name));
  const none = ['      -- none --'];
  const own = found.flatMap((name, i) => {
    const header = parseSwap(fs.read(name));
    const running = header !== undefined && isRunning(context, header);
    return [`${i + 1}.    ${name}`, ...description(context, name, header, running)];
  });
  const elsewhere = ['~/tmp', '/var/tmp', '/tmp'].flatMap((place) => [`   In directory ${place}:`, ...none]);
  return ['Swap files found:', '   In current directory:', ...(own.length > 0 ? own : none), ...elsewhere];
}
