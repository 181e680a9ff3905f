import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, zeros } from '../server/host/text.ts';
import { Random } from '../server/sim/random.ts';

const numbered = (count: number, text: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => `${text(i)}\n`).join('');
const SENTENCE = 'the quick brown fox jumps over the lazy dog';
const item = (i: number) => `{"name":"n${i}","labels":{"app":"a${i}"},"list":[1,2,${i}]}`;
const NOISE = new Random('noise');

/** The large inputs: long files, many lines, long lines, deep and wide documents, bytes that are no text. */
export const LARGE_INPUTS: ReadonlyMap<string, string> = new Map([
  ['lines', numbered(100_000, String)],
  ['words', numbered(100_000, (i) => `key${i}: value ${i} of the list, x=${i}`)],
  ['big', numbered(230_000, () => SENTENCE)],
  ['line', `${`${SENTENCE} `.repeat(115_000)}\n`],
  ['many.json', numbered(60_000, item)],
  ['one.json', `[${Array.from({ length: 60_000 }, (_, i) => item(i)).join(',')}]\n`],
  ['deep.json', `${'['.repeat(8000)}${']'.repeat(8000)}\n`],
  ['items.yaml', numbered(30_000, (i) => `- {name: n${i}, list: [1, 2, ${i}]}`)],
  ['keys.yaml', numbered(20_000, (i) => `key${i}: value${i}`)],
  ['noise', decode(Uint8Array.from({ length: 200_000 }, () => NOISE.below(256)))],
  ['zeros', zeros(4 << 20)],
  ...Array.from({ length: 20_000 }, (_, i) => [`dir/${i}`, ''] as const),
]);

const FILES = [
  'lines',
  'words',
  'big',
  'line',
  'noise',
  'zeros',
  'many.json',
  'one.json',
  'items.yaml',
  'keys.yaml',
];
const JSON_FILES = ['many.json', 'one.json', 'deep.json'];
const YAML_FILES = ['items.yaml', 'keys.yaml', 'one.json'];

/** What is done with a large input. */
const LINES = readFileSync(join(import.meta.dirname, 'large-inputs.list'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

const PATTERNS = ['o', '9', 'fox', '[0-9]+', '.*o.*x', '(a|o)+', '^k', 'x*', '.', 'nosuch'];
const NUMBERS = ['1', '10', '999', '50000', '4000000'];

/** A line that does something with a large input. */
export function randomLine(random: Random): string {
  const pick = (from: readonly string[]): string => from[random.below(from.length)] as string;
  return pick(LINES)
    .replaceAll('FILE', () => pick(FILES))
    .replaceAll('OTHER', () => pick(FILES))
    .replaceAll('JSON', () => pick(JSON_FILES))
    .replaceAll('YAML', () => pick(YAML_FILES))
    .replaceAll('NUMBER', () => pick(NUMBERS))
    .replaceAll('PATTERN', () => pick(PATTERNS));
}
