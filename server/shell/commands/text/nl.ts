import { Regex } from '../../regex/regex.ts';
import { demandCount } from '../core/numbers.ts';
import { quote } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';

export const nl = tool({
  name: 'nl',
  summary: 'number lines of files',
  usage: '[OPTION]... [FILE]...',
  options: `b|body-numbering= d|section-delimiter= f|footer-numbering= h|header-numbering= i|line-increment=
    l|join-blank-lines= n|number-format= p|no-renumber s|number-separator= v|starting-line-number= w|number-width=`,
  *run(call) {
    const { options } = call;
    const width = demandCount(options.get('w') ?? '6', 'line number field width');
    if (width === 0) call.fail('invalid line number field width: ‘0’: Numerical result out of range');
    const step = whole(call, 'i', 'line number increment');
    const start = whole(call, 'v', 'starting line number');
    if (options.has('l')) demandCount(options.get('l') as string, 'line number of blank lines');
    const format = options.get('n') ?? 'rn';
    const separator = options.get('s') ?? '\t';
    if (!['ln', 'rn', 'rz'].includes(format)) call.misuse(`invalid line numbering format: ${quote(format)}`);
    const styles: Record<string, string> = {
      b: styleOf(call, 'b', 'body', 't'),
      h: styleOf(call, 'h', 'header', 'n'),
      f: styleOf(call, 'f', 'footer', 'n'),
    };
    const mark = options.get('d') ?? '\\:';
    let section = 'b';
    let number = start;
    for (const input of yield* call.inputs()) {
      for (;;) {
        const line = yield* input.line();
        if (line === undefined) break;
        const next =
          line === mark.repeat(3) ? 'h' : line === mark.repeat(2) ? 'b' : line === mark ? 'f' : undefined;
        if (next) {
          section = next;
          if (!options.has('p')) number = start;
          yield* call.print('\n');
          continue;
        }
        if (isNumbered(styles[section] as string, line)) {
          yield* call.print(`${shownNumber(number, format, width)}${separator}${line}\n`);
          number += step;
        } else yield* call.print(`${' '.repeat(width + separator.length)}${line}\n`);
      }
    }
    return undefined;
  },
});

function isNumbered(style: string, line: string): boolean {
  if (style === 'a') return true;
  if (style === 't') return line !== '';
  return style.startsWith('p') && new Regex(style.slice(1), { extended: false }).test(line);
}

function shownNumber(number: number, format: string, width: number): string {
  if (format === 'ln') return String(number).padEnd(width);
  if (format === 'rz')
    return (number < 0 ? '-' : '') + String(Math.abs(number)).padStart(width - (number < 0 ? 1 : 0), '0');
  return String(number).padStart(width);
}

/** Which lines of the body `nl` numbers. */
function styleOf(call: Call, option: string, part: string, usual: string): string {
  const style = call.options.get(option) ?? usual;
  if (!/^([atn]|p.*)$/s.test(style)) call.misuse(`invalid ${part} numbering style: ${quote(style)}`);
  return style;
}

function whole(call: Call, option: string, what: string): number {
  const text = call.options.get(option) ?? '1';
  if (!/^[-+]?\d+$/.test(text)) call.fail(`invalid ${what}: ${quote(text)}`);
  return Number(text);
}
