/** A unit file read: sections with their settings in order; a setting may come several times. */
export class UnitFile {
  readonly #settings = new Map<string, string[]>();
  /** Lines that are neither a section, a setting nor a comment: `path:line: message`, as the journal shows them. */
  readonly problems: string[] = [];

  /** Adds the settings of one file or drop-in. An empty assignment clears what came before. */
  read(text: string, path: string): void {
    let section = '';
    for (const { line, number } of logicalLines(text)) {
      if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
      const header = /^\[(.+)\]$/.exec(line);
      if (header) {
        section = header[1] as string;
        continue;
      }
      const equals = line.indexOf('=');
      if (equals <= 0) this.problems.push(`${path}:${number}: Missing '=', ignoring line.`);
      else if (section === '')
        this.problems.push(`${path}:${number}: Assignment outside of section. Ignoring.`);
      else this.#add(section, line.slice(0, equals).trim(), line.slice(equals + 1).trim());
    }
  }

  /** Every value of a setting. */
  all(section: string, name: string): readonly string[] {
    return this.#settings.get(`${section}.${name}`) ?? [];
  }

  /** The last value of a setting. */
  get(section: string, name: string): string | undefined {
    return this.all(section, name).at(-1);
  }

  #add(section: string, name: string, value: string): void {
    const key = `${section}.${name}`;
    if (value === '') this.#settings.set(key, []);
    else this.#settings.set(key, [...(this.#settings.get(key) ?? []), value]);
  }
}

/** Lines with continuations (a backslash at the end) joined, and the number of the first. */
function* logicalLines(text: string): Generator<{ line: string; number: number }> {
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const number = i + 1;
    let line = lines[i] as string;
    while (line.endsWith('\\') && i + 1 < lines.length)
      line = `${line.slice(0, -1)} ${(lines[++i] as string).trim()}`;
    yield { line: line.trim(), number };
  }
}

/** Units of time spans by all their names, in ms. */
const SPAN_UNITS: ReadonlyMap<string, number> = new Map(
  (
    [
      ['us usec', 0.001],
      ['ms msec', 1],
      ['s sec second seconds', 1000],
      ['m min minute minutes', 60_000],
      ['h hr hour hours', 3_600_000],
      ['d day days', 86_400_000],
      ['w week weeks', 604_800_000],
      ['M month months', 2_629_800_000],
      ['y year years', 31_557_600_000],
    ] as const
  ).flatMap(([names, ms]) => names.split(' ').map((name): [string, number] => [name, ms])),
).set('', 1000);

/** `100ms`, `5s`, `1min 30s`, `infinity` or a bare number of seconds, to ms. Undefined when it is none of these. */
export function parseTimeSpan(text: string): number | undefined {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  let total = 0;
  let rest = text.trim();
  while (rest !== '') {
    const part = /^(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*/.exec(rest);
    const unit = SPAN_UNITS.get(part?.[2] ?? '?');
    if (!part || unit === undefined) return undefined;
    total += Number(part[1]) * unit;
    rest = rest.slice(part[0].length);
  }
  return total;
}

/**
 * Splits a command line of a unit: quotes, backslash escapes, `$VAR` and `${VAR}`. An unquoted `$VAR` alone becomes as
 * many words as its value has. Models systemd's `replace_env_argv`.
 */
export function splitCommand(text: string, env: ReadonlyMap<string, string>): string[] {
  const words: string[] = [];
  for (const match of text.matchAll(
    /"((?:[^"\\]|\\.)*)"|'([^']*)'|((?:[^\s"'\\]|\\.)+(?:"[^"]*"|'[^']*'|[^\s"'])*)/g,
  )) {
    const raw = match[1] ?? match[2] ?? (match[3] as string).replace(/["']/g, '');
    const alone = match[3] !== undefined && /^\$([A-Za-z_]\w*)$/.exec(raw);
    if (alone) words.push(...(env.get(alone[1] as string) ?? '').split(/\s+/).filter((word) => word !== ''));
    else
      words.push(raw.replace(/\$\{(\w+)\}/g, (_, name: string) => env.get(name) ?? '').replaceAll('$$', '$'));
  }
  return words;
}

/** The assignments of an `Environment=` value: `A=1 "B=two words"`. */
export function parseEnvironment(value: string): [string, string][] {
  const out: [string, string][] = [];
  for (const match of value.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)) {
    const pair = match[1] ?? match[2] ?? (match[3] as string);
    const equals = pair.indexOf('=');
    if (equals > 0) out.push([pair.slice(0, equals), pair.slice(equals + 1).replace(/^"(.*)"$/, '$1')]);
  }
  return out;
}

/** The assignments of an `EnvironmentFile`, one a line. */
export function parseEnvironmentFile(text: string): [string, string][] {
  const out: [string, string][] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*([A-Za-z_]\w*)=(.*)$/.exec(line);
    if (!match) continue;
    const value = (match[2] as string).trim();
    out.push([match[1] as string, value.replace(/^"(.*)"$/, '$1').replace(/^'(.*)'$/, '$1')]);
  }
  return out;
}
