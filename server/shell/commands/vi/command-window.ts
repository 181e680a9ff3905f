import type { Steps } from '../../../sim/index.ts';
import type { Editor } from './editor.ts';

/** Rows of the window. */
const HEIGHT = 7;

/** Thrown where a line of the command-line window was chosen, or the window closed. */
export class LineChosen extends Error {
  override name = 'LineChosen';
  readonly line: string | undefined;

  constructor(line: string | undefined) {
    super('chosen');
    this.line = line;
  }
}

/**
 * `q:`, `q/`, `q?` and ^F: the history as a text to edit; Enter carries out the line at the cursor. Models vim
 * src/ex_getln.c open_cmdwin.
 */
export function* commandWindow(editor: Editor, kind: string, typed = ''): Steps<void> {
  const { workspace } = editor;
  if (editor.commandKind !== undefined) editor.refuse('E1292: Command-line window is already open');
  const before = editor.window;
  const document = workspace.create(undefined);
  document.buffer.load([...(editor.histories[kind === ':' ? ':' : '/'] ?? []), typed], true);
  document.loaded = true;
  document.settings.swapfile = false;
  const made = workspace.split({ axis: 'height', size: HEIGHT, after: true, whole: true });
  if (!made) {
    workspace.forget(document);
    editor.refuse('E36: Not enough room');
  }
  made.show(document);
  made.sign = kind;
  editor.commandKind = kind;
  editor.moveTo({ line: document.buffer.count - 1, column: typed.length });
  if (editor.defaults) editor.say('You discovered the command-line window! You can close it with ":q".');
  let chosen: string | undefined;
  try {
    yield* editor.normal(editor);
  } catch (error) {
    if (!(error instanceof LineChosen)) throw error;
    chosen = error.line;
  } finally {
    editor.commandKind = undefined;
    editor.mode = 'normal';
  }
  if (workspace.windows.includes(made) && workspace.allWindows.length > 1) workspace.close(made);
  workspace.forget(document);
  if (workspace.windows.includes(before)) workspace.enter(before);
  editor.message = '';
  editor.clears = true;
  if (chosen !== undefined) editor.feed(`${kind}${chosen}\n`);
}

/** Enter, or an attempt to leave, in the command-line window. */
export function chooseLine(editor: Editor, line: string | undefined): void {
  if (editor.commandKind !== undefined) throw new LineChosen(line);
}
