import { decode } from '../../../host/index.ts';
import { goPrint } from '../go-json.ts';
import { TemplateError } from './syntax.ts';
import { NO_VALUE, printed, truth } from './values.ts';

export type Function_ = (...args: any[]) => unknown;

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length;
  throw new TemplateError(value === null || value === NO_VALUE ? 'len of nil pointer' : 'len of type int');
}

function indexOf(value: any, ...keys: unknown[]): unknown {
  let current = value;
  for (const key of keys) {
    if (current === null || current === undefined || current === NO_VALUE)
      throw new TemplateError('index of untyped nil');
    if (Array.isArray(current) || typeof current === 'string') {
      if (typeof key !== 'number') throw new TemplateError('cannot index slice/array with type string');
      if (key < 0 || key >= current.length) throw new TemplateError('index out of range: ' + key);
      current = current[key];
    } else current = Object.hasOwn(current, key as string) ? current[key as string] : NO_VALUE;
  }
  return current;
}

function order(a: unknown, b: unknown): number {
  if (typeof a !== typeof b) throw new TemplateError('incompatible types for comparison');
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

function sprintf(format: string, ...args: unknown[]): string {
  let next = 0;
  return format.replace(
    /%([-+ 0#]*)(\d*)(?:\.(\d+))?([vsdqxXtfgTc%])/g,
    (_, flags, width, precision, verb) => {
      if (verb === '%') return '%';
      const value = args[next++];
      let text = goPrint(value);
      if (verb === 'q') text = JSON.stringify(text);
      if (verb === 'x' && typeof value === 'number') text = value.toString(16);
      if (verb === 'f') text = Number(value).toFixed(precision === undefined ? 6 : Number(precision));
      if (verb === 's' && precision !== undefined) text = text.slice(0, Number(precision));
      const size = Number(width || 0);
      if (flags.includes('-')) return text.padEnd(size);
      return flags.includes('0') ? text.padStart(size, '0') : text.padStart(size);
    },
  );
}

const HTML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

/** Those of text/template, and kubectl's own. */
export const FUNCTIONS: ReadonlyMap<string, Function_> = new Map<string, Function_>([
  ['and', () => undefined],
  ['or', () => undefined],
  ['not', (value) => !truth(value)],
  ['len', lengthOf],
  ['index', indexOf],
  ['slice', (value: string | unknown[], from = 0, to = value.length) => value.slice(from, to)],
  ['eq', (a, ...others) => others.some((b) => a === b)],
  ['ne', (a, b) => a !== b],
  ['lt', (a, b) => order(a, b) < 0],
  ['le', (a, b) => order(a, b) <= 0],
  ['gt', (a, b) => order(a, b) > 0],
  ['ge', (a, b) => order(a, b) >= 0],
  ['print', (...args) => args.map(printed).join('')],
  ['println', (...args) => `${args.map(printed).join(' ')}\n`],
  ['printf', (format, ...args) => sprintf(String(format), ...args)],
  [
    'html',
    (...args) =>
      args
        .map(printed)
        .join('')
        .replace(/[&<>"']/g, (c) => HTML[c] as string),
  ],
  [
    'js',
    (...args) =>
      args
        .map(printed)
        .join('')
        .replace(/[\\'"<>&=\x00-\x1f]/g, jsEscape),
  ],
  ['urlquery', (...args) => queryEscape(args.map(printed).join(''))],
  ['exists', (value, ...path) => exists(value, path)],
  ['base64decode', (value) => decode(Uint8Array.from(atob(String(value)), (c) => c.charCodeAt(0)))],
]);

function exists(value: unknown, path: unknown[]): boolean {
  let current: any = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key as string))
      return false;
    current = current[key as string];
  }
  return true;
}

/** Models text/template JSEscape. */
function jsEscape(char: string): string {
  if ('\\\'"'.includes(char)) return `\\${char}`;
  return `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Models net/url QueryEscape. */
function queryEscape(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
