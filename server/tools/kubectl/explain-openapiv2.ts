import { KubectlError } from './errors.ts';

type Fields = Record<string, any>;

const WIDTH = 80;
const FIELD_INDENT = 3;
const DESCRIPTION_INDENT = 5;
const BULLET = /^(\d+\.?|-|\*)\s/;

/** What is explained: the kind's definition among those of `/openapi/v2`, and the way from there. */
export interface Asked {
  readonly definitions: Fields;
  readonly kind: string;
  readonly apiVersion: string;
  readonly root: Fields;
  readonly path: readonly string[];
  readonly recursive: boolean;
}

/** The older form of `explain`. Models kubectl/pkg/explain/model_printer.go */
export function explainedByOpenApiV2(asked: Asked): string {
  const head = `KIND:     ${asked.kind}\nVERSION:  ${asked.apiVersion}\n\n`;
  const definitions = new Definitions(asked.definitions);
  const field = definitions.fieldAt(asked.root, asked.path);
  const { schema, descriptions } = definitions.leaf(field);
  const name = asked.path.at(-1);
  const type = definitions.typeOf(field);
  const isObject = schema['properties'] !== undefined;
  const title = isObject ? 'RESOURCE: ' : 'FIELD:    ';
  const label = name === undefined ? '' : `${title}${name} <${type}>\n\n`;
  const told = `${head}${label}DESCRIPTION:\n${describe(descriptions)}`;
  if (!isObject) return told;
  const fields = asked.recursive ? definitions.names(schema, 1, [schema]) : definitions.paragraphs(schema);
  return `${told}\nFIELDS:\n${fields}`;
}

/** The definitions of a document, followed through references, lists and maps. */
class Definitions {
  readonly #definitions: Fields;

  constructor(definitions: Fields) {
    this.#definitions = definitions;
  }

  fieldAt(root: Fields, path: readonly string[]): Fields {
    let field = root;
    for (const name of path) {
      const next = this.leaf(field).schema['properties']?.[name];
      if (!next) throw new KubectlError(`field ${JSON.stringify(path.at(-1))} does not exist`);
      field = next;
    }
    return field;
  }

  /** What a field is in the end, with what is said of it on the way there. */
  leaf(field: Fields): { schema: Fields; descriptions: string[] } {
    const descriptions: string[] = [];
    let schema = field;
    for (;;) {
      descriptions.push(schema['description'] ?? '');
      const next = this.#inside(schema);
      if (!next) return { schema, descriptions };
      schema = next;
    }
  }

  #inside(schema: Fields): Fields | undefined {
    if (schema['$ref']) return this.#referred(schema);
    if (schema['items']) return schema['items'];
    const values = schema['additionalProperties'];
    return typeof values === 'object' && !schema['properties'] ? values : undefined;
  }

  #referred(schema: Fields): Fields {
    return this.#definitions[String(schema['$ref']).split('/').at(-1) as string] ?? {};
  }

  typeOf(schema: Fields): string {
    if (schema['$ref']) return this.typeOf(this.#referred(schema));
    if (schema['properties']) return 'Object';
    if (schema['type'] === 'array') return `[]${this.typeOf(schema['items'] ?? {})}`;
    const values = schema['additionalProperties'];
    if (typeof values === 'object') return `map[string]${this.typeOf(values)}`;
    return schema['type'] === 'object' ? 'map[string]' : (schema['type'] ?? '');
  }

  paragraphs(schema: Fields): string {
    const required: readonly string[] = schema['required'] ?? [];
    return Object.keys(schema['properties'])
      .sort()
      .map((name) => {
        const field = schema['properties'][name];
        const mark = required.includes(name) ? ' -required-' : '';
        const text = indented(field['description'] ?? '', DESCRIPTION_INDENT);
        return `${' '.repeat(FIELD_INDENT)}${name}\t<${this.typeOf(field)}>${mark}\n${text}\n`;
      })
      .join('');
  }

  /** Names and types alone, with those of the fields inside; `seen`: where it came from. */
  names(schema: Fields, level: number, seen: readonly Fields[]): string {
    return Object.keys(schema['properties'])
      .sort()
      .map((name) => {
        const field = schema['properties'][name];
        const line = `${' '.repeat(FIELD_INDENT * level)}${name}\t<${this.typeOf(field)}>\n`;
        const inner = this.leaf(field).schema;
        if (!inner['properties'] || seen.includes(inner)) return line;
        return line + this.names(inner, level + 1, [...seen, inner]);
      })
      .join('');
  }
}

function describe(descriptions: readonly string[]): string {
  const said = descriptions
    .map((text, i) => (text === '' ? '' : `${i > 0 ? '\n' : ''}${indented(text, DESCRIPTION_INDENT)}`))
    .join('');
  return said === '' ? indented('<empty>', DESCRIPTION_INDENT) : said;
}

function indented(text: string, columns: number): string {
  const pad = ' '.repeat(columns);
  return wrapped(text, WIDTH - columns)
    .map((line) => (line === '' ? '\n' : `${pad}${line}\n`))
    .join('');
}

/** Fills lines, but keeps code, lists, blank lines and what follows a colon apart. Models explain/formatter.go */
function wrapped(text: string, width: number): string[] {
  const out: string[] = [];
  let line = '';
  const flush = () => {
    if (line !== '') out.push(line);
    line = '';
  };
  for (const source of text.split('\n')) {
    const words = source.split(/\s+/).filter((word) => word !== '');
    const isCode = source.startsWith('    ');
    const isBlank = out.length > 0 && words.length === 0;
    if (isCode || isBlank || line.endsWith(':') || words.length === 0 || BULLET.test(source.trim())) flush();
    if (isCode || isBlank) out.push(isCode ? source : '');
    else
      for (const word of words) {
        if (line !== '' && line.length + 1 + word.length > width) flush();
        line += line === '' ? word : ` ${word}`;
      }
  }
  flush();
  return out;
}
