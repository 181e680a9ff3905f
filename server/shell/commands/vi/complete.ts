import { isSystemError } from '../../../host/index.ts';
import type { Editor } from './editor.ts';
import { COMMANDS } from './ex-table.ts';

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
  return paths(editor, path).map((one) => text.slice(0, text.length - path.length) + one);
}

function paths({ context }: Editor, typed: string): string[] {
  const slash = typed.lastIndexOf('/') + 1;
  const [directory, start] = [typed.slice(0, slash), typed.slice(slash)];
  try {
    return context.fs
      .list(directory === '' ? '.' : directory)
      .filter((name) => name.startsWith(start) && (start.startsWith('.') || !name.startsWith('.')))
      .sort()
      .map((name) => directory + name + (context.fs.isDirectory(directory + name) ? '/' : ''));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return [];
  }
}
