import type { Steps } from '../../sim/index.ts';
import type { Keymaps } from './keymap.ts';

/** What the editor needs of the shell around it. */
export interface EditorHost {
  columns(): number;
  rows(): number;
  /** Texts of the history, oldest first. */
  history(): readonly string[];
  /** Completes the word at the cursor; `kind`: with names of that kind only. */
  complete(text: string, point: number, listing: boolean, kind?: NameKind): Steps<Completion>;
  /** Opens the line in an editor (`^X^E`); undefined: nothing to run. */
  edit(text: string): Steps<string | undefined>;
  vi(): boolean;
  setMode(mode: 'emacs' | 'vi'): void;
  readonly keymaps: Keymaps;
  /** What `set NAME VALUE` of `~/.inputrc` or `bind` said. */
  setting(name: string): string;
  readInputrc(): Steps<void>;
  /** The line after history expansion, all expansions, or that of `~`. */
  expand(text: string, how: LineExpansion): Steps<string>;
  /** The word at the end of a text as a path that exists, where its letters are nearly that. */
  corrected(word: string): string | undefined;
  /** Names of functions, keys and variables as `bind -p`, `-s`, `-v` or, as `prose`, `-P`, `-S`, `-V` list them. */
  listing(what: 'functions' | 'macros' | 'variables', prose: boolean): string;
  /** Runs a command bound to a key; it may change the line. */
  command(text: string, line: EditedLine): Steps<EditedLine>;
}

export interface EditedLine {
  readonly text: string;
  /** The cursor as an offset in UTF-16 units. */
  readonly point: number;
}

export type LineExpansion = 'history' | 'shell' | 'tilde' | 'alias' | 'history-and-alias';

/** What a word is completed to, whatever stands around it. */
export type NameKind =
  | 'command'
  | 'filename'
  | 'hostname'
  | 'username'
  | 'variable'
  | 'history'
  | 'glob'
  | 'glob-beginning';

/** What a Tab did. */
export interface Completion {
  /** The line and cursor afterwards. */
  text: string;
  point: number;
  /** Printed below the line. */
  listing?: string;
  /** How many matches `listing` shows. */
  count?: number;
  bell?: boolean;
  /** All that the word may become, each as the whole line with its cursor. */
  choices?: () => readonly EditedLine[];
}

/** How a line ended. */
export type Result =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'eof' }
  | { readonly kind: 'interrupt' };
