import type { Steps } from '../../sim/index.ts';
import { expandHistory, HistoryError } from '../editor/history-expand.ts';
import { type Builtin, badOptions, type Call, parseOptions } from '../interpreter/builtin.ts';
import { readHistory, remember, writeHistory } from '../interpreter/history-file.ts';
import type { Shell } from '../interpreter/shell.ts';
import { shellDate } from '../interpreter/shell-date.ts';
import { Source } from '../interpreter/source.ts';

export const history: Builtin = {
  name: 'history',
  synopsis: 'history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]',
  *run(call) {
    const { shell } = call;
    const options = parseOptions(call.args, 'canrwps', 'd');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    const { letters, values, rest } = options;
    if (letters.has('c')) shell.history.clear();
    const offset = values.get('d');
    if (offset !== undefined) return yield* deleteEntries(call, offset);
    if (letters.has('s')) {
      if (rest.length > 0) shell.history.add(rest.join(' '), shell.context.now);
      return 0;
    }
    if (letters.has('p')) return yield* printExpansions(call, rest);
    const file = rest[0] ?? shell.variables.get('HISTFILE');
    for (const letter of ['a', 'n', 'r', 'w']) {
      if (!letters.has(letter)) continue;
      if (file === undefined) return 1;
      if (letter === 'a' || letter === 'w') writeHistory(shell, file, letter === 'a');
      else if (!readHistory(shell, file))
        return yield* call.fail(`${file}: cannot read: No such file or directory`);
      return 0;
    }
    if (letters.has('c')) return 0;
    return yield* list(call, rest[0]);
  },
};

function* deleteEntries(call: Call, offset: string): Steps<number> {
  const { history } = call.shell;
  const range = /^(-?\d+)(?:-(-?\d+))?$/.exec(offset);
  const at = (text: string) => (Number(text) < 0 ? history.next + Number(text) : Number(text));
  if (!range) return yield* call.fail(`${offset}: history position out of range`);
  const first = at(range[1] as string);
  const last = range[2] === undefined ? first : at(range[2]);
  for (let n = last; n >= first; n--) {
    if (!history.remove(n)) return yield* call.fail(`${offset}: history position out of range`);
  }
  return 0;
}

function* printExpansions(call: Call, args: readonly string[]): Steps<number> {
  let status = 0;
  for (const arg of args) {
    try {
      yield* call.out(`${expandHistory(arg, call.shell.history).text}\n`);
    } catch (error) {
      if (!(error instanceof HistoryError)) throw error;
      status = yield* call.fail(`${arg}: history expansion failed`);
    }
  }
  return status;
}

function* list(call: Call, count: string | undefined): Steps<number> {
  const { shell } = call;
  if (count !== undefined && !/^\d+$/.test(count))
    return yield* call.fail(`${count}: numeric argument required`);
  const { history } = shell;
  const format = shell.variables.get('HISTTIMEFORMAT');
  const first = count === undefined ? history.first : Math.max(history.first, history.next - Number(count));
  let out = '';
  for (let n = first; n < history.next; n++) {
    const entry = history.get(n);
    if (!entry) continue;
    const stamp = format ? shellDate(shell, format, entry.at) : '';
    out += `${String(n).padStart(5)}  ${stamp}${entry.text}\n`;
  }
  yield* call.out(out);
  return 0;
}

export const fc: Builtin = {
  name: 'fc',
  synopsis: 'fc [-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]',
  *run(call) {
    const { shell } = call;
    // Negative numbers are lines, not options.
    const numbered = call.args.findIndex((arg) => /^-\d+$/.test(arg));
    const given = numbered < 0 ? call.args : call.args.slice(0, numbered);
    const options = parseOptions(given, 'lnrs', 'e');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    const { letters, values } = options;
    const rest = [...options.rest, ...call.args.slice(given.length)];
    if (letters.has('s')) return yield* again(call, rest);
    const listing = letters.has('l');
    const from = find(call, rest[0], listing ? -16 : -1);
    const to = find(call, rest[1], rest[0] !== undefined && !listing ? 0 : -1) ?? from;
    if (from === undefined || to === undefined) return yield* call.fail('no command found');
    const low = Math.max(shell.history.first, Math.min(from, to));
    const high = rest[1] === undefined && !listing ? low : Math.max(from, to);
    const numbers = Array.from({ length: high - low + 1 }, (_, i) => low + i);
    if (letters.has('r') !== from > to) numbers.reverse();
    if (listing) {
      for (const n of numbers) {
        const text = shell.history.get(n)?.text;
        if (text !== undefined) yield* call.out(`${letters.has('n') ? '' : n}\t ${text}\n`);
      }
      return 0;
    }
    const lines = numbers.map((n) => shell.history.get(n)?.text ?? '');
    return yield* editAndRun(call, lines.join('\n'), values.get('e'));
  },
};

/** A line by number, negative number or prefix. */
function find(call: Call, spec: string | undefined, fallback: number): number | undefined {
  const { history } = call.shell;
  // The `fc` command itself is the last line.
  const end = history.next - 1;
  if (spec === undefined) return fallback === 0 ? undefined : Math.max(history.first, end + fallback);
  if (/^-?\d+$/.test(spec)) return Number(spec) < 0 ? end + Number(spec) : Number(spec);
  for (let n = end - 1; n >= history.first; n--) if (history.get(n)?.text.startsWith(spec)) return n;
  return undefined;
}

function* again(call: Call, args: readonly string[]): Steps<number> {
  const { shell } = call;
  const replacements = args.filter((arg) => arg.includes('='));
  const spec = args.find((arg) => !arg.includes('='));
  const number = find(call, spec, -1);
  let text = number === undefined ? undefined : shell.history.get(number)?.text;
  if (text === undefined) return yield* call.fail('no command found');
  for (const replacement of replacements) {
    const at = replacement.indexOf('=');
    text = text.replaceAll(replacement.slice(0, at), () => replacement.slice(at + 1));
  }
  yield* shell.stderr(`${text}\n`);
  takePlace(shell, text);
  return yield* shell.engine.runText(shell, new Source(text, shell.source.name, shell.line));
}

/** What `fc` runs stands in the history in place of the `fc` itself. */
function takePlace(shell: Shell, text: string): void {
  const last = shell.history.next - 1;
  if (/^\s*(?:fc|r)\b/.test(shell.history.get(last)?.text ?? '')) shell.history.remove(last);
  remember(shell, text);
}

function* editAndRun(call: Call, text: string, editor: string | undefined): Steps<number> {
  const { shell } = call;
  const { fs, host } = shell.context;
  const path = `/tmp/bash-fc.${host.random.text(6, 'abcdefghijklmnopqrstuvwxyz')}`;
  fs.write(path, `${text}\n`, 0o600);
  const program = editor ?? shell.variables.get('FCEDIT') ?? shell.variables.get('EDITOR') ?? 'vi';
  const status =
    program === '-'
      ? 0
      : yield* shell.engine.invoke(shell, [...program.split(/\s+/), path], { functions: true });
  const edited = fs.isFile(path) ? fs.read(path).replace(/\n$/, '') : '';
  if (fs.isFile(path)) fs.unlink(path);
  if (status !== 0) return status;
  yield* shell.stderr(`${edited}\n`);
  takePlace(shell, edited);
  return yield* shell.engine.runText(shell, new Source(edited, shell.source.name, shell.line));
}
