import type { Steps } from '../../../sim/index.ts';
import { chooseLine } from './command-window.ts';
import type { Document, Window } from './document.ts';
import { type Editor, Quit } from './editor.ts';
import { letGo, showDocument, writeFile } from './save.ts';

const UNWRITTEN = 'E37: No write since last change (add ! to override)';

/** Ends the editor: its swap files go. */
export function leave(editor: Editor, code = 0): never {
  for (const document of editor.workspace.documents) document.swap?.remove();
  throw new Quit(code);
}

/** Whether a window's text would be lost with it. */
export function mayAbandon(editor: Editor, { document }: Window): boolean {
  const { workspace } = editor;
  return !document.buffer.modified || workspace.global.hidden || workspace.showing(document).length > 1;
}

/** Refuses to let the text in the current window go. */
export function checkAbandon(editor: Editor, bang: boolean): void {
  if (!bang && !mayAbandon(editor, editor.window)) editor.refuse(UNWRITTEN);
}

/** Refuses to end while files of the command line were not looked at. Models vim src/ex_docmd.c check_more. */
function checkMore(editor: Editor): void {
  const left = editor.files.length - editor.window.fileIndex - 1;
  if (editor.sawLastFile || left < 1 || editor.warnedOfFiles) return;
  editor.warnedOfFiles = true;
  editor.refuse(left === 1 ? 'E173: 1 more file to edit' : `E173: ${left} more files to edit`);
}

/** Refuses to end while a text is not written, and shows it. Models vim src/ex_cmds2.c check_changed_any. */
function* checkAll(editor: Editor, { hidden }: { hidden: boolean }): Steps<void> {
  const { workspace, document } = editor;
  const order = [document, ...workspace.documents.filter((one) => one !== document)];
  const unwritten = order.find(
    (one) => one.loaded && one.buffer.modified && (!hidden || workspace.showing(one).length === 0),
  );
  if (!unwritten) return;
  const name = `E162: No write since last change for buffer "${unwritten.name}"`;
  yield* editor.show(unwritten === document ? ['E37: No write since last change', name] : [name]);
  yield* visit(editor, unwritten);
  editor.refuse();
}

/** Goes to a window that shows a document, or shows it in this one. */
function* visit(editor: Editor, document: Document): Steps<void> {
  const { workspace } = editor;
  const [window] = workspace.showing(document);
  if (!window) {
    yield* showDocument(editor, document);
    return;
  }
  workspace.goToTab(workspace.tabs.findIndex((tab) => tab.frames.windows.includes(window)));
  workspace.enter(window);
}

/** `:q`: closes the window; the last one ends the editor. Models vim src/ex_docmd.c ex_quit. */
export function* quitWindow(editor: Editor, bang: boolean): Steps<void> {
  chooseLine(editor, undefined);
  const { workspace, window } = editor;
  const isLast = workspace.allWindows.length === 1;
  checkAbandon(editor, bang);
  if (isLast && !bang) checkMore(editor);
  if (isLast) {
    yield* checkAll(editor, { hidden: bang });
    leave(editor);
  }
  closeWindow(editor, window, bang);
}

/** Takes a window away; `force`: what it shows is let go though it was changed. */
export function closeWindow(editor: Editor, window: Window, force: boolean): void {
  const { document } = window;
  editor.workspace.close(window);
  letGo(editor, document, force && !editor.settings.hidden);
  editor.moveTo(editor.cursor, true);
}

/** `:qa`. */
export function* quitAll(editor: Editor, bang: boolean): Steps<void> {
  if (!bang) yield* checkAll(editor, { hidden: false });
  leave(editor);
}

/** `:x`, `ZZ`: writes when there is something to write, then closes the window. */
export function* writeAndQuit(editor: Editor, bang: boolean, argument: string): Steps<void> {
  if (editor.buffer.modified || argument !== '')
    writeFile(editor, argument === '' ? undefined : argument, bang);
  yield* quitWindow(editor, bang);
}

/** `:wa`: writes every text that was changed. */
export function* writeAll(editor: Editor, bang: boolean): Steps<void> {
  const said: string[] = [];
  const current = editor.document;
  for (const document of editor.workspace.documents) {
    if (!document.loaded || !document.buffer.modified) continue;
    if (document.path === undefined) editor.refuse(`E141: No file name for buffer ${document.number}`);
    writeFile(editor, undefined, bang, { document });
    said.push(editor.message);
  }
  if (said.length > 1) yield* editor.show(said);
  if (current !== editor.document) editor.say('');
}
