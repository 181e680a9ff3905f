import type { Steps } from '../../../sim/index.ts';
import { Regex, RegexError } from '../../regex/regex.ts';
import type { Position } from '../vi/buffer.ts';
import type { NanoEditor } from './editor.ts';
import { paragraphEnd, paragraphStart, toEdge } from './moves.ts';
import { ask, letter } from './prompt.ts';
import { indexAt } from './sheet.ts';

interface Match {
  readonly line: number;
  readonly column: number;
  readonly end: number;
  /** What the groups of a regular expression hold. */
  readonly groups: readonly (string | undefined)[];
  readonly wrapped: boolean;
}

/** Finds what a pattern matches in one line, at or behind a column. */
type Finder = (
  text: string,
  from: number,
) => { index: number; end: number; groups: readonly (string | undefined)[] } | undefined;

function finder(editor: NanoEditor, needle: string): Finder | undefined {
  const { casesensitive, regexp } = editor.settings;
  if (!regexp) {
    const wanted = casesensitive ? needle : needle.toLowerCase();
    return (text, from) => {
      const index = (casesensitive ? text : text.toLowerCase()).indexOf(wanted, from);
      return index < 0 ? undefined : { index, end: index + needle.length, groups: [] };
    };
  }
  try {
    const regex = new Regex(needle, {
      extended: true,
      strict: true,
      escapes: true,
      ignoreCase: !casesensitive,
    });
    return (text, from) => {
      const match = from <= text.length ? regex.exec(text, from) : undefined;
      return match && { index: match.index, end: match.end, groups: match.groups };
    };
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    editor.say(`Bad regex "${needle}": ${error.message}`);
    return undefined;
  }
}

/** The next match from a place on, around the end of the text. `skips`: not at the place itself. */
function seek(
  editor: NanoEditor,
  find: Finder,
  from: Position,
  skips: boolean,
  back: boolean,
): Match | undefined {
  const { buffer } = editor.sheet;
  const { count } = buffer;
  for (let i = 0; i <= count; i++) {
    const line = (((from.line + (back ? -i : i)) % count) + count) % count;
    const text = buffer.line(line);
    const wrapped = back ? from.line - i < 0 : from.line + i >= count;
    const hit = back
      ? lastBefore(find, text, i === 0 ? from.column - (skips ? 1 : 0) : text.length)
      : find(text, i === 0 ? from.column + (skips ? 1 : 0) : 0);
    if (!hit) continue;
    if (i === count && (back ? hit.index < from.column : hit.index > from.column)) continue;
    return { line, column: hit.index, end: hit.end, groups: hit.groups, wrapped };
  }
  return undefined;
}

function lastBefore(find: Finder, text: string, until: number): ReturnType<Finder> {
  let last: ReturnType<Finder>;
  for (let at = 0; at <= until; ) {
    const hit = find(text, at);
    if (!hit || hit.index > until) break;
    last = hit;
    at = hit.index + 1;
  }
  return last;
}

function toggles({ settings, searchesBack }: NanoEditor): string {
  return (
    (settings.casesensitive ? ' [Case Sensitive]' : '') +
    (settings.regexp ? ' [Regexp]' : '') +
    (searchesBack ? ' [Backwards]' : '')
  );
}

const SEARCH_KEYS = ['M-c', 'M-r', 'M-b', '\x12', '\x14', '\x19', '\x16'];

/** ^W, ^Q, ^\: asks what is sought, with the switches one may turn meanwhile. */
export function* search(
  editor: NanoEditor,
  options: { replaces?: boolean; back?: boolean } = {},
): Steps<void> {
  let replaces = options.replaces ?? false;
  if (replaces && editor.settings.view) return editor.say('Key is invalid in view mode');
  if (!replaces) editor.searchesBack = options.back ?? false;
  else editor.searchesBack = false;
  for (let start = ''; ; ) {
    const { settings, lastSearch, sheet } = editor;
    const short =
      lastSearch.length > editor.size.columns / 3
        ? `${lastSearch.slice(0, Math.floor(editor.size.columns / 3))}...`
        : lastSearch;
    const kind = replaces ? (sheet.mark ? ' (to replace) in selection' : ' (to replace)') : '';
    const what = `Search${toggles(editor)}${kind}${lastSearch === '' ? '' : ` [${short}]`}`;
    const history = editor.histories.search;
    const answer = yield* ask(editor, what, {
      bar: replaces ? 'replace' : 'search',
      start,
      history,
      keys: SEARCH_KEYS,
    });
    if (!answer) return;
    start = answer.text;
    if (answer.key === 'M-c') settings.casesensitive = !settings.casesensitive;
    else if (answer.key === 'M-r') settings.regexp = !settings.regexp;
    else if (answer.key === 'M-b') editor.searchesBack = !editor.searchesBack;
    else if (answer.key === '\x12') replaces = !replaces;
    else if (answer.key === '\x14') return yield* goToLine(editor, answer.text);
    else if (answer.key === '\x19' || answer.key === '\x16')
      return toEdge(editor, answer.key === '\x19' ? -1 : 1);
    else {
      if (answer.text === '' && lastSearch === '') return editor.say('Cancelled');
      if (answer.text !== '') remember(editor, answer.text);
      return replaces ? yield* replaceAll(editor) : findAgain(editor, editor.searchesBack);
    }
  }
}

function remember(editor: NanoEditor, text: string): void {
  const { search: history } = editor.histories;
  const old = history.indexOf(text);
  if (old >= 0) history.splice(old, 1);
  history.push(text);
  editor.lastSearch = text;
}

/** M-W, M-Q, and what ^W ends with. */
export function findAgain(editor: NanoEditor, back: boolean): void {
  if (editor.lastSearch === '') {
    editor.say('No current search pattern');
    return;
  }
  editor.searchesBack = back;
  const find = finder(editor, editor.lastSearch);
  if (!find) return;
  const { cursor } = editor.sheet;
  const match = seek(editor, find, cursor, true, back);
  if (!match) {
    notFound(editor);
    return;
  }
  const isSame = match.line === cursor.line && match.column === cursor.column;
  if (isSame) editor.say('This is the only occurrence');
  else if (match.wrapped) editor.say('Search Wrapped');
  editor.move(match, 'centering');
}

function notFound(editor: NanoEditor): void {
  const most = (editor.size.columns >> 1) + 1;
  const { lastSearch } = editor;
  editor.say(`"${lastSearch.slice(0, most)}${lastSearch.length > most ? '...' : ''}" not found`);
}

function* replaceAll(editor: NanoEditor): Steps<void> {
  const find = finder(editor, editor.lastSearch);
  if (!find) return;
  const answer = yield* ask(editor, 'Replace with', { bar: 'with', history: editor.histories.search });
  if (!answer) return;
  if (answer.text !== '') {
    const needle = editor.lastSearch;
    remember(editor, answer.text);
    editor.lastSearch = needle;
  }
  if (editor.settings.view) return editor.say('Key is invalid in view mode');
  const { sheet } = editor;
  const [start, top] = [sheet.cursor, sheet.top];
  const count = yield* replaceEach(editor, find, answer.text);
  sheet.top = top;
  sheet.place(start);
  editor.aim();
  if (count === undefined) notFound(editor);
  else editor.say(`Replaced ${count} occurrence${count === 1 ? '' : 's'}`);
}

/** Goes once around the text. Undefined: there was nothing to ask about. */
function* replaceEach(editor: NanoEditor, find: Finder, to: string): Steps<number | undefined> {
  const { sheet, searchesBack: back } = editor;
  const { region } = sheet;
  const start = region ? (back ? region.to : region.from) : sheet.cursor;
  let [count, all, skips, shift]: [number | undefined, boolean, boolean, number] = [
    undefined,
    false,
    false,
    0,
  ];
  let at = start;
  let around = false;
  for (;;) {
    const match = seek(editor, find, at, skips, back);
    if (!match) return count;
    around ||= match.wrapped;
    const passed = back
      ? match.line < start.line || (match.line === start.line && match.column <= start.column)
      : match.line > start.line || (match.line === start.line && match.column >= start.column + shift);
    if (around && passed) return count;
    if (
      region &&
      (around ||
        match.line > region.to.line ||
        (match.line === region.to.line && match.end > region.to.column))
    )
      return count;
    count ??= 0;
    editor.move(match, 'centering');
    const key: string | undefined = all ? 'y' : yield* askAbout(editor, match);
    if (key === undefined) return count;
    all ||= key === 'a';
    at = { line: match.line, column: match.column };
    skips = key === 'n' || back;
    if (key === 'n') continue;
    const text = editor.settings.regexp ? withGroups(to, match) : to;
    const end = { line: match.line, column: match.end };
    editor.change({ what: 'replacement', back: start }, () => sheet.replace(at, end, text));
    if (around && match.line === start.line) shift += text.length - (match.end - match.column);
    count++;
    if (!back) at = { line: match.line, column: match.column + text.length };
    if (!back && match.end === match.column) skips = true;
  }
}

function* askAbout(editor: NanoEditor, match: Match): Steps<string | undefined> {
  editor.spotlight = match;
  try {
    return yield* letter(editor, 'Replace this instance?', true);
  } finally {
    editor.spotlight = undefined;
  }
}

/** `\1` to `\9` are what the groups matched, `&` is not special. */
function withGroups(to: string, match: Match): string {
  return to.replace(/\\([0-9])/g, (_, digit: string) => match.groups[Number(digit)] ?? '');
}

const LINE_KEYS = ['\x14', '\x19', '\x16', '\x17', '\x0f'];

/** ^_ and M-G. */
export function* goToLine(editor: NanoEditor, start = ''): Steps<void> {
  const answer = yield* ask(editor, 'Enter line number, column number', {
    bar: 'line',
    start,
    keys: LINE_KEYS,
  });
  if (!answer) return;
  if (answer.key === '\x14') return yield* search(editor);
  if (answer.key === '\x19' || answer.key === '\x16') return toEdge(editor, answer.key === '\x19' ? -1 : 1);
  if (answer.key === '\x17') return editor.move(paragraphStart(editor), 'centering');
  if (answer.key === '\x0f')
    return editor.move({ line: paragraphEnd(editor, editor.sheet.cursor.line), column: 0 }, 'centering');
  if (answer.text === '') return editor.say('Cancelled');
  const place = parsePlace(answer.text);
  if (!place) return editor.say('Invalid line or column number');
  goTo(editor, place);
  editor.putOnRow(editor.height >> 1);
}

export interface LineAndColumn {
  readonly line: number | undefined;
  readonly column: number | undefined;
}

/** `LINE`, `LINE,COLUMN`, `,COLUMN`; negative ones count from the end. */
export function parsePlace(text: string): LineAndColumn | undefined {
  const match = /^\s*([-+]?\d+)?\s*(?:[,.:]\s*([-+]?\d+)?\s*)?$/.exec(text);
  if (!match || (match[1] === undefined && match[2] === undefined)) return undefined;
  const number = (word: string | undefined) => (word === undefined ? undefined : Number(word));
  const place = { line: number(match[1]), column: number(match[2]) };
  return place.line === 0 || place.column === 0 ? undefined : place;
}

/** Models nano src/search.c goto_line_and_column. */
export function goTo(editor: NanoEditor, place: LineAndColumn): void {
  const { sheet } = editor;
  const { cursor, buffer, last } = sheet;
  const wanted = place.line ?? cursor.line + 1;
  const line = Math.max(0, Math.min(last, wanted < 0 ? last + 1 + wanted : wanted - 1));
  const text = buffer.line(line);
  const column = place.column ?? indexAt(text, sheet.wanted, editor.settings.tabsize) + 1;
  editor.move({ line, column: column < 0 ? text.length + 1 + column : column - 1 }, 'centering');
}
