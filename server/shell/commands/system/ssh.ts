import type { SshSession, Terminal } from '../../../host/index.ts';
import { type Steps, waitOn } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { FAILED, publicKeys, reach } from './ssh-connection.ts';

export const ssh = tool({
  name: 'ssh',
  summary: 'OpenSSH remote login client',
  usage:
    '[-46AaCfGgKkMNnqsTtVvXxYy] [-i identity_file] [-l login_name] [-o option] [-p port] destination [command [argument ...]]',
  version: 'OpenSSH_9.6p1 Ubuntu-3ubuntu13.5',
  usageStatus: FAILED,
  inOrder: true,
  options:
    'i= l= o= p= t T n q v A a x X 4 6 C N F= E= V L= R= D= J= W= f g G k K M S= s w= y Y b= B= c= e= m= O= Q= I=',
  *run(call) {
    if (call.options.has('V')) {
      yield* call.context.err('OpenSSH_9.6p1 Ubuntu-3ubuntu13.5, OpenSSL 3.0.13 30 Jan 2024\n');
      return 0;
    }
    for (const refused of ['L', 'R', 'D', 'J', 'W', 'N', 'f', 'M', 'O'])
      if (call.options.has(refused)) call.fail(`-${refused} is not simulated`, FAILED);
    const [destination, ...words] = call.operands;
    if (destination === undefined) {
      yield* call.context.err(
        'usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-i identity_file] [-l login_name]\n           [-o option] [-p port] destination [command [argument ...]]\n',
      );
      return FAILED;
    }
    return yield* connect(call, destination, words);
  },
});

function* connect(call: Call, destination: string, words: readonly string[]): Steps<number> {
  const { context, options } = call;
  const port = Number(options.get('p') ?? 22);
  const { service, user, name, from } = yield* reach(call, destination, port, options.get('l'));
  const terminal =
    context.isTerminal(0) && !options.has('T') && (words.length === 0 || options.has('t'))
      ? context.terminal
      : undefined;
  const session = service.login({
    user,
    keys: publicKeys(call),
    from: { address: from, port: context.network.ephemeralPort() },
    ...(words.length > 0 ? { command: words.join(' ') } : {}),
    ...(terminal
      ? { terminal: { ...terminal.size, term: context.env.get('TERM') ?? 'xterm-256color' } }
      : { streams: { stdin: context.fd(0), stdout: context.fd(1), stderr: context.fd(2) } }),
  });
  if (!session) {
    yield* context.err(`${user}@${name}: Permission denied (publickey).\n`);
    return FAILED;
  }
  const status = yield* converse(call, session, terminal);
  const { isGoingDown } = service.host;
  if (isGoingDown) yield* context.err(`Connection to ${name} closed by remote host.\n`);
  if (terminal) yield* context.err(`Connection to ${name} closed.\n`);
  return isGoingDown ? FAILED : status;
}

/** Carries keys and output between this terminal and the remote one until the remote shell ends. */
function* converse(call: Call, session: SshSession, terminal: Terminal | undefined): Steps<number> {
  const { context } = call;
  const { process, master } = session;
  context.process.onExit.push(() => (master ? master.hangup() : process.signal('HUP')));
  if (!master || !terminal) return (yield* context.wait(process)).code;
  const before = terminal.setModes({
    icanon: false,
    echo: false,
    isig: false,
    icrnl: false,
    opost: false,
    ixon: false,
  });
  const restore = () => terminal.setModes(before);
  context.process.onExit.push(restore);
  try {
    for (;;) {
      const typed = context.fd(0).read(4096);
      if (typed) master.input(typed);
      master.resize(terminal.size);
      const shown = master.take();
      if (shown) yield* context.out(shown);
      if (shown === '' || (!process.alive && shown === undefined)) break;
      if (typed === undefined && shown === undefined)
        yield* waitOn([terminal.readable, master.output, process.ended]);
    }
  } finally {
    restore();
  }
  return process.status?.code ?? FAILED;
}
