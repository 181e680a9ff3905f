import type { Command } from '../../command.ts';
import { type Call, tool } from '../core/tool.ts';

/** How a tool reads packed files: each is a line of shell around another tool, as the real ones are. */
interface Wrapped {
  readonly name: string;
  readonly around: string;
  /** What unpacks, or passes on what is not packed. */
  readonly reader: string;
  readonly kind: 'grep' | 'pager' | 'compare';
}

const TOOLS: readonly Wrapped[] = [
  { name: 'zgrep', around: 'grep', reader: 'zcat -f', kind: 'grep' },
  { name: 'zegrep', around: 'grep -E', reader: 'zcat -f', kind: 'grep' },
  { name: 'zfgrep', around: 'grep -F', reader: 'zcat -f', kind: 'grep' },
  { name: 'bzgrep', around: 'grep', reader: 'bzcat -f', kind: 'grep' },
  { name: 'xzgrep', around: 'grep', reader: 'xzcat -f', kind: 'grep' },
  { name: 'zless', around: 'less', reader: 'zcat -f', kind: 'pager' },
  { name: 'zmore', around: 'more', reader: 'zcat -f', kind: 'pager' },
  { name: 'xzless', around: 'less', reader: 'xzcat -f', kind: 'pager' },
  { name: 'zdiff', around: 'diff', reader: 'zcat -f', kind: 'compare' },
  { name: 'zcmp', around: 'cmp', reader: 'zcat -f', kind: 'compare' },
];

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/** Options of grep that take the next word. */
const GREP_ARGUMENTS = /^-[A-Za-z]*[efmABCD]$/;

function scriptOf(wrapped: Wrapped, args: readonly string[]): string {
  const { around, reader, kind } = wrapped;
  if (kind === 'pager') return `${reader} ${args.map(quoted).join(' ')} | ${around}`;
  const words = [...args];
  const options: string[] = [];
  while (words[0]?.startsWith('-') && words[0] !== '-') {
    const option = words.shift() as string;
    options.push(option);
    if (kind === 'grep' && GREP_ARGUMENTS.test(option) && words.length > 0)
      options.push(words.shift() as string);
  }
  const given = options.map(quoted).join(' ');
  if (kind === 'compare') {
    const [one = '', two = one.replace(/\.(gz|bz2|xz|tgz)$/, '')] = words;
    return `${around} ${given} <(${reader} ${quoted(one)}) <(${reader} ${quoted(two)})`;
  }
  const pattern = options.some((option) => /^-[A-Za-z]*[ef]$/.test(option))
    ? ''
    : quoted(words.shift() as string);
  const named = words.length > 1 || options.some((option) => /^-[A-Za-z]*H/.test(option));
  if (words.length === 0) return `${reader} | ${around} ${given} ${pattern}`;
  const each = words.map((file) => {
    const label = named && !options.includes('-h') ? `-H --label=${quoted(file)}` : `--label=${quoted(file)}`;
    return `{ ${reader} -- ${quoted(file)} | ${around} ${label} ${given} ${pattern}; s=$?; [ $s -lt $r ] && r=$s; }`;
  });
  return `r=2; ${each.join('; ')}; exit $r`;
}

function command(wrapped: Wrapped): Command {
  return {
    ...tool({
      name: wrapped.name,
      summary: `${wrapped.around} on compressed files`,
      usage: '[OPTION]... [FILE]...',
      version: 'gzip 1.12',
      *run() {
        return 0;
      },
    }),
    main: (context) => run(context, wrapped),
  };
}

function* run(context: Call['context'], wrapped: Wrapped) {
  const args = context.args.slice(1);
  if (args.length === 0 && wrapped.kind !== 'pager') {
    yield* context.err(
      wrapped.kind === 'grep'
        ? `Usage: ${wrapped.name} [OPTION]... [-e] PATTERN [FILE]...\nLook for instances of PATTERN in the input FILEs, using their\nuncompressed contents if they are compressed.\n`
        : `${wrapped.name}: invalid number of operands; try \`${wrapped.name} --help' for help\n`,
    );
    return 2;
  }
  return yield* context.run('/bin/bash', ['bash', '-c', scriptOf(wrapped, args)]);
}

/** Tools that look into compressed files. */
export const Z_COMMANDS: readonly Command[] = TOOLS.map(command);
