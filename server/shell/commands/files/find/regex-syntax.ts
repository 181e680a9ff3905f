import { Failure } from '../../core/tool.ts';

const BASIC = new Set(['posix-basic', 'posix-minimal-basic', 'ed', 'sed', 'grep']);
const SYNTAXES = [
  'findutils-default',
  'ed',
  'emacs',
  'gnu-awk',
  'grep',
  'posix-awk',
  'awk',
  'posix-basic',
  'posix-egrep',
  'egrep',
  'posix-extended',
  'posix-minimal-basic',
  'sed',
];

/** The name of a syntax of regular expressions; what find takes without one is Emacs'. */
export function regexSyntax(name: string): string {
  if (!SYNTAXES.includes(name))
    throw new Failure(
      `Unknown regular expression type ‘${name}’; valid types are ${SYNTAXES.map((known) => `‘${known}’`).join(', ')}.`,
    );
  return name === 'findutils-default' ? 'emacs' : name;
}

/** Whether brackets and plus signs want a backslash. */
export function isBasic(syntax: string): boolean {
  return BASIC.has(syntax);
}
