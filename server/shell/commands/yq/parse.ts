import { Parser } from '../jq/parse.ts';
import type { Node, Pattern } from '../jq/syntax.ts';

const MARKS =
  /(?:\?\/\/|\/\/=|\/\/|\|=|\*[+dn?c]+=?(?![\w(.])|\+=|-=|\*=|\/=|%=|==|!=|<=|>=|\.\.\.?|[.?=;,:|+\-*/%$<>()[\]{}])/y;

/** Names that stand for something of the node itself, and may be assigned to: `.a style="double"`. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  style: 'style',
  tag: 'tag',
  anchor: 'anchor',
  alias: 'alias',
  line_comment: 'line_comment',
  lineComment: 'line_comment',
  head_comment: 'head_comment',
  headComment: 'head_comment',
  foot_comment: 'foot_comment',
  footComment: 'foot_comment',
};
/** jq's statements, which yq does not have. */
const FOREIGN = new Set(['if', 'try', 'reduce', 'foreach', 'label', 'def', 'import', 'include']);

/** The expressions of yq v4, as programs of jq's engine. */
export class YqParser extends Parser {
  constructor(text: string) {
    super(text, MARKS);
  }

  override pipe(): Node {
    if (this.token.kind === 'keyword' && FOREIGN.has(this.token.text)) this.unexpected();
    return super.pipe();
  }

  protected override takesWord(name: string): boolean {
    return name === 'env' || name === 'strenv';
  }

  protected override bound(source: Node, patterns: readonly Pattern[]): Node {
    if (this.token.kind !== 'name' || !['ireduce', 'reduce'].includes(this.token.text))
      return super.bound(source, patterns);
    this.take();
    this.expect('(');
    const start = this.pipe();
    this.expect(';');
    const update = this.pipe();
    this.expect(')');
    return { type: 'reduce', source, pattern: patterns[0] as Pattern, start, update };
  }

  /** `.a style="double"`, `.a line_comment |= "x"`. */
  protected override suffixed(term: Node): Node {
    const name = this.token.kind === 'name' ? ATTRIBUTES[this.token.text] : undefined;
    if (name === undefined) return term;
    const { at } = this.take();
    const relative = this.is('|=');
    if (!relative && !this.is('=')) this.unexpected();
    this.take();
    const value = this.term();
    return {
      type: 'call',
      name: relative ? '_relate' : '_attribute',
      args: [term, { type: 'literal', value: name }, value],
      at,
    };
  }
}

/** Where a program of `eval-all` starts from the input it starts from every document. */
export function overAll(node: Node): Node {
  switch (node.type) {
    case 'pipe':
      return { ...node, left: overAll(node.left) };
    case 'comma':
    case 'binary':
    case 'and':
    case 'or':
    case 'alternative':
      return { ...node, left: overAll(node.left), right: overAll(node.right) };
    case 'array':
      return { ...node, body: node.body && overAll(node.body) };
    case 'as':
    case 'reduce':
      return { ...node, source: overAll(node.source) };
    case 'literal':
      return node;
    default:
      return { type: 'pipe', left: { type: 'call', name: '_documents', args: [], at: 0 }, right: node };
  }
}
