import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { readLine } from './line.ts';
import { option } from './option-command.ts';
import { edit, shellCommand } from './outside.ts';
import { Leave, type Pager, REDRAW } from './pager.ts';
import { expandPrompt } from './prompt.ts';
import { again, filter, search } from './search.ts';

/** A command: what it does with the number that was typed before it. */
type Action = (pager: Pager, count: number | undefined) => Steps<void>;

/** Goes forward; at the end `-e` counts how often that was tried. */
function* forward(pager: Pager, rows: number, beyond = false): Steps<void> {
  yield* pager.load();
  const { view } = pager;
  yield* view.source.load(view.numberOf(Math.max(0, view.top.line)) + rows + pager.size.rows * 2);
  if (view.forward(rows, beyond)) return;
  const quits = pager.settings.at('e');
  if (quits > 0 && !pager.inHelp && ++pager.ended >= 1) yield* nextFile(pager, 1, true);
}

const on =
  (rows: (pager: Pager, count: number | undefined) => number, beyond = false): Action =>
  (pager, count) =>
    forward(pager, rows(pager, count), beyond);

const back = (rows: (pager: Pager, count: number | undefined) => number, beyond = false): Action =>
  function* (pager, count) {
    pager.view.backward(rows(pager, count), beyond);
  };

const one = (_pager: Pager, count: number | undefined) => count ?? 1;
const window = (pager: Pager, count: number | undefined) => count ?? pager.window ?? pager.view.height;
const setWindow = (pager: Pager, count: number | undefined) => {
  if (count !== undefined) pager.window = count;
  return window(pager, count);
};
const half = (pager: Pager, count: number | undefined) => {
  if (count !== undefined) pager.half = count;
  return pager.half ?? pager.view.height >> 1;
};

function jump(pager: Pager, line: number): void {
  pager.previous = pager.view.top.line;
  pager.view.goTo(line, (pager.settings.numbers.j ?? 1) - 1);
}

const toLine: Action = function* (pager, count) {
  const wanted = count ?? 1;
  yield* pager.view.source.load(wanted + pager.size.rows);
  if (wanted > pager.view.source.lines.length)
    return yield* pager.say(`Cannot seek to line number ${wanted}`);
  jump(pager, lineAt(pager, wanted - 1));
};

/** Among the lines that are shown, the first that is no earlier line of the text. */
function lineAt({ view }: Pager, number: number): number {
  let line = Math.min(number, view.count - 1);
  while (line > 0 && view.numberOf(line) > number) line--;
  return Math.max(0, line);
}

const toEnd: Action = function* (pager, count) {
  if (count !== undefined) return yield* toLine(pager, count);
  yield* pager.loadAll();
  pager.previous = pager.view.top.line;
  pager.view.top = pager.view.lastTop;
};

const toPercent: Action = function* (pager, count) {
  const { source } = pager.view;
  yield* pager.loadAll();
  const wanted = Math.floor((source.bytesBefore(source.lines.length) * Math.min(100, count ?? 0)) / 100);
  let line = 0;
  while (line < source.lines.length - 1 && source.bytesBefore(line + 1) <= wanted) line++;
  jump(pager, lineAt(pager, line));
};

const shift = (direction: 1 | -1): Action =>
  function* (pager, count) {
    if (count !== undefined) pager.shift = count;
    const { view } = pager;
    view.left = Math.max(0, view.left + direction * (pager.shift ?? pager.size.columns >> 1));
  };

function* nextFile(pager: Pager, step: 1 | -1, quits = false): Steps<void> {
  const index = pager.index + step;
  if (index < 0 || index >= pager.files.length) {
    if (quits) throw new Leave('the last file ended');
    return yield* pager.say(step > 0 ? 'No next file' : 'No previous file');
  }
  const { said } = pager.openFrom(index, Math.sign(step) as 1 | -1);
  yield* pager.load();
  for (const text of said) yield* pager.say(text);
}

const toFile = (step: 1 | -1): Action =>
  function* (pager, count) {
    const index = pager.index + step * (count ?? 1);
    if (count !== undefined && count > 1 && (index < 0 || index >= pager.files.length))
      return yield* pager.say(step > 0 ? 'No (N-th) next file' : 'No (N-th) previous file');
    yield* nextFile(pager, (step * (count ?? 1)) as 1 | -1);
  };

const firstFile: Action = function* (pager, count) {
  const index = (count ?? 1) - 1;
  if (index >= pager.files.length) return yield* pager.say('No such file');
  pager.openFrom(index, 1);
  yield* pager.load();
};

const forgetFile: Action = function* (pager) {
  if (pager.files.length === 1) return;
  const { index } = pager;
  pager.files.splice(index, 1);
  pager.openFrom(Math.min(index, pager.files.length - 1), 1);
  yield* pager.load();
};

const examine: Action = function* (pager) {
  const path = yield* readLine(pager, 'Examine: ');
  if (path === undefined || path.trim() === '') return;
  const at = pager.index + 1;
  pager.files.splice(at, 0, path.trim());
  const { index } = pager;
  try {
    pager.open(at);
    yield* pager.load();
  } catch (error) {
    pager.files.splice(at, 1);
    pager.index = index;
    yield* pager.say((error as Error).message);
  }
};

const COLON: Readonly<Record<string, Action>> = {
  n: toFile(1),
  p: toFile(-1),
  x: firstFile,
  d: forgetFile,
  e: examine,
  E: examine,
  f: tellPosition,
  q: quit,
  Q: quit,
};

function* colon(pager: Pager, count: number | undefined): Steps<void> {
  yield* pager.drawBottom(' :');
  const action = COLON[yield* pager.key()];
  if (action) yield* action(pager, count);
}

function* tellPosition(pager: Pager): Steps<void> {
  if (!pager.view.source.isPipe) yield* pager.loadAll();
  yield* pager.say(expandPrompt(pager.settings.prompts['='] as string, pager));
}

function* quit(pager: Pager): Steps<void> {
  if (!pager.leaveHelp()) throw new Leave('q');
}

const setMark: Action = function* (pager) {
  yield* pager.drawBottom('set mark: ');
  const name = yield* pager.key();
  if (!/^[A-Za-z]$/.test(name)) {
    if (name >= ' ') yield* pager.say(`Invalid mark letter ${name}`);
    return;
  }
  pager.marks.set(name, { file: pager.index, line: pager.view.top.line });
};

const goToMark: Action = function* (pager) {
  yield* pager.drawBottom('goto mark: ');
  const name = yield* pager.key();
  const { view } = pager;
  if (name === '^') return jump(pager, 0);
  if (name === '$') return yield* toEnd(pager, undefined);
  if (name === '.') return;
  if (name === "'") return jump(pager, pager.previous ?? 0);
  if (!/^[A-Za-z]$/.test(name)) {
    if (name >= ' ') yield* pager.say(`Invalid mark letter ${name}`);
    return;
  }
  const mark = pager.marks.get(name);
  if (!mark) return yield* pager.say('Mark not set');
  if (mark.file !== pager.index) pager.open(mark.file);
  yield* view.source.load(mark.line + 1);
  jump(pager, mark.line);
};

const BRACKETS = '{}()[]';

const bracket = (own: string): Action =>
  function* (pager) {
    const at = BRACKETS.indexOf(own);
    const opens = at % 2 === 0;
    const other = BRACKETS[opens ? at + 1 : at - 1] as string;
    const { view } = pager;
    yield* pager.loadAll();
    const line = opens ? view.top.line : view.bottom;
    const text = view.text(line) ?? '';
    if (!text.includes(own)) return yield* pager.say(`No bracket in ${opens ? 'top' : 'bottom'} line`);
    let depth = 0;
    for (let i = line; i >= 0 && i < view.count; i += opens ? 1 : -1) {
      const whole = view.text(i) ?? '';
      const chars =
        i === line
          ? opens
            ? whole.slice(whole.indexOf(own))
            : whole.slice(0, whole.lastIndexOf(own) + 1)
          : whole;
      for (const char of opens ? chars : [...chars].reverse()) {
        if (char === own) depth++;
        else if (char === other && --depth === 0) {
          view.goTo(i, opens ? view.height - 1 : 0);
          return;
        }
      }
    }
    yield* pager.say('No matching bracket');
  };

const help: Action = function* (pager) {
  if (!pager.inHelp) pager.showHelp();
  yield* pager.load();
};

const version: Action = (pager) => pager.say('less 590');

const saveInput: Action = function* (pager) {
  if (!pager.view.source.isPipe) return yield* pager.say('Input is not a pipe');
  const path = yield* readLine(pager, 'log file: ');
  if (path === undefined || path === '') return;
  yield* pager.loadAll();
  try {
    pager.call.context.fs.write(path, pager.view.source.lines.map((line) => `${line}\n`).join(''));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* pager.say(`Cannot write to "${path}"`);
  }
};

const ACTIONS = actionsOf([
  [[' ', 'f', '\x06', '\x16', '\x1b[6~'], on(window)],
  [['z'], on(setWindow)],
  [['\x1b '], on(window, true)],
  [['b', '\x02', '\x1bv', '\x1b[5~'], back(window)],
  [['w'], back(setWindow)],
  [['d', '\x04'], on(half)],
  [['u', '\x15'], back(half)],
  [['j', 'e', '\x05', '\x0e', '\n', '\r', '\x1b[B', '\x1bOB'], on(one)],
  [['J'], on(one, true)],
  [['k', 'y', '\x19', '\x10', '\x0b', '\x1b[A', '\x1bOA'], back(one)],
  [['K', 'Y'], back(one, true)],
  [['g', '<', '\x1b<', '\x1b[H', '\x1b[1~', '\x1bOH'], toLine],
  [['G', '>', '\x1b>', '\x1b[F', '\x1b[4~', '\x1bOF'], toEnd],
  [['p', '%'], toPercent],
  [['\x1b[C', '\x1bOC', '\x1b)'], shift(1)],
  [['\x1b[D', '\x1bOD', '\x1b('], shift(-1)],
  [['/'], (pager, count) => search(pager, '/', count ?? 1)],
  [['?'], (pager, count) => search(pager, '?', count ?? 1)],
  [['n'], (pager, count) => again(pager, true, count ?? 1, false)],
  [['N'], (pager, count) => again(pager, false, count ?? 1, false)],
  [['\x1bn'], (pager, count) => again(pager, true, count ?? 1, true)],
  [['\x1bN'], (pager, count) => again(pager, false, count ?? 1, true)],
  [['\x1bu'], toggleHits],
  [['&'], filter],
  [['m'], setMark],
  [["'"], goToMark],
  [['F'], (pager) => pager.follow()],
  [['\x1bF'], (pager) => pager.follow((line) => pager.search?.regex.test(line) ?? false)],
  [['-'], option(true)],
  [['_'], option(false)],
  [['=', '\x07'], tellPosition],
  [[':'], colon],
  [['h', 'H'], help],
  [['V'], version],
  [['v'], edit],
  [['!'], shellCommand],
  [['s'], saveInput],
  [['q', 'Q', 'ZZ'], quit],
  ...[...BRACKETS].map((sign): readonly [readonly string[], Action] => [[sign], bracket(sign)]),
]);

function* toggleHits(pager: Pager): Steps<void> {
  if (!pager.search) return yield* pager.say('No previous regular expression');
  pager.view.hits = pager.view.hits ? undefined : pager.search.regex;
}

function actionsOf(table: readonly (readonly [readonly string[], Action])[]): ReadonlyMap<string, Action> {
  return new Map(table.flatMap(([keys, action]) => keys.map((key) => [key, action] as const)));
}

/** Commands that leave the screen as it is, and those that do so at the end of the text. */
const STAYS = new Set(['=', '\x07', 'm', ':', '_', 'V', '!', '/', '?', '&']);
const FORWARD = new Set([' ', 'f', '\x06', '\x16', 'z', 'd', '\x04', 'j', 'e', '\x05', '\x0e', '\n', '\r']);

/** Carries out commands until one leaves the pager. */
export function* commandLoop(pager: Pager): Steps<never> {
  for (let count = ''; ; ) {
    yield* pager.load();
    if (pager.settings.countsLines && !pager.view.source.isPipe) yield* pager.loadAll();
    if (pager.settings.at('e') === 2 && pager.view.atEnd && !pager.inHelp) yield* nextFile(pager, 1, true);
    if (!pager.pending) yield* pager.draw(count === '' ? pager.prompt : `:${count}`);
    let key = yield* pager.key();
    if (key === REDRAW) continue;
    if (/^\d$/.test(key)) {
      count += key;
      continue;
    }
    if (key === 'Z') key += yield* pager.key();
    const action = ACTIONS.get(key);
    const number = count === '' ? undefined : Math.min(Number(count), 1_000_000);
    count = '';
    if (!action) continue;
    if (!STAYS.has(key) && !(pager.view.atEnd && FORWARD.has(key))) yield* pager.unsquish();
    if (key !== ':' && key !== '=') pager.fresh = false;
    yield* action(pager, number);
  }
}
