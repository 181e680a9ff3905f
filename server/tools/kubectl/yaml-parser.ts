import { decode } from '../../host/index.ts';
import { resolvePlain } from './yaml-scalar.ts';
import { Scanner, type Token, type TokenType, YamlError } from './yaml-scanner.ts';

/** Most nodes that aliases may unfold to. */
const ALIAS_LIMIT = 100_000;

/** The first document of a YAML text as a JSON value. Models sigs.k8s.io/yaml YAMLToJSON over goyaml.v2. */
export function parseYaml(text: string): unknown {
  return new Parser(text).document();
}

class Parser {
  readonly #scanner: Scanner;
  readonly #anchors = new Map<string, unknown>();
  #unfolded = 0;

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  document(): unknown {
    while (this.#type() === 'document-end') this.#scanner.next();
    if (this.#type() === 'stream-end') return null;
    if (this.#type() === 'document-start') {
      this.#scanner.next();
      if (['document-start', 'document-end', 'stream-end'].includes(this.#type())) return null;
    }
    const value = this.#node(true, false);
    this.#scanner.peek();
    return value;
  }

  #type(): TokenType {
    return this.#scanner.peek().type;
  }

  /** Parser errors carry the line before the token, as go-yaml does. */
  #fail(problem: string, token: Token): never {
    throw new YamlError(problem, token.start.line);
  }

  #node(block: boolean, indentless: boolean): unknown {
    let anchor: string | undefined;
    let tag: string | undefined;
    for (;;) {
      const token = this.#scanner.peek();
      if (token.type === 'alias') return this.#alias(this.#scanner.next().value);
      if (token.type === 'anchor' && anchor === undefined) anchor = this.#scanner.next().value;
      else if (token.type === 'tag' && tag === undefined) tag = this.#scanner.next().value;
      else break;
    }
    const value = this.#content(block, indentless, { anchored: anchor !== undefined, tag });
    if (anchor !== undefined) this.#anchors.set(anchor, value);
    return value;
  }

  #content(
    block: boolean,
    indentless: boolean,
    props: { anchored: boolean; tag: string | undefined },
  ): unknown {
    const token = this.#scanner.peek();
    switch (token.type) {
      case 'scalar':
        this.#scanner.next();
        return scalar(token, props.tag);
      case '[':
        return this.#flowSequence();
      case '{':
        return this.#flowMapping();
      case 'block-entry':
        if (indentless) return this.#indentlessSequence();
        break;
      case 'block-sequence-start':
        if (block) return this.#blockSequence();
        break;
      case 'block-mapping-start':
        if (block) return this.#blockMapping();
        break;
      default:
    }
    if (props.anchored || props.tag !== undefined) return props.tag === '!!str' ? '' : null;
    this.#fail('did not find expected node content', token);
  }

  #alias(name: string): unknown {
    if (!this.#anchors.has(name)) throw new YamlError(`unknown anchor '${name}' referenced`, 0);
    const value = this.#anchors.get(name);
    this.#unfolded += JSON.stringify(value)?.length ?? 1;
    if (this.#unfolded > ALIAS_LIMIT * 10) throw new YamlError('document contains excessive aliasing', 0);
    return value;
  }

  #blockSequence(): unknown[] {
    const out: unknown[] = [];
    this.#scanner.next();
    for (;;) {
      const token = this.#scanner.peek();
      if (token.type === 'block-end') {
        this.#scanner.next();
        return out;
      }
      if (token.type !== 'block-entry') this.#fail("did not find expected '-' indicator", token);
      this.#scanner.next();
      const empty = this.#type() === 'block-entry' || this.#type() === 'block-end';
      out.push(empty ? null : this.#node(true, false));
    }
  }

  #indentlessSequence(): unknown[] {
    const out: unknown[] = [];
    while (this.#type() === 'block-entry') {
      this.#scanner.next();
      const empty = ['block-entry', 'key', 'value', 'block-end'].includes(this.#type());
      out.push(empty ? null : this.#node(true, false));
    }
    return out;
  }

  #blockMapping(): unknown {
    const pairs: [unknown, unknown][] = [];
    this.#scanner.next();
    const ends = ['key', 'value', 'block-end'];
    for (;;) {
      const token = this.#scanner.peek();
      if (token.type === 'block-end') {
        this.#scanner.next();
        return mapping(pairs);
      }
      if (token.type !== 'key') this.#fail('did not find expected key', token);
      this.#scanner.next();
      const key = ends.includes(this.#type()) ? null : this.#node(true, true);
      pairs.push([key, this.#valueOf(ends)]);
    }
  }

  #valueOf(ends: readonly string[]): unknown {
    if (this.#type() !== 'value') return null;
    this.#scanner.next();
    return ends.includes(this.#type())
      ? null
      : this.#node(!ends.includes('flow-entry'), !ends.includes('flow-entry'));
  }

  #flowSequence(): unknown[] {
    const out: unknown[] = [];
    this.#scanner.next();
    while (this.#type() !== ']') {
      if (out.length > 0) {
        if (this.#type() !== 'flow-entry')
          this.#fail("did not find expected ',' or ']'", this.#scanner.peek());
        this.#scanner.next();
      }
      if (this.#type() === ']') break;
      if (this.#type() === 'key') {
        this.#scanner.next();
        const ends = ['value', 'flow-entry', ']'];
        const key = ends.includes(this.#type()) ? null : this.#node(false, false);
        out.push(mapping([[key, this.#valueOf(['flow-entry', ']'])]]));
      } else out.push(this.#node(false, false));
    }
    this.#scanner.next();
    return out;
  }

  #flowMapping(): unknown {
    const pairs: [unknown, unknown][] = [];
    const ends = ['flow-entry', '}'];
    this.#scanner.next();
    while (this.#type() !== '}') {
      if (pairs.length > 0) {
        if (this.#type() !== 'flow-entry')
          this.#fail("did not find expected ',' or '}'", this.#scanner.peek());
        this.#scanner.next();
      }
      if (this.#type() === '}') break;
      let key: unknown = null;
      if (this.#type() === 'key') {
        this.#scanner.next();
        if (!['value', ...ends].includes(this.#type())) key = this.#node(false, false);
      } else if (this.#type() !== 'value') {
        pairs.push([this.#node(false, false), null]);
        continue;
      }
      pairs.push([key, this.#valueOf(ends)]);
    }
    this.#scanner.next();
    return mapping(pairs);
  }
}

const TAGGED: Readonly<Record<string, string>> = {
  '!!int': 'number',
  '!!float': 'number',
  '!!bool': 'boolean',
};

function scalar(token: Token, tag: string | undefined): unknown {
  const { value } = token;
  if (tag === '!!str' || tag === '!') return value;
  if (tag === '!!binary')
    return decode(Uint8Array.from(atob(value.replace(/\s/g, '')), (c) => c.charCodeAt(0)));
  if (!token.plain && tag === undefined) return value;
  const resolved = resolvePlain(value);
  const wanted = TAGGED[tag ?? ''];
  if (wanted !== undefined && typeof resolved !== wanted)
    throw new YamlError(`cannot decode !!str \`${value}\` as a ${tag}`, 0);
  return resolved;
}

/** Later duplicates win; `<<` merges; keys become strings as in JSON. */
function mapping(pairs: readonly (readonly [unknown, unknown])[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const merged: unknown[] = [];
  for (const [key, value] of pairs) {
    if (key === '<<') merged.push(...(Array.isArray(value) ? value : [value]));
    else set(out, keyText(key), value);
  }
  for (const source of merged) {
    if (typeof source !== 'object' || source === null || Array.isArray(source))
      throw new YamlError('map merge requires map or sequence of maps as the value', 0);
    for (const [key, value] of Object.entries(source)) if (!Object.hasOwn(out, key)) set(out, key, value);
  }
  return out;
}

function set(map: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(map, key, { value, enumerable: true, writable: true });
  else map[key] = value;
}

function keyText(key: unknown): string {
  if (key === null) return 'null';
  if (typeof key === 'object') throw new YamlError(`invalid map key: ${JSON.stringify(key)}`, 0);
  return String(key);
}
