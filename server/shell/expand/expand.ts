import { type ArithmeticExpansionPart, parse, type Word, type WordPart } from 'unbash';
import { LIMITS, type Steps } from '../../sim/index.ts';
import { evaluateText } from '../interpreter/assign.ts';
import { ShellError } from '../interpreter/flow.ts';
import type { Shell } from '../interpreter/shell.ts';
import { expandBraces } from './brace.ts';
import { Fields } from './fields.ts';
import { glob } from './glob.ts';
import { hasMagic, pattern, quotePattern } from './pattern.ts';
import { expandTilde } from './tilde.ts';

/** How the parts of a word are expanded. */
export interface Mode {
  quoted: boolean;
  /** Where a leading `~` counts: at the start of a word, in an assignment after `:` as well, or nowhere. */
  tilde: 'word' | 'assign' | 'none';
  /** The word of `${x:-word}`: what stands there unquoted is split as if it had been expanded. */
  operand?: boolean;
}

const NO_ESCAPE = (text: string) => text;

/** All expansions of a list of words: braces, tilde, parameters, splitting, globs, quote removal. */
export function* expandWords(shell: Shell, words: readonly Word[]): Steps<string[]> {
  const out: string[] = [];
  for (const word of words) {
    if (isPlain(word)) out.push(word.value);
    else yield* expandWord(shell, word, out);
  }
  return out;
}

/** A word without anything to expand. */
function isPlain(word: Word): boolean {
  return word.parts === undefined && !/[\\~]/.test(word.text);
}

function* expandWord(shell: Shell, word: Word, out: string[]): Steps<void> {
  if (shell.options.on('braceexpand') && word.parts?.some((part) => part.type === 'BraceExpansion')) {
    const singles = braceWords(word);
    for (let i = 0; i < singles.length; i++) {
      if (shell.spend()) yield* shell.pause();
      const single = parsedAt(singles, i);
      if (typeof single === 'string') out.push(single);
      else yield* expandSingle(shell, single, out);
    }
  } else yield* expandSingle(shell, word, out);
}

/** Nothing in it means anything to a shell. */
const PLAIN = /^[\w./:@%+,-]+$/;

const braces = new WeakMap<Word, (string | Word)[]>();

/** The words that a word with braces stands for. Braces are expanded in the text, before anything else. */
function braceWords(word: Word): (string | Word)[] {
  let found = braces.get(word);
  if (!found) {
    const texts = expandBraces(word.text);
    found = texts.length === 1 && texts[0] === word.text ? [word] : texts;
    braces.set(word, found);
  }
  return found;
}

/** A word is parsed when its turn comes, and once: there may be a million of them. */
function parsedAt(words: (string | Word)[], i: number): string | Word {
  const text = words[i] as string | Word;
  if (typeof text !== 'string' || PLAIN.test(text)) return text;
  const parsed = parseWord(text);
  words[i] = parsed;
  return parsed;
}

/** Parses text that is one word. */
export function parseWord(text: string): Word {
  const command = parse(`: ${text}`).commands[0]?.command;
  const argument = command?.type === 'Command' ? command.suffix[0] : undefined;
  if (argument?.type === 'Word' && argument.text === text) return argument;
  return { type: 'Word', text: '', value: text, pos: 0, end: 0 };
}

function* expandSingle(shell: Shell, word: Word, out: string[]): Steps<void> {
  const fields = new Fields(shell.ifs, true, quotePattern);
  const tilde = word.text.includes('~') && /^[A-Za-z_]\w*=/.test(word.text) ? 'assign' : 'word';
  yield* expandWordParts(shell, word, fields, { quoted: false, tilde });
  const extended = true;
  for (const { text, pattern } of fields.end()) {
    if (shell.spend(1 / FIELDS_PER_STEP)) yield* shell.pause();
    if (pattern === undefined || shell.options.on('noglob') || !hasMagic(pattern, extended)) out.push(text);
    else yield* pushGlob(shell, text, pattern, out);
  }
}

function* pushGlob(shell: Shell, text: string, pattern: string, out: string[]): Steps<void> {
  const ignored = shell.variables.get('GLOBIGNORE') ?? '';
  let found = yield* glob(shell.context, pattern, {
    dotGlob: shell.options.shopt('dotglob') || ignored !== '',
    ignoreCase: shell.options.shopt('nocaseglob'),
    globStar: shell.options.shopt('globstar'),
    skipDots: shell.options.shopt('globskipdots'),
    extended: true,
  });
  if (ignored !== '') found = withoutIgnored(found, ignored);
  if (found.length > 0) for (const path of found) out.push(path);
  else if (shell.options.shopt('failglob')) throw new ShellError(`no match: ${text}`);
  else if (!shell.options.shopt('nullglob')) out.push(text);
}

/** What `GLOBIGNORE` leaves of the paths that a pattern found. */
function withoutIgnored(paths: readonly string[], ignored: string): string[] {
  const patterns = ignored.split(':').map((source) => pattern(source));
  return paths.filter((path) => !/(?:^|\/)\.{1,2}$/.test(path) && !patterns.some((one) => one.matches(path)));
}

/** One string without splitting or globs: the value of an assignment, the word of `case`, a here-string. */
export function* expandString(shell: Shell, word: Word, tilde: Mode['tilde'] = 'word'): Steps<string> {
  if (isPlain(word)) return word.value;
  const fields = new Fields(shell.ifs, false, NO_ESCAPE);
  yield* expandWordParts(shell, word, fields, { quoted: false, tilde });
  return fields.text;
}

/** The word as a pattern, in which quoted characters stand for themselves. */
export function* expandPattern(shell: Shell, word: Word, quoted = false): Steps<string> {
  const fields = new Fields(shell.ifs, false, quotePattern);
  yield* expandWordParts(shell, word, fields, { quoted, tilde: quoted ? 'none' : 'word' });
  return fields.pattern;
}

/** Like `expandPattern`, with another way of protecting quoted text. */
export function* expandEscaped(
  shell: Shell,
  word: Word,
  protect: (text: string) => string,
  quoted = false,
): Steps<string> {
  const fields = new Fields(shell.ifs, false, protect);
  yield* expandWordParts(shell, word, fields, { quoted, tilde: quoted ? 'none' : 'word' });
  return fields.pattern;
}

/** Expands as inside double quotes: the body of a here-document, a prompt, an arithmetic expression. */
export function* expandQuotedText(shell: Shell, text: string): Steps<string> {
  if (!/[$`\\]/.test(text)) return text;
  const fields = new Fields(shell.ifs, false, NO_ESCAPE);
  yield* expandParts(shell, quotedParts(text), fields, { quoted: true, tilde: 'none' });
  return fields.text;
}

const bodies = new Map<string, readonly WordPart[]>();

function quotedParts(text: string): readonly WordPart[] {
  let parts = bodies.get(text);
  if (!parts) {
    const command = parse(`: <<\\\n!\n${text}\n!\n`).commands[0]?.command;
    const body = command?.type === 'Command' ? command.redirects[0] : undefined;
    parts = body?.type === 'HereDoc' ? withoutLastNewline(body.body.parts, text) : [];
    if (bodies.size > 500) bodies.clear();
    bodies.set(text, parts);
  }
  return parts;
}

function withoutLastNewline(parts: readonly WordPart[] | undefined, text: string): readonly WordPart[] {
  // Without an expansion the parser leaves the text as it is, escapes and all.
  const plain = `${text.replace(/\\([\\$`\n])/g, (_, what) => (what === '\n' ? '' : what))}\n`;
  const all = parts ?? [{ type: 'Literal', value: plain, text: `${text}\n`, pos: 0, end: 0 } as const];
  const last = all.at(-1);
  if (last?.type !== 'Literal') return all;
  return [...all.slice(0, -1), { ...literalCopy(last), value: last.value.replace(/\n$/, '') }];
}

function literalCopy(part: Extract<WordPart, { type: 'Literal' }>) {
  return { type: part.type, pos: part.pos, end: part.end, text: part.text, value: part.value };
}

export function* expandWordParts(shell: Shell, word: Word, fields: Fields, mode: Mode): Steps<void> {
  const parts = word.parts;
  if (parts) yield* expandParts(shell, parts, fields, mode);
  else if (mode.quoted) fields.quoted(word.value);
  else if (word.text !== '' || word.value === '') unquotedLiteral(shell, word.text, fields, mode, true, true);
  else fields.literal(word.value);
}

export function* expandParts(
  shell: Shell,
  parts: readonly WordPart[],
  fields: Fields,
  mode: Mode,
): Steps<void> {
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as WordPart;
    switch (part.type) {
      case 'Literal':
      case 'Glob':
      case 'ExtendedGlob':
      case 'BraceExpansion':
        if (part.type === 'BraceExpansion' && !mode.quoted && /[$`'"]/.test(part.text)) {
          yield* expandUnbraced(shell, part.text, fields, mode);
          break;
        }
        yield* expandLiteral(shell, part, fields, mode, i === 0, i === parts.length - 1);
        break;
      case 'SingleQuoted':
      case 'AnsiCQuoted':
        // In the word of `${x-'w'}` within a here-document quotes are plain characters.
        fields.quoted(mode.quoted && part.type === 'SingleQuoted' ? part.text : part.value);
        break;
      case 'DoubleQuoted':
      case 'LocaleString':
        yield* expandDoubleQuoted(shell, part.parts, fields);
        break;
      case 'SimpleExpansion':
      case 'ParameterExpansion':
        yield* shell.engine.expandParameter(shell, part, fields, mode);
        break;
      case 'CommandExpansion':
        yield* emit(
          shell,
          fields,
          mode,
          part.script ? yield* shell.engine.substitute(shell, part.script) : '',
        );
        break;
      case 'ArithmeticExpansion':
        yield* emit(shell, fields, mode, yield* expandArithmetic(shell, part));
        break;
      case 'ProcessSubstitution':
        fields.quoted(yield* shell.engine.processSubstitution(shell, part));
        break;
    }
  }
}

/** Braces that stand for themselves; what is between them is expanded. */
function* expandUnbraced(shell: Shell, text: string, fields: Fields, mode: Mode): Steps<void> {
  fields.literal('{');
  yield* expandWordParts(shell, parseWord(text.slice(1, -1)), fields, { ...mode, tilde: 'none' });
  fields.literal('}');
}

/** Fields that are looked at in the time of one step, characters that are split, and those split without a pause. */
const FIELDS_PER_STEP = 8;
const SPLIT_PER_STEP = 128;
const PIECE = 16 * 1024;

/** Gives the outcome of an expansion to the fields. A long one takes its turns to be split. */
export function* emit(shell: Shell, fields: Fields, mode: Mode, text: string): Steps<void> {
  if (text.length > LIMITS.stringBytes) throw new ShellError('xrealloc: cannot allocate memory', 2, true);
  if (mode.quoted) fields.quoted(text);
  else if (!fields.splits || text.length <= PIECE) fields.expanded(text);
  else {
    for (let at = 0; at < text.length; at += PIECE) {
      fields.expanded(text.slice(at, at + PIECE));
      if (shell.spend(PIECE / SPLIT_PER_STEP)) yield* shell.pause();
    }
  }
}

function* expandDoubleQuoted(shell: Shell, parts: readonly WordPart[], fields: Fields): Steps<void> {
  if (parts.length === 0) fields.quoted('');
  else yield* expandParts(shell, parts, fields, { quoted: true, tilde: 'none' });
}

function* expandLiteral(
  shell: Shell,
  part: Extract<WordPart, { type: 'Literal' | 'Glob' | 'ExtendedGlob' | 'BraceExpansion' }>,
  fields: Fields,
  mode: Mode,
  first: boolean,
  last: boolean,
): Steps<void> {
  if (mode.quoted) {
    fields.quoted(part.type === 'Literal' || part.type === 'Glob' ? part.value : part.text);
  } else if ((part.type === 'Glob' || part.type === 'ExtendedGlob') && part.parts) {
    yield* expandGlobPart(shell, part.text, part.parts, part.pos, fields);
  } else unquotedLiteral(shell, part.text, fields, mode, first, last);
}

/** A bracket or extended glob with quotes or expansions inside: what stands between its parts is literal. */
function* expandGlobPart(
  shell: Shell,
  text: string,
  parts: readonly WordPart[],
  start: number,
  fields: Fields,
): Steps<void> {
  let at = 0;
  for (const part of parts) {
    if (part.pos - start > at) fields.literal(text.slice(at, part.pos - start));
    if (part.type === 'Literal') rawLiteral(part.text, fields);
    else yield* expandParts(shell, [part], fields, { quoted: false, tilde: 'none' });
    at = part.end - start;
  }
  fields.literal(text.slice(at));
}

/** Unquoted text of the source: backslashes quote the next character, a tilde may lead. */
function unquotedLiteral(
  shell: Shell,
  text: string,
  fields: Fields,
  mode: Mode,
  first: boolean,
  last: boolean,
): void {
  let rest = text;
  if (first && mode.tilde !== 'none' && rest.startsWith('~'))
    rest = tildePrefix(shell, rest, fields, mode, last);
  if (mode.tilde === 'assign' && /[:=]~/.test(rest)) {
    const pieces = rest.split(/(?<=:|^\w+=)(?=~)/);
    pieces.forEach((piece, i) => {
      const tail = piece.startsWith('~')
        ? tildePrefix(shell, piece, fields, mode, last || i < pieces.length - 1)
        : piece;
      rawLiteral(tail, fields, mode);
    });
    return;
  }
  rawLiteral(rest, fields, mode);
}

/** Expands `~` or `~user` at the start; returns what is left. */
function tildePrefix(shell: Shell, text: string, fields: Fields, mode: Mode, last: boolean): string {
  const end = text.search(mode.tilde === 'assign' ? /[/:]/ : /\//);
  if (end < 0 && !last) return text;
  const prefix = end < 0 ? text : text.slice(0, end);
  const home = prefix.includes('\\') ? undefined : expandTilde(shell, prefix.slice(1));
  if (home === undefined) return text;
  fields.quoted(home);
  return text.slice(prefix.length);
}

function rawLiteral(text: string, fields: Fields, mode?: Mode): void {
  const plain = (piece: string) => (mode?.operand ? fields.expanded(piece) : fields.literal(piece));
  if (!text.includes('\\')) {
    if (text !== '') plain(text);
    return;
  }
  for (const piece of text.match(/\\[\s\S]?|[^\\]+/g) ?? []) {
    if (piece === '\\\n') continue;
    if (piece.startsWith('\\')) fields.quoted(piece.length > 1 ? piece.slice(1) : '\\');
    else plain(piece);
  }
}

/** The value of `$(( … ))` or `$[ … ]`. */
function* expandArithmetic(shell: Shell, part: ArithmeticExpansionPart): Steps<string> {
  const inner = part.text.startsWith('$[') ? part.text.slice(2, -1) : part.text.slice(3, -2);
  return String(evaluateText(shell, yield* arithmeticText(shell, inner)));
}

/** Expands the text of an arithmetic expression and removes its double quotes. */
export function* arithmeticText(shell: Shell, text: string): Steps<string> {
  const expanded = yield* expandQuotedText(shell, text);
  return expanded.includes('"') ? expanded.replaceAll('"', '') : expanded;
}
