import type { Shell } from '../interpreter/shell.ts';
import { expandUser } from './actions.ts';

/** What a word may be completed to. */
export interface Matches {
  readonly items: readonly string[];
  /** The items are paths: directories get a slash, characters are quoted. */
  readonly filenames: boolean;
  readonly noSpace: boolean;
  isDirectory(item: string): boolean;
  /** How an item is listed. */
  show(item: string): string;
}

export function isDirectory(shell: Shell, path: string): boolean {
  return shell.context.fs.isDirectory(expandUser(shell, path));
}

/** Paths: listed by their last part, with a slash after directories. */
export function filesOf(shell: Shell, items: readonly string[], noSpace = false): Matches {
  return {
    items: [...new Set(items)],
    filenames: true,
    noSpace,
    isDirectory: (item) => isDirectory(shell, item),
    show: (item) => {
      const clean = item.replace(/\/$/, '');
      const name = clean.slice(clean.lastIndexOf('/') + 1);
      return isDirectory(shell, item) ? `${name}/` : name;
    },
  };
}

/** Words that are no paths; `directories`: each goes on behind a slash. */
export function plain(
  items: readonly string[],
  how: { directories?: boolean; noSpace?: boolean } = {},
): Matches {
  return {
    items: [...new Set(items)],
    filenames: how.directories === true,
    noSpace: how.noSpace === true,
    isDirectory: () => how.directories === true,
    show: (item) => item,
  };
}
