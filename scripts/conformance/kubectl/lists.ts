import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** One line of a list. */
export interface Line {
  readonly text: string;
  readonly number: number;
  /** Run by both, but not compared: it prepares what follows. */
  readonly setup: boolean;
  /** Why the two may differ here. */
  readonly exception: string | undefined;
}

export interface List {
  readonly name: string;
  /** Lines that change the cluster: each side has a world of its own, and they run in order. */
  readonly writes: boolean;
  readonly lines: readonly Line[];
}

/**
 * A list is a file of command lines. `#` begins a comment, `%` a line that is run but not compared, and `! reason` stands
 * before a line that may differ.
 */
export function parseList(text: string): Line[] {
  const lines: Line[] = [];
  let exception: string | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trimEnd();
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('! ')) {
      exception = line.slice(2);
      continue;
    }
    const setup = line.startsWith('% ');
    lines.push({ text: setup ? line.slice(2) : line, number: index + 1, setup, exception });
    exception = undefined;
  }
  return lines;
}

/** The lists of a folder with `reads` and `writes`. */
export function readLists(folder: string): List[] {
  return (['reads', 'writes'] as const).flatMap((kind) =>
    readdirSync(join(folder, kind))
      .filter((name) => name.endsWith('.list'))
      .sort()
      .map((name) => ({
        name: `${kind}/${basename(name, '.list')}`,
        writes: kind === 'writes',
        lines: parseList(readFileSync(join(folder, kind, name), 'utf8')),
      })),
  );
}
