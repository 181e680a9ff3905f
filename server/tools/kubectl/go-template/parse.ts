import { FUNCTIONS } from './functions.ts';
import { lex, type Segment, split, type Token } from './lex.ts';
import { type Expression, type Piece, type Pipe, TemplateError } from './syntax.ts';

export interface Parsed {
  readonly pieces: readonly Piece[];
  /** Templates by their names. */
  readonly defined: ReadonlyMap<string, readonly Piece[]>;
}

/** Parses a template. Throws `TemplateError` when it is wrong. */
export function parseTemplate(text: string, name: string): Parsed {
  return new Parser(text, name).parse();
}

class Parser {
  readonly #name: string;
  readonly #defined = new Map<string, Piece[]>();
  readonly #tokens: readonly Segment[];
  #at = 0;

  constructor(text: string, name: string) {
    this.#name = name;
    this.#tokens = split(text, name);
  }

  parse(): Parsed {
    return { pieces: this.#list([]).pieces, defined: this.#defined };
  }

  #fail(message: string): never {
    throw new TemplateError(`template: ${this.#name}:1: ${message}`);
  }

  #list(stops: readonly string[]): { pieces: Piece[]; stop: string } {
    const pieces: Piece[] = [];
    while (this.#at < this.#tokens.length) {
      const token = this.#tokens[this.#at++] as Segment;
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
    return this.#pipeTokens(tokens, { at: 0 });
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
}
