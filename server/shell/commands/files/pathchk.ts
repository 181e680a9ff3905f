import { quote, quoteFile } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';

/** The least that POSIX promises, and what Linux has. */
const POSIX = { path: 256, name: 14 };
const LINUX = { path: 4096, name: 255 };

export const pathchk = tool({
  name: 'pathchk',
  summary: 'check whether file names are valid or portable',
  usage: '[OPTION]... NAME...',
  options: 'p P portability',
  *run(call: Call) {
    if (call.operands.length === 0) call.misuse('missing operand');
    for (const name of call.operands) {
      const wrong = problemOf(call, name);
      if (wrong !== undefined) yield* call.warn(wrong);
    }
    return undefined;
  },
});

function problemOf({ options, context }: Call, name: string): string | undefined {
  const isPortable = options.has('p', 'portability');
  const parts = name.split('/');
  if (options.has('P', 'portability')) {
    if (parts.some((part) => part.startsWith('-')))
      return `leading '-' in a component of file name ${quoteFile(name)}`;
  }
  if (name === '' && (isPortable || options.has('P'))) return 'empty file name';
  const odd = /[^A-Za-z0-9._/-]/u.exec(name)?.[0];
  if (isPortable && odd !== undefined)
    return `nonportable character ${quote(odd)} in file name ${quoteFile(name)}`;
  if (name === '') return "'': No such file or directory";
  const { path, name: longest } = isPortable ? POSIX : LINUX;
  if (name.length >= path)
    return `limit ${path - 1} exceeded by length ${name.length} of file name ${quoteFile(name)}`;
  const long = parts.find((part) => part.length > longest);
  if (long !== undefined)
    return `limit ${longest} exceeded by length ${long.length} of file name component ${quote(long)}`;
  for (let i = 1; i < parts.length && !isPortable; i++) {
    const above = parts.slice(0, i).join('/') || '/';
    const stat = context.fs.tryStat(above);
    if (stat && stat.type !== 'directory')
      return `${quote(name)
        .replace(/[‘’]/g, "'")
        .replace(/^'(.*)'$/, '$1')}: Not a directory`;
  }
  return undefined;
}
