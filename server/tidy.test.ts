// Style as a test: who may import whom, no cycles, sizes, registrations. See docs/architecture.md.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMPONENT_FILES, LARGE_FILES, MAX_LINES, MAY_IMPORT, ROOMS } from './tidy.table.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

interface Source {
  readonly path: string;
  readonly text: string;
  readonly room: string;
  /** Repository paths, or package names. */
  readonly imports: readonly { readonly target: string; readonly typeOnly: boolean }[];
}

function walk(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    if (name === 'node_modules' || name === 'dist') return [];
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
}

/** The most specific room of the table that a file lies in. */
function roomOf(path: string): string {
  const found = ROOMS.filter((room) => path === room || path.startsWith(`${room}/`));
  return found.sort((a, b) => b.length - a.length)[0] ?? '';
}

function parse(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const imports = [...text.matchAll(/^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'/gm)].map(
    (match) => {
      const from = match[2] as string;
      const target = from.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(path), from)) : from;
      return { target, typeOnly: match[1] !== undefined };
    },
  );
  return { path, text, room: roomOf(path), imports };
}

const sources = ['server', 'graders']
  .flatMap((directory) => walk(join(ROOT, directory)))
  .map((path) => relative(ROOT, path))
  .filter((path) => path.endsWith('.ts'))
  .map(parse);
const product = sources.filter(
  ({ path }) => !/\.(test|contract)\.ts$|\/testing(\/|\.ts$)|\/corpus\//.test(path),
);

function isAllowed(room: string, target: string): boolean {
  const other = roomOf(target);
  if (other === room || room === 'server/cli' || room === 'server') return true;
  if (room.startsWith('server/cluster/') && COMPONENT_FILES.includes(other)) return true;
  return (MAY_IMPORT[room] ?? []).some((allowed) => other === allowed || other.startsWith(`${allowed}/`));
}

it('imports only what the table in docs/architecture.md allows', () => {
  const wrong = product.flatMap(({ path, room, imports }) =>
    imports
      .filter(({ target }) => /^(server|graders|web)\//.test(target) && !isAllowed(room, target))
      .map(({ target }) => `${path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

it('has no cycles of value imports between files', () => {
  const graph = new Map(
    product.map(({ path, imports }) => [path, imports.filter((i) => !i.typeOnly).map((i) => i.target)]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, above: string[]) => {
    if (above.includes(path)) cycles.push([...above.slice(above.indexOf(path)), path].join(' → '));
    if (done.has(path) || above.includes(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...above, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  expect(cycles).toEqual([]);
});

describe('the simulated world', () => {
  const core = product.filter(({ path }) => /^server\/(sim|objects|host|cluster|shell|tools)\//.test(path));
  const FORBIDDEN: [what: string, pattern: RegExp][] = [
    ['the wall clock', /\bDate\.now\(|\bnew Date\(\)|performance\.now/],
    ['unseeded randomness', /\bMath\.random\(/],
    ['timers', /\bset(Timeout|Interval|Immediate)\(/],
    ['async code', /\basync (function|\()|\bawait /],
    ['node I/O', /from 'node:(?!crypto|zlib|buffer|url'|util)/],
    ['the environment', /(?<![.\w])process\.(env|exit|stdout|stdin)\b/],
  ];
  it.each(FORBIDDEN)('does not use %s', (_, pattern) => {
    const wrong = core
      .filter(({ text }) => pattern.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')))
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });
});

it('keeps files small: those above the limit are known, and do not grow', () => {
  const large = Object.fromEntries(
    product
      .map(({ path, text }) => [path, text.split('\n').length] as const)
      .filter(([, lines]) => lines > MAX_LINES),
  );
  const wrong = Object.entries(large).filter(([path, lines]) => lines > (LARGE_FILES[path] ?? MAX_LINES));
  expect(wrong, 'split them, or state in tidy.table.ts why not').toEqual([]);
});

it('lists no large file that has become small', () => {
  const stale = Object.keys(LARGE_FILES).filter((path) => {
    const source = sources.find((s) => s.path === path);
    return !source || source.text.split('\n').length <= MAX_LINES;
  });
  expect(stale).toEqual([]);
});
