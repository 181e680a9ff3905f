import { GoFloat } from './values.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};
const ESCAPE = /\\(?:([abfnrtv\\'"])|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|.)/gs;
const MOST_RUNE = 0x10ffff;

/** What a quoted Go string says; undefined where Go finds it invalid. Models strconv.Unquote. */
export function unquote(text: string): string | undefined {
  const quote = text[0] as string;
  const body = text.slice(1, -1);
  if (quote === '`') return body.replaceAll('\r', '');
  let valid = true;
  const value = body.replace(ESCAPE, (_, char, byte, short, long, octal) => {
    if (char === '"' || char === "'") {
      if (char === quote) return char;
    } else if (char !== undefined) return ESCAPES[char] as string;
    const code = Number.parseInt(byte ?? short ?? long ?? octal, octal === undefined ? 16 : 8);
    if (code <= MOST_RUNE) return String.fromCodePoint(code);
    valid = false;
    return '';
  });
  return valid ? value : undefined;
}

const INTEGER = /^([-+]?)(0[xX][\da-fA-F]+|0[oO]?[0-7]*|0[bB][01]+|[1-9]\d*)$/;
const FLOAT = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
export const MOST_INT = 2n ** 63n;
const MOST_UINT = 2n ** 64n;

/** The value of a number or rune, or what is wrong with it. Models text/template/parse newNumber. */
export function numberOf(text: string): { value: unknown } | { fault: string } {
  if (text.startsWith("'")) {
    const runes = [...(unquote(text) ?? '')];
    if (runes.length !== 1) return { fault: `malformed character constant: ${text}` };
    return { value: BigInt((runes[0] as string).codePointAt(0) as number) };
  }
  const plain = text.replace(/(?<=[\da-fA-FxXoObB])_(?=[\da-fA-F])/g, '');
  const [, sign, digits] = INTEGER.exec(plain) ?? [];
  if (digits !== undefined) {
    const octal = digits.replace(/^0[oO]?(?=[0-7]+$)/, '0o');
    const value = sign === '-' ? -BigInt(octal) : BigInt(octal);
    if (value >= -MOST_INT && value < MOST_UINT) return { value };
    return { fault: `integer overflow: ${JSON.stringify(text)}` };
  }
  if (!FLOAT.test(plain)) return { fault: `illegal number syntax: ${JSON.stringify(text)}` };
  return { value: new GoFloat(Number(plain)) };
}
