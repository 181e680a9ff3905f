import { isSystemError } from '../../host/index.ts';
import { JsonPath, JsonPathError } from '../../objects/jsonpath.ts';
import type { Steps } from '../../sim/index.ts';
import { TemplateError } from '../go-template/syntax.ts';
import { GoTemplate } from '../go-template/template.ts';
import { KubectlError } from './errors.ts';
import { goDump, goFloat, goJson, goPrint } from './go-json.ts';
import type { Kubectl } from './kubectl.ts';
import { kindName } from './resources.ts';
import { inStructOrder } from './struct-order.ts';
import { toYaml } from './yaml.ts';

type Fields = Record<string, any>;

export interface PrintOptions {
  /** Keys of JSON output in the order of Go's structs: the command holds objects as their types. */
  readonly typed?: boolean;
}

/** Turns objects into text in the format of `-o`. */
export interface Printer {
  print(object: Fields, options?: PrintOptions): string;
}

const TEMPLATES = ['go-template', 'go-template-file', 'jsonpath', 'jsonpath-as-json', 'jsonpath-file'];

/** Formats that nearly every command knows, in the order of the error message. */
export const FORMATS = [
  'go-template',
  'go-template-file',
  'json',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
  'name',
  'template',
  'templatefile',
  'yaml',
];

/** `-o x=y` parted, --template taken for granted where it is given alone. */
export function outputFormat(k: Kubectl): { format: string; argument: string } {
  const output = k.flags.string('output');
  const template = k.flags.has('template') ? k.flags.string('template') : '';
  if (template !== '' && !k.flags.changed('output')) return { format: 'go-template', argument: template };
  for (const name of [...TEMPLATES, 'template', 'templatefile', 'custom-columns', 'custom-columns-file']) {
    if (output.startsWith(`${name}=`)) return { format: name, argument: output.slice(name.length + 1) };
  }
  return { format: output, argument: template };
}

/** The printer for `-o`; the default says `pod/web created`. Models cli-runtime's PrintFlags. */
export function printerFor(k: Kubectl, operation: string): Printer {
  const { format, argument } = outputFormat(k);
  if (format === '')
    return { print: (object) => `${nameOf(object)}${operation === '' ? '' : ` ${operation}`}\n` };
  const printer = formatPrinter(k, format, argument);
  if (printer) return printer;
  throw new KubectlError(
    `unable to match a printer suitable for the output format "${k.flags.string('output')}", allowed formats are: ${FORMATS.join(',')}`,
  );
}

/** A printer for one of FORMATS; undefined for others. */
export function formatPrinter(k: Kubectl, format: string, argument: string): Printer | undefined {
  const keep = k.flags.has('show-managed-fields') && k.flags.bool('show-managed-fields');
  switch (format) {
    case 'json':
      return { print: (object, options) => jsonText(keep ? object : withoutManagedFields(object), options) };
    case 'yaml': {
      let count = 0;
      return {
        print: (object) =>
          `${count++ > 0 ? '---\n' : ''}${toYaml(keep ? object : withoutManagedFields(object))}`,
      };
    }
    case 'name':
      return { print: (object) => namesOf(object) };
    default:
      return templatePrinter(k, format, argument);
  }
}

function templatePrinter(k: Kubectl, format: string, argument: string): Printer | undefined {
  const known = ['jsonpath', 'jsonpath-as-json', 'jsonpath-file', 'go-template', 'go-template-file'];
  const name =
    format === 'template' ? 'go-template' : format === 'templatefile' ? 'go-template-file' : format;
  if (!known.includes(name)) return undefined;
  if (argument === '') throw new KubectlError('template format specified but no template given');
  const text = name.endsWith('-file') ? templateFile(k, argument) : argument;
  const allowMissing =
    !k.flags.has('allow-missing-template-keys') || k.flags.bool('allow-missing-template-keys');
  if (name.startsWith('jsonpath'))
    return jsonPathPrinter(text, { allowMissing, json: name === 'jsonpath-as-json' });
  return goTemplatePrinter(text, allowMissing);
}

function templateFile(k: Kubectl, path: string): string {
  try {
    return k.context.fs.read(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new KubectlError(`error reading --template ${path}, open ${path}: ${error.message.toLowerCase()}`);
  }
}

export function jsonPathPrinter(text: string, options: { allowMissing: boolean; json: boolean }): Printer {
  let path: JsonPath;
  try {
    path = new JsonPath(text, { allowMissing: options.allowMissing });
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw new KubectlError(`error parsing jsonpath ${text}, ${error.message}`);
  }
  return {
    print: (object, printing) => {
      try {
        const results = path.results(object);
        if (options.json) return results.map((list) => `${goJson(list, { indent: '    ' })}\n`).join('');
        const text = printing?.typed ? typedPathText : jsonPathText;
        return results.map((list) => list.map(text).join(' ')).join('');
      } catch (error) {
        if (!(error instanceof JsonPathError)) throw error;
        throw new KubectlError(
          `error executing jsonpath ${JSON.stringify(text)}: Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${text}\n\tobject given to jsonpath engine was:\n\t\t${goDump(object)}\n\n\n`,
        );
      }
    },
  };
}

/** Commands that hold objects as their types read them from JSON without a thought of integers. */
function typedPathText(value: unknown): string {
  return typeof value === 'number' ? goFloat(value) : jsonPathText(value);
}

/** A value as jsonpath prints it: objects as JSON. */
export function jsonPathText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return goJson(value);
  return goPrint(value);
}

function goTemplatePrinter(text: string, allowMissing: boolean): Printer {
  let template: GoTemplate;
  try {
    template = new GoTemplate(text, { allowMissing });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new KubectlError(`error parsing template ${text}, ${error.message}`);
  }
  return {
    print: (object, options) => {
      try {
        return template.execute(object);
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        const raw = goJson(object, { sorted: !options?.typed });
        throw new KubectlError(`error executing template ${JSON.stringify(text)}: ${error.message}`, {
          written: `${error.written}Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${text}\n\traw data was:\n\t\t${raw}\n\tobject given to template engine was:\n\t\t${goPrint(object)}\n\n`,
        });
      }
    },
  };
}

function jsonText(object: Fields, options: PrintOptions | undefined): string {
  return `${goJson(options?.typed ? inStructOrder(object) : object, { indent: '    ', sorted: !options?.typed })}\n`;
}

export function withoutManagedFields(object: Fields): Fields {
  if (Array.isArray(object['items']) && String(object['kind']).endsWith('List')) {
    return { ...object, items: object['items'].map(withoutManagedFields) };
  }
  if (object['metadata']?.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object['metadata'];
  return { ...object, metadata };
}

/** `deployment.apps/web` */
export function nameOf(object: Fields): string {
  const group = String(object['apiVersion'] ?? '').includes('/')
    ? String(object['apiVersion']).split('/')[0]
    : '';
  const kind = String(object['kind'] ?? '');
  const name = object['metadata']?.name;
  return `${kind === '' ? '<unknown>' : kindName(kind, group as string)}/${name === undefined || name === '' ? '<unknown>' : name}`;
}

function namesOf(object: Fields): string {
  if (Array.isArray(object['items']) && String(object['kind']).endsWith('List'))
    return object['items'].map((item: Fields) => `${nameOf(item)}\n`).join('');
  return `${nameOf(object)}\n`;
}

/** The word behind a name, with the dry run's mark. */
export function* operation(k: Kubectl, word: string): Steps<string> {
  const dryRun = yield* k.dryRun();
  if (dryRun === 'client') return `${word} (dry run)`;
  return dryRun === 'server' ? `${word} (server dry run)` : word;
}
