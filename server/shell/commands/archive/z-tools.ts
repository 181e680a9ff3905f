import type { Context } from '../../../host/index.ts';
import type { Command } from '../../command.ts';
import { tool } from '../core/tool.ts';

/** How a tool reads packed files: each is a line of shell around another tool, as the real ones are. */
interface Wrapped {
  readonly name: string;
  readonly around: string;
  /** What unpacks, or passes on what is not packed. */
  readonly reader: string;
  readonly kind: 'grep' | 'pager' | 'compare';
  /** What it says of a line that lacks a pattern or a file. */
  readonly missing: string;
  /** Where it says so. Default: standard error. */
  readonly complainsTo?: 'out';
}

/** As dash speaks of `${1?…}` in the scripts that these tools are. */
const NO_PATTERN = "/usr/bin/zgrep: 188: 1: missing pattern; try `/usr/bin/zgrep --help' for help\n";
const NO_OPERAND = '/usr/bin/zdiff: missing operand\n';

const TOOLS: readonly Wrapped[] = [
  { name: 'zgrep', around: 'grep', reader: 'zcat -f', kind: 'grep', missing: NO_PATTERN },
  { name: 'zegrep', around: 'grep -E', reader: 'zcat -f', kind: 'grep', missing: NO_PATTERN },
  { name: 'zfgrep', around: 'grep -F', reader: 'zcat -f', kind: 'grep', missing: NO_PATTERN },
  {
    name: 'bzgrep',
    around: 'grep',
    reader: 'bzcat -f',
    kind: 'grep',
    missing: 'grep through bzip2 files\nusage: bzgrep [grep_options] pattern [files]\n',
    complainsTo: 'out',
  },
  {
    name: 'xzgrep',
    around: 'grep',
    reader: 'xzcat -f',
    kind: 'grep',
    missing: "/usr/bin/xzgrep: 159: 1: Missing pattern; try `xzgrep --help' for help\n",
  },
  { name: 'zless', around: 'less', reader: 'zcat -f', kind: 'pager', missing: '' },
  { name: 'zmore', around: 'more', reader: 'zcat -f', kind: 'pager', missing: '' },
  { name: 'xzless', around: 'less', reader: 'xzcat -f', kind: 'pager', missing: '' },
  { name: 'zdiff', around: 'diff', reader: 'zcat -f', kind: 'compare', missing: NO_OPERAND },
  { name: 'zcmp', around: 'cmp', reader: 'zcat -f', kind: 'compare', missing: NO_OPERAND },
];

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/** Options of grep that take the next word. */
const GREP_ARGUMENTS = /^-[A-Za-z]*[efmABCD]$/;

/** The line of shell that does it; undefined: something is missing. */
function scriptOf(wrapped: Wrapped, args: readonly string[]): string | undefined {
  const { around, reader, kind } = wrapped;
  if (kind === 'pager') return `${reader} ${args.map(quoted).join(' ')} | ${around}`;
  const words = [...args];
  const options: string[] = [];
  while (words[0]?.startsWith('-') && words[0] !== '-') {
    const option = words.shift() as string;
    if (option === '--') break;
    options.push(option);
    if (kind === 'grep' && GREP_ARGUMENTS.test(option) && words.length > 0)
      options.push(words.shift() as string);
  }
  return kind === 'compare' ? comparison(wrapped, options, words) : search(wrapped, options, words);
}

function comparison({ around, reader }: Wrapped, options: readonly string[], words: readonly string[]) {
  const [one, two = one?.replace(/\.(gz|bz2|xz|tgz)$/, '')] = words;
  if (one === undefined || two === undefined) return undefined;
  const given = options.map(quoted).join(' ');
  return `${around} ${given} <(${reader} ${quoted(one)}) <(${reader} ${quoted(two)})`;
}

function search({ around, reader }: Wrapped, options: readonly string[], words: readonly string[]) {
  const isGiven = options.some((option) => /^-[A-Za-z]*[ef]$/.test(option));
  const [first, ...others] = words;
  if (!isGiven && first === undefined) return undefined;
  const files = isGiven ? words : others;
  const pattern = isGiven ? '' : `-e ${quoted(first as string)}`;
  const given = options.map(quoted).join(' ');
  if (files.length === 0) return `${reader} | ${around} ${given} ${pattern}`;
  const named = files.length > 1 || options.some((option) => /^-[A-Za-z]*H/.test(option));
  const each = files.map((file) => {
    const label = named && !options.includes('-h') ? `-H --label=${quoted(file)}` : `--label=${quoted(file)}`;
    return `{ ${reader} -- ${quoted(file)} | ${around} ${label} ${given} ${pattern}; s=$?; [ $s -lt $r ] && r=$s; }`;
  });
  return `r=2; ${each.join('; ')}; exit $r`;
}

function command(wrapped: Wrapped): Command {
  const described = tool({
    name: wrapped.name,
    summary: `${wrapped.around} on compressed files`,
    usage: wrapped.kind === 'grep' ? '[OPTION]... [-e] PATTERN [FILE]...' : '[OPTION]... [FILE]...',
    version: 'gzip 1.12',
    *run() {
      return 0;
    },
  });
  const asks = (word: string | undefined) => word === '--help' || word === '--version';
  return {
    ...described,
    main: (context) => (asks(context.args[1]) ? described.main(context) : run(context, wrapped)),
  };
}

function* run(context: Context, wrapped: Wrapped) {
  const script = scriptOf(wrapped, context.args.slice(1));
  if (script !== undefined) return yield* context.run('/bin/bash', ['bash', '-c', script]);
  yield* context[wrapped.complainsTo ?? 'err'](wrapped.missing);
  return 2;
}

/** Tools that look into compressed files. */
export const Z_COMMANDS: readonly Command[] = TOOLS.map(command);
