import { encode } from '../../../host/index.ts';
import { charWidth } from '../core/width.ts';

/** A tab in the input or in the output: its character, and how far apart its stops are. */
export interface Tabs {
  readonly char: string;
  readonly width: number;
}

/** `-e`, `-i` and `-n` take a character that is no digit, and a number. */
export function readCharAndNumber(
  text: string,
  char: string,
  number: number,
): { char: string; number: number } | undefined {
  const match = /^(\D)?(\d*)$/s.exec(text);
  if (!match) return undefined;
  return { char: match[1] ?? char, number: Number(match[2] || number) };
}

/** Input tabs as spaces. */
export function expanded(line: string, { char, width }: Tabs): string {
  let [out, at] = ['', 0];
  for (const one of line) {
    const wide = one === char ? width - (at % width) : charWidth(one);
    out += one === char ? ' '.repeat(wide) : one;
    at += wide;
  }
  return out;
}

/** Blanks as tabs where those reach; blanks at the end are dropped. Models pr.c print_white_space. */
export function tabified(line: string, { char, width }: Tabs): string {
  let [out, at, blanks] = ['', 0, 0];
  for (const one of line) {
    if (one === ' ') {
      blanks++;
      continue;
    }
    const goal = at + blanks;
    for (let stop = at + width - (at % width); goal - at > 1 && stop <= goal; stop += width) {
      out += char;
      at = stop;
    }
    out += ' '.repeat(goal - at) + one;
    at = one === '\t' ? goal + 8 - (goal % 8) : goal + charWidth(one);
    blanks = 0;
  }
  return out;
}

const octal = (byte: number): string => `\\${byte.toString(8).padStart(3, '0')}`;

/** `-v` and `-c`: what cannot be printed, in octal or as `^X`. */
export function visible(line: string, hats: boolean): string {
  return line.replace(/[^ -~]/gu, (char) => {
    const code = char.codePointAt(0) as number;
    if (hats && code < 32) return `^${String.fromCharCode(code ^ 64)}`;
    if (hats && code === 127) return '^?';
    return [...encode(char)].map(octal).join('');
  });
}
