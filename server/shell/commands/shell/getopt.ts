import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { OptionError, type Options, parseOptions } from '../../options.ts';

const OWN =
  'a|alternative h|help l|longoptions|long= n|name= o|options= q|quiet Q|quiet-output s|shell= T|test u|unquoted V|version';

/** Models util-linux getopt: parses a script's arguments and writes them in order. */
export const getopt: Command = {
  name: 'getopt',
  summary: 'parse command options (enhanced)',
  *main(context): Steps<number> {
    const args = context.args.slice(1);
    const complain = function* (text: string, status: number): Steps<number> {
      yield* context.err(text);
      return status;
    };
    if (args.length === 0)
      return yield* complain(
        "getopt: missing optstring argument\nTry 'getopt --help' for more information.\n",
        2,
      );
    let own: Options;
    try {
      own = parseOptions(args, OWN, true);
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      return yield* complain(`getopt: ${error.message}\nTry 'getopt --help' for more information.\n`, 2);
    }
    if (own.has('T')) return 4;
    if (own.has('V')) {
      yield* context.out('getopt from util-linux 2.39.3\n');
      return 0;
    }
    if (own.has('h')) {
      yield* context.out(HELP);
      return 0;
    }
    const old = !args[0]?.startsWith('-');
    const rest = [...own.operands];
    const short = own.get('o') ?? rest.shift();
    if (short === undefined)
      return yield* complain(
        "getopt: missing optstring argument\nTry 'getopt --help' for more information.\n",
        2,
      );
    const name = own.get('n') ?? 'getopt';
    const plain = old || own.has('u');
    const result = parseScript(rest, short, own.all('l').join(','));
    if (!own.has('q')) yield* context.err(result.errors.map((text) => `${name}: ${text}\n`).join(''));
    if (!own.has('Q')) {
      const show = (word: string) => (plain ? word : `'${word.replaceAll("'", "'\\''")}'`);
      const given = result.given.map(
        ({ option, value }) => ` ${option}${value === undefined ? '' : ` ${show(value)}`}`,
      );
      yield* context.out(`${given.join('')} --${result.operands.map((word) => ` ${show(word)}`).join('')}\n`);
    }
    return result.errors.length > 0 ? 1 : 0;
  },
};

const HELP = `
Usage:
 getopt <optstring> <parameters>
 getopt [options] [--] <optstring> <parameters>
 getopt [options] -o|--options <optstring> [options] [--] <parameters>

Parse command options.

Options:
 -a, --alternative             long options may begin with one -
 -l, --longoptions <longopts>  the long options that are known
 -n, --name <progname>         the name in error messages
 -o, --options <optstring>     the short options that are known
 -q, --quiet                   no error messages
 -Q, --quiet-output            no output
 -s, --shell <shell>           quote for this shell
 -T, --test                    tell by the exit status which getopt this is
 -u, --unquoted                do not quote the output

 -h, --help                    display this help
 -V, --version                 display version

For more details see getopt(1).
`;

interface Parsed {
  readonly given: { readonly option: string; readonly value: string | undefined }[];
  readonly operands: string[];
  readonly errors: string[];
}

/** `a:b::c` and `long,with:,maybe::` as a specification of ours. */
function specification(short: string, long: string): string {
  const mark = (colons: string) => (colons === '::' ? '?' : colons === ':' ? '=' : '');
  const letters = Array.from(
    short.matchAll(/([^:])(:{0,2})/g),
    ([, letter, colons]) => `${letter}${mark(colons as string)}`,
  );
  const words = Array.from(
    long.matchAll(/([^:,\s]+)(:{0,2})/g),
    ([, word, colons]) => `${word}${mark(colons as string)}`,
  );
  return [...letters, ...words].join(' ');
}

/** Reads on after an error, as getopt does: one argument at a time. */
function parseScript(args: readonly string[], short: string, long: string): Parsed {
  const inOrder = /^[+-]/.test(short);
  const spec = specification(short.replace(/^[+-]/, ''), long);
  const out: Parsed = { given: [], operands: [], errors: [] };
  for (let rest = [...args]; rest.length > 0; ) {
    const word = rest[0] as string;
    if (word === '--') {
      out.operands.push(...rest.slice(1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      out.operands.push(...(inOrder ? rest : [word]));
      if (inOrder) break;
      rest = rest.slice(1);
      continue;
    }
    const letters = word.startsWith('--') ? [] : [...word.slice(1)];
    rest = letters.length > 1 ? bundle(out, word, rest, spec) : single(out, rest, spec);
  }
  return out;
}

function single(out: Parsed, rest: readonly string[], spec: string): string[] {
  try {
    for (const take of [1, 2]) {
      const parsed = attempt(rest.slice(0, take), spec, rest.length > take);
      if (!parsed) continue;
      const one = parsed.given[0] as { shown: string; value: string | undefined };
      const optional = new RegExp(`(^| )${one.shown.replace(/^-+/, '')}\\?`).test(spec);
      out.given.push({ option: one.shown, value: optional ? (one.value ?? '') : one.value });
      return rest.slice(take);
    }
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    out.errors.push(error.message);
  }
  return rest.slice(1);
}

/** Undefined: the option wants an argument, and there may be one. */
function attempt(words: readonly string[], spec: string, more: boolean): Options | undefined {
  try {
    return parseOptions(words, spec);
  } catch (error) {
    if (
      words.length === 1 &&
      more &&
      error instanceof OptionError &&
      /requires an argument/.test(error.message)
    )
      return undefined;
    throw error;
  }
}

/** `-abc`: each letter by itself until one takes what is left as its argument. */
function bundle(out: Parsed, word: string, rest: readonly string[], spec: string): string[] {
  const letter = word[1] as string;
  const takes = new RegExp(`(^| )${letter.replace(/\\W/g, '\\\\$&')}([=?])`).exec(spec)?.[2];
  if (takes !== undefined) {
    out.given.push({ option: `-${letter}`, value: word.slice(2) });
    return rest.slice(1);
  }
  single(out, [`-${letter}`], spec);
  return [`-${word.slice(2)}`, ...rest.slice(1)];
}
