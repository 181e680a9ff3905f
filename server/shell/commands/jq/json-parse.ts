import { MAX_DEPTH, numberFrom } from './json-text.ts';
import type { Json } from './values.ts';

/** A text that is no JSON, in jq's words, with the place it found out at. */
export class JsonError extends Error {
  override name = 'JsonError';
}

/** What is open: arrays and objects being built, and the key that waits for its value. */
type Open = Json[] | Map<string, Json> | string;

/** A value that is complete. */
export interface Found {
  readonly value: Json;
}

const LITERAL_CHAR = /[^[\]{},:"\s]/;
const WHITE = ' \t\r\n';

/** Models jq src/jv_parse.c: reads values one after the other from text that comes in pieces. */
export class JsonReader {
  #text = '';
  #at = 0;
  #line = 1;
  #column = 0;
  #ended = false;
  #begun = false;
  /** Characters of a number or word whose end was not seen yet. */
  #literal = '';
  /** What came of a string whose end was not seen yet. */
  #string: string | undefined;
  #escaped = false;
  readonly #stack: Open[] = [];
  /** A value that is read and not put anywhere yet. */
  #pending: Found | undefined;

  feed(text: string): void {
    this.#text = this.#text.slice(this.#at) + text;
    this.#at = 0;
    if (this.#begun || text === '') return;
    this.#begun = true;
    if (text.startsWith('\ufeff')) this.#at = 1;
  }

  end(): void {
    this.#ended = true;
  }

  /** The next value; undefined: more text is needed, or all was read. Throws JsonError. */
  next(): Found | undefined {
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] as string;
      if (this.#string !== undefined) this.#inString(char);
      else if (LITERAL_CHAR.test(char)) this.#inLiteral();
      else this.#mark(char);
      const found = this.#found();
      if (found) return found;
    }
    return this.#ended ? this.#finish() : undefined;
  }

  #found(): Found | undefined {
    if (this.#stack.length > 0 || !this.#pending) return undefined;
    const found = this.#pending;
    this.#pending = undefined;
    return found;
  }

  #fail(message: string, where = ''): never {
    throw new JsonError(`${message}${where} at line ${this.#line}, column ${this.#column}`);
  }

  #step(char: string): void {
    this.#at++;
    this.#column++;
    if (char !== '\n') return;
    this.#line++;
    this.#column = 0;
  }

  #inLiteral(): void {
    let end = this.#at + 1;
    while (end < this.#text.length && LITERAL_CHAR.test(this.#text[end] as string)) end++;
    this.#literal += this.#text.slice(this.#at, end);
    this.#column += end - this.#at;
    this.#at = end;
  }

  /** White space, punctuation or a quote: each ends the literal before it. */
  #mark(char: string): void {
    this.#step(char);
    if (this.#literal !== '') this.#value(this.#literalValue());
    if (char === '"') this.#string = '';
    else if (!WHITE.includes(char)) {
      // A value at the top that this mark ended is given first.
      if (this.#stack.length === 0 && this.#pending) {
        this.#at--;
        this.#column--;
      } else this.#token(char);
    }
  }

  #literalValue(where = ''): Json {
    const text = this.#literal;
    this.#literal = '';
    if (text === 'true' || text === 'false') return text === 'true';
    if (text === 'null') return null;
    if (text === 'nan') return Number.NaN;
    if (/^[tfn]/.test(text)) return this.#fail('Invalid literal', where);
    if (!/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text))
      return this.#fail('Invalid numeric literal', where);
    return numberFrom(text);
  }

  #value(value: Json): void {
    if (this.#pending) this.#fail('Expected separator between values');
    this.#pending = { value };
  }

  #token(char: string): void {
    if (char === '[' || char === '{') this.#open(char);
    else if (char === ':') this.#colon();
    else if (char === ',') this.#comma();
    else if (char === ']') this.#closeArray();
    else this.#closeObject();
  }

  #open(char: string): void {
    if (this.#stack.length >= MAX_DEPTH) this.#fail('Exceeds depth limit for parsing');
    if (this.#pending) this.#fail('Expected separator between values');
    this.#stack.push(char === '[' ? [] : new Map());
  }

  #colon(): void {
    if (!this.#pending) this.#fail("Expected string key before ':'");
    if (!(this.#stack.at(-1) instanceof Map)) this.#fail("':' not as part of an object");
    const key = this.#pending.value;
    if (typeof key !== 'string') this.#fail('Object keys must be strings');
    this.#stack.push(key);
    this.#pending = undefined;
  }

  /** Puts the value that waits into the array or the object that is open. False: neither is. */
  #store(value: Json): boolean {
    const top = this.#stack.at(-1);
    if (Array.isArray(top)) top.push(value);
    else if (typeof top === 'string') {
      this.#stack.pop();
      (this.#stack.at(-1) as Map<string, Json>).set(top, value);
    } else return false;
    this.#pending = undefined;
    return true;
  }

  #comma(): void {
    if (!this.#pending) this.#fail("Expected value before ','");
    if (this.#stack.length === 0) this.#fail("',' not as part of an object or array");
    if (!this.#store(this.#pending.value)) this.#fail('Objects must consist of key:value pairs');
  }

  #closeArray(): void {
    const top = this.#stack.at(-1);
    if (!Array.isArray(top)) this.#fail("Unmatched ']'");
    if (this.#pending) this.#store(this.#pending.value);
    else if (top.length > 0) this.#fail('Expected another array element');
    this.#stack.pop();
    this.#pending = { value: top };
  }

  #closeObject(): void {
    if (this.#stack.length === 0) this.#fail("Unmatched '}'");
    if (this.#pending) {
      if (typeof this.#stack.at(-1) !== 'string') this.#fail('Objects must consist of key:value pairs');
      this.#store(this.#pending.value);
    } else if (this.#stack.at(-1) instanceof Map && (this.#stack.at(-1) as Map<string, Json>).size > 0)
      this.#fail('Expected another key-value pair');
    const top = this.#stack.pop();
    if (!(top instanceof Map)) this.#fail("Unmatched '}'");
    this.#pending = { value: top };
  }

  /** Takes the string up to its end or to the end of the piece. */
  #inString(char: string): void {
    this.#step(char);
    if (char === '"' && !this.#escaped) {
      const text = this.#string as string;
      this.#string = undefined;
      this.#value(this.#unescape(text));
      return;
    }
    this.#string += char;
    this.#escaped = char === '\\' && !this.#escaped;
    if (this.#escaped) return;
    let end = this.#at;
    while (end < this.#text.length && !'"\\\n'.includes(this.#text[end] as string)) end++;
    this.#string += this.#text.slice(this.#at, end);
    this.#column += end - this.#at;
    this.#at = end;
  }

  #unescape(text: string): string {
    if (/[\x00-\x1f]/.test(text))
      this.#fail('Invalid string: control characters from U+0000 through U+001F must be escaped');
    if (!text.includes('\\')) return text;
    const plain = text.replace(/\\(?:u([0-9a-fA-F]{4})|(u)|(.)|$)/gs, (_all, hex, broken, char) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (broken !== undefined) return this.#fail('Invalid \\uXXXX escape');
      const index = '"\\/bfnrt'.indexOf(char ?? ' ');
      return index < 0 ? this.#fail('Invalid escape') : ('"\\/\b\f\n\r\t'[index] as string);
    });
    return plain.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
  }

  #finish(): Found | undefined {
    if (this.#string !== undefined) this.#fail('Unfinished string at EOF');
    if (this.#literal !== '') this.#value(this.#literalValue(' at EOF'));
    if (this.#stack.length > 0) this.#fail('Unfinished JSON term at EOF');
    return this.#found();
  }
}

/** All values of one text; for `--slurpfile`, `--argjson` and `fromjson`. */
export function parseJson(text: string): Json[] {
  const reader = new JsonReader();
  reader.feed(text);
  reader.end();
  const out: Json[] = [];
  for (let next = reader.next(); next; next = reader.next()) out.push(next.value);
  return out;
}

export function onlyOne(values: readonly Json[]): Json {
  if (values.length > 1) throw new JsonError('Unexpected extra JSON values');
  return values[0] ?? null;
}
