import { spawnSync } from 'node:child_process';

/** An option as the real tool's own help tells it. */
export interface Option {
  /** As it is written, with its dashes. */
  readonly name: string;
  /** The name of its argument in the help, when it takes one. */
  readonly argument?: string;
  readonly optional: boolean;
}

/** `-n, --lines=[-]NUM`, `--color[=WHEN]`, `-U NUM`, `-x`. */
const SPELLING = /^(-\w|--[\w-]+)(?:(\[?)[= ]?(\[?-?\]?<?[A-Z][\w-]*>?|<\w+>|\w+)?\]?.*)?$/;

/** The options in the help of a tool. Those with an argument take it in all their spellings. */
export function optionsOf(tool: string): Option[] {
  const { stdout } = spawnSync(tool, ['--help'], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  return stdout.split('\n').flatMap(optionsOfLine);
}

function optionsOfLine(line: string): Option[] {
  const spellings = /^ {1,8}(-.*?)(?: {2,}|\t|$)/.exec(line)?.[1];
  if (spellings === undefined) return [];
  const options = spellings.split(/,\s+/).flatMap((spelling): Option[] => {
    const [, name, bracket, argument] = SPELLING.exec(spelling) ?? [];
    if (name === undefined || name === '--help' || name === '--version') return [];
    return [{ name, optional: bracket === '[', ...(argument ? { argument: bare(argument) } : {}) }];
  });
  // `-n, --lines=NUM`: the short one takes it too, unless the long one may do without.
  const long = options.find(({ argument }) => argument);
  if (!long) return options;
  return options.map((option) =>
    option.argument || long.optional ? option : { ...option, argument: long.argument as string },
  );
}

function bare(argument: string): string {
  return argument
    .replace(/[^\w-]/g, '')
    .replace(/^-/, '')
    .toUpperCase();
}
