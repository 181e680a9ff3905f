import { type Context, sshFingerprint } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { setting, sshConfig } from './ssh-config.ts';
import { FAILED, type Reached, reach } from './ssh-connection.ts';
import { forwardPorts } from './ssh-forward.ts';
import { converse, logIn, terminalFor } from './ssh-session.ts';

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
    for (const refused of ['D', 'W', 'M', 'O', 'S', 'w', 's'])
      if (call.options.has(refused)) call.fail(`-${refused} is not simulated`, FAILED);
    const [destination, ...words] = call.operands;
    if (destination === undefined) {
      yield* call.context.err(
        'usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-i identity_file] [-l login_name]\n           [-o option] [-p port] destination [command [argument ...]]\n',
      );
      return FAILED;
    }
    if (call.options.has('G')) return yield* showConfig(call, destination);
    const jumps = call.options.get('J') ?? setting(sshConfig(call, bareName(destination)), 'ProxyJump');
    for (const jump of jumps === undefined || jumps === 'none' ? [] : jumps.split(','))
      if (!(yield* through(call, jump))) return FAILED;
    return yield* connect(call, destination, words);
  },
});

const bareName = (destination: string): string => destination.slice(destination.lastIndexOf('@') + 1);

function portOf({ options }: Call): number | undefined {
  const given = options.get('p');
  return given === undefined ? undefined : Number(given);
}

/** A host on the way: it must let us in; the connection then goes on from there. */
function* through(call: Call, jump: string): Steps<boolean> {
  const [, host = jump, port] = /^(.*?)(?::(\d+))?$/.exec(jump) ?? [];
  const reached = yield* reach(call, host, port === undefined ? undefined : Number(port));
  const { context } = call;
  const session = reached.service.login({
    user: reached.user,
    keys: reached.keys,
    from: { address: reached.from, port: context.network.ephemeralPort() },
    command: 'true',
    streams: { stdin: context.fd(0), stdout: context.fd(1), stderr: context.fd(2) },
  });
  if (session) {
    yield* context.wait(session.process);
    return true;
  }
  yield* context.err(
    `${reached.user}@${reached.name}: Permission denied (publickey).\nConnection closed by UNKNOWN port 65535\n`,
  );
  return false;
}

/** `-G`: the settings that would hold. */
function* showConfig(call: Call, destination: string): Steps<number> {
  const name = bareName(destination);
  const config = sshConfig(call, name);
  const { context, options } = call;
  const own = context.host.users.user(context.credentials.uid)?.name ?? 'root';
  const at = destination.lastIndexOf('@');
  const user = at >= 0 ? destination.slice(0, at) : (options.get('l') ?? setting(config, 'User') ?? own);
  const head = [
    ['host', name],
    ['user', user],
    ['hostname', setting(config, 'HostName') ?? name],
    ['port', String(portOf(call) ?? setting(config, 'Port') ?? 22)],
  ];
  const rest = [...config].filter(([key]) => !head.some(([other]) => other === key));
  for (const [key, value] of [
    ...head,
    ...rest.flatMap(([key, values]) => values.map((value) => [key, value])),
  ])
    yield* call.print(`${key} ${value}\n`);
  return 0;
}

/** The steps of a connection that people look at with `-v`. */
function debugLines({ address, port, user, name, service, keys }: Reached): string {
  const offered = keys.map(
    (key) => `Offering public key: ${key.trim().split(' ')[2] ?? ''} ${key.split(' ')[0]}`,
  );
  const lines = [
    'Reading configuration data /etc/ssh/ssh_config',
    `Connecting to ${name} [${address}] port ${port}.`,
    'Connection established.',
    'Local version string SSH-2.0-OpenSSH_9.6p1 Ubuntu-3ubuntu13.5',
    'Remote protocol version 2.0, remote software version OpenSSH_9.6p1 Ubuntu-3ubuntu13.5',
    `Authenticating to ${name}:${port} as '${user}'`,
    `Server host key: ssh-ed25519 ${sshFingerprint(service.hostKey)}`,
    `Host '${name}' is known and matches the ED25519 host key.`,
    'Authentications that can continue: publickey',
    'Next authentication method: publickey',
    ...offered,
  ];
  return `OpenSSH_9.6p1 Ubuntu-3ubuntu13.5, OpenSSL 3.0.13 30 Jan 2024\n${lines.map((line) => `debug1: ${line}\n`).join('')}`;
}

function* connect(call: Call, destination: string, words: readonly string[]): Steps<number> {
  const { context, options } = call;
  const reached = yield* reach(call, destination, portOf(call), options.get('l'));
  if (options.has('v')) yield* context.err(debugLines(reached));
  if (options.has('N')) return yield* holdOpen(call, reached);
  const { name, service } = reached;
  const terminal = yield* terminalFor(call, words.length > 0);
  const session = logIn(call, reached, words, terminal);
  if (!(yield* forwardPorts(call, reached))) {
    session.process.signal('HUP');
    return FAILED;
  }
  if (options.has('f')) return 0;
  const status = yield* converse(call, session, terminal);
  const { isGoingDown } = service.host;
  if (isGoingDown) yield* context.err(`Connection to ${name} closed by remote host.\n`);
  if (terminal) yield* context.err(`Connection to ${name} closed.\n`);
  return isGoingDown ? FAILED : status;
}

/** `-N`: nothing runs over there, the connection stands for its forwarded ports. */
function* holdOpen(call: Call, reached: Reached): Steps<number> {
  const { context, options } = call;
  logIn(call, reached, ['true'], undefined);
  if (options.has('f')) {
    context.fork((own) => keepForwarding(call, reached, own), {
      args: context.args,
      process: { newSession: true },
    });
    return 0;
  }
  return yield* keepForwarding(call, reached, context);
}

function* keepForwarding(call: Call, reached: Reached, context: Context): Steps<number> {
  if (!(yield* forwardPorts(call, reached, context))) return FAILED;
  for (;;) yield {};
}
