import type { Steps } from '../../../sim/index.ts';
import type { Position } from './buffer.ts';
import type { Editor } from './editor.ts';
import type { ExCommand } from './ex-command.ts';
import { checkAbandon } from './leave.ts';
import { showDocument } from './save.ts';

/** Remembers where the text was changed; changes on one line near each other count as one. */
export function noteChange({ document, cursor }: Editor): void {
  const { changes } = document;
  const last = changes.at(-1);
  if (last && last.line === cursor.line && Math.abs(last.column - cursor.column) < 79) changes.pop();
  changes.push(cursor);
  document.changeIndex = changes.length;
}

/** `g;` and `g,`. */
export function goToChange(editor: Editor, by: number): void {
  const { document } = editor;
  const { changes, changeIndex } = document;
  if (changes.length === 0) editor.refuse('E664: Changelist is empty');
  const to = changeIndex + by;
  if (to < 0 && changeIndex === 0) editor.refuse('E662: At start of changelist');
  if (to >= changes.length && changeIndex >= changes.length - 1) editor.refuse('E663: At end of changelist');
  document.changeIndex = Math.max(0, Math.min(changes.length - 1, to));
  editor.moveTo(changes[document.changeIndex] as Position);
}

/** ^O and ^I. */
export function* goToJump(editor: Editor, by: number): Steps<void> {
  const { window, document, cursor } = editor;
  const place = window.jumps.step(by, document, cursor);
  if (!place) editor.refuse();
  if (place.document !== document) {
    checkAbandon(editor, false);
    yield* showDocument(editor, place.document);
  }
  editor.moveTo(place.at);
}

const NAMES = '\'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[]^.<>';

function* marks(editor: Editor, _bang: boolean, argument: string): Steps<void> {
  const { marks: all } = editor.buffer;
  const wanted = [...NAMES].filter((name) => all.has(name) && (argument === '' || argument.includes(name)));
  if (wanted.length === 0)
    editor.refuse(argument === '' ? 'No marks set' : `E283: No marks matching "${argument}"`);
  const rows = wanted.map((name) => {
    const { line, column } = all.get(name) as Position;
    return ` ${name} ${number(line + 1, 6)} ${number(column, 4)} ${editor.buffer.line(line).trimStart()}`.slice(
      0,
      editor.screen.columns - 1,
    );
  });
  yield* editor.list(['mark line  col file/text', ...rows]);
}

function* deleteMarks(editor: Editor, bang: boolean, argument: string): Steps<void> {
  if (bang && argument !== '') editor.refuse('E474: Invalid argument');
  if (!bang && argument === '') editor.refuse('E471: Argument required');
  const names = bang ? [...NAMES].filter((name) => /[a-z]/.test(name)) : expanded(argument);
  for (const name of names) editor.buffer.marks.delete(name);
}

/** `a-d` and `abc`. */
function expanded(text: string): string[] {
  return [...text.matchAll(/(\w)-(\w)|\S/g)].flatMap(([all, from, to]) => {
    if (from === undefined || to === undefined) return [all];
    const [start, end] = [from.charCodeAt(0), to.charCodeAt(0)];
    return Array.from({ length: Math.max(0, end - start + 1) }, (_, i) => String.fromCharCode(start + i));
  });
}

function* jumps(editor: Editor): Steps<void> {
  const { places, index } = editor.window.jumps;
  const rows = places.map(({ document, at }, i) => {
    const text = document === editor.document ? document.buffer.line(at.line).trimStart() : document.name;
    const sign = i === index ? '>' : ' ';
    return `${sign}${number(Math.abs(i - index), 3)} ${number(at.line + 1, 5)} ${number(at.column, 4)} ${text}`;
  });
  yield* editor.list([' jump line  col file/text', ...rows, ...(index === places.length ? ['>'] : [])]);
}

function* changes(editor: Editor): Steps<void> {
  const { changes: all, changeIndex: index, buffer } = editor.document;
  const rows = all.map(({ line, column }, i) => {
    const sign = i === index ? '>' : ' ';
    return `${sign}${number(Math.abs(i - index), 3)} ${number(line + 1, 5)} ${number(column, 4)} ${buffer.line(line)}`;
  });
  yield* editor.list(['change line  col text', ...rows, ...(index === all.length ? ['>'] : [])]);
}

/** The registers in vim's order, or those that are named. */
function* registers(editor: Editor, _bang: boolean, argument: string): Steps<void> {
  const order = ['"', ...'0123456789abcdefghijklmnopqrstuvwxyz-.:%/'];
  const rows = order.flatMap((name) => {
    if (argument !== '' && !argument.includes(name)) return [];
    const register = editor.register(name);
    if (!register || register.text === '') return [];
    const type = register.kind === 'lines' ? 'l' : register.kind === 'block' ? 'b' : 'c';
    const ended = register.kind === 'lines' ? `${register.text}\n` : register.text;
    const shown = ended.replace(
      /[\0-\x1f\x7f]/g,
      (char) => `^${String.fromCharCode(char.charCodeAt(0) ^ 0x40)}`,
    );
    return `  ${type}  "${name}   ${shown}`.slice(0, editor.screen.columns - 1);
  });
  yield* editor.list(['Type Name Content', ...rows]);
}

const number = (value: number, width: number) => String(value).padStart(width);

export const PLACE_COMMANDS: readonly ExCommand[] = [
  ['marks', 'marks', marks],
  ['delm', 'delmarks', deleteMarks],
  ['ju', 'jumps', jumps],
  ['changes', 'changes', changes],
  [
    'cle',
    'clearjumps',
    function* (editor) {
      Object.assign(editor.window.jumps, { places: [], index: 0 });
    },
  ],
  ['reg', 'registers', registers],
  ['di', 'display', registers],
];
