import { quote } from '../core/quote.ts';
import { type Call, Failure } from '../core/tool.ts';

/** Where the next stop is after a column; undefined behind the last one. */
export type NextStop = (column: number) => number | undefined;

/** The stops of all `-t`, or every eight columns. Models coreutils expand-common.c. */
export function tabStops(call: Call): NextStop {
  const stops: number[] = [];
  let [extend, step] = [0, 0];
  for (const list of call.options.all('t'))
    for (const word of list.split(/[, \t]/)) {
      if (word === '') continue;
      const [, mark = '', digits = ''] = /^([/+]?)(\d*)/.exec(word) ?? [];
      const rest = word.slice(mark.length + digits.length);
      if (/^[/+]/.test(rest))
        throw new Failure(`'${rest[0]}' specifier not at start of number: ${quote(rest)}`);
      if (rest !== '') throw new Failure(`tab size contains invalid character(s): ${quote(rest)}`);
      if (Number(digits) > Number.MAX_SAFE_INTEGER)
        throw new Failure(`tab stop is too large ${quote(digits)}`);
      if (mark === '/') extend = oneOnly(extend, Number(digits), mark);
      else if (mark === '+') step = oneOnly(step, Number(digits), mark);
      else stops.push(Number(digits));
    }
  for (const [i, stop] of stops.entries()) {
    if (stop === 0) throw new Failure('tab size cannot be 0');
    if (stop <= (stops[i - 1] ?? 0)) throw new Failure('tab sizes must be ascending');
  }
  if (extend > 0 && step > 0) throw new Failure("'/' specifier is mutually exclusive with '+'");
  return nextStop(stops, extend, step);
}

function oneOnly(before: number, value: number, mark: string): number {
  if (before > 0) throw new Failure(`'${mark}' specifier only allowed with the last value`);
  return value;
}

const USUAL = 8;

function nextStop(stops: readonly number[], extend: number, step: number): NextStop {
  const after = (column: number, size: number, from = 0) => column + size - ((column - from) % size);
  const single =
    stops.length === 0 ? extend || step || USUAL : stops.length === 1 && !extend && !step ? stops[0] : 0;
  if (single) return (column) => after(column, single);
  return (column) => {
    const listed = stops.find((stop) => stop > column);
    if (listed !== undefined) return listed;
    if (extend > 0) return after(column, extend);
    return step > 0 ? after(column, step, stops.at(-1)) : undefined;
  };
}
