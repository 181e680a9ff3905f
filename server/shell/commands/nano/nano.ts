import type { Context } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { OptionError, type Options, parseOptions } from '../../options.ts';
import { InputEnded } from '../vi/keys.ts';
import { carryOut } from './commands.ts';
import { Leave, NanoEditor } from './editor.ts';
import { openBeside, openFile, releaseLock } from './files.ts';
import { goTo, type LineAndColumn, parsePlace } from './search.ts';
import { BadSize, OPTIONS, readSettings } from './settings.ts';
import { CLOSE, OPEN, RAW } from './suspend.ts';

export const nano: Command = {
  name: 'nano',
  summary: "Nano's ANOther editor",
  *main(context) {
    try {
      const options = parseOptions(context.args.slice(1), OPTIONS);
      return yield* start(context, options);
    } catch (error) {
      const hint = `Type '${context.args[0]} -h' for a list of available options.\n`;
      if (error instanceof OptionError) yield* context.err(`nano: ${error.message}\n${hint}`);
      else if (error instanceof BadSize) yield* context.err(`${error.message}\n`);
      else throw error;
      return 1;
    }
  },
};

/** Options whose work is not done here. */
const REFUSED = [...'CDJOPQRWXYanoqsz'];

function* start(context: Context, options: Options): Steps<number> {
  if (options.has('V')) {
    yield* context.out(' GNU nano, version 7.2\n');
    return 0;
  }
  if (options.has('h')) {
    yield* context.out('Usage: nano [OPTIONS] [[+LINE[,COLUMN]] FILE]...\n');
    return 0;
  }
  const refused = REFUSED.find((letter) => options.has(letter));
  if (refused !== undefined) {
    yield* context.err(`nano: option -${refused} is not available in this simulation\n`);
    return 1;
  }
  const { settings, mistakes } = readSettings(context, options);
  if (!context.isTerminal(0) || !context.isTerminal(1)) {
    yield* context.err('Standard input is not a terminal\n');
    return 1;
  }
  const editor = new NanoEditor(context, settings);
  return yield* onScreen(editor, function* () {
    yield* openAll(editor, options.operands);
    if (mistakes.length > 0) editor.say(mistakes.at(-1) as string);
    for (;;) yield* carryOut(editor);
  });
}

/** Has the terminal until the editor is left. */
function* onScreen(editor: NanoEditor, run: () => Steps<never>): Steps<number> {
  const { context } = editor;
  const terminal = context.fds.get(0)?.terminal;
  const modes = terminal?.setModes(RAW);
  context.process.handlers.set('WINCH', () => undefined);
  yield* context.out(OPEN);
  try {
    return yield* run();
  } catch (error) {
    if (error instanceof Leave) return 0;
    if (error instanceof InputEnded) return 1;
    throw error;
  } finally {
    for (const sheet of editor.sheets) releaseLock(editor, sheet);
    if (modes) terminal?.setModes(modes);
    yield* context.out(CLOSE);
  }
}

/** The files of the command line, each with the place that stands before it. */
function* openAll(editor: NanoEditor, operands: readonly string[]): Steps<void> {
  let place: LineAndColumn | undefined;
  let opened = 0;
  for (const operand of operands) {
    if (operand.startsWith('+') && operand !== operands.at(-1)) {
      place = operand === '+' ? { line: -1, column: undefined } : parsePlace(operand.slice(1));
      continue;
    }
    const came = opened === 0 ? yield* openFile(editor, operand) : yield* openBeside(editor, operand);
    if (came) opened++;
    if (came && place) {
      const said = editor.message;
      goTo(editor, place);
      nearTheEnd(editor);
      editor.say(said);
    }
    place = undefined;
  }
  const [first] = editor.sheets;
  if (first && editor.sheets.length > 1) editor.show(first);
  if (operands.length === 0) editor.say('Welcome to nano.  For basic help, type Ctrl+G.');
}

/** The end of the text stands at the bottom of the window, when the place asked for is close to it. */
function nearTheEnd(editor: NanoEditor): void {
  const { sheet, height } = editor;
  const left = sheet.last - sheet.cursor.line;
  editor.putOnRow(left < height >> 1 ? height - 1 - left : height >> 1);
}
