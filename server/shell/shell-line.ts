import { parse } from 'unbash';
import type { Steps } from '../sim/index.ts';
import { correctedPath } from './builtins/directories.ts';
import { expandUser } from './completion/actions.ts';
import { completeLine } from './completion/complete-line.ts';
import type { Completion, EditedLine, EditorHost, LineExpansion, NameKind } from './editor/editor-host.ts';
import { expandHistory, HistoryError } from './editor/history-expand.ts';
import type { Keymaps } from './editor/keymap.ts';
import { functionLines, macroLines, variableLines } from './editor/listing.ts';
import { expandWords } from './expand/expand.ts';
import { loadInputrc } from './interpreter/readline.ts';
import type { Shell } from './interpreter/shell.ts';
import { Source } from './interpreter/source.ts';

/** What the line editor needs of a shell. */
export class ShellLine implements EditorHost {
  readonly #shell: Shell;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  // A terminal that was not told its size has none: `kubectl run -it` tells it when the shell runs already.
  columns(): number {
    return this.#shell.context.terminal?.size.columns || 80;
  }

  rows(): number {
    return this.#shell.context.terminal?.size.rows || 24;
  }

  history(): readonly string[] {
    return this.#shell.history.list().map((entry) => entry.text);
  }

  complete(text: string, point: number, listing: boolean, kind?: NameKind): Steps<Completion> {
    return completeLine(this.#shell, { text, point, kind }, listing);
  }

  vi(): boolean {
    return this.#shell.options.on('vi');
  }

  setMode(mode: 'emacs' | 'vi'): void {
    for (const name of ['emacs', 'vi']) this.#shell.options.set(name, name === mode);
  }

  get keymaps(): Keymaps {
    return this.#shell.readline.keymaps;
  }

  setting(name: string): string {
    return this.#shell.readline.settings.get(name);
  }

  readInputrc(): Steps<void> {
    return loadInputrc(this.#shell);
  }

  *expand(text: string, how: LineExpansion): Steps<string> {
    const shell = this.#shell;
    if (how === 'tilde')
      return text.replace(/(^|\s)(~[^\s/]*)/g, (_, space, user) => space + expandUser(shell, user));
    if (how === 'alias') return expandAlias(shell, text);
    try {
      const { text: line } = expandHistory(text, shell.history);
      if (how === 'history') return line;
      return how === 'shell' ? yield* expandLine(shell, line) : expandAlias(shell, line);
    } catch (error) {
      if (error instanceof HistoryError) return text;
      throw error;
    }
  }

  corrected(word: string): string | undefined {
    return correctedPath(this.#shell.context.fs, word);
  }

  listing(what: 'functions' | 'macros' | 'variables', prose: boolean): string {
    const { settings } = this.#shell.readline;
    if (what === 'variables') return variableLines(settings, prose);
    const keymap = this.vi() ? this.keymaps.insert : this.keymaps.emacs;
    return what === 'macros' ? macroLines(keymap, prose) : functionLines(keymap, prose);
  }

  /** `bind -x`: the command sees the line, and may change it, in `READLINE_LINE` and `READLINE_POINT`. */
  *command(text: string, line: EditedLine): Steps<EditedLine> {
    const { context, variables, engine } = this.#shell;
    variables.put('READLINE_LINE', line.text);
    variables.put('READLINE_POINT', String(line.point));
    const modes = context.terminal?.setModes({ icanon: true, echo: true, isig: true, icrnl: true });
    yield* engine.runText(this.#shell, new Source(text, this.#shell.arg0), true);
    if (modes) context.terminal?.setModes(modes);
    const changed = variables.get('READLINE_LINE') ?? '';
    const point = Number(variables.get('READLINE_POINT')) || 0;
    for (const name of ['READLINE_LINE', 'READLINE_POINT']) variables.delete(name);
    return { text: changed, point: Math.min(point, changed.length) };
  }

  /** `^X^E`: the line in `$VISUAL` or `$EDITOR`, then run. */
  *edit(text: string): Steps<string | undefined> {
    const shell = this.#shell;
    const { context } = shell;
    const path = `/tmp/bash-fc.${context.host.random.text(6, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')}`;
    context.fs.write(path, `${text}\n`, 0o600);
    const program = shell.variables.get('VISUAL') ?? shell.variables.get('EDITOR') ?? 'vi';
    const { terminal } = context;
    const modes = terminal?.setModes({ icanon: true, echo: true, isig: true, icrnl: true });
    const status = yield* shell.engine.invoke(shell, [...program.split(/\s+/), path], { functions: true });
    if (modes) terminal?.setModes(modes);
    const edited = context.fs.isFile(path) ? context.fs.read(path).replace(/\n$/, '') : '';
    if (context.fs.isFile(path)) context.fs.unlink(path);
    if (status !== 0 || edited === '') return undefined;
    yield* shell.stderr(`${edited}\n`);
    return edited;
  }
}

/** The line with its first word as an alias has it. */
function expandAlias({ aliases }: Shell, line: string): string {
  return line.replace(/^\s*[^\s;&|<>()$`'"\\]+/, (name) => aliases.get(name.trim()) ?? name);
}

/** `M-^E`: a simple command with all its words expanded. */
function* expandLine(shell: Shell, line: string): Steps<string> {
  const [statement, ...others] = parse(line).commands;
  const node = statement?.command;
  if (others.length > 0 || node?.type !== 'Command' || !node.name || node.prefix.length > 0) return line;
  const words = [node.name, ...node.args.filter((arg) => arg.type === 'Word')];
  if (words.length <= node.args.length || node.redirects.length > 0) return line;
  const [name = '', ...rest] = yield* expandWords(shell, words);
  return [shell.aliases.get(name) ?? name, ...rest].join(' ');
}
