import { parse } from 'unbash';
import { isSystemError } from '../host/index.ts';
import { type Steps, waitOn } from '../sim/index.ts';
import { expandHistory, HistoryError } from './editor/history-expand.ts';
import { LineEditor } from './editor/line-editor.ts';
import { CommandAbort, Interrupted, ShellExit } from './interpreter/flow.ts';
import { remember } from './interpreter/history-file.ts';
import { notifyJobs } from './interpreter/job-control.ts';
import { openHereDocument } from './interpreter/open-heredoc.ts';
import { promptText } from './interpreter/prompt.ts';
import type { Shell } from './interpreter/shell.ts';
import { Source } from './interpreter/source.ts';
import { isIncomplete } from './interpreter/syntax-error.ts';
import { runPendingTraps } from './interpreter/traps.ts';
import { isIndexed } from './interpreter/variables.ts';
import { ShellLine } from './shell-line.ts';

/** How long an escape that ends a search waits for what it may begin. */
const SEARCH_ESCAPE_MS = 100;

/** Reads commands from the terminal and runs them, one after another. */
export class Session {
  readonly #shell: Shell;
  readonly #editor: LineEditor;
  #eofs = 0;

  constructor(shell: Shell) {
    this.#shell = shell;
    this.#editor = new LineEditor(new ShellLine(shell));
  }

  *run(): Steps<number> {
    const shell = this.#shell;
    for (;;) {
      if (shell.hungUp) return 129;
      try {
        const ended = yield* this.#turn();
        if (ended !== undefined) return ended;
      } catch (error) {
        if (error instanceof ShellExit) return error.status;
        if (error instanceof Interrupted) {
          shell.status = 130;
          shell.interrupted = false;
          if (error.busy) yield* shell.stderr('\n');
          this.#restore();
        } else if (error instanceof CommandAbort) shell.status = error.status;
        else throw error;
      }
    }
  }

  /** State that an interrupted command may have left behind. */
  #restore(): void {
    const shell = this.#shell;
    shell.frames = [];
    shell.loopDepth = 0;
    shell.guarded = 0;
    const { terminal, process } = shell.context;
    if (terminal) terminal.foreground = process.group;
  }

  /** One command: prompt, read, run. A number ends the shell. */
  *#turn(): Steps<number | undefined> {
    const shell = this.#shell;
    yield* notifyJobs(shell);
    if (shell.pendingTraps.length > 0) yield* runPendingTraps(shell);
    yield* this.#promptCommand();
    const text = yield* this.#readCommand();
    if (text === undefined) return yield* this.#endOfInput();
    this.#eofs = 0;
    if (text.trim() === '') return undefined;
    shell.commandNumber++;
    shell.interrupted = false;
    const warned = shell.warnedOfJobs;
    const status = yield* shell.engine.runText(shell, new Source(text, shell.arg0), true);
    if (warned) shell.warnedOfJobs = false;
    shell.status = status;
    return undefined;
  }

  *#promptCommand(): Steps<void> {
    const shell = this.#shell;
    const value = shell.variables.find('PROMPT_COMMAND')?.value;
    const commands = isIndexed(value) ? value.values() : typeof value === 'string' ? [value] : [];
    for (const command of commands) {
      const { status } = shell;
      yield* shell.engine.runText(shell, new Source(command, shell.arg0), true);
      shell.status = status;
    }
  }

  *#endOfInput(): Steps<number | undefined> {
    const shell = this.#shell;
    const limit = shell.options.on('ignoreeof') ? Number(shell.variables.get('IGNOREEOF') ?? 10) || 10 : 0;
    if (++this.#eofs <= limit) {
      yield* shell.stderr(`Use "${shell.login ? 'logout' : 'exit'}" to leave the shell.\n`);
      return undefined;
    }
    if (shell.hungUp) return 129;
    const builtin = shell.builtins.get('exit');
    if (builtin) yield* shell.engine.invoke(shell, ['exit']);
    return undefined;
  }

  /** A complete command, over as many lines as it takes; undefined at the end of the input. */
  *#readCommand(): Steps<string | undefined> {
    const shell = this.#shell;
    let text = '';
    for (let prompt = 'PS1'; ; prompt = 'PS2') {
      const shown = yield* promptText(shell, shell.variables.get(prompt) ?? '');
      const line = yield* this.#readLine(shown);
      if (line === undefined) return text === '' ? undefined : text;
      const expanded = yield* this.#expand(line);
      if (expanded === undefined) return '';
      text = text === '' ? expanded : `${text}\n${expanded}`;
      if (!incomplete(text)) break;
    }
    if (shell.options.on('history')) remember(shell, text);
    return text;
  }

  /** History expansion; undefined: nothing to run. */
  *#expand(line: string): Steps<string | undefined> {
    const shell = this.#shell;
    if (!shell.options.on('histexpand')) return line;
    try {
      const { text, changed, printOnly } = expandHistory(line, shell.history);
      if (changed) yield* shell.stderr(`${text}\n`);
      if (printOnly) {
        remember(shell, text);
        return undefined;
      }
      return text;
    } catch (error) {
      if (!(error instanceof HistoryError)) throw error;
      yield* shell.stderr(`${shell.arg0}: ${error.message}\n`);
      return undefined;
    }
  }

  *#readLine(prompt: string): Steps<string | undefined> {
    const shell = this.#shell;
    const { terminal } = shell.context;
    if (!terminal || !shell.context.isTerminal(0)) return yield* this.#readPlain(prompt);
    const before = terminal.setModes({ icanon: false, echo: false, isig: false, icrnl: false, ixon: false });
    try {
      return yield* this.#edit(prompt);
    } finally {
      terminal.setModes(before);
    }
  }

  *#edit(prompt: string): Steps<string | undefined> {
    const editor = this.#editor;
    const marked =
      this.#shell.dialect.name === 'bash' &&
      this.#shell.readline.settings.get('enable-bracketed-paste') === 'on';
    if (marked) editor.print('\x1b[?2004h');
    editor.begin(prompt);
    yield* this.#flush();
    yield* editor.drain();
    while (!editor.result) {
      const piece = yield* this.#input();
      if (piece === undefined) continue;
      if (piece === '') {
        if (this.#shell.hungUp) return undefined;
        editor.result = { kind: 'eof' };
      } else yield* editor.input(piece);
    }
    const { result } = editor;
    if (result.kind === 'eof') editor.print('\r\n');
    if (marked) editor.print('\x1b[?2004l\r');
    yield* this.#flush();
    if (result.kind === 'interrupt') {
      if (this.#shell.traps.has('INT')) this.#shell.pendingTraps.push('INT');
      throw new Interrupted();
    }
    return result.kind === 'line' ? result.text : undefined;
  }

  *#flush(): Steps<void> {
    const text = this.#editor.take();
    if (text === '') return;
    const { context } = this.#shell;
    const fd = context.isTerminal(2) ? 2 : 1;
    try {
      yield* context.write(fd, text.replaceAll('\r\n', '\n'));
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }

  /** Typed text; undefined: the window changed, a signal came, or an escape stood alone. */
  *#input(): Steps<string | undefined> {
    const shell = this.#shell;
    const file = shell.context.fd(0);
    const { terminal } = shell.context;
    const columns = terminal?.size.columns;
    // Key by key: what follows the line belongs to the command that it starts.
    const piece = file.read(1);
    if (piece !== undefined) {
      if (shell.spend()) yield* shell.pause();
      return piece;
    }
    this.#editor.redraw();
    yield* this.#flush();
    if (!file.readable || shell.hungUp) return '';
    const pauseMs = this.#editor.searching
      ? SEARCH_ESCAPE_MS
      : Number(shell.readline.settings.get('keyseq-timeout')) || 500;
    const until = this.#editor.escapeWaits ? shell.context.now + pauseMs : undefined;
    const reason = yield* waitOn([file.readable], until);
    if (reason === 'timeout') yield* this.#editor.flushEscape();
    if (terminal && terminal.size.columns !== columns) {
      setWindowSize(shell);
      this.#editor.resize();
    }
    if (shell.interrupted) {
      shell.interrupted = false;
      yield* this.#editor.input('\x03');
    }
    if (shell.pendingTraps.length > 0) yield* runPendingTraps(shell);
    return undefined;
  }

  /** Without a terminal (`bash -i < file`): prompts on standard error, lines as they come. */
  *#readPlain(prompt: string): Steps<string | undefined> {
    const shell = this.#shell;
    yield* shell.stderr(prompt.replace(/[\x01\x02]/g, ''));
    let text = '';
    for (;;) {
      const char = yield* shell.context.read(0, 1);
      if (char === '\n') return text;
      if (char === '') return text === '' ? undefined : text;
      text += char;
    }
  }
}

/** Whether the shell asks for another line. */
function incomplete(text: string): boolean {
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(text) && !/'[^']*$/.test(text)) return true;
  const { errors = [] } = parse(text);
  return errors.length > 0 ? isIncomplete(text, errors) : openHereDocument(text);
}

export function setWindowSize(shell: Shell): void {
  const { terminal } = shell.context;
  if (!terminal || !shell.options.shopt('checkwinsize')) return;
  shell.variables.put('COLUMNS', String(terminal.size.columns));
  shell.variables.put('LINES', String(terminal.size.rows));
}
