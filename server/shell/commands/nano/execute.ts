import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { filterThrough } from '../core/child.ts';
import { cut, insert } from './edit.ts';
import type { NanoEditor } from './editor.ts';
import { justify } from './fill.ts';
import { ask } from './prompt.ts';
import { Sheet } from './sheet.ts';
import { suspend } from './suspend.ts';

const KEYS = ['M-f', 'M-\\', '\x13', '\x14', '\x19', '<LineFeed>', '\x0f', '\x16', '\x1a', '\x18'];

/** What needs programs that are not installed, in the words for their absence. */
const ABSENT: Readonly<Record<string, string>> = {
  '\x13': 'Error invoking "spell"',
  '\x14': 'Error invoking "spell"',
  '\x19': 'No linter is defined for this type of file',
  '\x0f': 'No formatter is defined for this type of file',
};

/** ^T: runs a command, or one of the tools beside the question. */
export function* execute(editor: NanoEditor, typed = ''): Steps<void> {
  const { settings, histories } = editor;
  for (let start = typed; ; ) {
    const what = settings.multibuffer ? 'Command to execute in new buffer' : 'Command to execute';
    const answer = yield* ask(editor, what, {
      bar: 'execute',
      start,
      keys: KEYS,
      history: histories.execute,
    });
    if (!answer) return;
    start = answer.text;
    if (answer.key === '\x16') return cut(editor, true);
    if (answer.key === '\x1a') return yield* suspend(editor);
    const absent = ABSENT[answer.key];
    if (absent !== undefined) return editor.say(absent);
    if (answer.key === 'M-f') settings.multibuffer = !settings.multibuffer;
    else if (answer.key === 'M-\\') start = start.startsWith('|') ? start.slice(1) : `|${start}`;
    else if (answer.key === '\n' && answer.text === '' && !settings.multibuffer) return justify(editor, true);
    else if (answer.key === '\n') {
      if (answer.text !== '') histories.execute.push(answer.text);
      return yield* run(editor, answer.text);
    }
  }
}

function* run(editor: NanoEditor, text: string): Steps<void> {
  const { sheet, settings } = editor;
  if (settings.view) return editor.say('Key is invalid in view mode');
  const piped = text.startsWith('|');
  const region = sheet.region ?? {
    from: { line: 0, column: 0 },
    to: { line: sheet.last, column: sheet.buffer.line(sheet.last).length },
  };
  const input = piped ? sheet.buffer.text(region.from, region.to) : '';
  const output = yield* outputOf(editor, piped ? text.slice(1) : text, input);
  if (output === undefined) return;
  if (settings.multibuffer) {
    const made = new Sheet();
    editor.sheets.splice(editor.sheets.indexOf(sheet) + 1, 0, made);
    editor.show(made);
  } else if (piped)
    editor.change({ what: 'filtering' }, () =>
      sheet.replace(region.from, region.to, '', settings.nonewlines),
    );
  sheet.mark = undefined;
  insert(editor, output, 'insertion');
}

function* outputOf(editor: NanoEditor, command: string, input: string): Steps<string | undefined> {
  try {
    return yield* filterThrough(editor.context, command, input);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    editor.say(`Could not fork: ${error.message}`);
    return undefined;
  }
}
