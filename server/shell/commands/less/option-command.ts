import type { Steps } from '../../../sim/index.ts';
import { readLine } from './line.ts';
import { NUMBERS, TOGGLES, toggleOf } from './options.ts';
import { type Pager, REDRAW } from './pager.ts';
import { promptText } from './prompt.ts';

/** `-X` turns an option, `_X` tells where it stands. */
export const option = (turns: boolean) =>
  function* (pager: Pager): Steps<void> {
    yield* pager.drawBottom(turns ? '-' : '_');
    const key = yield* pager.key();
    if (key === '\r' || key === '\n' || key === REDRAW || key === '\x7f' || key === '\x03') return;
    const number = NUMBERS[key];
    const toggle = toggleOf(key);
    if (key === 'P') return yield* promptOption(pager, turns);
    if (number) return yield* numberOption(pager, key, turns);
    if (!toggle) return yield* pager.say(`There is no ${shownKey(key)} option ("less --help" for help)`);
    const { name, says } = TOGGLES[toggle.key] as (typeof TOGGLES)[string];
    if (says.length === 0)
      return yield* pager.say(`Cannot ${turns ? 'change' : 'query'} the -${key} (--${name}) option`);
    const said = turns ? pager.settings.flip(toggle.key, toggle.plus) : pager.settings.says(toggle.key);
    if (turns && key === 's') pager.view.refilter();
    yield* pager.say(said);
  };

const shownKey = (key: string) =>
  key < ' ' ? `-^${String.fromCharCode(key.charCodeAt(0) ^ 64)}` : `-${key}`;

/** `-P` gives a prompt, `_P` shows the one that stands. */
function* promptOption(pager: Pager, turns: boolean): Steps<void> {
  if (!turns) return yield* pager.say(promptText(pager));
  const text = yield* readLine(pager, 'prompt: ');
  if (text !== undefined) pager.settings.givePrompt(text);
}

function* numberOption(pager: Pager, key: string, turns: boolean): Steps<void> {
  const { ask, says, tells } = NUMBERS[key] as (typeof NUMBERS)[string];
  const { numbers } = pager.settings;
  if (turns) {
    const text = yield* readLine(pager, ask);
    if (text === undefined || text === '') return;
    if (!/^-?\d+$/.test(text)) return yield* pager.say(`Number is required after -${key}`);
    numbers[key] = Number(text);
    if (key === '#') pager.shift = Number(text) || undefined;
    if (!tells) return;
  }
  yield* pager.say(says(numbers[key] ?? 0));
}
