import type { Editor } from './editor.ts';
import { COMMANDS } from './ex-table.ts';
import { pathsThatBegin } from './paths.ts';

/** Commands whose last word is no name of a file. */
const WITHOUT_FILES = /^(?:s|g|v|d|y|m|t|k|norm|normal|map|nn|nnoremap|let|sort|j|u|red|echo|ec)\b/;

/** What Tab makes of a command line, one after another: names of commands, options, files. */
export function completions(editor: Editor, text: string): string[] {
  const name = /^[\s:%$.,\d'<>]*([a-z]*)$/i.exec(text);
  if (name) {
    const start = text.slice(0, text.length - (name[1] as string).length);
    const names = [...new Set(COMMANDS.map(([, full]) => full))].filter((full) => /^[a-z]/.test(full));
    return names
      .filter((full) => full.startsWith(name[1] as string))
      .sort()
      .map((full) => start + full);
  }
  const option = /^\s*(setl?(?:ocal)?|se)\s+(.*\s)?(no|inv)?([a-z]*)$/.exec(text);
  if (option) {
    const word = option[4] as string;
    const start = text.slice(0, text.length - word.length);
    return Object.keys(editor.settings)
      .filter((full) => full.startsWith(word))
      .sort()
      .map((full) => start + full);
  }
  if (WITHOUT_FILES.test(text.trimStart())) return [];
  const path = /\S*$/.exec(text)?.[0] ?? '';
  return pathsThatBegin(editor, path).map((one) => text.slice(0, text.length - path.length) + one);
}
