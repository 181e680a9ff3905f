import type { Context } from '../../../host/index.ts';
import { Users } from '../core/users.ts';

const BLOCK = 4096;
const MODIFIED = '\x55';

/** What the first block of a swap file says. Models vim src/memline.c struct block0; nano's locks are the same. */
export interface Header {
  readonly program: string;
  readonly file: string;
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly modified: boolean;
  /** The text as it was last kept; none when nothing was. */
  readonly text: string | undefined;
}

/** The first block of a swap file of this process. */
export function swapHeader(
  context: Context,
  { program, file, modified }: Pick<Header, 'program' | 'file' | 'modified'>,
): string {
  const { credentials, process, hostname } = context;
  const user = Users.of(context).user(credentials.uid)?.name ?? String(credentials.uid);
  const field = (value: string, size: number) => value.slice(0, size).padEnd(size, '\0');
  const number = (value: number) =>
    String.fromCharCode(...[0, 7, 14, 21].map((bits) => (value >> bits) & 0x7f));
  const head = `b0${field(program, 10)}${number(0)}${number(0)}${number(0)}${number(process.pid)}`;
  const block = head + field(user, 40) + field(hostname, 40) + field(file, 899);
  return field(block + (modified ? MODIFIED : '\0'), BLOCK);
}

export function parseSwap(data: string): Header | undefined {
  if (!data.startsWith('b0')) return undefined;
  const field = (at: number, size: number) => data.slice(at, at + size).replace(/\0.*$/s, '');
  const pid = [0, 1, 2, 3].reduce((sum, i) => sum + ((data.charCodeAt(24 + i) & 0x7f) << (7 * i)), 0);
  return {
    program: field(2, 10),
    user: field(28, 40),
    host: field(68, 40),
    file: field(108, 899),
    pid,
    modified: data[1007] === MODIFIED,
    text: data.length > BLOCK ? data.slice(BLOCK) : undefined,
  };
}

/** Where the swap file of a file lies. */
export function swapPath(path: string, suffix: string): string {
  const slash = path.lastIndexOf('/') + 1;
  const name = path.slice(slash);
  return `${path.slice(0, slash)}${name.startsWith('.') ? '' : '.'}${name}.${suffix}`;
}
