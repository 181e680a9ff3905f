import { byteLength, isSystemError } from '../../../host/index.ts';
import { append, type Steps } from '../../../sim/index.ts';
import { isApplet } from '../core/applet.ts';
import { matchesGlob } from '../core/glob.ts';
import type { Input } from '../core/input.ts';
import { demandCount } from '../core/numbers.ts';
import { type Call, Failure, type ToolDefinition, tool } from '../core/tool.ts';
import { type Matcher, matcherFor } from './grep-match.ts';

const OPTIONS = `E|extended-regexp F|fixed-strings G|basic-regexp P|perl-regexp e|regexp= f|file= i|y|ignore-case
  no-ignore-case w|word-regexp x|line-regexp z|null-data s|no-messages v|invert-match m|max-count= b|byte-offset
  n|line-number line-buffered H|with-filename h|no-filename label= o|only-matching q|quiet|silent binary-files= a|text
  I d|directories= D|devices= r|recursive R|dereference-recursive include= exclude= exclude-from= exclude-dir=
  L|files-without-match l|files-with-matches c|count T|initial-tab Z|null A|after-context= B|before-context=
  C|context= color? colour? U|binary group-separator= no-group-separator 0 1 2 3 4 5 6 7 8 9`;

/** Everything the options say, worked out once. */
interface Plan {
  readonly matcher: Matcher;
  readonly invert: boolean;
  readonly before: number;
  readonly after: number;
  readonly max: number;
  readonly names: boolean;
  readonly color: boolean;
  /** Whether a line was printed that a separator must follow. */
  printed: boolean;
  found: boolean;
}

function definition(name: string, syntax?: 'E' | 'F'): ToolDefinition {
  return {
    name,
    summary: 'print lines that match patterns',
    usage: '[OPTION]... PATTERNS [FILE]...',
    options: OPTIONS,
    usageStatus: 2,
    version: 'GNU grep 3.11',
    run: (call) => run(call, syntax),
  };
}

export const grep = tool(definition('grep'));
export const egrep = tool(definition('egrep', 'E'));
export const fgrep = tool(definition('fgrep', 'F'));

function* run(call: Call, syntax: 'E' | 'F' | undefined): Steps<number> {
  const operands = [...call.operands];
  const patterns = yield* patternsOf(call, operands);
  const recursive = call.options.has('r', 'R') || call.options.get('d') === 'recurse';
  const paths = operands.length > 0 ? operands : [recursive ? '' : '-'];
  const many = paths.length > 1 || (recursive && call.context.fs.isDirectory(paths[0] || '.'));
  const plan = planOf(call, patterns, syntax, many);
  // Nothing can be selected: no file is looked at.
  const none = plan.invert && patterns.length === 1 && patterns[0] === '' && !call.options.has('w', 'x');
  if (plan.max === 0 || (none && !call.options.has('L'))) return 1;
  for (const warning of plan.matcher.warnings) yield* call.context.err(`${call.name}: warning: ${warning}\n`);
  let failed = false;
  for (const path of paths) {
    if (path !== '-' && !call.context.fs.isDirectory(path) && !isIncluded(call, path)) continue;
    if (recursive && path !== '-') failed = (yield* searchTree(call, plan, path)) || failed;
    else failed = (yield* searchFile(call, plan, path)) || failed;
    if (plan.found && call.options.has('q')) return 0;
  }
  if (failed) return 2;
  return plan.found ? 0 : 1;
}

function* patternsOf(call: Call, operands: string[]): Steps<string[]> {
  const { options } = call;
  if (!options.has('e', 'f')) {
    const first = operands.shift();
    if (first === undefined) {
      if (!isApplet(call.context, 'grep'))
        yield* call.context.err(`Usage: ${call.name} [OPTION]... PATTERNS [FILE]...\n`);
      throw new Failure('', 2, true);
    }
    return first.split('\n');
  }
  const patterns: string[] = [];
  for (const option of options.given) {
    if (option.name === 'e') append(patterns, (option.value as string).split('\n'));
    if (option.name === 'f') {
      const text = yield* readPatterns(call, option.value as string);
      if (text !== '') append(patterns, text.replace(/\n$/, '').split('\n'));
    }
  }
  return patterns;
}

function* readPatterns(call: Call, path: string): Steps<string> {
  try {
    return yield* call.readFile(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new Failure(`${path}: ${error.message}`, 2);
  }
}

function planOf(call: Call, patterns: string[], forced: 'E' | 'F' | undefined, many: boolean): Plan {
  const { options } = call;
  const color =
    options.get('color') ?? options.get('colour') ?? (options.has('color', 'colour') ? 'auto' : 'never');
  const digits = options.given
    .filter((option) => /^\d$/.test(option.name))
    .map((option) => option.name)
    .join('');
  const context = (name: 'A' | 'B') => {
    const text = options.get(name) ?? options.get('C') ?? (digits || '0');
    if (!/^\d+$/.test(text)) throw new Failure(`${text}: invalid context length argument`, 2);
    return Number(text);
  };
  const quiet = options.has('c', 'l', 'L', 'q', 'o');
  const showNames = options.last('H', 'h');
  return {
    matcher: matcherFor(patterns, {
      syntax: forced ?? ((options.last('E', 'F', 'G', 'P') ?? 'G') as 'E' | 'F' | 'G' | 'P'),
      ignoreCase: options.given.findLast((o) => o.name === 'i' || o.name === 'no-ignore-case')?.name === 'i',
      word: options.has('w'),
      line: options.has('x'),
    }),
    invert: options.has('v'),
    before: quiet && !options.has('o') ? 0 : context('B'),
    after: quiet && !options.has('o') ? 0 : context('A'),
    max: options.has('m') ? maxCount(options.get('m') as string) : Number.POSITIVE_INFINITY,
    names: showNames ? showNames === 'H' : many,
    color: color === 'always' || (color === 'auto' && call.context.isTerminal(1)),
    printed: false,
    found: false,
  };
}

function maxCount(text: string): number {
  if (/^-\d+$/.test(text)) return Number.POSITIVE_INFINITY;
  if (!/^\d+$/.test(text)) throw new Failure('invalid max count', 2);
  return demandCount(text, 'max count', 2);
}

/** Searches a tree in the order of the directory. Returns whether something could not be read. */
function* searchTree(call: Call, plan: Plan, path: string): Steps<boolean> {
  const { fs } = call.context;
  const at = path === '' ? '.' : path;
  if (!fs.isDirectory(at)) return yield* searchFile(call, plan, path);
  let failed = false;
  for (const name of fs.list(at)) {
    const child = path === '' ? name : `${path.replace(/(.)\/$/, '$1')}/${name}`;
    const stat = fs.tryStat(child, call.options.has('R'));
    if (!stat || stat.type === 'symlink') continue;
    if (stat.type === 'directory') {
      if (call.options.all('exclude-dir').some((glob) => matchesGlob(glob.replace(/\/$/, ''), name)))
        continue;
      failed = (yield* searchTree(call, plan, child)) || failed;
    } else if (stat.type === 'file' && isIncluded(call, name)) {
      failed = (yield* searchFile(call, plan, child)) || failed;
    }
    if (plan.found && call.options.has('q')) return failed;
  }
  return failed;
}

function isIncluded(call: Call, name: string): boolean {
  const { options } = call;
  const rules = options.given.filter((option) => option.name === 'include' || option.name === 'exclude');
  // A file of the command line is also known by what follows a slash.
  const names = name.split('/').map((_, i, parts) => parts.slice(i).join('/'));
  const hit = rules.findLast((rule) => names.some((one) => matchesGlob(rule.value as string, one)));
  if (hit) return hit.name === 'include';
  return rules.length === 0 || rules[0]?.name === 'exclude';
}

function* searchFile(call: Call, plan: Plan, path: string): Steps<boolean> {
  let input: Input;
  try {
    if (path !== '-' && call.context.fs.isDirectory(path)) {
      const action = call.options.get('d') ?? 'read';
      if (action !== 'read') return false;
      if (!call.options.has('s')) yield* call.warn(`${path}: Is a directory`);
      yield* conclude(call, new Writer(call, plan, path, '\n'), 0);
      return true;
    }
    input = call.open(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (!call.options.has('s')) yield* call.warn(`${path}: ${error.message}`, 2);
    return true;
  }
  yield* search(call, plan, input, path === '-' ? (call.options.get('label') ?? '(standard input)') : path);
  if (path !== '-') input.close();
  return false;
}

function* search(call: Call, plan: Plan, input: Input, name: string): Steps<void> {
  const { options } = call;
  const separator = options.has('z') ? '\0' : '\n';
  const writer = new Writer(call, plan, name, separator);
  const quick = options.has('q', 'l', 'L');
  let count = 0;
  let number = 0;
  let offset = 0;
  let trailing = 0;
  while (count < plan.max || trailing > 0) {
    const line = yield* input.line(separator);
    if (line === undefined) break;
    number++;
    const selected = count < plan.max && plan.matcher.test(line) !== plan.invert;
    if (line.length > 64) yield* call.spend(line.length >> 6);
    if (selected) {
      count++;
      plan.found = true;
      trailing = plan.after;
      if (quick) break;
      if (!options.has('c') && (yield* writer.binary(line))) break;
    }
    if (!options.has('c')) {
      if (selected) yield* writer.selected(line, number, offset);
      else if (trailing > 0) yield* writer.context(line, number, offset);
      else writer.remember(line, number, offset);
      if (!selected && trailing > 0) trailing--;
    }
    offset += byteLength(line) + 1;
  }
  yield* conclude(call, writer, count);
}

/** What is said of a whole file. */
function* conclude(call: Call, writer: Writer, count: number): Steps<void> {
  const { options } = call;
  if (options.has('q')) return;
  if (options.has('c')) yield* writer.count(count);
  const isListed = options.has('l') ? count > 0 : options.has('L') && count === 0;
  if (isListed) yield* call.print(writer.name + (options.has('Z') ? '\0' : '\n'));
}

/** Prints what was selected of one file, with its context. */
class Writer {
  readonly #call: Call;
  readonly #plan: Plan;
  readonly name: string;
  readonly #separator: string;
  #waiting: { line: string; number: number; offset: number }[] = [];
  #lastPrinted = 0;

  constructor(call: Call, plan: Plan, name: string, separator: string) {
    this.#call = call;
    this.#plan = plan;
    this.name = name;
    this.#separator = separator;
  }

  remember(line: string, number: number, offset: number): void {
    if (this.#plan.before === 0) return;
    this.#waiting.push({ line, number, offset });
    if (this.#waiting.length > this.#plan.before) this.#waiting.shift();
  }

  *count(count: number): Steps<void> {
    const name = this.#plan.names ? this.#paint('35', this.name) + this.#nameEnd(':') : '';
    yield* this.#call.print(`${name}${count}\n`);
  }

  /** A match in binary data is told of, not shown. True when that ended the file. */
  *binary(line: string): Steps<boolean> {
    const { options } = this.#call;
    const how = options.has('a')
      ? 'text'
      : options.has('I')
        ? 'without-match'
        : (options.get('binary-files') ?? 'binary');
    if (how === 'text' || options.has('z') || !/[\0\udc80-\udcff]/.test(line)) return false;
    if (how === 'binary') yield* this.#call.warn(`${this.name}: binary file matches`, 0);
    return true;
  }

  *selected(line: string, number: number, offset: number): Steps<void> {
    yield* this.#gap(this.#waiting[0]?.number ?? number);
    for (const before of this.#waiting) yield* this.#print(before.line, before.number, before.offset, '-');
    this.#waiting = [];
    if (this.#call.options.has('o')) {
      if (!this.#plan.invert) {
        let [bytes, counted] = [offset, 0];
        for (const [start, end] of this.#plan.matcher.all(line)) {
          yield* this.#call.spend();
          bytes += byteLength(line.slice(counted, start));
          counted = start;
          yield* this.#print(line.slice(start, end), number, bytes, ':', true);
        }
      }
      this.#lastPrinted = number;
    } else yield* this.#print(line, number, offset, ':');
  }

  *context(line: string, number: number, offset: number): Steps<void> {
    yield* this.#print(line, number, offset, '-');
  }

  /** `--` between groups that do not touch. */
  *#gap(next: number): Steps<void> {
    const { options } = this.#call;
    const apart = this.#lastPrinted === 0 ? this.#plan.printed : next > this.#lastPrinted + 1;
    if (!apart || (this.#plan.before === 0 && this.#plan.after === 0) || options.has('no-group-separator'))
      return;
    yield* this.#call.print(`${this.#paint('36', options.get('group-separator') ?? '--')}\n`);
  }

  *#print(line: string, number: number, offset: number, mark: ':' | '-', isMatch = false): Steps<void> {
    const { options } = this.#call;
    this.#lastPrinted = number;
    this.#plan.printed = true;
    if (options.has('o') && mark === '-') return;
    let head = this.#plan.names ? this.#paint('35', this.name) + this.#nameEnd(mark) : '';
    if (options.has('n')) head += this.#paint('32', String(number)) + this.#paint('36', mark);
    if (options.has('b')) head += this.#paint('32', String(offset)) + this.#paint('36', mark);
    if (options.has('T') && head !== '') head += '\t';
    yield* this.#call.print(
      head + (isMatch ? this.#paint('01;31', line) : yield* this.#colored(line, mark)) + this.#separator,
    );
  }

  #nameEnd(mark: string): string {
    return this.#call.options.has('Z') ? '\0' : this.#paint('36', mark);
  }

  #paint(color: string, text: string): string {
    return this.#plan.color ? `\x1b[${color}m\x1b[K${text}\x1b[m\x1b[K` : text;
  }

  *#colored(line: string, mark: ':' | '-'): Steps<string> {
    if (!this.#plan.color || (mark === '-') !== this.#plan.invert) return line;
    let out = '';
    let at = 0;
    for (const [start, end] of this.#plan.matcher.all(line)) {
      yield* this.#call.spend();
      out += line.slice(at, start) + this.#paint('01;31', line.slice(start, end));
      at = end;
    }
    return out + line.slice(at);
  }
}
