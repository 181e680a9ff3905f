import { type Context, FunctionFile, type OpenFile, Pipe, SystemError } from '../../../host/index.ts';
import { type Process, type Steps, waitOn } from '../../../sim/index.ts';
import type { Call } from './tool.ts';

/** Writes all of `text` to an open file, waiting while its reader is slow. */
export function* writeAll(call: Call, file: OpenFile, text: string): Steps<void> {
  for (let rest = text; rest !== ''; ) {
    let taken: number;
    try {
      taken = file.write(rest);
    } catch (error) {
      if (error instanceof SystemError && error.code === 'EPIPE') call.context.process.signal('PIPE');
      throw error;
    }
    rest = rest.slice(taken);
    if (taken > 0) continue;
    if (!file.writable) throw new SystemError('EIO');
    yield* waitOn([file.writable]);
  }
}

/** A shell command whose input or output this tool holds the other end of. */
export interface PipedCommand {
  readonly process: Process;
  /** Our end: read from it, or write to it. Release it when done. */
  readonly file: OpenFile;
}

/** Starts `sh -c command` with its standard output (`read`) or input (`write`) on a pipe to us. */
export function shellPipe(call: Call, command: string, direction: 'read' | 'write'): PipedCommand {
  const { context } = call;
  const pipe = new Pipe();
  const [reader, writer] = [pipe.reader().retain(), pipe.writer().retain()];
  const [ours, theirs] = direction === 'read' ? [reader, writer] : [writer, reader];
  const fds = new Map(context.fds);
  fds.set(direction === 'read' ? 1 : 0, theirs);
  const process = context.spawn('/bin/sh', { args: ['sh', '-c', command], fds });
  theirs.release();
  return { process, file: ours };
}

/** A file that holds a text and nothing else. */
export function textFile(text: string): OpenFile {
  let rest = text;
  return new FunctionFile('pipe:[1]', {
    read: (limit) => {
      const piece = rest.slice(0, limit);
      rest = rest.slice(limit);
      return piece;
    },
  });
}

/** What a command line of `$SHELL` prints that gets `input`. Throws SystemError when the shell cannot be started. */
export function* filterThrough(context: Context, command: string, input: string): Steps<string> {
  const shell = context.env.get('SHELL') ?? '/bin/sh';
  const pipe = new Pipe();
  const [reader, writer] = [pipe.reader().retain(), pipe.writer().retain()];
  try {
    const fds = new Map<number, OpenFile>([
      [0, textFile(input)],
      [1, writer],
      [2, writer],
    ]);
    const child = context.spawn(shell, { args: [shell, '-c', command], fds });
    writer.release();
    let out = '';
    for (;;) {
      const piece = reader.read(65_536);
      if (piece === '') break;
      if (piece === undefined) yield* waitOn([pipe.readable]);
      else out += piece;
    }
    yield* context.wait(child);
    return out;
  } finally {
    reader.release();
  }
}
