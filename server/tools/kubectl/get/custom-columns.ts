import { isSystemError } from '../../../host/index.ts';
import { JsonPath, JsonPathError, relaxedJsonPath } from '../../../objects/jsonpath.ts';
import { KubectlError } from '../errors.ts';
import { goPrint } from '../go-json.ts';
import type { Kubectl } from '../kubectl.ts';
import type { TabWriter } from '../tab-writer.ts';

type Fields = Record<string, any>;

interface Column {
  readonly header: string;
  /** Read when the first object is printed, after the header. */
  readonly template: string;
}

/** Prints the fields that a specification names. Models kubectl/pkg/cmd/get/customcolumn.go. */
export class CustomColumnsPrinter {
  readonly #columns: readonly Column[];
  readonly #noHeaders: boolean;
  #paths: readonly JsonPath[] | undefined;
  #headersDone = false;

  constructor(columns: readonly Column[], noHeaders: boolean) {
    this.#columns = columns;
    this.#noHeaders = noHeaders;
  }

  print(object: Fields, out: TabWriter): void {
    if (!this.#headersDone && !this.#noHeaders)
      out.write(`${this.#columns.map((column) => column.header).join('\t')}\n`);
    this.#headersDone = true;
    this.#paths ??= this.#columns.map(({ template }) => compile(template, out));
    const items = Array.isArray(object['items']) && String(object['kind']).endsWith('List');
    for (const item of items ? object['items'] : [object])
      out.write(`${orWithWritten(out, () => this.#row(item)).join('\t')}\n`);
  }

  #row(object: Fields): string[] {
    return (this.#paths ?? []).map((path) => {
      const values = path.values(object);
      return values.length === 0 ? '<none>' : values.map(goText).join(',');
    });
  }
}

function goText(value: unknown): string {
  return value === null || value === undefined ? '<none>' : goPrint(value);
}

/** The template of a field, wherever braces and the first dot were left out. */
function templateOf(field: string): string {
  try {
    return relaxedJsonPath(field);
  } catch (error) {
    if (error instanceof JsonPathError) throw new KubectlError(error.message);
    throw error;
  }
}

function compile(template: string, out: TabWriter): JsonPath {
  return orWithWritten(out, () => new JsonPath(template));
}

/** What is wrong with a path comes after what was printed before it. */
function orWithWritten<T>(out: TabWriter, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof JsonPathError) throw new KubectlError(error.message, { written: out.flush() });
    throw error;
  }
}

export function customColumns(k: Kubectl, format: string, argument: string): CustomColumnsPrinter {
  const noHeaders = k.flags.bool('no-headers');
  if (argument === '') throw new KubectlError('custom-columns format specified but no custom columns given');
  if (format === 'custom-columns-file')
    return new CustomColumnsPrinter(columnsOfFile(k, argument), noHeaders);
  const columns = argument.split(',').map((part) => {
    const colon = part.indexOf(':');
    if (colon < 0)
      throw new KubectlError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    return { header: part.slice(0, colon), template: templateOf(part.slice(colon + 1)) };
  });
  return new CustomColumnsPrinter(columns, noHeaders);
}

function columnsOfFile(k: Kubectl, path: string): Column[] {
  let text: string;
  try {
    text = k.context.fs.read(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new KubectlError(`error reading template ${path}, open ${path}: ${error.message.toLowerCase()}`);
  }
  const [headers = '', fields = ''] = text.split('\n');
  const names = headers.trim().split(/\s+/);
  const specs = fields.trim().split(/\s+/);
  if (names.length !== specs.length) {
    throw new KubectlError(
      `number of headers (${names.length}) and field specifications (${specs.length}) don't match`,
    );
  }
  return names.map((header, index) => ({ header, template: templateOf(specs[index] as string) }));
}
