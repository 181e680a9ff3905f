import { type Context, isSystemError, type Listener, type Stream } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, Refusal } from '../core/tool.ts';
import { setting, sshConfig } from './ssh-config.ts';
import { FAILED, lookUp, type Reached } from './ssh-connection.ts';

/** `[bind_address:]port:host:hostport`. */
interface Forward {
  readonly bind: string;
  readonly port: number;
  readonly host: string;
  readonly hostPort: number;
}

const FORWARD = /^(?:(\[[^\]]*\]|[^:[\]]*):)?(\d+):(\[[^\]]*\]|[^:[\]]+):(\d+)$/;

/** Settings write a blank where options have the second colon. */
function parseForward(text: string): Forward | undefined {
  const [, bind, port, host = '', hostPort] = FORWARD.exec(text.trim().replace(/\s+/, ':')) ?? [];
  if (port === undefined) return undefined;
  const bare = (name: string) => name.replace(/^\[|\]$/g, '');
  const address = bind === undefined || bind === 'localhost' ? '127.0.0.1' : bare(bind);
  return {
    bind: address === '*' || address === '' ? '0.0.0.0' : address,
    port: Number(port),
    host: bare(host),
    hostPort: Number(hostPort),
  };
}

/** Opens the ports of `-L` and `-R`, until ssh ends. False: one could not be, and that was not to be borne. */
export function* forwardPorts(call: Call, reached: Reached, context = call.context): Steps<boolean> {
  const config = sshConfig(call, reached.name);
  const { options } = call;
  const remote = reached.service.host.init;
  const kinds = [
    { name: 'local', option: 'L', key: 'localforward', from: context, to: remote },
    { name: 'remote', option: 'R', key: 'remoteforward', from: remote, to: context },
  ] as const;
  let isWhole = true;
  for (const { name, option, key, from, to } of kinds)
    for (const text of [...options.all(option), ...(config.get(key) ?? [])]) {
      const forward = parseForward(text);
      if (!forward) throw new Refusal(`Bad ${name} forwarding specification '${text}'\n`, FAILED);
      const isOpen = yield* open(context, forward, from, to);
      if (!isOpen) isWhole = false;
    }
  return isWhole || !/^yes$/i.test(setting(config, 'ExitOnForwardFailure') ?? '');
}

/** Who comes to the port on one side is led to the place as the other side sees it. */
function* open(context: Context, forward: Forward, from: Context, to: Context): Steps<boolean> {
  const { bind, port, host, hostPort } = forward;
  const target = (): Listener | undefined => {
    const address = lookUp(to, host);
    const found = address === undefined ? undefined : to.network.connect(address, hostPort);
    return found?.ok ? found.listener : undefined;
  };
  const listener: Listener = {
    protocol: 'TCP',
    address: bind,
    port,
    pid: context.process.pid,
    get http() {
      return target()?.http as Listener['http'];
    },
    get tls() {
      return target()?.tls as Listener['tls'];
    },
    get service() {
      return target()?.service;
    },
    accept(stream: Stream, peer) {
      const reached = target();
      if (reached?.accept) reached.accept(stream, peer);
      else stream.close();
    },
  } as Listener;
  try {
    context.process.onExit.push(from.network.listen(listener));
    return true;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const why =
      from === context
        ? `bind [${bind}]:${port}: ${error.message}\nchannel_setup_fwd_listener_tcpip: cannot listen to port: ${port}\nCould not request local forwarding.\n`
        : `Warning: remote port forwarding failed for listen port ${port}\n`;
    yield* context.err(why);
    return false;
  }
}
