import type { Context } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { DEFAULT_CONFIG } from './default-config.ts';
import { parseToml, type Toml, TomlError, type TomlValue } from './toml.ts';

const HELP = `NAME:
   containerd config - Information on the containerd config

USAGE:
   containerd config command [command options] [arguments...]

COMMANDS:
   default  See the output of the default config
   dump     See the output of the final main config with imported in subconfig files
   migrate  Migrate the current configuration file to the latest version (does not migrate subconfig files)

OPTIONS:
   --help, -h  show help
`;

/** `containerd config …`: the settings there are, without starting anything. */
export function* configCommand(context: Context, file: string, command: string): Steps<number> {
  if (command === 'default') {
    yield* context.out(DEFAULT_CONFIG);
    return 0;
  }
  if (command !== 'dump' && command !== 'migrate') {
    const isHelp = ['', 'help', '-h', '--help'].includes(command);
    yield* isHelp ? context.out(HELP) : context.err(`No help topic for '${command}'\n`);
    return isHelp ? 0 : 3;
  }
  try {
    yield* context.out(dump(parseToml(context.fs.isFile(file) ? context.fs.read(file) : '')));
    return 0;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    yield* context.err(`containerd: failed to load TOML: ${file}: ${error.place}: ${error.message}\n`);
    return 1;
  }
}

/** The defaults with what a file sets in their places; tables that only the file has stand below those they belong to. */
function dump(settings: Toml): string {
  const left = new Map(settings);
  const out: string[] = [];
  const blocks = DEFAULT_CONFIG.split(/\n(?=\s*\[)/);
  const known = blocks.map((block) => tablePath(/^\s*\[(.*)\]/.exec(block)?.[1] ?? ''));
  for (const [i, block] of blocks.entries()) {
    const path = known[i] as string;
    out.push(
      block
        .trimEnd()
        .split('\n')
        .map((line) => withSetting(line, path, left))
        .join('\n'),
    );
    for (const [key, value] of takeOwn(left, path, known))
      out.push(`${indentOf(path)}${key} = ${shown(value)}`);
    out.push(...takeTables(left, path, known), '');
  }
  return `${out
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

function withSetting(line: string, table: string, left: Map<string, TomlValue>): string {
  const key = /^\s*("[^"]*"|\w+) = /.exec(line)?.[1];
  if (key === undefined) return line;
  const path = table === '' ? key : `${table}/${key.replaceAll('"', '')}`;
  const value = left.get(path);
  if (value === undefined) return line;
  left.delete(path);
  return line.replace(/ = .*/, () => ` = ${shown(value)}`);
}

/** Keys of that table that the defaults do not have. */
function takeOwn(
  left: Map<string, TomlValue>,
  table: string,
  known: readonly string[],
): [string, TomlValue][] {
  const prefix = table === '' ? '' : `${table}/`;
  const own = [...left].filter(
    ([path]) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'),
  );
  const fresh = own.filter(([path]) => !known.includes(path));
  for (const [path] of fresh) left.delete(path);
  return fresh.map(([path, value]) => [path.slice(prefix.length), value]);
}

/** Whole tables below that one which the defaults do not have, and no closer one is known of. */
function takeTables(left: Map<string, TomlValue>, table: string, known: readonly string[]): string[] {
  if (table === '') return [];
  const closest = (path: string) =>
    known.filter((one) => one !== '' && path.startsWith(`${one}/`)).sort((a, b) => b.length - a.length)[0];
  const mine = [...left].filter(([path]) => closest(path) === table).sort(([a], [b]) => (a < b ? -1 : 1));
  const out: string[] = [];
  let current = '';
  for (const [path, value] of mine) {
    left.delete(path);
    const slash = path.lastIndexOf('/');
    const owner = path.slice(0, slash);
    if (owner !== current)
      out.push('', `${indentOf(owner).slice(2)}[${owner.split('/').map(named).join('.')}]`);
    current = owner;
    out.push(`${indentOf(owner)}${named(path.slice(slash + 1))} = ${shown(value)}`);
  }
  return out;
}

const tablePath = (head: string) =>
  (head.match(/"[^"]*"|[\w-]+/g) ?? []).map((name) => name.replaceAll('"', '')).join('/');
const indentOf = (path: string) => (path === '' ? '' : '  '.repeat(path.split('/').length));
const named = (name: string) => (/^\w+$/.test(name) ? name : JSON.stringify(name));

function shown(value: TomlValue): string {
  return Array.isArray(value) ? `[${value.map(shown).join(', ')}]` : JSON.stringify(value);
}
