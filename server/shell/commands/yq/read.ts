import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Pair,
  Parser,
  type Scalar,
  type Node as YamlNode,
} from 'yaml';
import { outOfMemory } from '../../../host/index.ts';
import { append, LIMITS, type Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { numberFrom } from '../jq/json-text.ts';
import { annotate, type Json } from '../jq/values.ts';
import type { EntryNote, ScalarStyle } from './notes.ts';

/** A text that is no YAML, in go-yaml's words. */
export class YamlError extends Error {
  override name = 'YamlError';
}

/** One document of a file. */
export interface YamlDocument {
  readonly value: Json;
  readonly head: string | undefined;
  readonly foot: string | undefined;
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  QUOTE_DOUBLE: 'double',
  QUOTE_SINGLE: 'single',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

/** Levels of brackets; go-yaml goes ten times as deep, which the parser here does not. */
const MAX_DEPTH = 1000;

/** The parser takes time that grows with the square of the depth: what opens brackets without end is refused before. */
function refuseDeep(text: string): void {
  let depth = 0;
  for (const [mark] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (mark === '[' || mark === '{') depth++;
    else if (mark === ']' || mark === '}') depth--;
    if (depth > MAX_DEPTH) throw new YamlError(`yaml: exceeded max depth of ${MAX_DEPTH}`);
  }
}

/** Tokens that are read between two looks at the time. */
const STRIDE = 256;

/** The documents of a text; gives back after every so many tokens. */
function* parsed(text: string): Generator<void, YamlDocument[]> {
  refuseDeep(text);
  const lines = new LineCounter();
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const composer = new Composer({ keepSourceTokens: false, uniqueKeys: false, logLevel: 'silent' });
  const documents: Document.Parsed[] = [];
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) append(documents, composer.next(token));
    if (++count % STRIDE === 0) yield;
  }
  for (const token of parser.end()) append(documents, composer.next(token));
  append(documents, composer.end());
  return documents.map((document) => {
    const error = document.errors[0];
    if (error) throw new YamlError(`yaml: line ${lines.linePos(error.pos[0]).line}: ${words(error.code)}`);
    return readDocument(document as Document, text);
  });
}

/** Reads a text that is no longer than an expression may make it. */
export function readYaml(text: string): YamlDocument[] {
  const steps = parsed(text);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Bytes that a document takes for each of its text: notes, places and all. */
const BYTES_PER_CHARACTER = 64;

/** Reads a file, which may be long, while others have their turn. */
export function* readLongYaml(call: Call, text: string): Steps<YamlDocument[]> {
  if (text.length * BYTES_PER_CHARACTER > LIMITS.heldBytes) yield* outOfMemory(call.context);
  const steps = parsed(text);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    yield* call.spend(STRIDE / 2);
  }
}

function words(code: string): string {
  if (code === 'TAB_AS_INDENT') return 'found character that cannot start any token';
  if (code === 'BAD_INDENT' || code === 'MULTILINE_IMPLICIT_KEY') return "could not find expected ':'";
  return code === 'UNEXPECTED_TOKEN'
    ? 'did not find expected key'
    : 'mapping values are not allowed in this context';
}

function readDocument(document: Document, text: string): YamlDocument {
  const node = document.contents as YamlNode | null;
  const value = node ? nodeValue(node, { document, text, anchored: new Map() }) : null;
  const head = [document.commentBefore, node?.commentBefore].filter((one) => one).join('\n\n');
  const foot = document.comment ?? undefined;
  return { value, head: head === '' ? undefined : head, foot };
}

/** The document that is read, and its text: comments are told apart by where they stand. */
interface Source {
  readonly document: Document;
  readonly text: string;
  /** What anchors stand for, so that it is there once only. */
  readonly anchored: Map<YamlNode, Json>;
}

function nodeValue(node: YamlNode, source: Source, above?: YamlNode): Json {
  if (isAlias(node)) {
    const target = node.resolve(source.document);
    if (!target) throw new YamlError(`yaml: unknown anchor '${node.source}' referenced`);
    return source.anchored.get(target) ?? nodeValue(target, source);
  }
  const value = contentValue(node, source, above);
  if (node.anchor !== undefined) source.anchored.set(node, value);
  return value;
}

function contentValue(node: YamlNode, source: Source, above: YamlNode | undefined): Json {
  if (isScalar(node)) return scalarValue(node);
  if (isSeq(node)) {
    const notes = new Map<Json, EntryNote>();
    const items = (node.items as YamlNode[]).map((item, i) => {
      const value = nodeValue(item, source);
      const note = noteOfEntry(item, item, value, source);
      const first = i === 0 ? innerComment(above, node, source) : undefined;
      notes.set(i, first === undefined ? note : { ...note, head: first });
      return value;
    });
    return annotate(items, { flow: node.flow ?? false, foot: node.comment ?? undefined, entries: notes });
  }
  if (!isMap(node)) return null;
  const notes = new Map<Json, EntryNote>();
  const out = new Map<string, Json>();
  for (const pair of node.items as Pair<YamlNode, YamlNode | null>[]) {
    const key = isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : String(pair.key);
    const value = pair.value ? nodeValue(pair.value, source, pair.key) : null;
    out.set(key, value);
    const note = noteOfEntry(pair.key, pair.value, value, source);
    const first = notes.size === 0 ? innerComment(above, node, source) : undefined;
    notes.set(key, first === undefined ? note : { ...note, head: first });
  }
  return annotate(out, { flow: node.flow ?? false, foot: node.comment ?? undefined, entries: notes });
}

function scalarValue(node: Scalar): Json {
  const { value, source = '' } = node;
  if (typeof value === 'number') return /^-?\d+\.\d+$/.test(source) ? numberFrom(source) : value;
  if (typeof value === 'bigint') return numberFrom(String(value));
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}

/** Comments before an entry are at its key; those behind it at its value. */
function noteOfEntry(key: YamlNode, node: YamlNode | null, value: Json, source: Source): EntryNote {
  const scalar = node && isScalar(node) ? node : undefined;
  const style = scalar?.type ? STYLES[scalar.type] : undefined;
  const quoted = isScalar(key) && key !== node && key.type?.startsWith('QUOTE') ? key.range : undefined;
  return {
    ...namesOf(node),
    key: quoted ? source.text.slice(quoted[0], quoted[1]) : undefined,
    head: key.commentBefore ?? undefined,
    line:
      scalar?.comment ??
      (node && node !== key && onKeyLine(key, node, source) ? (node.commentBefore ?? undefined) : undefined),
    style,
    source: style === undefined ? scalar?.source : undefined,
    value: scalar || isAlias(node) ? value : undefined,
  };
}

function namesOf(node: YamlNode | null): EntryNote {
  if (isAlias(node)) return { alias: node.source };
  return node?.anchor === undefined ? {} : { anchor: node.anchor };
}

/** Whether the comment before a mapping or a sequence stands behind its key; else it is its first entry's. */
function onKeyLine(key: YamlNode, node: YamlNode, { text }: Source): boolean {
  const between = text.slice(key.range?.[1] ?? 0, node.range?.[0] ?? 0);
  return /^[^\n]*#/.test(between);
}

/** The comment that belongs to the first entry of what follows a key. */
function innerComment(key: YamlNode | undefined, node: YamlNode, source: Source): string | undefined {
  return key && node.commentBefore && !onKeyLine(key, node, source) ? node.commentBefore : undefined;
}
