import { textWidth } from '../editor/width.ts';
import { pattern } from '../expand/pattern.ts';
import type { Builtin } from '../interpreter/builtin.ts';

/** Shell syntax that `help` knows besides the builtins. */
const SYNTAX: readonly string[] = [
  'case WORD in [PATTERN [| PATTERN]...) COMMANDS ;;]... esac',
  'for NAME [in WORDS ... ] ; do COMMANDS; done',
  'for (( exp1; exp2; exp3 )); do COMMANDS; done',
  'function name { COMMANDS ; } or name () { COMMANDS ; }',
  'if COMMANDS; then COMMANDS; [ elif COMMANDS; then COMMANDS; ]... [ else COMMANDS; ] fi',
  'select NAME [in WORDS ... ;] do COMMANDS; done',
  'time [-p] pipeline',
  'until COMMANDS; do COMMANDS-2; done',
  'while COMMANDS; do COMMANDS-2; done',
  '{ COMMANDS ; }',
  '(( expression ))',
  '[[ expression ]]',
];

export const help: Builtin = {
  name: 'help',
  synopsis: 'help [-dms] [pattern ...]',
  *run(call) {
    const { shell } = call;
    const names = call.args.filter((arg) => !arg.startsWith('-'));
    const all = [...[...shell.builtins.values()].map((builtin) => builtin.synopsis), ...SYNTAX].sort();
    if (names.length === 0) {
      yield* call.out(`GNU bash, version 5.2.21(1)-release (x86_64-pc-linux-gnu)\n${columns(all)}`);
      return 0;
    }
    let status = 0;
    for (const name of names) {
      const compiled = pattern(name);
      const found = all.filter((synopsis) => compiled.matches(synopsis.split(' ')[0] as string));
      if (found.length === 0) {
        yield* shell.error(
          `help: no help topics match \`${name}'.  Try \`help help' or \`man -k ${name}' or \`info ${name}'.`,
        );
        status = 1;
      }
      for (const synopsis of found) {
        const topic = synopsis.split(' ')[0] as string;
        yield* call.out(`${topic}: ${synopsis}\n`);
      }
    }
    return status;
  },
};

function columns(items: readonly string[]): string {
  const half = Math.ceil(items.length / 2);
  const cell = (text: string) => (textWidth(text) > 38 ? `${text.slice(0, 37)}>` : text.padEnd(38));
  let out = '';
  for (let i = 0; i < half; i++)
    out += ` ${cell(items[i] as string)} ${cell(items[i + half] ?? '').trimEnd()}`.trimEnd() + '\n';
  return out;
}
