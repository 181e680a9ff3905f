import type { Steps } from '../../../sim/index.ts';
import type { Undone } from './buffer.ts';
import type { Editor } from './editor.ts';
import type { Range } from './range.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** `u` and ^R, with what they say. */
export function undo(editor: Editor, back: boolean, count = 1): void {
  let done: Undone | undefined;
  for (let i = 0; i < count; i++) {
    const step = back ? editor.buffer.undo() : editor.buffer.redo();
    if (!step) break;
    done = { ...step, grown: step.grown + (done?.grown ?? 0), changed: step.changed + (done?.changed ?? 0) };
  }
  tell(editor, done, back);
}

/** `g-` and `g+`. */
export function travel(editor: Editor, steps: number): void {
  tell(editor, editor.buffer.travel(steps), steps < 0);
}

/** `:undo 3`, `:3undo`. */
export function* undoCommand(editor: Editor, _bang: boolean, argument: string, range: Range): Steps<void> {
  const number = argument !== '' ? argument : range.given > 0 ? String(range.last + 1) : undefined;
  if (number === undefined) {
    undo(editor, true);
    return;
  }
  if (!/^\d+$/.test(number)) editor.refuse(`E488: Trailing characters: ${argument}`);
  const done = editor.buffer.undoTo(Number(number));
  if (!done) editor.refuse(`E830: Undo number ${number} not found`);
  tell(editor, done, false);
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `:earlier 10m`, `:later 3`. */
export function travelCommand(back: boolean) {
  return function* (editor: Editor, _bang: boolean, argument: string): Steps<void> {
    const match = /^(\d+)?([smhd])?$/.exec(argument);
    if (!match) editor.refuse(`E475: Invalid argument: ${argument}`);
    const amount = Number(match[1] ?? 1) * (back ? -1 : 1);
    const unit = UNITS[match[2] ?? ''];
    tell(editor, unit ? editor.buffer.travelTime(amount * unit * 1000) : editor.buffer.travel(amount), back);
  };
}

/** `:undolist`. */
export function* undoList(editor: Editor): Steps<void> {
  const { branches } = editor.buffer;
  if (branches.length === 0) {
    editor.say('Nothing to undo');
    return;
  }
  const rows = branches.map(
    ({ state, depth }) =>
      `${String(state.number).padStart(6)} ${String(depth).padStart(7)}  ${when(editor, state.atMs)}`,
  );
  yield* editor.list(['number changes  when               saved', ...rows]);
}

function tell(editor: Editor, done: Undone | undefined, back: boolean): void {
  if (!done) {
    editor.say(back ? 'Already at oldest change' : 'Already at newest change');
    return;
  }
  editor.moveTo(done.cursor);
  const { grown, changed } = done;
  const what =
    grown > 0
      ? plural(grown, 'more line', 'more lines')
      : grown < 0
        ? plural(-grown, 'line less', 'fewer lines')
        : plural(changed, 'change', 'changes');
  editor.say(`${what}; ${done.back ? 'before' : 'after'} #${done.number}  ${when(editor, done.atMs)}`);
}

/** How long ago, or the time of day when that is long. Models vim src/undo.c add_time. */
function when({ context }: Editor, atMs: number): string {
  const seconds = Math.floor((context.now - atMs) / 1000);
  if (seconds < 100) return `${plural(seconds, 'second', 'seconds')} ago`;
  const [day, time] = new Date(atMs).toISOString().slice(0, 19).split('T') as [string, string];
  return seconds < 6 * 3600 ? time : `${day.replaceAll('-', '/')} ${time}`;
}
