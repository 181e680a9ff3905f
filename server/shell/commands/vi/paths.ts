import { isSystemError } from '../../../host/index.ts';
import type { Editor } from './editor.ts';

/** Files and directories that a path may go on to. */
export function pathsThatBegin({ context }: Editor, typed: string): string[] {
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
