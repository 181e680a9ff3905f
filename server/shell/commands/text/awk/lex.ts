import { BUILTINS } from './syntax.ts';

export interface Token {
  readonly type:
    | 'number'
    | 'string'
    | 'regex'
    | 'name'
    | 'funcname'
    | 'builtin'
    | 'keyword'
    | 'op'
    | 'newline'
    | 'end';
  readonly text: string;
  readonly line: number;
}

export class AwkSyntaxError extends Error {
  override name = 'AwkSyntaxError';
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

const KEYWORDS = new Set([
  'BEGIN',
  'END',
  'function',
  'func',
  'if',
  'else',
  'while',
  'for',
  'do',
  'break',
  'continue',
  'next',
  'nextfile',
  'exit',
  'return',
  'delete',
  'in',
  'getline',
  'print',
  'printf',
]);

const OPERATORS =
  /\*\*=|\+\+|--|\+=|-=|\*=|\/=|%=|\^=|==|<=|>=|!=|&&|\|\||>>|\*\*|[{}()[\];,+\-*/%^!<>|?:~$=]/y;

const ESCAPES: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  '/': '/',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** Splits an awk program into tokens; whether `/` begins a regex follows from the token before. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  const push = (type: Token['type'], text: string) => tokens.push({ type, text, line });
  while (at < source.length) {
    const char = source[at] as string;
    if (char === ' ' || char === '\t' || char === '\r') at++;
    else if (char === '\\' && /^\\\r?\n/.test(source.slice(at, at + 3))) {
      at = source.indexOf('\n', at) + 1;
      line++;
    } else if (char === '#') {
      const end = source.indexOf('\n', at);
      at = end < 0 ? source.length : end;
    } else if (char === '\n') {
      push('newline', '\n');
      line++;
      at++;
    } else if (char === '"') {
      const [text, end] = readString(source, at, line);
      push('string', text);
      at = end;
    } else if (char === '/' && regexMayFollow(tokens.at(-1))) {
      const [text, end] = readRegex(source, at, line);
      push('regex', text);
      at = end;
    } else at = readWord(source, at, line, push);
  }
  push('end', '');
  return tokens;
}

function readWord(
  source: string,
  at: number,
  line: number,
  push: (type: Token['type'], text: string) => void,
): number {
  const rest = source.slice(at, at + 400);
  const number = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(rest);
  if (number) {
    push('number', number[0]);
    return at + number[0].length;
  }
  const name = /^[A-Za-z_]\w*/.exec(rest)?.[0];
  if (name) {
    if (KEYWORDS.has(name)) push('keyword', name === 'func' ? 'function' : name);
    else if (BUILTINS.has(name)) push('builtin', name);
    else push(rest[name.length] === '(' ? 'funcname' : 'name', name);
    return at + name.length;
  }
  OPERATORS.lastIndex = at;
  const op = OPERATORS.exec(source)?.[0];
  if (!op) throw new AwkSyntaxError(`unexpected character '${source[at]}'`, line);
  push('op', op === '**' ? '^' : op === '**=' ? '^=' : op);
  return at + op.length;
}

function regexMayFollow(last: Token | undefined): boolean {
  if (!last) return true;
  if (last.type === 'op') return ![')', ']', '$', '++', '--'].includes(last.text);
  return !['number', 'string', 'regex', 'name', 'builtin'].includes(last.type);
}

function readString(source: string, start: number, line: number): [string, number] {
  let out = '';
  for (let at = start + 1; at < source.length; at++) {
    const char = source[at] as string;
    if (char === '"') return [out, at + 1];
    if (char === '\n') break;
    if (char !== '\\') {
      out += char;
      continue;
    }
    const octal = /^[0-7]{1,3}/.exec(source.slice(at + 1, at + 4))?.[0];
    if (octal) {
      out += String.fromCharCode(Number.parseInt(octal, 8));
      at += octal.length;
      continue;
    }
    const next = source[++at] ?? '\\';
    if (next !== '\n') out += ESCAPES[next] ?? `\\${next}`;
  }
  throw new AwkSyntaxError(`runaway string constant "${out.slice(0, 10)} ...`, line);
}

function readRegex(source: string, start: number, line: number): [string, number] {
  let out = '';
  let inBracket = false;
  for (let at = start + 1; at < source.length; at++) {
    const char = source[at] as string;
    if (char === '\n') break;
    if (char === '\\') {
      const next = source[++at] ?? '';
      out += next === '/' ? '/' : `\\${next}`;
    } else if (char === '/' && !inBracket) return [out, at + 1];
    else {
      if (char === '[' && !inBracket) inBracket = source.indexOf(']', at + 2) > 0;
      else if (char === ']' && inBracket && !/\[\^?$/.test(out)) inBracket = false;
      out += char;
    }
  }
  throw new AwkSyntaxError(`regular expression compile failed (missing operand)\n${out}`, line);
}
