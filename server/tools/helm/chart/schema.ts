import { matchesPart } from '../../../objects/linear-regex.ts';
import { GoFloat } from '../../go-template/values.ts';
import { HelmError } from '../errors.ts';
import { deepEqual } from '../functions/collections.ts';
import { toPlain } from '../functions/table.ts';
import { type Chart, isTable, type Values } from './chart.ts';

type Schema = Record<string, any>;

/** Deepest schema that is followed. */
const MOST_DEPTH = 100;

/** What the values of a chart and its dependencies lack of their schemas. Models chartutil.ValidateAgainstSchema. */
export function checkSchemas(chart: Chart, values: Values): void {
  const told = problemsOf(chart, values);
  if (told === '') return;
  throw new HelmError(
    `values don't meet the specifications of the schema(s) in the following chart(s):\n${told}`,
  );
}

function problemsOf(chart: Chart, values: Values): string {
  const own = chart.schema === undefined ? '' : schemaProblems(values, chart.schema);
  let told = own === '' ? '' : `${chart.metadata.name}:\n${own}`;
  for (const child of chart.dependencies) {
    const inner = values[child.metadata.name];
    if (isTable(inner)) told += problemsOf(child, inner);
  }
  return told;
}

/** One line for every problem; '' when there is none. */
export function schemaProblems(values: Values, text: string): string {
  let schema: Schema;
  try {
    schema = JSON.parse(text) as Schema;
  } catch (error) {
    return `unable to validate schema: ${(error as Error).message}`;
  }
  const found: string[] = [];
  const check = new Check(schema, found);
  check.value(toPlain(values), schema, { path: '(root)', depth: 0 });
  return found.map((line) => `- ${line}\n`).join('');
}

interface Place {
  readonly path: string;
  readonly depth: number;
}

/** Models xeipuuv/gojsonschema, whose words helm shows. */
class Check {
  readonly #root: Schema;
  readonly #found: string[];

  constructor(root: Schema, found: string[]) {
    this.#root = root;
    this.#found = found;
  }

  #tell(place: Place, text: string): void {
    this.#found.push(`${place.path}: ${text}`);
  }

  value(is: any, schema: Schema | boolean, place: Place): void {
    if (place.depth > MOST_DEPTH || schema === true || typeof schema !== 'object' || schema === null) {
      if (schema === false) this.#tell(place, 'False always fails validation');
      return;
    }
    if (typeof schema['$ref'] === 'string') {
      this.value(is, this.#resolve(schema['$ref']), { ...place, depth: place.depth + 1 });
      return;
    }
    if (schema['type'] !== undefined && !this.#type(is, schema['type'], place)) return;
    this.#combined(is, schema, place);
    this.#choices(is, schema, place);
    if (Array.isArray(is)) this.#list(is, schema, place);
    else if (typeof is === 'object' && is !== null) this.#object(is, schema, place);
    else if (typeof is === 'string') this.#text(is, schema, place);
    else if (typeof is === 'number') this.#number(is, schema, place);
  }

  #resolve(reference: string): Schema {
    let at: any = this.#root;
    for (const key of reference.replace(/^#\/?/, '').split('/').filter(Boolean))
      at = at?.[key.replaceAll('~1', '/').replaceAll('~0', '~')];
    return at ?? {};
  }

  #type(is: unknown, wanted: string | string[], place: Place): boolean {
    const given = typeName(is);
    const types = [wanted].flat();
    if (types.includes(given) || (given === 'integer' && types.includes('number'))) return true;
    const expected = types.length > 1 ? `[${types.join(',')}]` : types[0];
    this.#tell(place, `Invalid type. Expected: ${expected}, given: ${given}`);
    return false;
  }

  #choices(is: unknown, schema: Schema, place: Place): void {
    const name = place.path;
    if (Array.isArray(schema['enum']) && !schema['enum'].some((item: unknown) => deepEqual(item, is)))
      this.#tell(
        place,
        `${name} must be one of the following: ${schema['enum'].map((item: unknown) => JSON.stringify(item)).join(', ')}`,
      );
    if (schema['const'] !== undefined && !deepEqual(schema['const'], is))
      this.#tell(place, `${name} does not match: ${JSON.stringify(schema['const'])}`);
  }

  #combined(is: unknown, schema: Schema, place: Place): void {
    const fits = (other: Schema) => this.#fits(is, other, place);
    if (schema['allOf'] && !schema['allOf'].every(fits)) {
      this.#tell(place, 'Must validate all the schemas (allOf)');
      for (const other of schema['allOf']) this.value(is, other, { ...place, depth: place.depth + 1 });
    }
    if (schema['anyOf'] && !schema['anyOf'].some(fits))
      this.#tell(place, 'Must validate at least one schema (anyOf)');
    if (schema['oneOf'] && schema['oneOf'].filter(fits).length !== 1)
      this.#tell(place, 'Must validate one and only one schema (oneOf)');
    if (schema['not'] && fits(schema['not'])) this.#tell(place, 'Must not validate the schema (not)');
    if (schema['if'] === undefined) return;
    const branch = fits(schema['if']) ? 'then' : 'else';
    if (schema[branch] === undefined || fits(schema[branch])) return;
    this.#tell(
      place,
      `Must validate ${JSON.stringify(branch)} as ${JSON.stringify('if')} was ${branch === 'then' ? 'valid' : 'not valid'}`,
    );
  }

  #fits(is: unknown, schema: Schema, place: Place): boolean {
    const found: string[] = [];
    new Check(this.#root, found).value(is, schema, { ...place, depth: place.depth + 1 });
    return found.length === 0;
  }

  #object(is: Values, schema: Schema, place: Place): void {
    const inner = (key: string): Place => ({
      path: place.path === '(root)' ? key : `${place.path}.${key}`,
      depth: place.depth + 1,
    });
    const properties: Record<string, Schema> = schema['properties'] ?? {};
    const patterns: [string, Schema][] = Object.entries(schema['patternProperties'] ?? {});
    for (const key of schema['required'] ?? [])
      if (!Object.hasOwn(is, key)) this.#tell(place, `${key} is required`);
    const keys = Object.keys(is).sort();
    const count = keys.length;
    if (count < (schema['minProperties'] ?? 0))
      this.#tell(place, `Must have at least ${schema['minProperties']} properties`);
    if (count > (schema['maxProperties'] ?? count))
      this.#tell(place, `Must have at most ${schema['maxProperties']} properties`);
    for (const key of keys) {
      const matching = patterns.filter(([pattern]) => matchesPart(pattern, key));
      const known = Object.hasOwn(properties, key);
      if (known || matching.length > 0) continue;
      if (schema['additionalProperties'] === false)
        this.#tell(place, `Additional property ${key} is not allowed`);
    }
    for (const key of keys) {
      const all = patterns.filter(([pattern]) => matchesPart(pattern, key)).map(([, other]) => other);
      if (Object.hasOwn(properties, key)) all.push(properties[key] as Schema);
      const additional = schema['additionalProperties'];
      if (all.length === 0 && typeof additional === 'object') all.push(additional);
      for (const other of all) this.value(is[key], other, inner(key));
    }
  }

  #list(is: unknown[], schema: Schema, place: Place): void {
    if (is.length < (schema['minItems'] ?? 0))
      this.#tell(place, `Array must have at least ${schema['minItems']} items`);
    if (is.length > (schema['maxItems'] ?? is.length))
      this.#tell(place, `Array must have at most ${schema['maxItems']} items`);
    if (schema['uniqueItems'] && is.some((item, i) => is.slice(0, i).some((other) => deepEqual(other, item))))
      this.#tell(place, `${place.path} array items[0,1] must be unique`);
    const { items } = schema;
    for (const [i, item] of is.entries()) {
      const own = Array.isArray(items) ? items[i] : items;
      const path = place.path === '(root)' ? String(i) : `${place.path}.${i}`;
      if (own !== undefined) this.value(item, own, { path, depth: place.depth + 1 });
    }
  }

  #text(is: string, schema: Schema, place: Place): void {
    const length = [...is].length;
    if (length < (schema['minLength'] ?? 0))
      this.#tell(place, `String length must be greater than or equal to ${schema['minLength']}`);
    if (length > (schema['maxLength'] ?? length))
      this.#tell(place, `String length must be less than or equal to ${schema['maxLength']}`);
    if (schema['pattern'] !== undefined && !matchesPart(schema['pattern'], is))
      this.#tell(place, `Does not match pattern '${schema['pattern']}'`);
  }

  #number(is: number, schema: Schema, place: Place): void {
    const { minimum, maximum, multipleOf } = schema;
    const [above, below] = [schema['exclusiveMinimum'], schema['exclusiveMaximum']];
    if (typeof multipleOf === 'number' && is % multipleOf !== 0)
      this.#tell(place, `Must be a multiple of ${multipleOf}`);
    if (typeof maximum === 'number' && is > maximum)
      this.#tell(place, `Must be less than or equal to ${maximum}`);
    if (typeof below === 'number' && is >= below) this.#tell(place, `Must be less than ${below}`);
    if (typeof minimum === 'number' && is < minimum)
      this.#tell(place, `Must be greater than or equal to ${minimum}`);
    if (typeof above === 'number' && is <= above) this.#tell(place, `Must be greater than ${above}`);
  }
}

function typeName(is: unknown): string {
  if (is === null || is === undefined) return 'null';
  if (Array.isArray(is)) return 'array';
  if (typeof is === 'number' || is instanceof GoFloat) return Number.isInteger(is) ? 'integer' : 'number';
  return typeof is === 'boolean' ? 'boolean' : typeof is;
}
