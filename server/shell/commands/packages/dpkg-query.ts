import { globMatch } from '../../../host/index.ts';
import { type Installed, PackageDatabase } from '../../../host/packages/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';

export const dpkgQuery = tool({
  name: 'dpkg-query',
  summary: 'a tool to query the dpkg database',
  usage: '[<option>...] <command>',
  version: 'Debian dpkg-query 1.22.6',
  usageStatus: 2,
  options: 'l|list L|listfiles S|search s|status W|show f|showformat= no-pager',
  *run(call) {
    const { options } = call;
    if (options.has('l')) return yield* listPackages(call);
    if (options.has('L')) return yield* listFiles(call);
    if (options.has('S')) return yield* owners(call);
    if (options.has('s')) return yield* status(call);
    if (options.has('W')) return yield* select(call);
    yield* call.context.err(
      'dpkg-query: error: need an action option\n\nUse --help for help about querying packages.\n',
    );
    return 2;
  },
});

const WANT = { install: 'i', hold: 'h', deinstall: 'r' } as const;

/** `dpkg -l`: a table as wide as its longest cells, or as the terminal. */
export function* listPackages(call: Call): Steps<number> {
  const database = new PackageDatabase(call.context.fs);
  const patterns = call.operands;
  const all = database.all();
  const shown = all.filter(
    ({ name, state }) =>
      (patterns.length === 0 && state === 'installed') ||
      patterns.some((pattern) => globMatch(pattern, name)),
  );
  const missing = patterns.filter((pattern) => !all.some(({ name }) => globMatch(pattern, name)));
  if (shown.length > 0) yield* call.print(table(call, shown));
  yield* call.flush();
  for (const pattern of missing)
    yield* call.context.err(`dpkg-query: no packages found matching ${pattern}\n`);
  return missing.length > 0 ? 1 : 0;
}

function table(call: Call, shown: readonly Installed[]): string {
  const rows = shown.map((entry) => [qualified(entry), entry.version, entry.architecture, summaryOf(entry)]);
  const width = (column: number, least: number) =>
    Math.max(least, ...rows.map((row) => (row[column] ?? '').length));
  const widths = [width(0, 14), width(1, 12), width(2, 12), width(3, 33)];
  const columns = call.context.fds.get(1)?.terminal?.size.columns;
  if (columns !== undefined)
    widths[3] = Math.max(
      11,
      columns - 6 - (widths[0] as number) - (widths[1] as number) - (widths[2] as number),
    );
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (i === 3 ? cell.slice(0, widths[3]) : cell.padEnd(widths[i] as number))).join(' ');
  const head = [
    'Desired=Unknown/Install/Remove/Purge/Hold',
    '| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend',
    '|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)',
    `||/ ${line(['Name', 'Version', 'Architecture', 'Description'])}`,
    `+++-${widths.map((count) => '='.repeat(count)).join('-')}`,
  ];
  const body = shown.map(
    ({ want, state }, i) => `${WANT[want]}${state === 'installed' ? 'i' : 'c'}  ${line(rows[i] as string[])}`,
  );
  return `${[...head, ...body].join('\n')}\n`;
}

function qualified({ name, fields }: Installed): string {
  return (fields.get('Section') ?? '').endsWith('libs') ? `${name}:amd64` : name;
}

function summaryOf({ fields }: Installed): string {
  return (fields.get('Description') ?? '').split('\n')[0] as string;
}

/** `dpkg -L`. */
export function* listFiles(call: Call): Steps<number> {
  const database = new PackageDatabase(call.context.fs);
  let code = 0;
  for (const [i, name] of call.operands.entries()) {
    if (i > 0) yield* call.print('\n');
    const files = database.files(name);
    if (files.length > 0) yield* call.print(`${files.join('\n')}\n`);
    else {
      yield* call.flush();
      yield* call.context.err(
        `dpkg-query: package '${name}' is not installed\nUse dpkg --contents (= dpkg-deb --contents) to list archive files contents.\n`,
      );
      code = 1;
    }
  }
  return code;
}

/** `dpkg -S`: who owns a path. */
export function* owners(call: Call): Steps<number> {
  const database = new PackageDatabase(call.context.fs);
  let code = 0;
  for (const pattern of call.operands) {
    const found = database.owners(pattern);
    const byPath = new Map<string, string[]>();
    for (const { name, path } of found) byPath.set(path, [...(byPath.get(path) ?? []), name]);
    for (const [path, names] of byPath) yield* call.print(`${names.join(', ')}: ${path}\n`);
    if (found.length > 0) continue;
    yield* call.flush();
    yield* call.context.err(`dpkg-query: no path found matching pattern ${pattern}\n`);
    code = 1;
  }
  return code;
}

/** `dpkg -s`: the stanza of the database. */
export function* status(call: Call): Steps<number> {
  const database = new PackageDatabase(call.context.fs);
  let code = 0;
  for (const name of call.operands) {
    const entry = database.get(name);
    if (entry) {
      yield* call.print(`${[...entry.fields].map(([field, value]) => `${field}: ${value}\n`).join('')}\n`);
      continue;
    }
    yield* call.flush();
    yield* call.context.err(
      `dpkg-query: package '${name}' is not installed and no information is available\nUse dpkg --info (= dpkg-deb --info) to examine archive files.\n`,
    );
    code = 1;
  }
  return code;
}

/** `dpkg-query -W -f '${Package} ${Version}\n'`. */
export function* select(call: Call): Steps<number> {
  const database = new PackageDatabase(call.context.fs);
  const format = call.options.get('f')?.replace(/^=/, '') ?? '${binary:Package}\\t${Version}\\n';
  const patterns = call.operands;
  const all = database.all();
  for (const entry of all) {
    if (patterns.length > 0 && !patterns.some((pattern) => globMatch(pattern, entry.name))) continue;
    yield* call.print(formatted(format, entry));
  }
  const missing = patterns.filter((pattern) => !all.some(({ name }) => globMatch(pattern, name)));
  yield* call.flush();
  for (const pattern of missing)
    yield* call.context.err(`dpkg-query: no packages found matching ${pattern}\n`);
  return missing.length > 0 ? 1 : 0;
}

function formatted(format: string, entry: Installed): string {
  const values: Readonly<Record<string, string>> = {
    'binary:Package': qualified(entry),
    'binary:Summary': summaryOf(entry),
    'db:Status-Abbrev': `${WANT[entry.want]}${entry.state === 'installed' ? 'i' : 'c'} `,
    'db:Status-Status': entry.state,
    'db:Status-Want': entry.want,
  };
  return format
    .replace(/\$\{([^};]+)(?:;(-?\d+))?\}/g, (_all, name: string, width?: string) => {
      const value = values[name] ?? entry.fields.get(name) ?? '';
      const columns = Math.min(500, Math.abs(Number(width ?? 0)));
      return width?.startsWith('-') ? value.padEnd(columns) : value.padStart(columns);
    })
    .replace(/\\([ntr\\])/g, (_all, letter: string) => ({ n: '\n', t: '\t', r: '\r' })[letter] ?? letter);
}
