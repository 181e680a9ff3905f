import { type Call, tool } from '../core/tool.ts';
import { type NextStop, tabStops } from './tab-stops.ts';

export const expand = tool({
  name: 'expand',
  summary: 'convert tabs to spaces',
  usage: '[OPTION]... [FILE]...',
  options: 'i|initial t|tabs=',
  prepare: (args) => args.map((arg) => arg.replace(/^-(?=\d)/, '-t')),
  *run(call: Call) {
    const next = tabStops(call);
    for (const input of yield* call.inputs())
      for (let line = yield* input.line(); line !== undefined; line = yield* input.line())
        yield* call.print(expanded(line, next, call.options.has('i')) + (input.terminated ? '\n' : ''));
    return undefined;
  },
});

function expanded(line: string, next: NextStop, initialOnly: boolean): string {
  let [out, column, converts] = ['', 0, true];
  for (const char of line) {
    if (char === '\t' && converts) {
      const stop = next(column) ?? column + 1;
      out += ' '.repeat(stop - column);
      column = stop;
      continue;
    }
    column = char === '\b' ? Math.max(0, column - 1) : column + 1;
    if (initialOnly && char !== ' ' && char !== '\t') converts = false;
    out += char;
  }
  return out;
}

export const unexpand = tool({
  name: 'unexpand',
  summary: 'convert spaces to tabs',
  usage: '[OPTION]... [FILE]...',
  options: 'a|all first-only t|tabs=',
  prepare: (args) => args.map((arg) => arg.replace(/^-(?=\d)/, '-t')),
  *run(call: Call) {
    const next = tabStops(call);
    const all = call.options.has('a', 't') && !call.options.has('first-only');
    for (const input of yield* call.inputs())
      for (let line = yield* input.line(); line !== undefined; line = yield* input.line())
        yield* call.print(unexpanded(line, next, all) + (input.terminated ? '\n' : ''));
    return undefined;
  },
});

/** Models unexpand.c unexpand. */
function unexpanded(line: string, next: NextStop, all: boolean): string {
  let out = '';
  let column = 0;
  let converts = true;
  let afterBlank = true;
  /** Blanks that may yet become a tab, and whether the first of them ends at a stop by itself. */
  let pending = '';
  let single = false;
  const flush = () => {
    out += pending.length > 1 && single ? `\t${pending.slice(1)}` : pending;
    pending = '';
    single = false;
  };
  for (const char of line) {
    const blank = char === ' ' || char === '\t';
    let shown = char;
    if (converts && blank) {
      const stop = next(column);
      if (stop === undefined) converts = false;
      else {
        if (char === '\t') {
          column = stop;
          if (pending !== '') pending = `\t${pending.slice(1)}`;
        } else {
          column++;
          if (!(afterBlank && column === stop)) {
            if (column === stop) single = true;
            pending += char;
            afterBlank = true;
            continue;
          }
          pending = `\t${pending.slice(1)}`;
          shown = '\t';
        }
        pending = single ? pending.slice(0, 1) : '';
      }
    } else if (converts) column = char === '\b' ? Math.max(0, column - 1) : column + 1;
    if (pending !== '') flush();
    afterBlank = blank;
    converts &&= all || blank;
    out += shown;
  }
  flush();
  return out;
}
