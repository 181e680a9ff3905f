import { isSystemError, type OpenFile } from '../../../host/index.ts';
import type { Process, Steps } from '../../../sim/index.ts';
import { filterThrough, textFile } from '../core/child.ts';
import type { Editor } from './editor.ts';

function start(editor: Editor, command: string, fds: ReadonlyMap<number, OpenFile>): Process {
  const shell = editor.context.env.get('SHELL') ?? '/bin/sh';
  try {
    return editor.context.spawn(shell, { args: [shell, '-c', command], fds });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return editor.refuse(`E79: Cannot execute shell ${shell}`);
  }
}

/** The output of a command that gets `input`. */
export function* filterLines(editor: Editor, command: string, input: string): Steps<string> {
  try {
    return yield* filterThrough(editor.context, command, input);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return editor.refuse(`E79: Cannot execute shell ${editor.context.env.get('SHELL') ?? '/bin/sh'}`);
  }
}

/** Shows a command's output on the screen until Enter is pressed. */
export function* runShell(editor: Editor, command: string, input: string | undefined): Steps<void> {
  const { context, screen } = editor;
  yield* screen.close();
  const terminal = context.fds.get(0)?.terminal;
  const modes = terminal?.setModes({ icanon: true, echo: true, isig: true, icrnl: true });
  yield* context.out('\n');
  const fds = new Map(context.fds);
  if (input !== undefined) fds.set(0, textFile(input));
  const status = yield* context.wait(start(editor, command, fds));
  if (status.code !== 0) yield* context.out(`\nshell returned ${status.code}\n`);
  yield* context.out('\nPress ENTER or type command to continue');
  if (modes) terminal?.setModes(modes);
  yield* editor.keys.next();
  yield* screen.open();
  screen.reset();
}
