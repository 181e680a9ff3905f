import { describeField, describeType } from '../../kinds/schema/descriptions.ts';
import { allTypeFacts, type TypeFacts } from '../../kinds/schema/types.ts';

type Json = Record<string, unknown>;

/** The JSON schema of a type and the types it refers to. `prefix` is where references point. */
export function schemaOf(name: string, prefix: string): { schema: Json; refers: string[] } {
  const facts = allTypeFacts()[name] as TypeFacts;
  const refers: string[] = [];
  const schema: Json = {};
  const description = describeType(name);
  if (description) schema['description'] = description;
  const fields = Object.entries(facts.fields ?? {});
  if (fields.length > 0) schema['properties'] = properties(name, facts, prefix, refers);
  if (facts.required?.length) schema['required'] = facts.required;
  const three = prefix.startsWith('#/components');
  if (name.endsWith('.Quantity'))
    Object.assign(schema, three ? { oneOf: oneOf('string', 'number') } : { type: 'string' });
  else if (facts.format === 'int-or-string') {
    const either = three ? { oneOf: oneOf('integer', 'string') } : { type: 'string' };
    Object.assign(schema, { format: 'int-or-string', ...either });
  } else if (facts.type)
    Object.assign(schema, { type: facts.type, ...(facts.format ? { format: facts.format } : {}) });
  else if (!name.endsWith('.JSON')) schema['type'] = 'object';
  if (Array.isArray(facts.gvk) && facts.gvk.length > 0) schema['x-kubernetes-group-version-kind'] = facts.gvk;
  if (facts['x-kubernetes-map-type']) schema['x-kubernetes-map-type'] = facts['x-kubernetes-map-type'];
  return { schema, refers };
}

function oneOf(...types: string[]): Json[] {
  return types.map((type) => ({ type }));
}

function properties(name: string, facts: TypeFacts, prefix: string, refers: string[]): Json {
  const result: Json = {};
  for (const [field, known] of Object.entries(facts.fields ?? {}).sort()) {
    const description = describeField(name, field, facts.gvk !== undefined);
    const schema = typeSchema(known.type, prefix, refers);
    // In version 3 nothing may stand beside a reference.
    const wrapped = '$ref' in schema && description && prefix.startsWith('#/components');
    const property: Json = wrapped ? { allOf: [schema] } : schema;
    if (description) property['description'] = description;
    if (known.default !== undefined) property['default'] = known.default;
    if (known.enum) property['enum'] = known.enum;
    if (known.listType) property['x-kubernetes-list-type'] = known.listType;
    if (known.listMapKeys) property['x-kubernetes-list-map-keys'] = known.listMapKeys;
    if (known.mapType) property['x-kubernetes-map-type'] = known.mapType;
    if (known.mergeKey) property['x-kubernetes-patch-merge-key'] = known.mergeKey;
    if (known.patchStrategy) property['x-kubernetes-patch-strategy'] = known.patchStrategy;
    result[field] = property;
  }
  return result;
}

function typeSchema(type: string, prefix: string, refers: string[]): Json {
  const list = /^array<(.*)>$/.exec(type);
  if (list) return { type: 'array', items: typeSchema(list[1] as string, prefix, refers) };
  const map = /^map<(.*)>$/.exec(type);
  if (map) return { type: 'object', additionalProperties: typeSchema(map[1] as string, prefix, refers) };
  if (type.includes('.')) {
    refers.push(type);
    return { $ref: prefix + type };
  }
  const [plain, format] = type.split(':');
  return { type: plain, ...(format ? { format } : {}) };
}

/** Schemas of types and of all they refer to. */
export function closure(roots: readonly string[], prefix: string): Json {
  const known: Json = {};
  const waiting = [...roots];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (known[name] || !allTypeFacts()[name]) continue;
    const { schema, refers } = schemaOf(name, prefix);
    known[name] = schema;
    waiting.push(...refers);
  }
  return Object.fromEntries(Object.entries(known).sort(([a], [b]) => (a < b ? -1 : 1)));
}
