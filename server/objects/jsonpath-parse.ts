/** The syntax of kubectl's JSONPath templates. Models client-go/util/jsonpath/parser.go. */

export interface ArrayBound {
  known: boolean;
  value: number;
  derived?: boolean;
}

export type Node =
  | { type: 'text'; text: string }
  | { type: 'field'; name: string }
  | { type: 'identifier'; name: string }
  | { type: 'array'; bounds: [ArrayBound, ArrayBound, ArrayBound] }
  | { type: 'filter'; left: Node[]; right: Node[]; operator: string }
  | { type: 'literal'; value: number | boolean }
  | { type: 'wildcard' }
  | { type: 'recursive' }
  | { type: 'union'; nodes: Node[][] }
  | { type: 'list'; nodes: Node[] };

export class JsonPathError extends Error {
  override name = 'JsonPathError';
}

class Parser {
  readonly #input: string;
  #at = 0;
  #start = 0;

  constructor(input: string) {
    this.#input = input;
  }

  text(): Node[] {
    const out: Node[] = [];
    for (;;) {
      const open = this.#input.indexOf('{', this.#at);
      const text = this.#input.slice(this.#at, open < 0 ? undefined : open);
      if (text !== '') out.push({ type: 'text', text });
      if (open < 0) return out;
      this.#at = open + 1;
      this.#start = this.#at;
      const nodes: Node[] = [];
      this.action(nodes);
      out.push({ type: 'list', nodes });
    }
  }

  #next(): string {
    const code = this.#input.codePointAt(this.#at);
    if (code === undefined) {
      this.#at++;
      return '';
    }
    const char = String.fromCodePoint(code);
    this.#at += char.length;
    return char;
  }

  #take(): string {
    const text = this.#input.slice(this.#start, this.#at);
    this.#start = this.#at;
    return text;
  }

  /** Inside `{…}`, until the closing brace. */
  action(nodes: Node[]): void {
    for (;;) {
      const rest = this.#input.slice(this.#at);
      if (rest.startsWith('}')) {
        this.#at++;
        this.#start = this.#at;
        return;
      }
      if (rest.startsWith('[?(')) {
        this.#filter(nodes);
        continue;
      }
      if (rest.startsWith('..')) {
        this.#at += 2;
        this.#start = this.#at;
        nodes.push({ type: 'recursive' });
        if (isAlphaNumeric(this.#input[this.#at] ?? '')) this.#field(nodes);
        continue;
      }
      const char = this.#next();
      if (char === '' || char === '\n' || char === '\r') throw new JsonPathError('unclosed action');
      if (char === ' ' || char === '@' || char === '$') this.#take();
      else if (char === '[') this.#array(nodes);
      else if (char === '"' || char === "'") this.#quote(nodes, char);
      else if (char === '.') this.#field(nodes);
      else if (/[-+0-9]/.test(char)) this.#number(nodes);
      else if (isAlphaNumeric(char)) this.#identifier(nodes);
      else {
        const hex = (char.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
        throw new JsonPathError(`unrecognized character in action: U+${hex} '${char}'`);
      }
    }
  }

  #advance(): void {
    for (;;) {
      const before = this.#at;
      const char = this.#next();
      if (char === '\\') this.#next();
      else if (char === '' || /[\s.,[\]$@{}]/.test(char)) {
        this.#at = before;
        return;
      }
    }
  }

  #field(nodes: Node[]): void {
    this.#take();
    this.#advance();
    const value = this.#take();
    if (value === '*') nodes.push({ type: 'wildcard' });
    else nodes.push({ type: 'field', name: value.replaceAll('\\', '') });
  }

  #identifier(nodes: Node[]): void {
    this.#advance();
    const name = this.#take();
    if (name === 'true' || name === 'false') nodes.push({ type: 'literal', value: name === 'true' });
    else nodes.push({ type: 'identifier', name });
  }

  #number(nodes: Node[]): void {
    const text = /^[-+0-9.]*/.exec(this.#input.slice(this.#start))?.[0] ?? '';
    this.#at = this.#start + text.length;
    this.#take();
    if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(text)) throw new JsonPathError(`cannot parse number ${text}`);
    nodes.push({ type: 'literal', value: Number(text) });
  }

  #quote(nodes: Node[], end: string): void {
    for (;;) {
      const char = this.#next();
      if (char === '' || char === '\n') throw new JsonPathError('unterminated quoted string');
      if (char === '\\') this.#next();
      else if (char === end) break;
    }
    nodes.push({ type: 'text', text: unquote(this.#take()) });
  }

  #array(nodes: Node[]): void {
    for (;;) {
      const char = this.#next();
      if (char === '' || char === '\n') throw new JsonPathError('unterminated array');
      if (char === ']') break;
    }
    let text = this.#take().slice(1, -1);
    if (text === '*') text = ':';
    const parts = text.split(',');
    if (parts.length > 1) {
      nodes.push({ type: 'union', nodes: parts.map((part) => parseAction(`[${part.trim()}]`)) });
      return;
    }
    const key = /^'([^']*)'$/.exec(text);
    if (key) {
      nodes.push(...parseAction(`.${key[1]}`));
      return;
    }
    nodes.push({ type: 'array', bounds: parseBounds(text) });
  }

  #filter(nodes: Node[]): void {
    this.#at += 3;
    this.#take();
    let quote = '';
    let closed = false;
    for (;;) {
      const char = this.#next();
      if (char === '' || char === '\n') throw new JsonPathError('unterminated filter');
      if (char === '"' || char === "'") {
        if (quote === '') quote = char;
        else if (this.#input[this.#at - 2] !== '\\' && char === quote) closed = true;
      } else if (char === ')' && (quote !== '') === closed) break;
    }
    if (this.#next() !== ']') throw new JsonPathError('unclosed array expect ]');
    const text = this.#take().slice(0, -2);
    const match = /^([^!<>=]+)([!<>=]+)(.+?)$/s.exec(text);
    if (!match) nodes.push({ type: 'filter', left: parseAction(text), right: [], operator: 'exists' });
    else {
      const [, left = '', operator = '', right = ''] = match;
      nodes.push({ type: 'filter', left: parseAction(left), right: parseAction(right), operator });
    }
  }
}

function parseAction(text: string): Node[] {
  const parser = new Parser(`${text}}`);
  const nodes: Node[] = [];
  parser.action(nodes);
  return nodes;
}

function parseBounds(text: string): [ArrayBound, ArrayBound, ArrayBound] {
  const match = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
  if (!match) throw new JsonPathError(`invalid array index ${text}`);
  const bound = (index: number): ArrayBound => {
    const raw = match[index + 1] ?? '';
    const digits = index > 0 ? raw.slice(1) : raw;
    if (raw !== '' && digits !== '') return { known: true, value: Number(digits) };
    return { known: false, value: 0 };
  };
  const start = bound(0);
  let end = bound(1);
  if ((match[2] ?? '') === '') end = { known: true, value: start.value + 1, derived: true };
  return [start, end, bound(2)];
}

function isAlphaNumeric(char: string): boolean {
  return char === '_' || /^[\p{L}\p{N}]$/u.test(char);
}

function unquote(text: string): string {
  const quote = text[0];
  const inner = text.slice(1, -1);
  const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };
  return inner.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)/gs, (_, body: string) => {
    if (body.length > 1) return String.fromCodePoint(Number.parseInt(body.slice(1), 16));
    if (body === quote || body === '\\' || body === '"' || body === "'") return body;
    const known = escapes[body];
    if (known === undefined) throw new JsonPathError('invalid syntax');
    return known;
  });
}

/** The pieces of a template. Throws `JsonPathError`. */
export function parseTemplate(template: string): Node[] {
  return new Parser(template).text();
}
