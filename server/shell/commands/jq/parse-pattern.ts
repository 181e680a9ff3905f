import type { Parser } from './parse.ts';
import type { Node, Pattern, PatternField } from './syntax.ts';

/** What follows `as`: `$x`, `[$a, $b]`, `{a: $x, $y}`. */
export function parseBindings(parser: Parser): Pattern {
  if (parser.accept('$')) return { type: 'name', name: parser.word() };
  if (parser.accept('[')) {
    const items: Pattern[] = [];
    do items.push(parseBindings(parser));
    while (parser.accept(','));
    parser.expect(']', "','", "']'");
    return { type: 'items', items };
  }
  if (!parser.accept('{')) parser.unexpected("'$'", "'['", "'{'");
  const fields: PatternField[] = [];
  do fields.push(parseField(parser));
  while (parser.accept(','));
  parser.expect('}', "','", "'}'");
  return { type: 'fields', fields };
}

function parseField(parser: Parser): PatternField {
  if (parser.accept('$')) {
    const name = parser.word();
    const key: Node = { type: 'literal', value: name };
    return { name, key, value: parser.accept(':') ? parseBindings(parser) : undefined };
  }
  const key = parseKey(parser);
  parser.expect(':', "':'");
  return { key, value: parseBindings(parser) };
}

function parseKey(parser: Parser): Node {
  if (parser.token.kind === 'string') return parser.string('text');
  if (parser.accept('(')) {
    const key = parser.pipe();
    parser.expect(')');
    return key;
  }
  return { type: 'literal', value: parser.word() };
}

/** All names that patterns bind, each once. */
export function boundNames(patterns: readonly Pattern[]): string[] {
  const names = new Set<string>();
  const collect = (pattern: Pattern): void => {
    if (pattern.type === 'name') names.add(pattern.name);
    else if (pattern.type === 'items') pattern.items.forEach(collect);
    else
      for (const field of pattern.fields) {
        if (field.name !== undefined) names.add(field.name);
        if (field.value) collect(field.value);
      }
  };
  patterns.forEach(collect);
  return [...names];
}
