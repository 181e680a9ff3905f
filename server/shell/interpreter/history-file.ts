import { pattern } from '../expand/pattern.ts';
import type { Shell } from './shell.ts';

/** A limit such as `HISTSIZE`: undefined or nonsense means none. */
function limitOf(shell: Shell, name: string): number {
  const text = shell.variables.get(name);
  if (text === undefined || !/^\d+$/.test(text)) return Number.POSITIVE_INFINITY;
  return Number(text);
}

/** Reads the history file at the start of an interactive shell. */
export function loadHistory(shell: Shell): void {
  readHistory(shell, shell.variables.get('HISTFILE'));
  shell.history.saved = shell.history.length;
}

/** Adds the lines of a file. Returns false when it cannot be read. */
export function readHistory(shell: Shell, path: string | undefined): boolean {
  if (!path || !shell.context.fs.isFile(path) || !shell.context.fs.can(path, 'read')) return false;
  let at = shell.context.now;
  for (const line of shell.context.fs.read(path).split('\n')) {
    const stamp = /^#(\d+)$/.exec(line);
    if (stamp) at = Number(stamp[1]) * 1000;
    else if (line !== '') shell.history.add(line, at, limitOf(shell, 'HISTSIZE'));
  }
  return true;
}

/** Writes the history at the end of an interactive shell: appended or as a whole, cut to `HISTFILESIZE`. */
export function saveHistory(shell: Shell): void {
  const path = shell.variables.get('HISTFILE');
  if (!path || shell.history.length === shell.history.saved) return;
  writeHistory(shell, path, true);
}

export function writeHistory(shell: Shell, path: string, append: boolean): void {
  const { fs } = shell.context;
  const entries = shell.history.list().slice(append ? shell.history.saved : 0);
  const stamps = shell.variables.get('HISTTIMEFORMAT') !== undefined;
  const lines = entries.flatMap((entry) =>
    stamps ? [`#${Math.floor(entry.at / 1000)}`, entry.text] : [entry.text],
  );
  try {
    const before = append && fs.isFile(path) ? fs.read(path).split('\n').slice(0, -1) : [];
    const all = [...before, ...lines];
    const limit = limitOf(shell, 'HISTFILESIZE');
    const kept = all.length > limit ? all.slice(-limit) : all;
    fs.write(path, kept.map((line) => `${line}\n`).join(''), 0o600);
    shell.history.saved = shell.history.length;
  } catch {
    // A history that cannot be written is lost without a word.
  }
}

/** Adds an entered command, as `HISTCONTROL` and `HISTIGNORE` say. */
export function remember(shell: Shell, text: string): void {
  const control = (shell.variables.get('HISTCONTROL') ?? '').split(':');
  const both = control.includes('ignoreboth');
  const entry = shell.options.shopt('cmdhist') ? oneLine(text, shell.options.shopt('lithist')) : text;
  if (entry.trim() === '') return;
  if ((both || control.includes('ignorespace')) && /^\s/.test(entry)) return;
  const last = shell.history.list().at(-1)?.text;
  if ((both || control.includes('ignoredups')) && entry === last) return;
  const ignore = shell.variables.get('HISTIGNORE');
  if (ignore?.split(':').some((one) => (one === '&' ? entry === last : pattern(one).matches(entry)))) return;
  if (control.includes('erasedups')) {
    for (let n = shell.history.next - 1; n >= shell.history.first; n--) {
      if (shell.history.get(n)?.text === entry) shell.history.remove(n);
    }
  }
  shell.history.add(entry, shell.context.now, limitOf(shell, 'HISTSIZE'));
}

/** A command of several lines as one: with semicolons where they fit, without the backslashes that went on. */
function oneLine(text: string, literal: boolean): string {
  if (!text.includes('\n') || text.includes('<<')) return text;
  let all = '';
  let quote = '';
  for (const line of text.split('\n')) {
    if (all === '') all = line;
    else if (quote !== "'" && /(?<!\\)(?:\\\\)*\\$/.test(all)) all = all.slice(0, -1) + line;
    else if (quote !== '' || literal) all += `\n${line}`;
    else if (line.trim() !== '') all = `${all.trimEnd()}${joins(all.trimEnd()) ? ' ' : '; '}${line.trim()}`;
    quote = openQuote(line, quote);
  }
  return quote === '' && !literal ? all.trimEnd() : all;
}

/** The quote that is open behind a line. */
function openQuote(line: string, before: string): string {
  let quote = before;
  for (let i = 0; i < line.length; i++) {
    const char = line[i] as string;
    if (char === '\\' && quote !== "'") i++;
    else if (char === quote) quote = '';
    else if (quote === '' && `'"\``.includes(char)) quote = char;
  }
  return quote;
}

/** Whether a line ends in a word or operator after which no semicolon may stand. */
function joins(text: string): boolean {
  return /(?:[;&|({]|\b(?:then|do|else|in|if|while|until|elif)|\))$/.test(text);
}
