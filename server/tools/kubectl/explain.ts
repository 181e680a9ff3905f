import type { Steps } from '../../sim/index.ts';
import { KubectlError } from './errors.ts';
import { explainedByOpenApiV2 } from './explain-openapiv2.ts';
import type { Kubectl } from './kubectl.ts';
import { type ApiResource, groupVersion, LOOKUP_ATTEMPTS } from './resources.ts';

type Fields = Record<string, any>;

const WIDTH = 76;
const NOTHING_SAID = '<empty>';

/** Models kubectl/pkg/explain/v2 with its plaintext template. */
export function* explain(k: Kubectl): Steps<void> {
  const { flags } = k;
  if (k.args.length === 0) {
    throw new KubectlError(
      'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
    );
  }
  if (k.args.length > 1) throw new KubectlError('We accept only this format: explain RESOURCE');
  const output = flags.string('output');
  if (output !== 'plaintext' && output !== 'plaintext-openapiv2')
    throw new KubectlError(`unrecognized format: ${output}`);
  const { resource, path } = yield* parsePath(k, k.args[0] as string);
  if (output === 'plaintext') yield* plaintext(k, resource, path);
  else yield* plaintextOpenApiV2(k, resource, path);
}

function* plaintextOpenApiV2(k: Kubectl, resource: ApiResource, path: string[]): Steps<void> {
  const { definitions = {} } = yield* k.api.get<Fields>('/openapi/v2');
  const root = definitionOf(definitions, resource);
  if (!root)
    throw new KubectlError(`couldn't find resource for "${groupVersion(resource)}, Kind=${resource.kind}"`);
  const { kind } = resource;
  const recursive = k.flags.bool('recursive');
  yield* k.out(
    explainedByOpenApiV2({ definitions, kind, apiVersion: groupVersion(resource), root, path, recursive }),
  );
}

function definitionOf(definitions: Fields, resource: ApiResource): Fields | undefined {
  return Object.values(definitions).find((candidate: Fields) =>
    (candidate['x-kubernetes-group-version-kind'] ?? []).some(
      (gvk: Fields) =>
        gvk['group'] === resource.group &&
        gvk['version'] === resource.version &&
        gvk['kind'] === resource.kind,
    ),
  );
}

function* plaintext(k: Kubectl, resource: ApiResource, path: string[]): Steps<void> {
  const { flags } = k;
  const document = yield* k.api.get<Fields>(`/openapi/v3/${groupPath(resource)}`);
  const schemas: Fields = document['components']?.schemas ?? {};
  const schema = definitionOf(schemas, resource);
  if (!schema)
    throw new KubectlError(
      `GVR (${groupVersion(resource)}, Resource=${resource.name}) not found in OpenAPI schema`,
    );
  const head = resource.group === '' ? '' : `GROUP:      ${resource.group}\n`;
  yield* k.out(`${head}KIND:       ${resource.kind}\nVERSION:    ${resource.version}\n\n`);
  yield* k.out(new Explainer(schemas).text(schema, path, flags.bool('recursive')));
}

function groupPath(resource: ApiResource): string {
  return resource.group === '' ? `api/${resource.version}` : `apis/${groupVersion(resource)}`;
}

/** `deployments.apps.spec` or `pods.spec`: the resource is the longest prefix that is one. */
function* parsePath(k: Kubectl, text: string): Steps<{ resource: ApiResource; path: string[] }> {
  const apiVersion = k.flags.string('api-version');
  if (text.startsWith('.')) throw new KubectlError('invalid jsonpath syntax, first node must be field node');
  const parts = text.replace(/\.$/, '').split('.');
  let resource = yield* k.resources.find(parts[0] as string, LOOKUP_ATTEMPTS);
  let used = 1;
  for (let count = parts.length; count > 1; count--) {
    const found = yield* k.resources.find(parts.slice(0, count).join('.'));
    if (!found || (found.group === '' && count > 1) || !isGroupPrefix(parts.slice(1, count).join('.'), found))
      continue;
    resource = found;
    used = count;
    break;
  }
  if (!resource) resource = yield* k.resourceOrNoMatch(parts[0] as string);
  if (apiVersion !== '') {
    const other = yield* k.resources.ofKind(apiVersion, resource.kind);
    if (!other)
      throw new KubectlError(`couldn't find resource for "${apiVersion}, Resource=${resource.name}"`);
    resource = other;
  }
  return { resource, path: parts.slice(used) };
}

function isGroupPrefix(text: string, resource: ApiResource): boolean {
  return (
    text === resource.group || text === `${resource.version}.${resource.group}` || text === resource.version
  );
}

class Explainer {
  readonly #schemas: Fields;

  constructor(schemas: Fields) {
    this.#schemas = schemas;
  }

  text(root: Fields, path: readonly string[], recursive: boolean): string {
    let schema = root;
    let field: Fields | undefined;
    for (const name of path) {
      const next = this.#fieldOf(schema, name);
      if (!next) throw new KubectlError(`field ${JSON.stringify(path.at(-1))} does not exist`);
      field = next;
      schema = this.#target(next);
    }
    const name = path.at(-1);
    const head = field ? `FIELD: ${name} <${this.#typeOf(field)}>\n${enumBlock(field)}\n` : '';
    const description = field ? this.#descriptions(field) : (schema['description'] ?? NOTHING_SAID);
    const end = description === NOTHING_SAID ? '' : '    \n';
    const body = `DESCRIPTION:\n${indented(description, 4)}${end}`;
    const fields = schema['properties']
      ? `FIELDS:\n${this.#fields(schema, { level: 1, recursive, seen: [schema] })}`
      : '';
    return `${head}${body}${fields}\n`;
  }

  #fieldOf(schema: Fields, name: string): Fields | undefined {
    return schema['properties']?.[name];
  }

  #resolve(schema: Fields): { schema: Fields; name: string } {
    const ref = schema['$ref'] ?? schema['allOf']?.[0]?.$ref;
    if (!ref) return { schema, name: '' };
    const key = String(ref).split('/').at(-1) as string;
    return { schema: this.#schemas[key] ?? {}, name: key.split('.').at(-1) as string };
  }

  /** The schema behind a field: through references, lists and maps. */
  #target(field: Fields): Fields {
    const { schema } = this.#resolve(field);
    if (schema['items']) return this.#target(schema['items']);
    if (typeof schema['additionalProperties'] === 'object' && !schema['properties'])
      return this.#target(schema['additionalProperties']);
    return schema;
  }

  #typeOf(field: Fields): string {
    const { schema, name } = this.#resolve(field);
    // What is written as a string is called so: times.
    if (name !== '') return schema['type'] && schema['type'] !== 'object' ? schema['type'] : name;
    if (schema['type'] === 'array') return `[]${this.#typeOf(schema['items'] ?? {})}`;
    if (schema['type'] === 'object' || schema['additionalProperties']) {
      if (typeof schema['additionalProperties'] === 'object')
        return `map[string]${this.#typeOf(schema['additionalProperties'])}`;
      return 'Object';
    }
    return schema['type'] ?? 'Object';
  }

  /** A field's own words, then those of its type. */
  #descriptions(field: Fields): string {
    const own = field['description'] ?? '';
    const target = this.#target(field);
    const more = target !== field ? (target['description'] ?? '') : '';
    return [own, more].filter((text) => text !== '').join('\n') || NOTHING_SAID;
  }

  #fields(schema: Fields, at: { level: number; recursive: boolean; seen: readonly Fields[] }): string {
    const required: string[] = schema['required'] ?? [];
    const pad = '  '.repeat(at.level);
    return Object.keys(schema['properties'] ?? {})
      .sort()
      .map((name) => {
        const field = schema['properties'][name] as Fields;
        const mark = required.includes(name) ? ' -required-' : '';
        const line = `${pad}${name}\t<${this.#typeOf(field)}>${mark}\n${enumLine(field, pad)}`;
        if (!at.recursive) return `${line}${indented(field['description'] ?? '<no description>', 4)}\n`;
        const target = this.#target(field);
        if (at.seen.includes(target)) return line;
        return line + this.#fields(target, { ...at, level: at.level + 1, seen: [...at.seen, target] });
      })
      .join('');
  }
}

function enumValues(field: Fields): string[] | undefined {
  const values = field['enum'] ?? field['items']?.enum;
  return values
    ? [...values].map((value: unknown) => (value === '' ? '""' : String(value))).sort()
    : undefined;
}

function enumBlock(field: Fields): string {
  const values = enumValues(field);
  return values ? `ENUM:\n${values.map((value) => `    ${value}\n`).join('')}` : '\n';
}

/** At most four values of an enum are shown in a list of fields. */
function enumLine(field: Fields, pad: string): string {
  const values = enumValues(field);
  if (!values) return '';
  const shown = values.length > 4 ? `${values.slice(0, 4).join(', ')}, ....` : values.join(', ');
  return `${pad}enum: ${shown}\n`;
}

function indented(text: string, columns: number): string {
  const pad = ' '.repeat(columns);
  return text
    .split('\n')
    .flatMap((line) => wrap(line))
    .map((line) => `${pad}${line}\n`)
    .join('');
}

/** Breaks a line at blanks; what lies between words stays as it is. */
function wrap(line: string): string[] {
  const out: string[] = [];
  let current = '';
  for (const [, space = '', word = ''] of line.matchAll(/(\s*)(\S+)/g)) {
    if (current === '' && out.length === 0) current = space + word;
    else if (current.length + space.length + word.length > WIDTH) {
      out.push(current);
      current = word;
    } else current += space + word;
  }
  out.push(current);
  return out;
}
