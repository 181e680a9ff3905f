import type { ParseError } from 'unbash';
import type { Steps } from '../../sim/index.ts';
import { conditionalFault } from './conditional-fault.ts';
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
  const fault = shell.posix ? undefined : conditionalFault(source.text, error.pos);
  yield* report(shell, source, error, { kind, fault });
  // A script is taken to end at a conditional command that cannot be parsed.
  const ends = fault !== undefined && !shell.interactive && !NESTED.has(source.label ?? '');
  return ends ? shell.status : 2;
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
    if (shell.ash && shell.invocation.command) return `${source.name}: `;
    if (shell.posix && !shell.ash) return `${source.name}: ${line}: `;
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
    const text =
      shell.posix && !shell.ash
        ? 'Syntax error: end of file unexpected'
        : 'syntax error: unexpected end of file';
    yield* shell.stderr(`${at(behind)}${text}\n`);
    return;
  }
  if (shell.posix) {
    yield* shell.stderr(
      `${at(line)}${shell.ash ? `syntax error: unexpected "${token}"` : `Syntax error: "${token}" unexpected`}\n`,
    );
    return;
  }
  yield* shell.stderr(`${at(line)}syntax error near unexpected token \`${token}'\n`);
  if (shell.interactive && source.label !== 'source') return;
  yield* shell.stderr(`${at(line)}\`${source.lineText(skipBlanks(source.text, pos))}'\n`);
}

/** Where bash stops: at the word that stands in place of `do`, which the parser has passed. */
function offending(text: string, error: ParseError): number {
  if (error.message !== "expected 'do'") return error.pos;
  const passed = /\bfor\s+\w+(?:\s+in\b[^;\n]*)?[;\n]\s*(\S+)[ \t]*$/.exec(text.slice(0, error.pos));
  return passed ? passed.index + passed[0].lastIndexOf(passed[1] as string) : error.pos;
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
