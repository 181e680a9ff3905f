import { isSystemError } from '../../host/index.ts';
import { type Steps, waitOn } from '../../sim/index.ts';
import { dynamicSubscript } from '../expand/parameter.ts';
import { assign, isName, splitReference } from '../interpreter/assign.ts';
import { type Builtin, badOptions, type Call, parseOptions } from '../interpreter/builtin.ts';
import { Indexed } from '../interpreter/indexed.ts';
import type { Shell } from '../interpreter/shell.ts';
import { runPendingTraps } from '../interpreter/traps.ts';
import { isIndexed } from '../interpreter/variables.ts';

interface Request {
  readonly fd: number;
  readonly raw: boolean;
  readonly delimiter: string;
  /** Stop after that many characters. */
  readonly limit: number | undefined;
  /** `-N`: the delimiter does not end it. */
  readonly exact: boolean;
  readonly until: number | undefined;
}

interface Outcome {
  /** Characters; a backslash-quoted one is never a field separator. */
  readonly chars: { char: string; quoted: boolean }[];
  readonly end: 'delimiter' | 'limit' | 'eof' | 'timeout';
}

export const read: Builtin = {
  name: 'read',
  synopsis:
    'read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]',
  *run(call) {
    const { shell } = call;
    const options = parseOptions(call.args, 'ers', 'adinNptu');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    const { letters, values, rest } = options;
    if (rest.length === 0 && shell.dialect.name === 'dash') return yield* call.fail('arg count');
    for (const name of rest) {
      if (!splitReference(name)) return yield* call.fail(`\`${name}': not a valid identifier`);
    }
    const request = yield* requestOf(call, letters, values);
    if (typeof request === 'number') return request;
    if (request.until !== undefined && values.get('t') === '0') return inputWaits(call, request.fd) ? 0 : 1;
    const prompt = values.get('p');
    if (prompt !== undefined && shell.context.isTerminal(request.fd)) yield* shell.stderr(prompt);
    const modes = enterModes(call, request, letters);
    let outcome: Outcome;
    try {
      outcome = yield* readChars(call, request);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return yield* call.fail(`read error: ${request.fd}: ${error.message}`);
    } finally {
      modes?.();
    }
    yield* store(call, outcome, request, values.get('a'), rest);
    if (outcome.end === 'timeout') return 142;
    return outcome.end === 'eof' ? 1 : 0;
  },
};

function* requestOf(
  call: Call,
  letters: ReadonlySet<string>,
  values: ReadonlyMap<string, string>,
): Steps<Request | number> {
  const { shell } = call;
  const timeout = values.get('t') ?? shell.variables.get('TMOUT');
  if (timeout !== undefined && !/^\d*\.?\d*$/.test(timeout)) {
    return yield* call.fail(`${timeout}: invalid timeout specification`);
  }
  const count = values.get('N') ?? values.get('n');
  if (count !== undefined && !/^\d+$/.test(count)) return yield* call.fail(`${count}: invalid number`);
  const fd = values.get('u') ?? '0';
  if (!/^\d+$/.test(fd)) return yield* call.fail(`${fd}: invalid file descriptor specification`);
  if (!shell.context.fds.has(Number(fd))) {
    return yield* call.fail(`${fd}: invalid file descriptor: Bad file descriptor`);
  }
  return {
    fd: Number(fd),
    raw: letters.has('r'),
    delimiter: values.has('d') ? (values.get('d')?.[0] ?? '\0') : '\n',
    limit: count === undefined ? undefined : Number(count),
    exact: letters.has('N'),
    until: timeout === undefined || timeout === '' ? undefined : shell.context.now + Number(timeout) * 1000,
  };
}

function inputWaits(call: Call, fd: number): boolean {
  const file = call.shell.context.fds.get(fd) as { waiting?: boolean } | undefined;
  return file?.waiting !== false;
}

/** `-s`, `-n`, `-d` on a terminal: no echo, or character by character. Returns what takes it back. */
function enterModes(call: Call, request: Request, letters: ReadonlySet<string>): (() => void) | undefined {
  const terminal = call.shell.context.fds.get(request.fd)?.terminal;
  if (!terminal) return undefined;
  const raw = request.limit !== undefined || request.delimiter !== '\n';
  if (!raw && !letters.has('s')) return undefined;
  const before = terminal.setModes({
    ...(letters.has('s') ? { echo: false } : {}),
    ...(raw ? { icanon: false } : {}),
  });
  return () => terminal.setModes(before);
}

function* readChars(call: Call, request: Request): Steps<Outcome> {
  const chars: Outcome['chars'] = [];
  const { limit } = request;
  if (limit === 0) return { chars, end: 'limit' };
  for (let escaped = false; ; ) {
    const char = yield* readChar(call, request);
    if (char === undefined) return { chars, end: 'timeout' };
    if (char === '') return { chars, end: 'eof' };
    if (escaped) {
      escaped = false;
      if (char !== '\n') chars.push({ char, quoted: true });
    } else if (char === '\\' && !request.raw) {
      escaped = true;
      continue;
    } else if (char === request.delimiter && !request.exact) return { chars, end: 'delimiter' };
    else if (char !== '\0') chars.push({ char, quoted: false });
    if (limit !== undefined && chars.length >= limit) return { chars, end: 'limit' };
  }
}

/** One character; '' at the end, undefined when the time is up. */
function* readChar(call: Call, request: Request): Steps<string | undefined> {
  const { context } = call.shell;
  const file = context.fd(request.fd);
  for (;;) {
    const first = file.read(1);
    if (first !== undefined) {
      if (call.shell.spend()) yield* call.shell.pause();
      return /^[\ud800-\udbff]$/.test(first) ? first + (file.read(1) ?? '') : first;
    }
    if (!file.readable) return '';
    const reason = yield* waitOn([file.readable], request.until);
    if (reason === 'timeout') return undefined;
    if (reason === 'signal') yield* runPendingTraps(call.shell);
    if (call.shell.interrupted) yield* call.shell.pause();
  }
}

function* store(
  call: Call,
  outcome: Outcome,
  request: Request,
  array: string | undefined,
  names: readonly string[],
): Steps<void> {
  const { shell } = call;
  const all = outcome.chars.map(({ char }) => char).join('');
  if (array !== undefined) {
    const fields = splitFields(outcome.chars, shell.ifs, Number.POSITIVE_INFINITY);
    const variable = shell.variables.ensure(array);
    variable.value = Indexed.of(fields);
    return;
  }
  if (names.length === 0) {
    assign(shell, 'REPLY', undefined, all);
    return;
  }
  if (request.exact) {
    yield* put(call, names[0] as string, all);
    for (const name of names.slice(1)) yield* put(call, name, '');
    return;
  }
  const fields = splitFields(outcome.chars, shell.ifs, names.length);
  for (let i = 0; i < names.length; i++) yield* put(call, names[i] as string, fields[i] ?? '');
}

function* put(call: Call, target: string, value: string): Steps<void> {
  const { name, subscript } = splitReference(target) as { name: string; subscript: string | undefined };
  const key = subscript === undefined ? undefined : yield* dynamicSubscript(call.shell, name, subscript);
  assign(call.shell, name, key, value);
}

/** Splits by IFS into at most `count` fields; the last takes the rest. */
function splitFields(chars: Outcome['chars'], ifs: string, count: number): string[] {
  const white = (i: number) =>
    !chars[i]?.quoted && isWhite(chars[i]?.char) && ifs.includes(chars[i]?.char as string);
  const separator = (i: number) => !chars[i]?.quoted && ifs.includes(chars[i]?.char as string);
  const fields: string[] = [];
  let at = 0;
  while (at < chars.length && white(at)) at++;
  while (at < chars.length) {
    if (fields.length === count - 1) {
      fields.push(lastField(chars, at, ifs));
      break;
    }
    let field = '';
    while (at < chars.length && !separator(at)) field += chars[at++]?.char;
    fields.push(field);
    while (at < chars.length && white(at)) at++;
    if (at < chars.length && separator(at) && !white(at)) {
      at++;
      while (at < chars.length && white(at)) at++;
    }
  }
  return fields;
}

/** The rest, without white space at its end, nor a single separator that ends its only field. */
function lastField(chars: Outcome['chars'], from: number, ifs: string): string {
  let end = chars.length;
  const separator = (i: number) => !chars[i]?.quoted && ifs.includes(chars[i]?.char as string);
  const trim = () => {
    while (end > from && separator(end - 1) && isWhite(chars[end - 1]?.char)) end--;
  };
  trim();
  let first = from;
  while (first < end && !separator(first)) first++;
  if (first === end - 1 && !isWhite(chars[first]?.char)) {
    end--;
    trim();
  }
  return chars
    .slice(from, end)
    .map(({ char }) => char)
    .join('');
}

function isWhite(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\n';
}

function mapper(name: string): Builtin {
  return {
    name,
    synopsis: `${name} [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]`,
    *run(call) {
      const { shell } = call;
      const options = parseOptions(call.args, 't', 'dnOsuCc');
      const bad = yield* badOptions(call, options);
      if (bad !== undefined) return bad;
      const { letters, values, rest } = options;
      const [target = 'MAPFILE'] = rest;
      if (!isName(target)) return yield* call.fail(`\`${target}': not a valid identifier`);
      for (const [letter, what] of [
        ['n', 'line count'],
        ['O', 'array origin'],
        ['s', 'line count'],
      ] as const) {
        const given = values.get(letter);
        if (given !== undefined && !/^\s*\d+\s*$/.test(given))
          return yield* call.fail(`${given}: invalid ${what}`);
      }
      const origin = Number(values.get('O') ?? 0);
      const limit = Number(values.get('n') ?? 0);
      const skip = Number(values.get('s') ?? 0);
      const fd = Number(values.get('u') ?? 0);
      if (!shell.context.fds.has(fd)) {
        return yield* call.fail(`${fd}: invalid file descriptor: Bad file descriptor`);
      }
      const delimiter = values.has('d') ? (values.get('d')?.[0] ?? '\0') : '\n';
      const variable = shell.variables.ensure(shell.variables.target(target));
      if (variable.readonly) {
        yield* shell.error(`${target}: readonly variable`);
        return 1;
      }
      const array: Indexed = values.has('O') && isIndexed(variable.value) ? variable.value : new Indexed();
      variable.value = array;
      const every = Number(values.get('c') ?? 5000);
      const callback = values.get('C');
      const request = { fd, raw: true, delimiter, limit: undefined, exact: false, until: undefined };
      for (let read = 0, kept = 0; limit === 0 || kept < limit; read++) {
        const outcome = yield* readChars(call, request);
        const line = outcome.chars.map(({ char }) => char).join('');
        if (outcome.end === 'eof' && line === '') break;
        if (read >= skip) {
          const ended = outcome.end === 'delimiter' && !letters.has('t') && delimiter !== '\0';
          const text = ended ? line + delimiter : line;
          if (callback && (kept + 1) % every === 0) {
            yield* shell.engine.invoke(shell, [...callback.split(' '), String(origin + kept), text], {
              functions: true,
            });
          }
          array.set(origin + kept, text);
          kept++;
        }
        if (outcome.end === 'eof') break;
      }
      return 0;
    },
  };
}

export const mapfile = mapper('mapfile');
export const readarray = mapper('readarray');

/** The complaint of `getopts`. */
function optionFault(shell: Shell, what: string, letter: string): string {
  if (!shell.posix) return `${shell.arg0}: ${what} -- ${letter}\n`;
  return what === 'illegal option' ? `Illegal option -${letter}\n` : `No arg for -${letter} option\n`;
}

export const getopts: Builtin = {
  name: 'getopts',
  synopsis: 'getopts optstring name [arg ...]',
  *run(call) {
    const { shell } = call;
    const given = call.args[0] === '--' ? call.args.slice(1) : call.args;
    const [spec, name, ...own] = given;
    if (spec === undefined || name === undefined) return yield* call.usage();
    const args = own.length > 0 ? own : shell.positional;
    const silent = spec.startsWith(':');
    let index = Math.max(1, Number(shell.variables.get('OPTIND') ?? 1));
    if (index === 1 && shell.getoptsIndex !== 1) shell.getoptsOffset = 1;
    const put = (variable: string, value: string) => assign(shell, variable, undefined, value);
    const finish = () => {
      shell.getoptsIndex = index;
      put('OPTIND', String(index));
    };
    const current = args[index - 1];
    const done = current === undefined || !/^-./.test(current) || current === '--';
    if (done) {
      if (current === '--') index++;
      shell.getoptsOffset = 1;
      finish();
      put(name, '?');
      shell.variables.delete('OPTARG');
      return 1;
    }
    const letter = current[shell.getoptsOffset] as string;
    const at = letter === ':' ? -1 : spec.indexOf(letter, silent ? 1 : 0);
    shell.getoptsOffset++;
    const ended = shell.getoptsOffset >= current.length;
    const quiet = silent || shell.variables.get('OPTERR') === '0';
    if (at < 0) {
      if (ended) {
        index++;
        shell.getoptsOffset = 1;
      }
      if (!quiet) yield* shell.stderr(optionFault(shell, 'illegal option', letter));
      finish();
      put(name, '?');
      if (silent) put('OPTARG', letter);
      else shell.variables.delete('OPTARG');
      return 0;
    }
    if (spec[at + 1] !== ':') {
      if (ended) {
        index++;
        shell.getoptsOffset = 1;
      }
      finish();
      put(name, letter);
      shell.variables.delete('OPTARG');
      return 0;
    }
    const inline = current.slice(shell.getoptsOffset);
    const value = inline !== '' ? inline : args[index];
    index += inline !== '' ? 1 : 2;
    shell.getoptsOffset = 1;
    if (value === undefined) {
      index--;
      finish();
      if (!quiet) yield* shell.stderr(optionFault(shell, 'option requires an argument', letter));
      put(name, silent ? ':' : '?');
      if (silent) put('OPTARG', letter);
      else shell.variables.delete('OPTARG');
      return 0;
    }
    finish();
    put(name, letter);
    put('OPTARG', value);
    return 0;
  },
};
