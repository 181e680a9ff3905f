import type { FileType } from '../../../host/index.ts';

const TYPES: Record<FileType, string> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  fifo: 'p',
  socket: 's',
  char: 'c',
  block: 'b',
};

/** `drwxr-xr-x`. */
export function modeText(type: FileType, mode: number): string {
  const bits = [...'rwxrwxrwx'].map((letter, i) => ((mode >> (8 - i)) & 1 ? letter : '-'));
  const special = (bit: number, at: number, letter: string) => {
    if ((mode & bit) !== 0) bits[at] = bits[at] === 'x' ? letter : letter.toUpperCase();
  };
  special(0o4000, 2, 's');
  special(0o2000, 5, 's');
  special(0o1000, 8, 't');
  return TYPES[type] + bits.join('');
}

const WHO: Record<string, number> = { u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 };

/** Applies `755` or `u+x,g-w,o=` to a mode. Undefined: not a mode. Models gnulib modechange. */
export function changeMode(
  text: string,
  mode: number,
  isDirectory: boolean,
  umask: number,
): number | undefined {
  if (/^[0-7]{1,5}$/.test(text)) {
    const value = Number.parseInt(text, 8);
    if (value > 0o7777) return undefined;
    // Set-id bits of directories stay unless they are named.
    return isDirectory && text.length < 5 ? value | (mode & 0o6000) : value;
  }
  let result = mode;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]|[0-7]+))+)$/.exec(clause);
    if (!match) return undefined;
    for (const part of (match[2] as string).match(/[-+=][^-+=]*/g) ?? []) {
      result = applyClause(result, match[1] as string, part, isDirectory, umask);
    }
  }
  return result;
}

function applyClause(mode: number, who: string, part: string, isDirectory: boolean, umask: number): number {
  const op = part[0];
  const affected = who === '' ? 0o7777 : [...who].reduce((bits, letter) => bits | (WHO[letter] as number), 0);
  let bits = permissionBits(part.slice(1), mode, isDirectory) & affected;
  if (who === '') bits &= ~umask;
  if (op === '+') return mode | bits;
  if (op === '-') return mode & ~bits;
  const kept = isDirectory ? mode & 0o6000 & ~(who === '' ? 0 : 0) : 0;
  const cleared = mode & ~(who === '' ? 0o7777 & ~0 : affected);
  return (cleared & 0o7777) | bits | (kept & ~0);
}

function permissionBits(letters: string, mode: number, isDirectory: boolean): number {
  if (/^[0-7]+$/.test(letters)) return Number.parseInt(letters, 8);
  if (/^[ugo]$/.test(letters)) {
    const three = (mode >> (letters === 'u' ? 6 : letters === 'g' ? 3 : 0)) & 7;
    return three * 0o111;
  }
  let bits = 0;
  for (const letter of letters) {
    if (letter === 'r') bits |= 0o444;
    if (letter === 'w') bits |= 0o222;
    if (letter === 'x') bits |= 0o111;
    if (letter === 'X' && (isDirectory || (mode & 0o111) !== 0)) bits |= 0o111;
    if (letter === 's') bits |= 0o6000;
    if (letter === 't') bits |= 0o1000;
  }
  return bits;
}
