import { TemplateError } from './syntax.ts';

/** Text, or what stands between two delimiters. */
export interface Segment {
  readonly text?: string;
  readonly action?: string;
}

export interface Token {
  text: string;
  spaceBefore: boolean;
}

/** Cuts a template at its delimiters; `{{-` and `-}}` trim. */
export function split(text: string, name: string): Segment[] {
  const out: Segment[] = [];
  let at = 0;
  let trim = false;
  for (;;) {
    const open = text.indexOf('{{', at);
    let piece = text.slice(at, open < 0 ? undefined : open);
    if (trim) piece = piece.trimStart();
    if (open < 0) {
      if (piece !== '') out.push({ text: piece });
      return out;
    }
    const trimsLeft = /^\{\{-\s/.test(text.slice(open, open + 4));
    if (trimsLeft) piece = piece.trimEnd();
    if (piece !== '') out.push({ text: piece });
    const end = closing(text, open + 2);
    if (end < 0) throw new TemplateError(`template: ${name}:1: unclosed action`);
    trim = /\s-$/.test(text.slice(open, end));
    out.push({ action: text.slice(open + (trimsLeft ? 3 : 2), trim ? end - 1 : end) });
    at = end + 2;
  }
}

/** Where the action's `}}` is, strings skipped. */
function closing(text: string, from: number): number {
  let quote = '';
  for (let i = from; i < text.length; i++) {
    const char = text[i] as string;
    if (quote !== '') {
      if (char === '\\' && quote === '"') i++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === '`') quote = char;
    else if (char === '}' && text[i + 1] === '}') return i;
  }
  return -1;
}

const TOKEN =
  /\s*("(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)*'|:=|[|(),=]|\$[\w]*(?:\.\w+)*|(?:\.\w+)+|\.|[-+]?\d[\w.]*|\w+)/y;

/** The tokens of one action. */
export function lex(text: string, fail: (message: string) => never): Token[] {
  const out: Token[] = [];
  const source = text.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (!match) fail(`unexpected "${source[at]}" in command`);
    out.push({ text: match[1] as string, spaceBefore: /^\s/.test(match[0]) });
  }
  return out;
}
