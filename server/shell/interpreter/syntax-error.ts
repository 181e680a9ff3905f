import type { ParseError } from 'unbash';
import type { Steps } from '../../sim/index.ts';
import { syntaxFaultOf } from '../dialect/syntax.ts';
import { type ConditionalFault, conditionalFault } from './conditional-fault.ts';
import { ShellExit } from './flow.ts';
import { type Offence, offenceOf, skipBlanks } from './offence.ts';
import type { Shell } from './shell.ts';
import type { Source } from './source.ts';

/** The message of an extended pattern that is read without `extglob`. */
export const EXTENDED_PATTERN = 'extended pattern';

/** Whether more text could mend the error: the shell asks for another line with PS2. */
export function isIncomplete(text: string, errors: readonly ParseError[]): boolean {
  const offence = offenceOf(text, errors);
  return offence.token === undefined && faultAt(text, offence) === undefined;
}

/** The line after the one that alone is dropped for an error in it, as that of an array's list is. */
export function droppedTo(text: string, errors: readonly ParseError[]): number | undefined {
  const { within, token, pos } = offenceOf(text, errors);
  const end = within === 'array' && token !== undefined ? text.indexOf('\n', pos) : -1;
  return end < 0 ? undefined : end + 1;
}

/** Prints what bash says of text that it cannot parse. Returns the status that this leaves. */
export function* reportSyntaxError(
  shell: Shell,
  source: Source,
  errors: readonly ParseError[],
  kind?: string,
): Steps<number> {
  const [error] = errors as [ParseError];
  if (shell.dialect.name !== 'bash') return yield* reportAlmquist(shell, source, error, shell.dialect.name);
  const offence = offenceOf(source.text, errors);
  const fault = error.message === EXTENDED_PATTERN ? undefined : faultAt(source.text, offence);
  yield* report(shell, source, offence, { kind, fault });
  // A script is taken to end at a conditional command that cannot be parsed.
  const ends =
    fault !== undefined &&
    offence.closing === undefined &&
    !shell.interactive &&
    !NESTED.has(source.label ?? '');
  if (ends) return shell.status;
  return offence.within === 'array'
    ? 1
    : offence.within === 'substitution' && source.label === '-c'
      ? 127
      : 2;
}

function faultAt(text: string, { pos, closing }: Offence): ConditionalFault | undefined {
  return closing !== undefined && closing !== ']]' ? undefined : conditionalFault(text, pos);
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
  { pos, token, closing, within }: Offence,
  { kind, fault }: { kind: string | undefined; fault: ConditionalFault | undefined },
): Steps<void> {
  const label = kind ?? source.label;
  const at = (line: number) => {
    if (shell.terse && source.label !== 'source')
      return `${shell.arg0}: ${label && label !== 'trap' ? `${label}: ` : ''}`;
    if (shell.terse) return `${shell.arg0}: ${source.name}: line ${line}: `;
    return `${source.name}: ${label && label !== 'source' ? `${label}: ` : ''}line ${line}: `;
  };
  const line = source.lineAt(pos);
  const behind = source.firstLine + source.text.replace(/\n$/, '').split('\n').length;
  if (fault !== undefined) {
    if (fault.message !== '') yield* shell.stderr(`${at(source.lineAt(fault.pos))}${fault.message}\n`);
  } else if (closing !== undefined) {
    // The commands of a substitution are read up to the end of the text.
    const found = /^[$<>]\((?!\()/.test(source.text.slice(pos, pos + 3)) ? behind : line;
    const matching = closing === ']]' ? '' : 'matching ';
    yield* shell.stderr(`${at(found)}unexpected EOF while looking for ${matching}\`${closing}'\n`);
    if (within === 'array' && closing !== ')')
      yield* shell.stderr(`${at(behind)}syntax error: unexpected end of file\n`);
  } else if (token === undefined) {
    yield* shell.stderr(`${at(behind)}syntax error: unexpected end of file\n`);
  } else {
    yield* shell.stderr(`${at(line)}syntax error near unexpected token \`${token}'\n`);
    if (shell.interactive && source.label !== 'source') return;
    yield* shell.stderr(`${at(line)}\`${source.lineText(skipBlanks(source.text, pos))}'\n`);
  }
}
