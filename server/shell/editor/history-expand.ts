import type { History } from '../interpreter/history.ts';
import { splitWords } from './yanks.ts';

/** `!foo: event not found`; the message is what stands after `bash: `. */
export class HistoryError extends Error {}

export interface ExpandedLine {
  readonly text: string;
  readonly changed: boolean;
  /** `:p`: shown, not run. */
  readonly printOnly: boolean;
}

/** Expands `!!`, `!n`, `!text`, `^old^new` and their word designators and modifiers. */
export function expandHistory(line: string, history: History): ExpandedLine {
  const quick = /^\^([^^]*)\^([^^]*)\^?(.*)$/s.exec(line);
  if (quick) {
    const [, from = '', to = '', rest = ''] = quick;
    const last = history.list().at(-1)?.text;
    if (last === undefined || !last.includes(from)) throw new HistoryError(`:s${line}: substitution failed`);
    return { text: last.replace(from, () => to) + rest, changed: true, printOnly: false };
  }
  let out = '';
  let changed = false;
  let printOnly = false;
  let quote = '';
  for (let i = 0; i < line.length; ) {
    const char = line[i] as string;
    if (char === '\\') {
      out += line.slice(i, i + 2);
      i += 2;
      continue;
    }
    if (char === "'" && quote !== '"') quote = quote === "'" ? '' : "'";
    else if (char === '"' && quote !== "'") quote = quote === '"' ? '' : '"';
    if (char !== '!' || quote === "'" || !startsEvent(line, i, quote)) {
      out += char;
      i++;
      continue;
    }
    const found = expandOne(line, i, history, out);
    out += found.text;
    printOnly ||= found.printOnly;
    changed = true;
    i = found.end;
  }
  return { text: out, changed, printOnly };
}

function startsEvent(line: string, at: number, quote: string): boolean {
  const next = line[at + 1];
  if (next === undefined || /[\s=]/.test(next) || (next === '"' && quote === '"')) return false;
  // `$!`, `${!x}` and `[!a]` are the shell's own.
  const before = line[at - 1];
  if (next === '(') return false;
  return before !== '$' && !(before === '{' && line[at - 2] === '$') && before !== '[';
}

function expandOne(line: string, at: number, history: History, before: string) {
  let end = at + 1;
  const rest = line.slice(end);
  let event: string | undefined;
  let shown = '!';
  const lines = history.list();
  const number = /^-?\d+/.exec(rest)?.[0];
  if (rest[0] === '!') {
    event = lines.at(-1)?.text;
    shown = '!!';
    end++;
  } else if (rest[0] === '#') {
    event = before;
    end++;
  } else if (number !== undefined) {
    const n = Number(number);
    event = n < 0 ? lines.at(n)?.text : history.get(n)?.text;
    shown = `!${number}`;
    end += number.length;
  } else if (rest[0] === '?') {
    const text = /^\?([^?\n]*)\??/.exec(rest) as RegExpExecArray;
    event = [...lines].reverse().find((entry) => entry.text.includes(text[1] as string))?.text;
    shown = `!${text[0]}`;
    end += text[0].length;
  } else if (/^[$^*:-]/.test(rest)) event = lines.at(-1)?.text;
  else {
    const text = /^[^\s:$^*%;&|<>()"']+/.exec(rest)?.[0] ?? '';
    event = [...lines].reverse().find((entry) => entry.text.startsWith(text))?.text;
    shown = `!${text}`;
    end += text.length;
  }
  if (event === undefined) throw new HistoryError(`${shown}: event not found`);
  return modified(line, end, event);
}

function modified(line: string, from: number, event: string) {
  let end = from;
  let text = event;
  const designator = /^(?::?([$^*])|:(\d+)(?:-(\d+|\$|))?(\*)?)/.exec(line.slice(end));
  if (designator) {
    const words = splitWords(event);
    end += designator[0].length;
    text = chosenWords(words, designator).join(' ');
  }
  let printOnly = false;
  for (;;) {
    const modifier = /^:(?:(g?)s(.)(.*?)\2(.*?)(?:\2|$)|([phtre]))/.exec(line.slice(end));
    if (!modifier) break;
    end += modifier[0].length;
    const [, global, , old, fresh, letter] = modifier;
    if (old !== undefined) {
      if (!text.includes(old)) throw new HistoryError(`${modifier[0]}: substitution failed`);
      text = global ? text.replaceAll(old, fresh ?? '') : text.replace(old, () => fresh ?? '');
    } else if (letter === 'p') printOnly = true;
    else if (letter === 'h') text = text.replace(/\/[^/]*$/, '');
    else if (letter === 't') text = text.replace(/^.*\//, '');
    else if (letter === 'r') text = text.replace(/\.[^./]*$/, '');
    else if (letter === 'e') text = /\.[^./]*$/.exec(text)?.[0] ?? '';
  }
  return { text, end, printOnly };
}

function chosenWords(words: readonly string[], designator: RegExpExecArray): string[] {
  const [, symbol, first, last, star] = designator;
  const final = words.length - 1;
  if (symbol === '$') return [words[final] ?? ''];
  if (symbol === '^') return [words[1] ?? ''];
  if (symbol === '*') return words.slice(1);
  const from = Number(first);
  if (from > final) throw new HistoryError(`:${first}: bad word specifier`);
  if (star) return words.slice(from);
  if (last === undefined) return [words[from] as string];
  return words.slice(from, last === '$' ? undefined : last === '' ? final : Number(last) + 1);
}
