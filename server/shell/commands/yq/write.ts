import { numberText, quoteJson } from '../jq/json-text.ts';
import { isArray, isNumber, isObject, type Json } from '../jq/values.ts';
import { MERGE } from './anchors.ts';
import { aliasOf, type EntryNote, noteFor } from './notes.ts';

/** Plain words that YAML reads as something else than text. */
const RESOLVED =
  /^(~|null|Null|NULL|true|True|TRUE|false|False|FALSE|<<)$|^[-+]?(\.?\d|\.inf|\.Inf|\.INF)|^\.(nan|NaN|NAN)$/;
const NUMBER =
  /^[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|(\d[\d_]*)?\.?\d[\d_]*\.?([eE][-+]?\d+)?|\.(inf|Inf|INF))$/;
const TIMESTAMP = /^\d{4}-\d\d?-\d\d?([Tt ].*)?$/;
const NEEDS_QUOTES = /^[-?:](\s|$)|^[,[\]{}#&*!|>'"%@`]|: |:$| #|^\s|\s$|^---|^\.\.\.|^$/;

/** A scalar as go-yaml writes it when nothing says how. */
function scalarText(value: Json, indent: number, note: EntryNote = {}): string {
  if (value === null) return note.value === null && note.source !== undefined ? note.source : 'null';
  if (note.source !== undefined && note.value === value) return note.source;
  if (typeof value !== 'string') {
    const text = isNumber(value) ? numberText(value) : String(value);
    return note.style === 'double' ? `"${text}"` : note.style === 'single' ? `'${text}'` : text;
  }
  if (note.style === 'double') return quoteJson(value);
  if (note.style === 'single') return `'${value.replaceAll("'", "''")}'`;
  if (value.includes('\n') || note.style === 'literal' || note.style === 'folded')
    return blockText(value, indent, note.style === 'folded' ? '>' : '|');
  return plainText(value);
}

export function plainText(value: string): string {
  if (/[\x00-\x08\x0b-\x1f\x7f]/.test(value)) return quoteJson(value);
  const resolved =
    RESOLVED.test(value) && (NUMBER.test(value) || TIMESTAMP.test(value) || !/^[-+.\d]/.test(value));
  if (resolved || value === '') return `"${value}"`;
  return NEEDS_QUOTES.test(value) ? `'${value.replaceAll("'", "''")}'` : value;
}

function blockText(value: string, indent: number, mark: string): string {
  const chomp = value.endsWith('\n\n') ? '+' : value.endsWith('\n') ? '' : '-';
  const pad = ' '.repeat(indent);
  const lines = value.replace(/\n$/, '').split('\n');
  const joiner = mark === '>' ? '\n\n' : '\n';
  const body = lines.map((line) => (line === '' ? '' : pad + line)).join(joiner);
  return `${mark}${/^ /.test(value) ? '2' : ''}${chomp}\n${body}`;
}

const commentLines = (comment: string, pad: string): string =>
  comment
    .split('\n')
    .map((line) => (line === '' ? '\n' : `${pad}#${line}\n`))
    .join('');

export interface WriteOptions {
  readonly indent: number;
}

/** A value as a block of YAML, every line ended. */
export function toYaml(value: Json, options: WriteOptions, note: EntryNote = {}): string {
  if (isEmpty(value) || isFlow(value)) return `${flow(value)}\n`;
  if (isArray(value) || isObject(value)) return block(value, 0, options);
  const line = note.line === undefined ? '' : ` #${note.line}`;
  return `${scalarText(value, options.indent, note)}${line}\n`;
}

const isEmpty = (value: Json): boolean =>
  (isArray(value) && value.length === 0) || (isObject(value) && value.size === 0);
const isFlow = (value: Json): boolean => (isArray(value) || isObject(value)) && noteFor(value).flow;

/** A key as it was written; one that takes over entries has its tag. */
const keyText = (key: string, note: EntryNote | undefined): string =>
  note?.key ?? (key === MERGE ? `!!merge ${MERGE}` : plainText(key));

const anchorText = (note: EntryNote): string => (note.anchor === undefined ? '' : `&${note.anchor} `);

function flow(value: Json, note: EntryNote = {}): string {
  const alias = aliasOf(note, value);
  return alias === undefined ? anchorText(note) + flowContent(value, note) : `*${alias}`;
}

function flowContent(value: Json, note: EntryNote): string {
  const { entries } = noteFor(value);
  if (isArray(value)) return `[${value.map((item, i) => flow(item, entries.get(i))).join(', ')}]`;
  if (isObject(value))
    return `{${[...value].map(([key, item]) => `${keyText(key, entries.get(key))}: ${flow(item, entries.get(key))}`).join(', ')}}`;
  return scalarText(value, 0, { ...note, style: note.style === 'literal' ? 'double' : note.style });
}

function block(value: Json, level: number, options: WriteOptions): string {
  const pad = ' '.repeat(level);
  const { entries, foot } = noteFor(value);
  const all: (readonly [Json, Json])[] = isArray(value)
    ? [...value.entries()]
    : [...(value as ReadonlyMap<string, Json>)];
  const lines = all.map(([key, item]) => {
    const note = entries.get(key) ?? {};
    const head = note.head === undefined ? '' : commentLines(note.head, pad);
    return `${head}${pad}${isArray(value) ? listItem(item, level, note, options) : mapItem(key as string, item, level, note, options)}`;
  });
  return lines.join('') + (foot === undefined ? '' : commentLines(foot, pad));
}

function mapItem(key: string, item: Json, level: number, note: EntryNote, options: WriteOptions): string {
  const line = note.line === undefined ? '' : ` #${note.line}`;
  const name = keyText(key, note);
  const inner = level + options.indent;
  const alias = aliasOf(note, item);
  if (alias !== undefined) return `${name}: *${alias}${line}\n`;
  const anchor = anchorText(note);
  if ((isArray(item) || isObject(item)) && !isEmpty(item) && !isFlow(item))
    return `${name}:${` ${anchor}`.trimEnd()}${line}\n${block(item, inner, options)}`;
  const text = anchor + (isArray(item) || isObject(item) ? flow(item) : scalarText(item, inner, note));
  if (text === '') return `${name}:${line}\n`;
  const end = text.indexOf('\n');
  if (line === '' || end < 0) return `${name}: ${text}${line}\n`;
  return `${name}: ${text.slice(0, end)}${line}${text.slice(end)}\n`;
}

function listItem(item: Json, level: number, note: EntryNote, options: WriteOptions): string {
  const line = note.line === undefined ? '' : ` #${note.line}`;
  const alias = aliasOf(note, item);
  if (alias !== undefined) return `- *${alias}${line}\n`;
  const anchor = anchorText(note);
  if ((isArray(item) || isObject(item)) && !isEmpty(item) && !isFlow(item)) {
    const inner = block(item, level + 2, options);
    return anchor === '' ? `- ${inner.slice(level + 2)}` : `- ${anchor.trimEnd()}\n${inner}`;
  }
  const text = anchor + (isArray(item) || isObject(item) ? flow(item) : scalarText(item, level + 2, note));
  return `- ${text}${line}\n`;
}
