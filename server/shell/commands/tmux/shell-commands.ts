import { FunctionFile, isSystemError, type OpenFile, Pipe } from '../../../host/index.ts';
import type { Process } from '../../../sim/index.ts';
import { type Invocation, type Origin, splitWords, type TmuxCommand, target } from './command.ts';
import { expand, subjectOf } from './format.ts';
import { TmuxError } from './server.ts';

/** Most of a command's output that is kept to be shown. */
const MAX_OUTPUT = 64 * 1024;

function formatted(call: Invocation, text: string): string {
  const { server, session } = call;
  const owner = session ?? server.sessions.at(-1);
  return owner ? expand(server, subjectOf(server, owner), text) : text;
}

/** Starts a shell command; `ended` gets its status and what it printed. */
function start(call: Invocation, command: string, ended: (status: number, output: string) => void): Process {
  const { server, session, cwd } = call;
  let output = '';
  const out = new FunctionFile('pipe:[2]', {
    write: (text) => {
      if (output.length < MAX_OUTPUT) output += text;
      return text.length;
    },
  });
  const nothing = new FunctionFile('/dev/null', {});
  const process = spawn(call, command, nothing, out, session?.cwd ?? cwd);
  process.onExit.push(() => {
    ended(process.status?.code ?? 128 + (process.status?.signal ? 1 : 0), output);
    server.changed.notify();
  });
  return process;
}

function spawn(
  { server, env }: Origin,
  command: string,
  input: OpenFile,
  out: OpenFile,
  cwd: string,
): Process {
  try {
    return server.context.spawn('/bin/sh', {
      args: ['sh', '-c', command],
      env: new Map(env),
      cwd,
      fds: new Map([
        [0, input],
        [1, out],
        [2, out],
      ]),
    });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new TmuxError(`failed to run command: ${command}`);
  }
}

/** What is said later goes to the client that asked: to its terminal, or over its window. */
function tell(call: Invocation, text: string): void {
  if (text === '') return;
  if (call.later) call.later.text += text;
  else call.viewer?.showText(text);
}

type Runs = (origin: Origin, words: readonly string[]) => string;

/** Commands that run others: the shell's, or tmux's own. */
export function shellCommands(run: Runs): readonly TmuxCommand[] {
  const carryOut = (call: Invocation, line: string) => {
    try {
      tell(call, run(call, splitWords(line)));
    } catch (error) {
      if (!(error instanceof TmuxError)) throw error;
      tell(call, `${error.message}\n`);
    }
  };
  return [
    {
      names: ['run-shell', 'run'],
      options: 'b C c= d= t=',
      usage: '[-bC] [-c start-directory] [-d delay] [-t target-pane] [shell-command]',
      run(call) {
        const command = formatted(call, call.args[0] ?? '');
        if (command === '') return '';
        if (call.options.has('C')) return run(call, splitWords(command));
        const process = start(call, command, (status, output) => {
          tell(call, output + (status === 0 ? '' : `'${command}' returned ${status}\n`));
        });
        if (!call.options.has('b')) call.later?.processes.push(process);
        return '';
      },
    },
    {
      names: ['if-shell', 'if'],
      options: 'b F t=',
      usage: '[-bF] [-t target-pane] shell-command command [command]',
      run(call) {
        const [condition = '', yes = '', no = ''] = call.args;
        if (call.args.length < 2)
          throw new TmuxError('command if-shell: too few arguments (need at least 2)');
        const tested = formatted(call, condition);
        if (call.options.has('F')) return run(call, splitWords(tested !== '' && tested !== '0' ? yes : no));
        const process = start(call, tested, (status) => carryOut(call, status === 0 ? yes : no));
        if (!call.options.has('b')) call.later?.processes.push(process);
        return '';
      },
    },
    {
      names: ['pipe-pane', 'pipep'],
      options: 'I O o t=',
      usage: '[-IOo] [-t target-pane] [shell-command]',
      run: pipePane,
    },
  ];
}

/** What a pane prints goes to a command too, until the next `pipe-pane`. */
function pipePane(call: Invocation): string {
  const { options, args } = call;
  const { session, pane } = target(call, options.get('t'));
  const had = pane.pipe !== undefined;
  pane.pipe?.release();
  pane.pipe = undefined;
  if (args.length === 0 || (had && options.has('o'))) return '';
  if (options.has('I')) throw new TmuxError('pipe-pane: -I is not simulated');
  const pipe = new Pipe();
  const [reader, writer] = [pipe.reader().retain(), pipe.writer().retain()];
  const nothing = new FunctionFile('/dev/null', { write: (text) => text.length });
  spawn(call, formatted(call, args[0] as string), reader, nothing, session.cwd);
  reader.release();
  pane.pipe = writer;
  return '';
}
