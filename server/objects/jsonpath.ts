/** kubectl's JSONPath templates. Models client-go/util/jsonpath. */

import { type ArrayBound, JsonPathError, type Node, parseTemplate } from './jsonpath-parse.ts';

export { JsonPathError } from './jsonpath-parse.ts';

/** A compiled template. `results` gives one list of values for every piece of the template. */
export class JsonPath {
  readonly #nodes: readonly Node[];
  readonly #allowMissing: boolean;
  #nodesLeft: readonly Node[] = [];
  #beginRange = 0;
  #inRange = 0;
  #endRange = 0;
  #lastEnd: Node | undefined;

  /** Throws `JsonPathError` when the template is wrong. */
  constructor(template: string, options: { allowMissing?: boolean } = {}) {
    this.#nodes = parseTemplate(template);
    this.#allowMissing = options.allowMissing ?? true;
  }

  results(data: unknown): unknown[][] {
    this.#beginRange = 0;
    this.#inRange = 0;
    this.#endRange = 0;
    this.#lastEnd = undefined;
    this.#nodesLeft = this.#nodes;
    return this.#find(data);
  }

  /** All values, over all pieces. */
  values(data: unknown): unknown[] {
    return this.results(data).flat();
  }

  #find(data: unknown): unknown[][] {
    const nodes = this.#nodesLeft;
    const full: unknown[][] = [];
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i] as Node;
      const results = this.#walk([data], node);
      if (this.#endRange > 0 && this.#endRange <= this.#inRange) {
        this.#endRange--;
        this.#lastEnd = node;
        break;
      }
      if (this.#beginRange > 0) {
        this.#beginRange--;
        this.#inRange++;
        for (const value of results.length > 0 ? results : [undefined]) {
          this.#nodesLeft = nodes.slice(i + 1);
          const next = this.#find(value);
          if (results.length > 0) full.push(...next);
        }
        this.#inRange--;
        const end = this.#lastEnd ? nodes.indexOf(this.#lastEnd, i + 1) : -1;
        if (end >= 0) i = end;
        continue;
      }
      full.push(results);
    }
    return full;
  }

  #walk(values: unknown[], node: Node): unknown[] {
    switch (node.type) {
      case 'list': {
        let current = values;
        for (const part of node.nodes) current = this.#walk(current, part);
        return current;
      }
      case 'text':
        return [node.text];
      case 'literal':
        return values.map(() => node.value);
      case 'field':
        return values.flatMap((value) => this.#field(value, node.name));
      case 'array':
        return values.flatMap((value) => sliceOf(value, node.bounds));
      case 'filter':
        return values.flatMap((value) => this.#filter(value, node));
      case 'identifier':
        return this.#identifier(values, node.name);
      case 'wildcard':
        return values.flatMap(childrenOf);
      case 'recursive':
        return descend(values);
      case 'union':
        return node.nodes.flatMap((nodes) => this.#walk(values, { type: 'list', nodes }));
    }
  }

  #identifier(values: unknown[], name: string): unknown[] {
    if (name === 'range') this.#beginRange++;
    else if (name === 'end') {
      if (this.#inRange === 0) throw new JsonPathError('not in range, nothing to end');
      this.#endRange++;
    } else throw new JsonPathError(`unrecognized identifier ${name}`);
    return values;
  }

  #field(value: unknown, name: string): unknown[] {
    if (value === null || value === undefined) return [];
    if (name === '') return [value];
    if (isMap(value) && Object.hasOwn(value, name) && value[name] !== undefined) return [value[name]];
    if (this.#allowMissing) return [];
    throw new JsonPathError(`${name} is not found`);
  }

  #filter(value: unknown, node: Node & { type: 'filter' }): unknown[] {
    if (value === null || value === undefined) return [];
    if (!Array.isArray(value)) {
      if (isMap(value))
        return this.#filter(
          Object.keys(value)
            .sort()
            .map((key) => value[key]),
          node,
        );
      throw new JsonPathError(`${show(value)} is not array or slice and cannot be filtered`);
    }
    return value.filter((item) => this.#passes(item, node));
  }

  #passes(item: unknown, node: Node & { type: 'filter' }): boolean {
    const left = this.#side(item, node.left);
    if (node.operator === 'exists') return left.length > 0;
    if (left.length === 0) return false;
    if (left.length > 1) throw new JsonPathError('can only compare one element at a time');
    const right = this.#side(item, node.right);
    if (right.length === 0) return false;
    if (right.length > 1) throw new JsonPathError('can only compare one element at a time');
    return compare(left[0], node.operator, right[0]);
  }

  #side(item: unknown, nodes: Node[]): unknown[] {
    let current: unknown[] = [item];
    for (const node of nodes) current = this.#walk(current, node);
    return current;
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The Go type of a value. */
function show(value: unknown): string {
  if (isMap(value)) return 'map[string]interface {}';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (!isMap(value)) return [];
  return Object.keys(value)
    .sort()
    .map((key) => value[key]);
}

/** Every value that has children, at any depth. */
function descend(values: readonly unknown[]): unknown[] {
  const out: unknown[] = [];
  for (const value of values) {
    const children = childrenOf(value);
    if (children.length > 0) out.push(value, ...descend(children));
  }
  return out;
}

function sliceOf(value: unknown, bounds: readonly [ArrayBound, ArrayBound, ArrayBound]): unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new JsonPathError(`${show(value)} is not array or slice`);
  const { length } = value;
  let start = bounds[0].known ? bounds[0].value : 0;
  if (start < 0) start += length;
  let end = bounds[1].known ? bounds[1].value : length;
  if (end < 0 || (end === 0 && bounds[1].derived)) end += length;
  if (start === end) return [];
  if (start >= length || start < 0)
    throw new JsonPathError(`array index out of bounds: index ${start}, length ${length}`);
  if (end > length || end < 0)
    throw new JsonPathError(`array index out of bounds: index ${end - 1}, length ${length}`);
  if (start > end) throw new JsonPathError(`starting index ${start} is greater than ending index ${end}`);
  const step = bounds[2].known ? bounds[2].value : 1;
  if (step <= 0) throw new JsonPathError('step must be > 0');
  return value.slice(start, end).filter((_, index) => index % step === 0);
}

function compare(left: unknown, operator: string, right: unknown): boolean {
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (!['<', '>', '<=', '>='].includes(operator))
    throw new JsonPathError(`unrecognized filter operator ${operator}`);
  if (typeof left !== typeof right) throw new JsonPathError('incompatible types for comparison');
  if (typeof left !== 'number' && typeof left !== 'string')
    throw new JsonPathError('invalid type for comparison');
  const other = right as typeof left;
  if (operator === '<') return left < other;
  if (operator === '>') return left > other;
  return operator === '<=' ? left <= other : left >= other;
}

/**
 * A field given as `x.y`, `.x.y` or `{.x.y}` as a template. Models cli-runtime RelaxedJSONPathExpression; throws when it
 * is none of these.
 */
export function relaxedJsonPath(text: string): string {
  if (text === '') return text;
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(text);
  if (!match) {
    throw new JsonPathError(
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    );
  }
  return `{.${match[1] ?? match[2]}}`;
}
