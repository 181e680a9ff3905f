import type { Editor } from './editor.ts';
import type { Fold } from './folds.ts';

const NONE = 'E490: No fold found';

/** The folds around a line, outer ones first. */
function around(editor: Editor, line = editor.cursor.line): readonly Fold[] {
  return editor.window.folds.around(editor.buffer, editor.settings, line);
}

/** The closed fold that a line is hidden in. */
export function closedFold(editor: Editor, line: number): Fold | undefined {
  return editor.window.folds.closedAt(editor.buffer, editor.settings, line);
}

/** Lines with the closed folds that they begin or end in. */
export function withFolds(editor: Editor, first: number, last: number): { first: number; last: number } {
  return {
    first: closedFold(editor, first)?.first ?? first,
    last: closedFold(editor, last)?.last ?? last,
  };
}

/** Opens what hides the cursor. */
export function openAtCursor(editor: Editor): void {
  for (const fold of around(editor)) editor.window.folds.setClosed(fold, false);
}

/** Whether folds are made by hand. */
export function demandManual(editor: Editor): void {
  if (editor.settings.foldmethod !== 'manual')
    editor.refuse("E350: Cannot create fold with current 'foldmethod'");
}

export function makeFold(editor: Editor, from: number, to: number): void {
  const { folds } = editor.window;
  demandManual(editor);
  folds.add(Math.min(from, to), Math.max(from, to));
}

/** Folds of lines, opened or closed: one level of them, or all (`deep`). */
export function setFolds(editor: Editor, closed: boolean, deep: boolean, first: number, last = first): void {
  const { folds } = editor.window;
  let found = false;
  for (let line = first; line <= last; line++) {
    const here = around(editor, line);
    found ||= here.length > 0;
    const isClosed = (fold: Fold) => folds.isClosed(fold, editor.settings);
    if (deep) for (const fold of inside(editor, here)) folds.setClosed(fold, closed);
    else if (closed) {
      // The innermost that is open, where no other is closed around it.
      const outer = here.findIndex(isClosed);
      const chosen = outer < 0 ? here.at(-1) : here[Math.max(0, outer - 1)];
      if (chosen) folds.setClosed(chosen, true);
    } else {
      const chosen = here.find(isClosed);
      if (chosen) folds.setClosed(chosen, false);
    }
  }
  if (!found) editor.refuse(NONE);
}

/** Folds and those within the outermost of them. */
function inside(editor: Editor, folds: readonly Fold[]): readonly Fold[] {
  const [outer] = folds;
  if (!outer) return [];
  return editor.window.folds
    .all(editor.buffer, editor.settings)
    .filter(({ first, last }) => first >= outer.first && last <= outer.last);
}

/** `zd`, `zD`, `zE`. */
function deleteFolds(editor: Editor, key: string): void {
  const { folds } = editor.window;
  if (editor.settings.foldmethod !== 'manual')
    editor.refuse(
      key === 'zE'
        ? "E352: Cannot erase folds with current 'foldmethod'"
        : "E351: Cannot delete fold with current 'foldmethod'",
    );
  if (key === 'zE') {
    folds.remove(folds.all(editor.buffer, editor.settings));
    return;
  }
  const here = around(editor);
  if (here.length === 0) editor.refuse(NONE);
  folds.remove(
    key === 'zD' ? inside(editor, here) : [closedFold(editor, editor.cursor.line) ?? (here.at(-1) as Fold)],
  );
}

/** `zm`, `zr`, `zM`, `zR`: how deep folds are closed everywhere. */
function setLevel(editor: Editor, key: string, count: number): void {
  const { folds } = editor.window;
  const deepest = 1 + Math.max(-1, ...folds.all(editor.buffer, editor.settings).map(({ depth }) => depth));
  const level = editor.settings.foldlevel;
  if (key === 'zM') editor.settings.foldlevel = 0;
  else if (key === 'zR') editor.settings.foldlevel = deepest;
  else if (key === 'zm') editor.settings.foldlevel = Math.max(0, level - count);
  else editor.settings.foldlevel = Math.min(deepest, level + count);
  if (key === 'zM' || key === 'zm') editor.settings.foldenable = true;
  folds.forgetStates();
}

/** `zj`, `zk`, `[z`, `]z`: to another fold, or to an end of this one. */
function goToFold(editor: Editor, key: string): void {
  const { line } = editor.cursor;
  const all = editor.window.folds.all(editor.buffer, editor.settings);
  const inner = around(editor).at(-1);
  const to =
    key === 'zj'
      ? all.find(({ first }) => first > line)?.first
      : key === 'zk'
        ? all
            .map(({ last }) => last)
            .filter((last) => last < line)
            .sort((a, b) => b - a)[0]
        : key === '[z'
          ? inner?.first
          : inner?.last;
  if (to === undefined || to === line) editor.refuse();
  editor.moveTo({ line: to, column: editor.aimedAt(to) }, true);
}

/** Carries out a command of folds; false: the key is another's. */
export function foldCommand(editor: Editor, key: string, count: number): boolean {
  const { settings, window } = editor;
  const [first, last] = editor.mode.startsWith('visual')
    ? [editor.selection.from.line, editor.selection.to.line]
    : [editor.cursor.line, editor.cursor.line];
  switch (key) {
    case 'zF':
      makeFold(editor, first, Math.min(editor.buffer.count - 1, first + count - 1));
      return true;
    case 'zo':
    case 'zO':
      for (let i = 0; i < Math.min(count, settings.foldnestmax); i++)
        setFolds(editor, false, key === 'zO', first, last);
      return true;
    case 'zc':
    case 'zC':
      for (let i = 0; i < Math.min(count, settings.foldnestmax); i++)
        setFolds(editor, true, key === 'zC', first, last);
      settings.foldenable = true;
      return true;
    case 'za':
    case 'zA':
      setFolds(editor, !closedFold(editor, first), key === 'zA', first, last);
      settings.foldenable = true;
      return true;
    case 'zv':
      openAtCursor(editor);
      return true;
    case 'zx':
    case 'zX':
      window.folds.forgetStates();
      if (key === 'zx') openAtCursor(editor);
      settings.foldenable = true;
      return true;
    case 'zd':
    case 'zD':
    case 'zE':
      deleteFolds(editor, key);
      return true;
    case 'zm':
    case 'zM':
    case 'zr':
    case 'zR':
      setLevel(editor, key, count);
      return true;
    case 'zn':
    case 'zN':
    case 'zi':
      settings.foldenable = key === 'zi' ? !settings.foldenable : key === 'zN';
      return true;
    case 'zj':
    case 'zk':
    case '[z':
    case ']z':
      goToFold(editor, key);
      return true;
    default:
      return false;
  }
}
