import { compareBytes } from '../core/numbers.ts';

/** `-n`: leading blanks, a sign, digits, a point, digits; text of any length compares exactly. */
export function compareNumeric(a: string, b: string): number {
  const [x, y] = [numeric(a), numeric(b)];
  if (x.negative !== y.negative) return x.negative ? -1 : 1;
  const order =
    x.whole.length - y.whole.length || compareBytes(x.whole, y.whole) || compareBytes(x.fraction, y.fraction);
  return x.negative ? -order : order;
}

function numeric(text: string): { negative: boolean; whole: string; fraction: string } {
  const match = /^[ \t\n]*(-?)(\d*)(?:\.(\d*))?/.exec(text) as RegExpExecArray;
  const whole = (match[2] as string).replace(/^0+/, '');
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  return { negative: match[1] === '-' && (whole !== '' || fraction !== ''), whole, fraction };
}

/** `-g`: whatever strtod reads; what is no number sorts first, then NaN. */
export function compareGeneral(a: string, b: string): number {
  return rank(a) - rank(b) || difference(value(a), value(b));
}

function value(text: string): number {
  const match = /^[ \t\n]*([-+]?(?:inf(?:inity)?|nan|0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?))/i.exec(
    text,
  );
  if (!match) return Number.NaN;
  const word = (match[1] as string).toLowerCase().replace('infinity', 'inf');
  if (word.includes('inf')) return word.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(word);
}

function rank(text: string): number {
  if (!Number.isNaN(value(text))) return 2;
  return /^[ \t\n]*[-+]?nan/i.test(text) ? 1 : 0;
}

function difference(a: number, b: number): number {
  return a === b || Number.isNaN(a) ? 0 : a < b ? -1 : 1;
}

const SUFFIXES = 'KMGTPEZYRQ';

/** `-h`: by sign, then suffix, then number. */
export function compareHuman(a: string, b: string): number {
  const [x, y] = [magnitude(a), magnitude(b)];
  return x - y || compareNumeric(a, b);
}

function magnitude(text: string): number {
  const match = /^[ \t\n]*(-?)(\d*\.?\d*)([KMGTPEZYRQkmgtpezyrq]?)/.exec(text) as RegExpExecArray;
  if (Number(match[2]) === 0 || match[2] === '') return 0;
  const power = match[3] === '' ? 1 : SUFFIXES.indexOf((match[3] as string).toUpperCase()) + 2;
  return match[1] === '-' ? -power : power;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

export function compareMonth(a: string, b: string): number {
  return month(a) - month(b);
}

function month(text: string): number {
  return MONTHS.indexOf(text.trimStart().slice(0, 3).toUpperCase());
}

/** `-V`. Models gnulib filevercmp. */
export function compareVersion(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '' || b === '') return a === '' ? -1 : 1;
  for (const special of ['.', '..']) {
    if (a === special) return -1;
    if (b === special) return 1;
  }
  if (a.startsWith('.') !== b.startsWith('.')) return a.startsWith('.') ? -1 : 1;
  const [x, y] = [stem(a), stem(b)];
  const order = x === y ? 0 : compareStems(x, y);
  return order || compareStems(a, b);
}

/** Without file suffixes such as `.tar.gz`. */
function stem(name: string): string {
  return name.replace(/(?:\.[A-Za-z~][A-Za-z0-9~]*)*$/, '') || name;
}

function compareStems(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a[i])) || (j < b.length && !isDigit(b[j]))) {
      const order = weight(a[i]) - weight(b[j]);
      if (order !== 0) return order;
      i++;
      j++;
    }
    const x = /^\d*/.exec(a.slice(i))?.[0] as string;
    const y = /^\d*/.exec(b.slice(j))?.[0] as string;
    i += x.length;
    j += y.length;
    const [m, n] = [x.replace(/^0+/, ''), y.replace(/^0+/, '')];
    const order = m.length - n.length || compareBytes(m, n);
    if (order !== 0) return order;
  }
  return 0;
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}

/** A tilde before the end, the end before digits, letters before everything else. */
function weight(char: string | undefined): number {
  if (char === '~') return -2;
  if (char === undefined) return -1;
  if (isDigit(char)) return 0;
  return /[A-Za-z]/.test(char) ? char.charCodeAt(0) : char.charCodeAt(0) + 256;
}
