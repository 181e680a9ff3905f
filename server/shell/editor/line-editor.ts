import type { Steps } from '../../sim/index.ts';
import { counted, NumericArgument } from './arguments.ts';
import { Buffer, KillRing } from './buffer.ts';
import { Completer } from './completer.ts';
import type { EditedLine, EditorHost, Result } from './editor-host.ts';
import { FUNCTIONS, KILLS } from './functions.ts';
import { HistorySearch } from './history-search.ts';
import { HistoryWalk } from './history-walk.ts';
import { KeyboardMacro } from './keyboard-macro.ts';
import type { Binding, Keymap } from './keymap.ts';
import { KeyReader } from './keys.ts';
import { Screen } from './screen.ts';
import { Search } from './search.ts';
import { ViMode } from './vi-mode.ts';
import { Yanks } from './yanks.ts';

const END_OF_INPUT = '\x04';
/** How deep a key may stand for keys that stand for keys. */
const MAX_MACRO_DEPTH = 16;

/** A line editor with the keys of readline's emacs mode. Input comes in pieces, output is taken with `take`. */
export class LineEditor {
  readonly host: EditorHost;
  readonly buffer = new Buffer();
  readonly kills = new KillRing();
  readonly screen: Screen;
  readonly vi = new ViMode();
  readonly completer: Completer;
  readonly yanks: Yanks;
  readonly macro = new KeyboardMacro();
  readonly historySearch = new HistorySearch();
  readonly #keys = new KeyReader();
  history: HistoryWalk;
  result: Result | undefined;
  #out = '';
  #queue: string[] = [];
  #prefix = '';
  #sought = '';
  /** Takes the next key instead of its binding. */
  #awaiting: ((key: string) => Steps<void> | void) | undefined;
  #macroDepth = 0;
  #paste: string | undefined;
  #search: Search | undefined;
  readonly #searched = { text: '' };
  /** The function that ran before this one. */
  lastFunction = '';
  #prompt = '';
  readonly #argument = new NumericArgument();
  /** History position to start the next line at (`^O`). */
  nextFromHistory: number | undefined;
  overwrite = false;

  constructor(host: EditorHost) {
    this.host = host;
    this.screen = new Screen(host.columns());
    this.completer = new Completer(this);
    this.yanks = new Yanks(this);
    this.history = new HistoryWalk([]);
  }

  /** Starts a new line. */
  begin(prompt: string, text = ''): void {
    this.result = undefined;
    this.history = new HistoryWalk(this.host.history());
    this.buffer.reset(text);
    if (this.nextFromHistory !== undefined) {
      const line = this.history.goTo(this.nextFromHistory, this.buffer.text);
      if (line !== undefined) this.buffer.reset(line);
      this.nextFromHistory = undefined;
    }
    this.screen.columns = this.host.columns();
    this.#prompt = prompt;
    this.vi.begin();
    this.screen.begin(this.#fullPrompt());
    this.#out += this.screen.draw(this.buffer.chars, this.buffer.point);
  }

  /** Takes typed text; stops at the end of the line, the rest waits for the next one. */
  *input(text: string): Steps<void> {
    for (const key of this.#keys.feed(text)) this.#queue.push(key);
    yield* this.drain();
  }

  /** Works on keys that were typed ahead. */
  *drain(): Steps<void> {
    while (this.#queue.length > 0 && !this.result) yield* this.#key(this.#queue.shift() as string);
  }

  get searching(): boolean {
    return this.#search !== undefined;
  }

  unread(key: string): void {
    this.#queue.unshift(key);
  }

  get hasPending(): boolean {
    return this.#queue.length > 0;
  }

  /** An escape waits to see whether it begins a sequence. */
  get escapeWaits(): boolean {
    return this.#keys.hasPending || isText(this.#prefix[0] ?? '');
  }

  /** Nothing followed the escape: it was one. */
  *flushEscape(): Steps<void> {
    if (isText(this.#prefix[0] ?? '')) {
      this.#insertText(this.#prefix);
      this.#prefix = '';
    }
    this.#queue.push(...this.#keys.flush());
    yield* this.drain();
  }

  /** Output since the last call. */
  take(): string {
    const out = this.#out;
    this.#out = '';
    return out;
  }

  print(text: string): void {
    this.#out += text;
  }

  redraw(): void {
    if (this.#search) this.#out += this.#search.draw(this.screen, this.buffer);
    else this.#out += this.screen.draw(this.buffer.chars, this.buffer.point);
  }

  resize(): void {
    this.#out += this.screen.resize(this.host.columns(), this.buffer.chars, this.buffer.point);
  }

  bell(): void {
    this.#out += '\x07';
  }

  /** The number typed before a command (`M-3`). */
  count(): number {
    return this.#argument.value;
  }

  /** `universal-argument`: four times as many. */
  multiply(): void {
    this.#argument.multiply();
    this.#show(`(arg: ${this.count()}) `);
  }

  get hasArgument(): boolean {
    return this.#argument.typed;
  }

  accept(): void {
    this.redraw();
    this.#out += this.screen.finish(this.buffer.chars);
    this.result = { kind: 'line', text: this.buffer.text };
  }

  *#key(key: string): Steps<void> {
    this.macro.note(key);
    if (this.#paste !== undefined) {
      this.#pasteKey(key);
      return;
    }
    if (key === 'paste-start') {
      this.#paste = '';
      return;
    }
    if (this.#awaiting) {
      const take = this.#awaiting;
      this.#awaiting = undefined;
      const steps = take(key);
      if (steps) yield* steps;
      return;
    }
    if (this.historySearch.active) {
      this.historySearch.key(this, key);
      return;
    }
    if (this.#search && !this.#searchKey(key)) return;
    if (key === END_OF_INPUT && this.buffer.chars.length === 0 && !this.#argument.typed) {
      this.result = { kind: 'eof' };
      return;
    }
    const taken = this.host.vi() && !this.#isRebound(key) && (yield* this.vi.key(this, key));
    if (taken) this.lastFunction = '';
    else yield* this.#command(key);
    if (this.host.vi()) this.#showMode();
  }

  /** The prompt with the mode in front of its last line, where `show-mode-in-prompt` asks for it. */
  #fullPrompt(): string {
    if (this.host.setting('show-mode-in-prompt') !== 'on') return this.#prompt;
    const kind = !this.host.vi() ? 'emacs' : this.vi.inserting ? 'vi-ins' : 'vi-cmd';
    const last = this.#prompt.lastIndexOf('\n') + 1;
    return this.#prompt.slice(0, last) + this.host.setting(`${kind}-mode-string`) + this.#prompt.slice(last);
  }

  #showMode(): void {
    const prompt = this.#fullPrompt();
    if (!this.#search && !this.historySearch.active && !this.result && !this.#argument.typed)
      this.#show(prompt);
  }

  #show(prompt: string): void {
    if (prompt === this.screen.prompt) return;
    this.screen.prompt = prompt;
    this.screen.forceNext();
  }

  /** A key of vi's command mode that `bind -m vi-command` gave a meaning. */
  #isRebound(key: string): boolean {
    return !this.vi.inserting && this.host.keymaps.command.find(key) !== undefined;
  }

  #pasteKey(key: string): void {
    if (key === 'paste-end') {
      this.buffer.checkpoint();
      this.buffer.insert((this.#paste as string).replace(/\r\n?/g, '\n'));
      this.#paste = undefined;
    } else this.#paste += key.startsWith('M-') ? `\x1b${key.slice(2)}` : key;
  }

  *#command(key: string): Steps<void> {
    if (this.#prefix === '' && this.#argument.take(key)) {
      this.#show(`(arg: ${this.count()}) `);
      return;
    }
    if (this.#argument.typed) this.#show(this.#fullPrompt());
    const full = this.#prefix + key;
    const binding = this.#keymap().find(full);
    if (binding === 'prefix') {
      this.#prefix = full;
      return;
    }
    const waited = this.#prefix;
    this.#prefix = '';
    if (binding) yield* this.#perform(binding, key);
    else if (waited !== '' && isText(waited[0] as string)) {
      this.#insertText(waited);
      yield* this.#command(key);
    } else if (waited === '' && isText(key)) this.#insertText(key);
    else if (waited !== '') this.bell();
    if (this.lastFunction !== 'universal-argument') this.#argument.clear();
  }

  #insertText(text: string): void {
    for (const char of text) this.insert(char);
    this.lastFunction = 'self-insert';
  }

  #keymap(): Keymap {
    const { keymaps } = this.host;
    if (!this.host.vi()) return keymaps.emacs;
    return this.vi.inserting ? keymaps.insert : keymaps.command;
  }

  *#perform(binding: Binding, key: string): Steps<void> {
    if (binding.kind === 'macro') return yield* this.#macro(binding.text);
    if (binding.kind === 'command') return yield* this.#shellCommand(binding.text);
    const { name } = binding;
    if (!KILLS.has(name)) this.kills.joining = false;
    if (name !== 'complete' && name !== 'self-insert') this.buffer.endTyping();
    const [done, times] = counted(name, this.#argument);
    const { changes } = this.buffer;
    // More than there is to go over does nothing more.
    const most = Math.min(times, this.buffer.chars.length + this.history.length + 1);
    for (let i = 0; i < most; i++) {
      const steps = FUNCTIONS[done]?.(this, key);
      if (steps) yield* steps;
    }
    if (most > 1) this.buffer.joinChanges(changes);
    this.lastFunction = name;
  }

  /** Keys that a key stands for. One that stands for itself ends somewhere. */
  *#macro(text: string): Steps<void> {
    const keys = new KeyReader();
    yield* this.play([...keys.feed(text), ...keys.flush()]);
  }

  /** Types keys; those behind the end of the line are for the next one. */
  *play(keys: readonly string[]): Steps<void> {
    if (this.#macroDepth >= MAX_MACRO_DEPTH) return this.bell();
    this.#macroDepth++;
    const played = [...keys];
    while (played.length > 0 && !this.result) yield* this.#key(played.shift() as string);
    this.#queue.unshift(...played);
    this.#macroDepth--;
  }

  /** What is typed next, as one key: by whom a key stands for another. */
  *pressed(key: string): Steps<void> {
    yield* this.#command(key);
  }

  /** Prints lines below the one that is edited, which then comes again. */
  printBelow(text: string): void {
    this.redraw();
    this.print(this.screen.finish(this.buffer.chars) + text.replaceAll('\n', '\r\n'));
    this.screen.begin(this.screen.prompt);
  }

  *#shellCommand(text: string): Steps<void> {
    const { buffer } = this;
    this.redraw();
    this.print('\r\x1b[K');
    const line = yield* this.host.command(text, { text: buffer.text, point: this.textPoint });
    buffer.checkpoint();
    this.setLine(line);
    this.screen.begin(this.screen.prompt);
  }

  insert(key: string): void {
    this.kills.joining = false;
    this.buffer.checkpoint(true);
    for (let i = 0; i < this.count(); i++) {
      if (this.overwrite && this.buffer.point < this.buffer.chars.length) {
        this.buffer.chars.splice(this.buffer.point, 1);
      }
      this.buffer.insert(key);
    }
  }

  /** Starts or continues `^R`, `^S`. */
  search(backward: boolean): void {
    this.#search = new Search(
      { history: this.history, buffer: this.buffer, prompt: this.screen.prompt },
      backward,
      this.#searched,
    );
  }

  /** True: the key ends the search and counts as a command of its own. */
  #searchKey(key: string): boolean {
    const search = this.#search as Search;
    const outcome = search.key(key);
    if (outcome === 'bell') this.bell();
    if (outcome === 'more' || outcome === 'bell') return false;
    this.#search = undefined;
    search.leave(this.screen);
    return outcome === 'pass';
  }

  /** The next key goes to `take`, whatever it is bound to. */
  await(take: (key: string) => Steps<void> | void): void {
    this.#awaiting = take;
  }

  /** The nearest line of the history that begins with, or contains, what stands before the cursor. */
  searchBeginning(backward: boolean, anywhere: boolean): string | undefined {
    const { buffer, history } = this;
    if (!/^history-(?:substring-)?search/.test(this.lastFunction))
      this.#sought = this.buffer.chars.slice(0, buffer.point).join('');
    const sought = this.#sought;
    const found = history.nearest(
      backward,
      (line) => line !== buffer.text && (anywhere ? line.includes(sought) : line.startsWith(sought)),
    );
    return found === undefined ? undefined : history.goTo(found, buffer.text);
  }

  /** Moves through the history. */
  go(by: number): void {
    const line = this.history.move(by, this.buffer.text);
    if (line === undefined) this.bell();
    else {
      const kept = this.host.setting('history-preserve-point') === 'on' ? this.buffer.point : undefined;
      this.buffer.set(line, this.host.vi() && !this.vi.inserting ? 0 : kept);
    }
  }

  kill(from: number, to: number, before: boolean): void {
    if (from === to) return;
    this.buffer.checkpoint();
    this.kills.push(this.buffer.cut(from, to), before);
  }

  /** The cursor as an offset in UTF-16 units. */
  get textPoint(): number {
    return this.buffer.chars.slice(0, this.buffer.point).join('').length;
  }

  /** Shows another line. */
  setLine({ text, point }: EditedLine): void {
    this.buffer.set(text);
    this.buffer.point = Array.from(text.slice(0, point)).length;
  }
}

function isText(key: string): boolean {
  return !key.startsWith('M-') && Array.from(key).length === 1 && key >= ' ' && key !== '\x7f';
}
