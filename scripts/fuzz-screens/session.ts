import type { Random } from '../../server/sim/index.ts';

/** A program among files, and the keys that are typed one after another. */
export interface Session {
  readonly command: string;
  readonly files: Readonly<Record<string, string>>;
  readonly keys: readonly string[];
}

export interface Grammar {
  session(random: Random): Session;
  /** Takes out of a line what must differ: times, numbers of processes. */
  tidy?(line: string): string;
}

export const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
  - name: c
    image: nginx:1.25
    command: ["sh", "-c", "sleep 3600"]
`;
const LONG = Array.from({ length: 60 }, (_, i) => `line ${i + 1} of the long file\n`).join('');
const MIXED =
  'one two  three\nfoo(bar, "baz qux") { x }\n\n  indented line\n\tTab here\tand\tthere\n' +
  `${'wide words that go on '.repeat(9)}\n\n\nx=é한 y\nlast-line\n`;

export const FILES = { f: POD, g: LONG, h: MIXED, short: 'a b c\n', empty: '', raw: 'no end' };
export const NAMES = Object.keys(FILES);

export function picker(random: Random) {
  return <T>(items: readonly T[]): T => items[random.below(items.length)] as T;
}

export const ARROWS = ['\x1b[A', '\x1b[B', '\x1b[C', '\x1b[D'];
export const words = ['web', 'line', 'e', 'nginx', 'name', 'zzz', 'a.c', '[0-9]+', 'Pod', 'l.*e', 'o', '  '];
