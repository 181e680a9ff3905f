import type { ParseError } from 'unbash';
import type { Steps } from '../../sim/index.ts';
import { syntaxFaultOf } from '../dialect/syntax.ts';
import { conditionalFault } from './conditional-fault.ts';
import { ShellExit } from './flow.ts';
import type { Shell } from './shell.ts';
import type { Source } from './source.ts';

const QUOTES: [RegExp, string][] = [
  [/double quote/, '"'],
  [/single quote|ANSI-C quote/, "'"],
  [/backtick/, '`'],
  [/parameter expansion/, '}'],
  [/substitution|arithmetic|extended glob|for header/, ')'],
  [/array subscript/, ']'],
];

/** Whether more text could mend the error: the shell asks for another line with PS2. */
export function isIncomplete(text: string, error: ParseError): boolean {
  if (/^unterminated/.test(error.message)) return true;
  return tokenAt(text, error.pos) === undefined;
}

/** Prints what bash says of text that it cannot parse. Returns the status that this leaves. */
export function* reportSyntaxError(
  shell: Shell,
  source: Source,
  error: ParseError,
  kind?: string,
): Steps<number> {
  if (shell.dialect.name !== 'bash') return yield* reportAlmquist(shell, source, error, shell.dialect.name);
  const fault = error.message === EXTENDED_PATTERN ? undefined : conditionalFault(source.text, error.pos);
  yield* report(shell, source, error, { kind, fault });
  // A script is taken to end at a conditional command that cannot be parsed.
  const ends = fault !== undefined && !shell.interactive && !NESTED.has(source.label ?? '');
  return ends ? shell.status : 2;
}

/** dash and ash end a script, whatever it was that they read. */
function* reportAlmquist(
  shell: Shell,
  source: Source,
  error: ParseError,
  name: 'dash' | 'ash',
): Steps<number> {
  const { text, pos } = syntaxFaultOf(name, source.text, error);
  const line = source.lineAt(pos);
  const { label } = source;
  const inside = label === 'eval' ? 'eval: ' : label === 'source' ? `${source.name}: ` : '';
  const command = label === 'source' ? shell.arg0 : source.name;
  const hasLine = name === 'dash' ? !shell.terse : !shell.terse && !shell.invocation.command;
  const at = label === 'source' ? (shell.frames.at(-1)?.callLine ?? line) : line;
  const place = hasLine
    ? `${command}: ${name === 'ash' ? 'line ' : ''}${at}: ${inside}`
    : `${command}: ${inside}`;
  yield* shell.stderr(`${place}${text}\n`);
  if (!shell.interactive) throw new ShellExit(2);
  return 2;
}

/** Texts that are read inside of a script. */
const NESTED: ReadonlySet<string> = new Set(['eval', 'source', 'trap', 'command substitution']);

function* report(
  shell: Shell,
  source: Source,
  error: ParseError,
  { kind, fault }: { kind: string | undefined; fault: string | undefined },
): Steps<void> {
  const label = kind ?? source.label;
  const at = (line: number) => {
    if (shell.terse && source.label !== 'source')
      return `${shell.arg0}: ${label && label !== 'trap' ? `${label}: ` : ''}`;
    if (shell.terse) return `${shell.arg0}: ${source.name}: line ${line}: `;
    return `${source.name}: ${label && label !== 'source' ? `${label}: ` : ''}line ${line}: `;
  };
  const pos = offending(source.text, error);
  const line = source.lineAt(pos);
  const quote = /^unterminated/.test(error.message)
    ? QUOTES.find(([pattern]) => pattern.test(error.message))?.[1]
    : undefined;
  const behind = source.firstLine + source.text.replace(/\n$/, '').split('\n').length;
  if (quote) {
    // The commands of a substitution are read up to the end of the text.
    const found = /(?:command|process) substitution/.test(error.message) ? behind : line;
    yield* shell.stderr(`${at(found)}unexpected EOF while looking for matching \`${quote}'\n`);
    return;
  }
  if (fault !== undefined) {
    if (fault !== '') yield* shell.stderr(`${at(line)}${fault}\n`);
    return;
  }
  const token = tokenAt(source.text, pos);
  if (token === undefined) {
    yield* shell.stderr(`${at(behind)}syntax error: unexpected end of file\n`);
    return;
  }
  yield* shell.stderr(`${at(line)}syntax error near unexpected token \`${token}'\n`);
  if (shell.interactive && source.label !== 'source') return;
  yield* shell.stderr(`${at(line)}\`${source.lineText(skipBlanks(source.text, pos))}'\n`);
}

/** The message of an extended pattern that is read without `extglob`. */
export const EXTENDED_PATTERN = 'extended pattern';

/** What the parser has passed when it complains, and bash has not. */
const PASSED: Readonly<Record<string, RegExp>> = {
  "unexpected token ')'": /(?:^|[;&|\n])[ \t]*[\w.-]+[ \t]*\([ \t]*([^\s()]+)[ \t]*$/,
  "expected 'do'": /\bfor\s+\w+(?:\s+in\b[^;\n]*)?[;\n]\s*(\S+)[ \t]*$/,
};

/** Further back it is not looked for: what a candidate typed may be very long. */
const NEAR = 1000;

/** Where bash stops: at a word behind `name (`, or in place of `do`, which the parser has passed. */
function offending(text: string, error: ParseError): number {
  const pattern = PASSED[error.message];
  if (!pattern) return error.pos;
  const from = Math.max(0, error.pos - NEAR);
  const passed = pattern.exec(text.slice(from, error.pos));
  return passed ? from + passed.index + passed[0].lastIndexOf(passed[1] as string) : error.pos;
}

function skipBlanks(text: string, pos: number): number {
  let at = pos;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}

/** The token at `pos`, as messages name it; undefined at the end of the text. */
function tokenAt(text: string, pos: number): string | undefined {
  let at = skipBlanks(text, pos);
  while (text[at] === '#' || text[at] === '\n' || text[at] === ' ' || text[at] === '\t') {
    if (text[at] === '\n' && text.slice(at).trim() !== '') {
      return 'newline';
    }
    if (text[at] === '#') at = (text.indexOf('\n', at) + 1 || text.length + 1) - 1;
    else at++;
  }
  if (at >= text.length) return text.slice(pos).includes('\n') || pos >= text.length ? undefined : 'newline';
  return /^(?:;;&|;;|;&|&&|\|\||<<<|<<-?|>>|&>>|&>|>&|<&|<>|>\||\|&|[;&|()<>\n]|[^\s;&|()<>]+)/.exec(
    text.slice(at),
  )?.[0];
}
