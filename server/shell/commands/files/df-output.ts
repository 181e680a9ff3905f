import { quote } from '../core/quote.ts';
import type { Call } from '../core/tool.ts';
import { Failure } from '../core/tool.ts';

type Mount = ReturnType<Call['context']['mounts']['list']>[number];

/** Fields of `df --output`, with their titles, and what a mount has in them. */
const FIELDS: Readonly<
  Record<string, readonly [title: string, of: (mount: Mount, size: (bytes: number) => string) => string]>
> = {
  source: ['Filesystem', (mount) => mount.source],
  fstype: ['Type', (mount) => mount.fs.type],
  itotal: ['Inodes', (mount) => String(mount.fs.usage().inodes)],
  iused: ['IUsed', (mount) => String(mount.fs.usage().usedInodes)],
  iavail: ['IFree', (mount) => String(mount.fs.usage().inodes - mount.fs.usage().usedInodes)],
  ipcent: ['IUse%', (mount) => percent(mount.fs.usage().usedInodes, mount.fs.usage().inodes)],
  size: ['', (mount, size) => size(mount.fs.usage().bytes)],
  used: ['Used', (mount, size) => size(mount.fs.usage().usedBytes)],
  avail: ['Avail', (mount, size) => size(mount.fs.usage().bytes - mount.fs.usage().usedBytes)],
  pcent: ['Use%', (mount) => percent(mount.fs.usage().usedBytes, mount.fs.usage().bytes)],
  file: ['File', () => '-'],
  target: ['Mounted on', (mount) => mount.path],
};

const LEFT = new Set(['source', 'fstype', 'file', 'target']);

function percent(used: number, all: number): string {
  return all === 0 ? '-' : `${Math.ceil((used / all) * 100)}%`;
}

/** The table that `--output` asks for, all fields without a list. */
export function outputTable(
  call: Call,
  mounts: readonly Mount[],
  size: { readonly title: string; readonly text: (bytes: number) => string },
): string {
  const asked = call.options
    .all('output')
    .flatMap((list) => list.split(','))
    .filter((name) => name !== '');
  const names = asked.length === 0 ? Object.keys(FIELDS) : asked;
  const columns = names.map((name) => {
    const field = FIELDS[name];
    if (!field) throw new Failure(`option --output: field ${quote(name)} unknown`, 1, true);
    const title = name === 'size' ? size.title : field[0];
    const cells = [title, ...mounts.map((mount) => field[1](mount, size.text))];
    const least = name === 'source' ? 14 : LEFT.has(name) || /pcent$/.test(name) ? 0 : 5;
    return { name, cells, width: Math.max(least, ...cells.map((cell) => cell.length)) };
  });
  const lines = [undefined, ...mounts].map((_, row) =>
    columns
      .map(({ name, cells, width }, i) => {
        const cell = cells[row] as string;
        if (!LEFT.has(name)) return cell.padStart(width);
        return i === columns.length - 1 ? cell : cell.padEnd(width);
      })
      .join(' '),
  );
  return lines.map((line) => `${line}\n`).join('');
}
