import { byteLength } from '../../../host/index.ts';
import type { Editor } from './editor.ts';

const NAMES = ['Nul', ...Array.from({ length: 31 }, (_, i) => `^${String.fromCharCode(i + 65)}`)];

/** `ga`: the character under the cursor as numbers. */
export function charInfo({ line, cursor }: Editor): string {
  const char = [...line.slice(cursor.column)][0];
  if (char === undefined) return 'NUL';
  const code = char.codePointAt(0) as number;
  const hex = code.toString(16).padStart(code > 0xff ? 4 : 2, '0');
  const octal = code.toString(8).padStart(3, '0');
  return code < 0x80
    ? `<${code < 32 ? NAMES[code] : char}>  ${code},  Hex ${hex},  Oct ${octal}`
    : `<${char}> ${code}, Hex ${hex}, Oct ${octal}`;
}

/** `g^G`: where the cursor is among columns, lines, words and bytes. */
export function counts({ buffer, cursor, line }: Editor): string {
  if (buffer.empty) return '--No lines in buffer--';
  const words = (text: string) => text.match(/\S+/g)?.length ?? 0;
  const before = `${buffer.lines.slice(0, cursor.line).join('\n')}${cursor.line > 0 ? '\n' : ''}`;
  const head = line.slice(0, cursor.column);
  const all = `${buffer.lines.join('\n')}\n`;
  const at = {
    column: byteLength(head) + 1,
    word: words(before) + words(head + (line[cursor.column] ?? '')),
  };
  return [
    `Col ${at.column} of ${byteLength(line)}`,
    `Line ${cursor.line + 1} of ${buffer.count}`,
    `Word ${at.word} of ${words(all)}`,
    `Byte ${byteLength(before + head) + 1} of ${byteLength(all)}`,
  ].join('; ');
}
