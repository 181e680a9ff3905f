/** What a shell line calls: `db.items.insertOne({…})` is `['items', 'insertOne']` with its arguments. */
export interface MongoCall {
  readonly properties: readonly string[];
  readonly path: readonly string[];
  readonly calls: readonly { readonly name: string; readonly args: readonly unknown[] }[];
}

export class MongoSyntaxError extends Error {
  override name = 'MongoSyntaxError';
}

/** How deep a literal may be. */
const DEPTH = 40;

/** Reads the literals of JavaScript that commands are made of: no variables, no operators. */
class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  skip(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  take(mark: string): boolean {
    this.skip();
    if (!this.#text.startsWith(mark, this.#at)) return false;
    this.#at += mark.length;
    return true;
  }

  get done(): boolean {
    this.skip();
    return this.#at >= this.#text.length;
  }

  word(): string {
    this.skip();
    const word = /^[A-Za-z_$][\w$]*/.exec(this.#text.slice(this.#at, this.#at + 200))?.[0];
    if (word === undefined) throw new MongoSyntaxError(`Unexpected token (1:${this.#at})`);
    this.#at += word.length;
    return word;
  }

  literal(): unknown {
    if (++this.#depth > DEPTH) throw new MongoSyntaxError('Maximum call stack size exceeded');
    const value = this.#literal();
    this.#depth--;
    return value;
  }

  #literal(): unknown {
    if (this.take('{')) return this.#object();
    if (this.take('[')) return this.list(']');
    const first = this.#text[this.#at] ?? '';
    if (first === '"' || first === "'") return this.#string(first);
    const number = /^-?\d+(?:\.\d+)?/.exec(this.#text.slice(this.#at, this.#at + 40))?.[0];
    if (number !== undefined) {
      this.#at += number.length;
      return Number(number);
    }
    const word = this.word();
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return null;
    if (word === 'ObjectId' && this.take('(')) return { $oid: String(this.list(')')[0]) };
    throw new MongoSyntaxError(`${word} is not defined`);
  }

  #object(): Record<string, unknown> {
    const object: Record<string, unknown> = Object.create(null);
    while (!this.take('}')) {
      this.skip();
      const quote = this.#text[this.#at] ?? '';
      const name = quote === '"' || quote === "'" ? this.#string(quote) : this.word();
      if (!this.take(':')) throw new MongoSyntaxError(`Unexpected token (1:${this.#at})`);
      object[name] = this.literal();
      if (!this.take(',') && !this.take('}')) throw new MongoSyntaxError(`Unexpected token (1:${this.#at})`);
      else if (this.#text[this.#at - 1] === '}') return object;
    }
    return object;
  }

  list(end: string): unknown[] {
    const list: unknown[] = [];
    while (!this.take(end)) {
      list.push(this.literal());
      if (this.take(',')) continue;
      if (!this.take(end)) throw new MongoSyntaxError(`Unexpected token (1:${this.#at})`);
      return list;
    }
    return list;
  }

  #string(quote: string): string {
    const end = this.#text.indexOf(quote, this.#at + 1);
    if (end < 0) throw new MongoSyntaxError('Unterminated string constant.');
    const text = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return text;
  }
}

/** One expression that begins with `db`. Names behind the last call are properties of what it gives. */
export function parseCall(text: string): MongoCall {
  const reader = new Reader(text);
  const path = [reader.word()];
  const calls: { name: string; args: readonly unknown[] }[] = [];
  const properties: string[] = [];
  while (!reader.done) {
    if (reader.take('.')) {
      const name = reader.word();
      if (reader.take('(')) calls.push({ name, args: reader.list(')') });
      else (calls.length > 0 ? properties : path).push(name);
    } else if (reader.take('(')) calls.push({ name: path.pop() as string, args: reader.list(')') });
    else throw new MongoSyntaxError('Missing semicolon.');
  }
  return { path, calls, properties };
}

/** A line as wide as this is broken. */
const WIDTH = 72;

/** A value as the shell prints it. */
export function showValue(value: unknown, indent = ''): string {
  if (value === undefined) return '';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return `'${value}'`;
  if (!Array.isArray(value) && typeof (value as Document)['$oid'] === 'string')
    return `ObjectId('${(value as Document)['$oid']}')`;
  const isList = Array.isArray(value);
  const inner = `${indent}  `;
  const parts = isList
    ? value.map((one) => showValue(one, inner))
    : Object.entries(value as object).map(
        ([name, one]) => `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`}: ${showValue(one, inner)}`,
      );
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (parts.length === 0) return open + close;
  const line = `${open} ${parts.join(', ')} ${close}`;
  if (indent.length + line.length <= WIDTH && !line.includes('\n')) return line;
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close}`;
}

type Document = { readonly [name: string]: unknown };
