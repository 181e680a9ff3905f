import { FunctionFile, isSystemError, Pipe, type SshSession, type Terminal } from '../../../host/index.ts';
import { type Steps, waitOn } from '../../../sim/index.ts';
import { type Call, Refusal } from '../core/tool.ts';
import { FAILED, type Reached } from './ssh-connection.ts';

/** What a session looks like from here: the terminal that is in front of it, or only its size. */
export type Front = Terminal | 'none';

export interface Session extends SshSession {
  /** What the remote command reads, where it has no terminal. */
  readonly feed: Pipe | undefined;
}

const NO_TERMINAL = { columns: 80, rows: 24 };

/**
 * The terminal that the session wants over there. A shell wants one, a command does with `-t`; where our own input is
 * none, only `-tt` gets it.
 */
export function* terminalFor({ context, options }: Call, hasCommand: boolean): Steps<Front | undefined> {
  if (options.has('T') || (hasCommand && !options.has('t'))) return undefined;
  if (context.isTerminal(0)) return context.terminal;
  if (options.count('t') > 1) return 'none';
  if (!options.has('q'))
    yield* context.err('Pseudo-terminal will not be allocated because stdin is not a terminal.\n');
  return undefined;
}

/** Ends the tool where the server does not let us in. */
export function logIn(
  { context, options }: Call,
  { service, user, name, keys, from }: Reached,
  words: readonly string[],
  front: Front | undefined,
): Session {
  const isFed = !front && !options.has('n') && !context.isTerminal(0);
  const feed = isFed ? new Pipe() : undefined;
  const stdin = options.has('n') ? new FunctionFile('/dev/null', {}) : (feed?.reader() ?? context.fd(0));
  const session = service.login({
    user,
    keys,
    from: { address: from, port: context.network.ephemeralPort() },
    ...(words.length > 0 ? { command: words.join(' ') } : {}),
    ...(front
      ? {
          terminal: {
            ...(front === 'none' ? NO_TERMINAL : front.size),
            term: context.env.get('TERM') ?? 'xterm-256color',
          },
        }
      : { streams: { stdin, stdout: context.fd(1), stderr: context.fd(2) } }),
  });
  if (!session) throw new Refusal(`${user}@${name}: Permission denied (publickey).\n`, FAILED);
  return { ...session, feed };
}

/** Carries input and output between here and the remote command until that ends. Returns its status. */
export function* converse(call: Call, session: Session, front: Front | undefined): Steps<number> {
  const { process, master, feed } = session;
  const { context } = call;
  context.process.onExit.push(() => (master ? master.hangup() : process.signal('HUP')));
  if (master && front) return yield* showTerminal(call, session, front);
  if (feed) yield* feedInput(call, feed, session);
  return (yield* context.wait(process)).code;
}

/** All that comes is handed over at once, whether the command reads it or not. */
function* feedInput({ context }: Call, feed: Pipe, { process }: Session): Steps<void> {
  const input = context.fd(0);
  const writer = feed.writer().retain();
  try {
    while (process.alive) {
      const text = input.read(4096);
      if (text === '') return;
      if (text === undefined) yield* waitOn([...(input.readable ? [input.readable] : []), process.ended]);
      else yield* hand(text, feed, writer, process);
    }
  } catch (error) {
    if (!isSystemError(error, 'EPIPE')) throw error;
  } finally {
    writer.release();
  }
}

function* hand(
  text: string,
  feed: Pipe,
  writer: ReturnType<Pipe['writer']>,
  process: SshSession['process'],
): Steps<void> {
  for (let rest = text; rest !== '' && process.alive; ) {
    const taken = writer.write(rest);
    rest = rest.slice(taken);
    if (taken === 0) yield* waitOn([feed.writable, process.ended]);
  }
}

const RAW = { icanon: false, echo: false, isig: false, icrnl: false, opost: false, ixon: false };

function* showTerminal({ context }: Call, session: Session, front: Front): Steps<number> {
  const { process, master } = session;
  if (!master) return FAILED;
  const own = front === 'none' ? undefined : front;
  const before = own?.setModes(RAW);
  const restore = () => before && own?.setModes(before);
  context.process.onExit.push(restore);
  const input = context.fd(0);
  let isOver = false;
  try {
    for (;;) {
      const typed = isOver ? undefined : input.read(4096);
      if (typed) master.input(typed);
      // The end of what is no terminal is handed over as the key for it.
      if (typed === '' && !own) {
        master.input('\x04');
        isOver = true;
      }
      if (own) master.resize(own.size);
      const shown = master.take();
      if (shown) yield* context.out(shown);
      if (shown === '' || (!process.alive && shown === undefined)) break;
      if (!typed && shown === undefined)
        yield* waitOn([...(input.readable && !isOver ? [input.readable] : []), master.output, process.ended]);
    }
  } finally {
    restore();
  }
  return process.status?.code ?? FAILED;
}
