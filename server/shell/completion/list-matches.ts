import { greatest } from '../../sim/index.ts';
import { textWidth } from '../editor/width.ts';
import type { Shell } from '../interpreter/shell.ts';
import { expandUser } from './actions.ts';
import type { Matches } from './file-matches.ts';

/** A match as it is listed: its text, the mark behind it, and how it is coloured. */
interface Cell {
  readonly text: string;
  readonly mark: string;
  readonly colour: string;
}

/** The matches in columns, sorted, as readline shows them. Models readline complete.c rl_display_match_list. */
export function listMatches(shell: Shell, found: Matches, prefix: string): string {
  const setting = (name: string) => shell.readline.settings.get(name);
  const items = [...new Map(found.items.map((item) => [found.show(item), item])).entries()];
  const cells = items
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([text, item]) => cellOf(shell, found, { text: shortened(shell, text, prefix), item }));
  const columns = shell.context.terminal?.size.columns || 80;
  const asked = Number(setting('completion-display-width'));
  const width = asked >= 0 && asked <= columns ? asked : columns;
  const longest = greatest(cells.map(({ text }) => textWidth(text))) + 2;
  const across = Math.max(1, Math.floor((width - 1) / longest) || 1);
  const rows = Math.ceil(cells.length / across);
  const horizontally = setting('print-completions-horizontally') === 'on';
  let out = '';
  for (let row = 0; row < rows; row++) {
    const line = cells.filter((_, i) => (horizontally ? Math.floor(i / across) : i % rows) === row);
    out += line.map((cell, i) => drawn(cell, i < line.length - 1 ? longest : 0)).join('');
    out += '\n';
  }
  return out;
}

function drawn({ text, mark, colour }: Cell, width: number): string {
  const shown = colour === '' ? text : `\x1b[0m\x1b[${colour}m${text}\x1b[0m`;
  return shown + mark + ' '.repeat(Math.max(0, width - textWidth(text) - mark.length));
}

/** A long beginning that all share is three dots, as `completion-prefix-display-length` says. */
function shortened(shell: Shell, text: string, prefix: string): string {
  const most = Number(shell.readline.settings.get('completion-prefix-display-length'));
  const shared = prefix.slice(prefix.lastIndexOf('/') + 1);
  if (!(most > 0) || shared.length <= most || !text.startsWith(shared) || text === shared) return text;
  return `...${text.slice(shared.length)}`;
}

function cellOf(shell: Shell, found: Matches, { text, item }: { text: string; item: string }): Cell {
  const name = text.replace(/\/$/, '');
  if (!found.filenames) return { text, mark: '', colour: '' };
  const setting = (of: string) => shell.readline.settings.get(of) === 'on';
  const kind = kindOf(shell, item);
  const marks = setting('visible-stats') ? STAT_MARKS : DIRECTORY_MARK;
  const marked = setting('visible-stats') || setting('mark-directories');
  return {
    text: name,
    mark: marked ? (marks[kind] ?? '') : '',
    colour: setting('colored-stats') ? (COLOURS[kind] ?? '') : '',
  };
}

type FileKind = 'directory' | 'symlink' | 'executable' | 'socket' | 'fifo' | 'character' | 'block' | 'file';
type Marks = Readonly<Partial<Record<FileKind, string>>>;

const DIRECTORY_MARK: Marks = { directory: '/' };
const STAT_MARKS: Marks = {
  directory: '/',
  symlink: '@',
  executable: '*',
  socket: '=',
  fifo: '|',
  character: '%',
  block: '#',
};
/** What `ls --color` has without `LS_COLORS`. */
const COLOURS: Marks = {
  directory: '01;34',
  symlink: '01;36',
  executable: '01;32',
  socket: '01;35',
  fifo: '33',
  character: '01;33',
  block: '01;33',
};

function kindOf(shell: Shell, item: string): FileKind {
  const { fs } = shell.context;
  const path = expandUser(shell, item).replace(/(?<=.)\/$/, '');
  if (!fs.exists(path)) return 'file';
  const { type } = fs.lstat(path);
  const visible = shell.readline.settings.get('visible-stats') === 'on';
  if (type === 'symlink') return !visible && fs.isDirectory(path) ? 'directory' : 'symlink';
  if (type === 'file')
    return fs.can(path, 'execute') && (fs.lstat(path).mode & 0o111) !== 0 ? 'executable' : 'file';
  return (type as FileKind) in STAT_MARKS ? (type as FileKind) : 'file';
}
