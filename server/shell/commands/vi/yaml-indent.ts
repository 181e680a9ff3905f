import type { Buffer } from './buffer.ts';
import { lineWidth } from './window-view.ts';

/** A mapping's key and its colon. */
const KEY = /^\s*(?!#(?=\S))(?:'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|(?:(?!: ).)*?):(?: |$)/;
const LIST = /^\s*-(?: |$)/;
const COMMENT = /^\s*#/;
/** What opens something that the next line is part of: a key without value, a bracket, a block of text. */
const OPENS = /[{[:]$|[:-] [|>][+-]?(?:\s+#.*|\s*)$/;
const BLOCK_OF_WIDTH = /[:-] [|>](?:(\d+)[+-]?|([+-]?\d+))(?:#.*|\s*)$/;
const OPEN_STRING = /"(?:[^"\\]|\\.)*\\$/;
/** Lines that are longer are taken as they are. */
const MAX_LENGTH = 1000;

/** How far a line of YAML is to be indented. Models vim runtime/indent/yaml.vim GetYAMLIndent. */
export function yamlIndent(
  buffer: Buffer,
  line: number,
  { shiftwidth, tabstop }: { shiftwidth: number; tabstop: number },
): number {
  const step = shiftwidth || tabstop;
  const text = (at: number) => buffer.line(at).slice(0, MAX_LENGTH);
  const indent = (at: number) => (at < 0 ? -1 : lineWidth(/^\s*/.exec(text(at))?.[0] ?? '', tabstop));
  const filled = (from: number) => {
    let at = from;
    while (at >= 0 && text(at).trim() === '') at--;
    return at;
  };
  /** The line above that is indented less; comments count as such. */
  const less = (from: number, than: number) => {
    let at = filled(from - 1);
    while (at >= 0 && indent(at) >= than && !COMMENT.test(text(at))) at = filled(at - 1);
    return at;
  };
  const alike = (pattern: RegExp) => {
    let at = less(line, indent(line) + 1);
    while (at >= 0 && !pattern.test(text(at))) at = less(at, indent(at));
    return at;
  };
  let above = filled(line - 1);
  if (above < 0) return 0;
  const own = text(line);
  if (COMMENT.test(own) && COMMENT.test(text(line - 1))) return indent(above);
  if (/^\s*[\]}]/.test(own)) return indent(less(line, indent(line)));
  const nearest = indent(above);
  while (COMMENT.test(text(above))) {
    above = filled(above - 1);
    if (above < 0) return nearest;
  }
  const before = text(above);
  if (OPENS.test(before)) return indent(above) + step;
  const width = BLOCK_OF_WIDTH.exec(before);
  if (width) return indent(above) + Number(width[1] ?? width[2]);
  const string = OPEN_STRING.exec(before);
  if (string) return lineWidth(before.slice(0, string.index + 1), tabstop);
  if (LIST.test(own)) {
    const item = alike(LIST);
    // The first of a list stays where it was put.
    return indent(item < 0 ? line : item);
  }
  if (KEY.test(own)) {
    const key = alike(KEY);
    if (key < 0) return indent(line);
    return indent(key) + (/^\s*- /.test(text(key)) ? 2 : 0);
  }
  if (/^\s*- /.test(before)) return indent(above) + 2;
  return indent(above) + (KEY.test(before) ? step : 0);
}
