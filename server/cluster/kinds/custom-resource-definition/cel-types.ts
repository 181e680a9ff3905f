import { type CelType, DYN, scalar } from '../../../objects/cel-check.ts';

const SCALARS: Readonly<Record<string, CelType>> = {
  string: scalar('string'),
  integer: scalar('int'),
  number: scalar('double'),
  boolean: scalar('bool'),
};
const FORMATS: Readonly<Record<string, CelType>> = {
  'date-time': scalar('timestamp'),
  date: scalar('timestamp'),
  duration: scalar('duration'),
  byte: scalar('bytes'),
};
/** All that rules see of an object's metadata. */
const METADATA: CelType = {
  kind: 'object',
  fields: { name: SCALARS['string'] as CelType, generateName: SCALARS['string'] as CelType },
};
const KEYWORDS = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** What the rules of a schema know of its values. Models apiserver/pkg/cel/common SchemaDeclType. */
export function celTypeOf(schema: any, isRoot: boolean): CelType {
  if (typeof schema !== 'object' || schema === null || schema['x-kubernetes-int-or-string']) return DYN;
  const { type, format, items, properties, additionalProperties: extra } = schema;
  if (type === 'string') return FORMATS[format] ?? (SCALARS['string'] as CelType);
  if (type === 'array') return { kind: 'list', of: celTypeOf(items, false) };
  if (type !== 'object') return SCALARS[type] ?? DYN;
  if (typeof extra === 'object' && extra !== null) return { kind: 'map', of: celTypeOf(extra, false) };
  if (extra === true || (!properties && !isRoot)) return DYN;
  const fields = Object.entries(properties ?? {}).map(([name, part]) => [
    celName(name),
    celTypeOf(part, false),
  ]);
  const isResource = isRoot || schema['x-kubernetes-embedded-resource'];
  const own = { apiVersion: SCALARS['string'], kind: SCALARS['string'], metadata: METADATA };
  return { kind: 'object', fields: { ...Object.fromEntries(fields), ...(isResource ? own : {}) } };
}

/** How a property's name is written in a rule. Models apiserver/pkg/cel Escape. */
export function celName(name: string): string {
  if (KEYWORDS.has(name)) return `__${name}__`;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}
