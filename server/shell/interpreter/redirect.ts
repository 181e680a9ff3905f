import type { Redirect, Redirection } from 'unbash';
import { isSystemError, OpenFile, type OpenFlags, SystemError } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { openFault } from '../dialect/wording.ts';
import { expandQuotedText, expandString, expandWordParts, expandWords } from '../expand/expand.ts';
import { Fields } from '../expand/fields.ts';
import { lookUp } from '../expand/lookup.ts';
import { assign, splitReference } from './assign.ts';
import { RedirectError } from './flow.ts';
import type { Shell } from './shell.ts';
import { openSocket } from './socket.ts';

/** Takes redirections back; `keep` makes them last (`exec`). */
export interface Undo {
  (): void;
  keep(): void;
}

/** One descriptor as it was before. */
interface Change {
  readonly fd: number;
  readonly before: OpenFile | undefined;
}

/** The text of a here-document or here-string, open for reading. */
class TextFile extends OpenFile {
  readonly name = '/tmp/sh-thd (deleted)';
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    super();
    this.#text = text;
  }

  read(limit: number): string {
    const piece = this.#text.slice(this.#position, this.#position + limit);
    this.#position += piece.length;
    return piece;
  }

  write(): number {
    throw new SystemError('EBADF');
  }

  override seek(position: number): void {
    this.#position = position;
  }

  get position(): number {
    return this.#position;
  }
}

/** Points descriptors where the redirections say. Throws `ShellError` after taking back what was done. */
export function* redirect(shell: Shell, redirections: readonly Redirection[]): Steps<Undo> {
  const { context } = shell;
  const changes: Change[] = [];
  const undo = () => {
    for (const { fd, before } of changes.reverse()) {
      if (before) context.setFd(fd, before);
      else context.closeFd(fd);
      before?.release();
    }
    changes.length = 0;
  };
  const keep = () => {
    for (const { before } of changes) before?.release();
    changes.length = 0;
  };
  try {
    for (const redirection of redirections) yield* redirectOne(shell, redirection, changes);
  } catch (error) {
    undo();
    throw error;
  }
  return Object.assign(undo, { keep });
}

function setFd(shell: Shell, fd: number, file: OpenFile | undefined, changes: Change[]): void {
  const { context } = shell;
  if (file && fd >= context.process.limits.openFiles) throw new RedirectError(`${fd}: Bad file descriptor`);
  const before = context.fds.get(fd)?.retain();
  changes.push({ fd, before });
  if (file) context.setFd(fd, file);
  else context.closeFd(fd);
}

function* redirectOne(shell: Shell, redirection: Redirection, changes: Change[]): Steps<void> {
  if (redirection.type === 'HereDoc') {
    const fd = descriptor(shell, redirection.descriptor, 0);
    yield* hereDocument(shell, redirection, fd, changes);
    return;
  }
  if (redirection.type === 'HereString') {
    const text = redirection.target ? yield* expandString(shell, redirection.target) : '';
    setFd(shell, descriptor(shell, redirection.descriptor, 0), new TextFile(`${text}\n`), changes);
    return;
  }
  if (redirection.operator === '>&' || redirection.operator === '<&') {
    yield* duplicate(shell, redirection, changes);
    return;
  }
  const path = yield* targetPath(shell, redirection);
  const file = yield* openTarget(shell, path, redirection.operator);
  if (redirection.operator.startsWith('&>')) {
    setFd(shell, 1, file, changes);
    setFd(shell, 2, file, changes);
  } else setFd(shell, descriptor(shell, redirection.descriptor, isInput(redirection) ? 0 : 1), file, changes);
}

/** Told of the last line, where the end was met. */
function* warnOfEnd(shell: Shell, pos: number, delimiter: string): Steps<void> {
  const { source, line } = shell;
  shell.line = source.lineAt(Math.max(pos, source.text.length - 1));
  yield* shell.error(
    `warning: here-document at line ${source.lineAt(pos)} delimited by end-of-file (wanted \`${delimiter}')`,
  );
  shell.line = line;
}

function* hereDocument(
  shell: Shell,
  document: Extract<Redirection, { type: 'HereDoc' }>,
  fd: number,
  changes: Change[],
): Steps<void> {
  let { text } = document.body;
  if (!document.closing && document.delimiter) {
    yield* warnOfEnd(shell, document.pos, document.delimiter.value);
    if (text !== '' && !text.endsWith('\n') && !shell.posix) text += '\n';
  }
  if (document.delimiter?.quoted) {
    setFd(shell, fd, new TextFile(document.operator === '<<-' ? text.replace(/^\t+/gm, '') : text), changes);
    return;
  }
  const { parts } = document.body;
  let body: string;
  if (document.operator === '<<-') {
    body = yield* expandQuotedText(shell, text.replace(/^\t+/gm, '').replace(/\n$/, ''));
    if (text.endsWith('\n')) body += '\n';
  } else if (parts) {
    const fields = new Fields(shell.ifs, false, (t) => t);
    yield* expandWordParts(shell, { type: 'Word', text, value: text, pos: 0, end: 0, parts }, fields, {
      quoted: true,
      tilde: 'none',
    });
    body = fields.text;
  } else body = /[\\`$]/.test(text) ? yield* plainBody(shell, text) : text;
  setFd(shell, fd, new TextFile(body), changes);
}

function* plainBody(shell: Shell, text: string): Steps<string> {
  const body = yield* expandQuotedText(shell, text.replace(/\n$/, ''));
  return text.endsWith('\n') ? `${body}\n` : body;
}

function isInput(redirection: Redirect): boolean {
  return redirection.operator === '<' || redirection.operator === '<>' || redirection.operator === '<&';
}

/** The descriptor to set; `{name}` gets a free one, stored in the variable. */
function descriptor(shell: Shell, given: Redirection['descriptor'], fallback: number): number {
  if (!given) return fallback;
  if (given.type === 'FileDescriptor') return given.value;
  let fd = 10;
  while (shell.context.fds.has(fd)) fd++;
  const target = splitReference(given.name);
  if (target) assign(shell, target.name, target.subscript, String(fd));
  return fd;
}

function* targetPath(shell: Shell, redirection: Redirect): Steps<string> {
  const word = redirection.target;
  if (!word) throw new RedirectError('ambiguous redirect');
  const found = yield* expandWords(shell, [word]);
  if (found.length !== 1) throw new RedirectError(`${word.text}: ambiguous redirect`);
  return found[0] as string;
}

const FLAGS: Record<string, OpenFlags> = {
  '>': { write: true, create: true, truncate: true },
  '>|': { write: true, create: true, truncate: true },
  '&>': { write: true, create: true, truncate: true },
  '>&': { write: true, create: true, truncate: true },
  '>>': { write: true, create: true, append: true },
  '&>>': { write: true, create: true, append: true },
  '<': { read: true },
  '<>': { read: true, write: true, create: true },
};

function* openTarget(shell: Shell, path: string, operator: string): Steps<OpenFile> {
  const { context } = shell;
  try {
    const standard = /^\/dev\/(?:fd\/(\d+)|(stdin)|(stdout)|(stderr))$/.exec(path);
    if (standard) {
      const [, number, stdin, stdout] = standard;
      return context.fd(number !== undefined ? Number(number) : stdin ? 0 : stdout ? 1 : 2);
    }
    const socket = /^\/dev\/(tcp|udp)\/([^/]*)\/([^/]+)$/.exec(path);
    if (socket)
      return yield* openSocket(shell, socket[1] as 'tcp' | 'udp', socket[2] as string, socket[3] as string);
    if (shell.options.on('noclobber') && (operator === '>' || operator === '&>' || operator === '>&')) {
      if (context.fs.isFile(path)) throw new RedirectError(`${path}: cannot overwrite existing file`);
    }
    return context.fs.open(path, FLAGS[operator] as OpenFlags);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const creates = FLAGS[operator]?.create === true;
    throw new RedirectError(openFault(shell.dialect.name, path, { message: error.message, creates }));
  }
}

/** `2>&1`, `<&3`, `>&-`, `3>&1-`, and `>& file`. */
function* duplicate(shell: Shell, redirection: Redirect, changes: Change[]): Steps<void> {
  const { context } = shell;
  const target = yield* targetPath(shell, redirection);
  if (target === '-' && redirection.descriptor?.type === 'FileDescriptorVariable') {
    const held = splitReference(redirection.descriptor.name);
    if (held) setFd(shell, Number(lookUp(shell, held.name, held.subscript).value), undefined, changes);
    return;
  }
  const match = /^(\d+)?(-)?$/.exec(target);
  if (!match) {
    const fd = redirection.descriptor;
    const isOutput = !fd || (fd.type === 'FileDescriptor' && fd.value === 1);
    if (redirection.operator === '<&' || !isOutput) {
      throw new RedirectError(`${redirection.target?.text}: ambiguous redirect`);
    }
    const file = yield* openTarget(shell, target, '>&');
    setFd(shell, 1, file, changes);
    setFd(shell, 2, file, changes);
    return;
  }
  const fd = descriptor(shell, redirection.descriptor, isInput(redirection) ? 0 : 1);
  const [, number, dash] = match;
  if (number === undefined) {
    setFd(shell, fd, undefined, changes);
    return;
  }
  const file = context.fds.get(Number(number));
  if (!file) throw new RedirectError(`${redirection.target?.text}: Bad file descriptor`);
  setFd(shell, fd, file, changes);
  if (dash && Number(number) !== fd) setFd(shell, Number(number), undefined, changes);
}
