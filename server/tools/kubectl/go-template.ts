import { decode } from '../../host/index.ts';
import { goPrint } from './go-json.ts';

/** Go's text/template over JSON values, as `-o go-template` needs it. */

type Expression =
  | { type: 'dot' }
  | { type: 'nil' }
  | { type: 'literal'; value: unknown }
  | { type: 'field'; names: string[] }
  | { type: 'variable'; name: string; names: string[] }
  | { type: 'chain'; of: Expression; names: string[] }
  | { type: 'call'; name: string }
  | { type: 'pipe'; pipe: Pipe };

interface Pipe {
  declare: string[];
  assign: boolean;
  commands: Expression[][];
}

type Piece =
  | { type: 'text'; text: string }
  | { type: 'print'; pipe: Pipe }
  | { type: 'if' | 'with' | 'range'; pipe: Pipe; body: Piece[]; otherwise: Piece[] }
  | { type: 'template'; name: string; pipe: Pipe | undefined }
  | { type: 'break' }
  | { type: 'continue' };

export class TemplateError extends Error {
  override name = 'TemplateError';
}

const NO_VALUE = Symbol('no value');
const BREAK = Symbol('break');
const CONTINUE = Symbol('continue');

interface Token {
  text: string;
  spaceBefore: boolean;
}

/** Most pieces that one execution may run, so that no template runs for ever. */
const STEP_LIMIT = 5_000_000;

export class GoTemplate {
  readonly #pieces: Piece[];
  readonly #defined = new Map<string, Piece[]>();
  readonly #name: string;
  readonly #allowMissing: boolean;
  #tokens: { text?: string; action?: string }[] = [];
  #at = 0;
  #steps = 0;
  #variables: Map<string, unknown>[] = [];

  /** Throws `TemplateError` when the template is wrong. */
  constructor(text: string, options: { name?: string; allowMissing?: boolean } = {}) {
    const name = options.name ?? 'output';
    this.#name = name;
    this.#allowMissing = options.allowMissing ?? true;
    this.#tokens = split(text, name);
    this.#pieces = this.#list([]).pieces;
  }

  execute(data: unknown): string {
    this.#variables = [new Map([['$', data]])];
    this.#steps = 0;
    const out: string[] = [];
    this.#run(this.#pieces, data, out);
    return out.join('');
  }

  #fail(message: string): never {
    const separator = message.startsWith('2: ') ? '' : ' ';
    throw new TemplateError(`template: ${this.#name}:1:${separator}${message}`);
  }

  #list(stops: readonly string[]): { pieces: Piece[]; stop: string } {
    const pieces: Piece[] = [];
    while (this.#at < this.#tokens.length) {
      const token = this.#tokens[this.#at++] as { text?: string; action?: string };
      if (token.text !== undefined) {
        pieces.push({ type: 'text', text: token.text });
        continue;
      }
      const action = (token.action as string).trim();
      const word = /^\w+/.exec(action)?.[0] ?? '';
      if (stops.includes(word)) return { pieces, stop: action };
      if (action.startsWith('/*')) continue;
      const piece = this.#action(word, action);
      if (piece) pieces.push(piece);
    }
    if (stops.length > 0) this.#fail('unexpected EOF');
    return { pieces, stop: '' };
  }

  #action(word: string, action: string): Piece | undefined {
    const rest = action.slice(word.length);
    if (word === 'if' || word === 'with' || word === 'range') return this.#block(word, rest);
    if (word === 'end' || word === 'else') this.#fail(`unexpected {{${word}}}`);
    if (word === 'break' || word === 'continue') return { type: word };
    if (word === 'define') {
      const name = JSON.parse(rest.trim()) as string;
      this.#defined.set(name, this.#list(['end']).pieces);
      return undefined;
    }
    if (word === 'template' || word === 'block') {
      const match = /^\s*("[^"]*")\s*(.*)$/s.exec(rest);
      if (!match) this.#fail(`unexpected "${rest.trim()}" in ${word} clause`);
      const name = JSON.parse(match[1] as string) as string;
      if (word === 'block') this.#defined.set(name, this.#list(['end']).pieces);
      return { type: 'template', name, pipe: match[2] ? this.#pipe(match[2]) : undefined };
    }
    return { type: 'print', pipe: this.#pipe(action) };
  }

  #block(type: 'if' | 'with' | 'range', text: string): Piece {
    if (text.trim() === '') this.#fail(`missing value for ${type}`);
    const pipe = this.#pipe(text);
    const { pieces: body, stop } = this.#list(['end', 'else']);
    if (!stop.startsWith('else')) return { type, pipe, body, otherwise: [] };
    const chained = /^else\s+(if|with)\b(.*)$/s.exec(stop);
    if (chained)
      return { type, pipe, body, otherwise: [this.#block(chained[1] as 'if', chained[2] as string)] };
    return { type, pipe, body, otherwise: this.#list(['end']).pieces };
  }

  #pipe(text: string): Pipe {
    const tokens = lex(text, (message) => this.#fail(message));
    const pipe = this.#pipeTokens(tokens, { at: 0 });
    return pipe;
  }

  #pipeTokens(tokens: Token[], position: { at: number }): Pipe {
    const pipe: Pipe = { declare: [], assign: false, commands: [] };
    const first = tokens[position.at]?.text ?? '';
    const isVariable = (text: string | undefined) => text !== undefined && /^\$\w+$/.test(text);
    if (isVariable(first)) {
      const second = tokens[position.at + 1]?.text;
      if (second === ':=' || second === '=') {
        pipe.declare = [first];
        pipe.assign = second === '=';
        position.at += 2;
      } else if (second === ',' && isVariable(tokens[position.at + 2]?.text)) {
        pipe.declare = [first, tokens[position.at + 2]?.text as string];
        position.at += 4;
      }
    }
    let command: Expression[] = [];
    while (position.at < tokens.length && tokens[position.at]?.text !== ')') {
      if (tokens[position.at]?.text === '|') {
        pipe.commands.push(command);
        command = [];
        position.at++;
      } else command.push(this.#operand(tokens, position));
    }
    if (command.length === 0) this.#fail('missing value for command');
    pipe.commands.push(command);
    return pipe;
  }

  #operand(tokens: Token[], position: { at: number }): Expression {
    const { text } = tokens[position.at++] as Token;
    if (text === '(') {
      const pipe = this.#pipeTokens(tokens, position);
      if (tokens[position.at]?.text !== ')') this.#fail('unclosed left paren');
      position.at++;
      const chain = tokens[position.at];
      const inner: Expression = { type: 'pipe', pipe };
      if (chain && !chain.spaceBefore && chain.text.startsWith('.') && chain.text !== '.') {
        position.at++;
        return { type: 'chain', of: inner, names: chain.text.slice(1).split('.') };
      }
      return inner;
    }
    if (text === '.') return { type: 'dot' };
    if (text === 'nil') return { type: 'nil' };
    if (text === 'true' || text === 'false') return { type: 'literal', value: text === 'true' };
    if (text.startsWith('"'))
      return { type: 'literal', value: JSON.parse(text.replaceAll('\\a', '\\u0007')) };
    if (text.startsWith('`')) return { type: 'literal', value: text.slice(1, -1) };
    if (text.startsWith("'")) return { type: 'literal', value: text.codePointAt(1) };
    if (/^[-+]?[0-9]/.test(text)) return { type: 'literal', value: Number(text) };
    if (text.startsWith('.')) return { type: 'field', names: text.slice(1).split('.') };
    if (text.startsWith('$')) {
      const [name = '$', ...names] = text.split('.');
      return { type: 'variable', name, names };
    }
    if (!FUNCTIONS.has(text)) this.#fail(`function "${text}" not defined`);
    return { type: 'call', name: text };
  }

  #run(pieces: readonly Piece[], dot: unknown, out: string[]): void {
    for (const piece of pieces) {
      if (++this.#steps > STEP_LIMIT) this.#fail('exceeded maximum template depth');
      switch (piece.type) {
        case 'text':
          out.push(piece.text);
          break;
        case 'print': {
          const value = this.#value(piece.pipe, dot);
          if (piece.pipe.declare.length === 0) out.push(printed(value));
          break;
        }
        case 'break':
          throw BREAK;
        case 'continue':
          throw CONTINUE;
        case 'template': {
          const body = this.#defined.get(piece.name);
          if (!body) this.#fail(`template "${piece.name}" not defined`);
          const data = piece.pipe ? this.#value(piece.pipe, dot) : null;
          const outer = this.#variables;
          this.#variables = [new Map([['$', data]])];
          this.#run(body, data, out);
          this.#variables = outer;
          break;
        }
        case 'range':
          this.#scoped(() => this.#range(piece, dot, out));
          break;
        default:
          this.#scoped(() => {
            const value = this.#value(piece.pipe, dot);
            const inner = piece.type === 'with' ? value : dot;
            if (truth(value)) this.#run(piece.body, inner, out);
            else this.#run(piece.otherwise, dot, out);
          });
      }
    }
  }

  #scoped(body: () => void): void {
    const depth = this.#variables.length;
    this.#variables.push(new Map());
    try {
      body();
    } finally {
      this.#variables.length = depth;
    }
  }

  #range(piece: Piece & { type: 'if' | 'with' | 'range' }, dot: unknown, out: string[]): void {
    const plain = { ...piece.pipe, declare: [] };
    const value = this.#value(plain, dot);
    const entries = entriesOf(value);
    if (!entries) this.#fail(`range can't iterate over ${printed(value)}`);
    if (entries.length === 0) {
      this.#run(piece.otherwise, dot, out);
      return;
    }
    const names = piece.pipe.declare;
    for (const [key, item] of entries) {
      try {
        this.#scoped(() => {
          const scope = this.#variables.at(-1) as Map<string, unknown>;
          if (names.length === 1) scope.set(names[0] as string, item);
          if (names.length === 2) scope.set(names[0] as string, key).set(names[1] as string, item);
          this.#run(piece.body, item, out);
        });
      } catch (signal) {
        if (signal === BREAK) break;
        if (signal !== CONTINUE) throw signal;
      }
    }
  }

  #value(pipe: Pipe, dot: unknown): unknown {
    let last: unknown = NO_VALUE;
    pipe.commands.forEach((command, index) => {
      last = this.#command(command, dot, index > 0 ? [last] : []);
    });
    for (const name of pipe.declare) {
      const scopes = this.#variables;
      const scope = pipe.assign ? scopes.findLast((s) => s.has(name)) : scopes.at(-1);
      if (!scope) this.#fail(`undefined variable "${name}"`);
      scope.set(name, last);
    }
    return last;
  }

  #command(command: readonly Expression[], dot: unknown, piped: unknown[]): unknown {
    const [head, ...rest] = command as [Expression, ...Expression[]];
    if (head.type !== 'call') {
      if (rest.length > 0 || piped.length > 0)
        this.#fail(`can't give argument to non-function ${describe(head)}`);
      return this.#evaluate(head, dot);
    }
    if (head.name === 'and' || head.name === 'or') {
      const wanted = head.name === 'or';
      let value: unknown;
      for (const argument of rest) {
        value = this.#evaluate(argument, dot);
        if (truth(value) === wanted) return value;
      }
      return piped.length > 0 ? piped[0] : value;
    }
    const args = [...rest.map((argument) => this.#evaluate(argument, dot)), ...piped];
    try {
      return (FUNCTIONS.get(head.name) as Function_)(...args);
    } catch (error) {
      if (error instanceof TemplateError && !error.message.startsWith('template:'))
        this.#fail(
          `executing "${this.#name}" at <${head.name}>: error calling ${head.name}: ${error.message}`,
        );
      throw error;
    }
  }

  #evaluate(expression: Expression, dot: unknown): unknown {
    switch (expression.type) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'literal':
        return expression.value;
      case 'field':
        return this.#fields(dot, expression.names);
      case 'variable': {
        const scope = this.#variables.findLast((s) => s.has(expression.name));
        if (!scope) this.#fail(`undefined variable "${expression.name}"`);
        return this.#fields(scope.get(expression.name), expression.names);
      }
      case 'chain':
        return this.#fields(this.#evaluate(expression.of, dot), expression.names);
      case 'pipe':
        return this.#value(expression.pipe, dot);
      case 'call':
        return this.#command([expression], dot, []);
    }
  }

  #fields(value: unknown, names: readonly string[]): unknown {
    let current = value;
    names.forEach((name, index) => {
      if (current === NO_VALUE) return;
      if (current === null || current === undefined) {
        if (index === 0) current = NO_VALUE;
        else {
          const path = names.slice(0, index + 1).join('.');
          this.#fail(`executing "${this.#name}" at <.${path}>: nil pointer evaluating interface {}.${name}`);
        }
        return;
      }
      if (typeof current !== 'object' || Array.isArray(current))
        this.#fail(
          `executing "${this.#name}" at <.${names.slice(0, index + 1).join('.')}>: can't evaluate field ${name} in type interface {}`,
        );
      const map = current as Record<string, unknown>;
      if (!Object.hasOwn(map, name) && !this.#allowMissing)
        this.#fail(
          `2: executing "${this.#name}" at <.${names.slice(0, index + 1).join('.')}>: map has no entry for key "${name}"`,
        );
      current = Object.hasOwn(map, name) ? map[name] : NO_VALUE;
    });
    return current;
  }
}

function describe(expression: Expression): string {
  return expression.type === 'field' ? `.${expression.names.join('.')}` : expression.type;
}

/** Cuts a template at its delimiters; `{{-` and `-}}` trim. */
function split(text: string, name: string): { text?: string; action?: string }[] {
  const out: { text?: string; action?: string }[] = [];
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

function lex(text: string, fail: (message: string) => never): Token[] {
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

function truth(value: unknown): boolean {
  if (value === NO_VALUE || value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object') return Object.keys(value).length > 0;
  return Boolean(value);
}

function printed(value: unknown): string {
  return value === NO_VALUE || value === null || value === undefined ? '<no value>' : goPrint(value);
}

function entriesOf(value: unknown): [unknown, unknown][] | undefined {
  if (value === NO_VALUE || value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.map((item, index) => [index, item]);
  if (typeof value === 'number') return Array.from({ length: Math.min(value, 100_000) }, (_, i) => [i, i]);
  if (typeof value !== 'object') return undefined;
  return Object.keys(value)
    .sort()
    .map((key) => [key, (value as Record<string, unknown>)[key]]);
}

type Function_ = (...args: any[]) => unknown;

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length;
  throw new TemplateError(value === null || value === NO_VALUE ? 'len of nil pointer' : 'len of type int');
}

function indexOf(value: any, ...keys: unknown[]): unknown {
  let current = value;
  for (const key of keys) {
    if (current === null || current === undefined || current === NO_VALUE)
      throw new TemplateError('index of untyped nil');
    if (Array.isArray(current) || typeof current === 'string') {
      if (typeof key !== 'number') throw new TemplateError('cannot index slice/array with type string');
      if (key < 0 || key >= current.length) throw new TemplateError('index out of range: ' + key);
      current = current[key];
    } else current = Object.hasOwn(current, key as string) ? current[key as string] : NO_VALUE;
  }
  return current;
}

function order(a: unknown, b: unknown): number {
  if (typeof a !== typeof b) throw new TemplateError('incompatible types for comparison');
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

function sprintf(format: string, ...args: unknown[]): string {
  let next = 0;
  return format.replace(
    /%([-+ 0#]*)(\d*)(?:\.(\d+))?([vsdqxXtfgTc%])/g,
    (_, flags, width, precision, verb) => {
      if (verb === '%') return '%';
      const value = args[next++];
      let text = goPrint(value);
      if (verb === 'q') text = JSON.stringify(text);
      if (verb === 'x' && typeof value === 'number') text = value.toString(16);
      if (verb === 'f') text = Number(value).toFixed(precision === undefined ? 6 : Number(precision));
      if (verb === 's' && precision !== undefined) text = text.slice(0, Number(precision));
      const size = Number(width || 0);
      if (flags.includes('-')) return text.padEnd(size);
      return flags.includes('0') ? text.padStart(size, '0') : text.padStart(size);
    },
  );
}

const HTML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

const FUNCTIONS = new Map<string, Function_>([
  ['and', () => undefined],
  ['or', () => undefined],
  ['not', (value) => !truth(value)],
  ['len', lengthOf],
  ['index', indexOf],
  ['slice', (value: string | unknown[], from = 0, to = value.length) => value.slice(from, to)],
  ['eq', (a, ...others) => others.some((b) => a === b)],
  ['ne', (a, b) => a !== b],
  ['lt', (a, b) => order(a, b) < 0],
  ['le', (a, b) => order(a, b) <= 0],
  ['gt', (a, b) => order(a, b) > 0],
  ['ge', (a, b) => order(a, b) >= 0],
  ['print', (...args) => args.map(printed).join('')],
  ['println', (...args) => `${args.map(printed).join(' ')}\n`],
  ['printf', (format, ...args) => sprintf(String(format), ...args)],
  [
    'html',
    (...args) =>
      args
        .map(printed)
        .join('')
        .replace(/[&<>"']/g, (c) => HTML[c] as string),
  ],
  [
    'js',
    (...args) =>
      args
        .map(printed)
        .join('')
        .replace(/[\\'"<>&=\x00-\x1f]/g, jsEscape),
  ],
  ['urlquery', (...args) => queryEscape(args.map(printed).join(''))],
  ['exists', (value, ...path) => exists(value, path)],
  ['base64decode', (value) => decode(Uint8Array.from(atob(String(value)), (c) => c.charCodeAt(0)))],
]);

/** Models text/template JSEscape. */
function jsEscape(char: string): string {
  if ('\\\'"'.includes(char)) return `\\${char}`;
  return `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Models net/url QueryEscape. */
function queryEscape(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function exists(value: unknown, path: unknown[]): boolean {
  let current: any = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key as string))
      return false;
    current = current[key as string];
  }
  return true;
}
