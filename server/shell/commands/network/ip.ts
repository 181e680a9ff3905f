import {
  capable,
  changeNetwork,
  isNetworkChange,
  NetlinkError,
  type NetworkNamespace,
} from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { isApplet } from '../core/applet.ts';
import { type Call, tool } from '../core/tool.ts';
import { type Asked, showAddresses, showLinks } from './ip-devices.ts';
import { listStacks, runIn, stackNamed } from './ip-netns.ts';
import { getRoute, showNeighbours, showRoutes, showRules } from './ip-routes.ts';

/** Objects of ip in the order in which their beginnings are looked for, their verbs, and what the first of them shows. */
const OBJECTS: Readonly<Record<string, { verbs: readonly string[]; show: (asked: Asked) => Steps<number> }>> =
  {
    address: { verbs: ['add', 'change', 'replace', 'delete', 'show', 'list', 'flush'], show: showAddresses },
    route: {
      verbs: ['list', 'show', 'add', 'append', 'change', 'replace', 'delete', 'get', 'flush'],
      show: showRoutes,
    },
    rule: { verbs: ['list', 'show', 'add', 'delete'], show: showRules },
    neighbor: { verbs: ['add', 'delete', 'show', 'list', 'flush'], show: showNeighbours },
    neighbour: { verbs: ['add', 'delete', 'show', 'list', 'flush'], show: showNeighbours },
    link: { verbs: ['add', 'delete', 'set', 'show', 'list'], show: showLinks },
    netns: { verbs: ['list', 'show', 'add', 'delete', 'exec', 'identify', 'pids'], show: listStacks },
  };

const SHOWN: ReadonlySet<string> = new Set(['show', 'list']);

export const ip = tool({
  name: 'ip',
  summary: 'show / manipulate routing, network devices, interfaces and tunnels',
  usage: ['[ OPTIONS ] OBJECT { COMMAND | help }'],
  version: 'iproute2-6.1.0',
  usageStatus: 255,
  inOrder: true,
  options: '4 6 o|oneline br|brief c|color? d|details s|stats n|netns= j|json p|pretty V',
  prepare: (args) =>
    args.map((arg) =>
      /^-(br|brief|color|details|stats|statistics|json|netns)$/.test(arg) ? `-${arg}` : arg,
    ),
  paths: ['/usr/bin/ip', '/usr/sbin/ip'],
  *run(call) {
    const [name = '', ...args] = call.operands;
    const { options, context } = call;
    if (options.has('V')) {
      yield* call.print('ip utility, iproute2-6.1.0, libbpf 1.3.0\n');
      return 0;
    }
    const object = Object.keys(OBJECTS).find((candidate) => name !== '' && candidate.startsWith(name));
    if (!object)
      return yield* say(
        call,
        name === '' ? USAGE : `Object "${name}" is unknown, try "ip help".`,
        name === '' ? 255 : 1,
      );
    const inside = options.get('n');
    const network = inside === undefined ? context.network : stackNamed(context, inside);
    if (!network) return yield* noStack(call, inside as string);
    return yield* ask(call, network, object, args);
  },
});

const USAGE = `Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
where  OBJECT := { address | link | neighbour | netns | route | rule }
       OPTIONS := { -4 | -6 | -br[ief] | -o[neline] | -s[tatistics] | -d[etails] | -c[olor] | -j[son] | -n[etns] NAME }`;

function* say(call: Call, message: string, code: number): Steps<number> {
  const applet = isApplet(call.context, 'ip') && message.startsWith('RTNETLINK');
  yield* call.context.err(`${applet ? 'ip: ' : ''}${message}\n`);
  return code;
}

function* noStack(call: Call, name: string): Steps<number> {
  return yield* say(call, `Cannot open network namespace "${name}": No such file or directory`, 255);
}

function* ask(call: Call, network: NetworkNamespace, object: string, args: readonly string[]): Steps<number> {
  const { verbs, show } = OBJECTS[object] as (typeof OBJECTS)[string];
  const [first = ''] = args;
  const verb = first === '' ? 'show' : verbs.find((one) => one.startsWith(first));
  if (object === 'netns' && verb === 'exec') return yield* exec(call, args.slice(1));
  if (object === 'route' && verb === 'get') return yield* getRoute(call, network, args[1] ?? '');
  if (verb !== undefined && !SHOWN.has(verb))
    return yield* change(call, network, object, verb, args.slice(1));
  const rest = verb !== undefined && first !== '' ? args.slice(1) : args;
  if (verb === undefined && (object === 'netns' || object === 'rule'))
    return yield* say(call, `Command "${first}" is unknown, try "ip ${object} help".`, 255);
  return yield* show({ call, network, args: rest });
}

function* exec(call: Call, [name, ...words]: readonly string[]): Steps<number> {
  if (name === undefined || words.length === 0)
    return yield* say(call, name === undefined ? 'No netns name specified' : 'No command specified', 255);
  if (!capable(call.context.credentials, 'SYS_ADMIN'))
    return yield* say(call, `Cannot open network namespace "${name}": Permission denied`, 255);
  const network = stackNamed(call.context, name);
  if (!network) return yield* noStack(call, name);
  yield* call.flush();
  return yield* runIn(call.context, network, words);
}

function* change(
  call: Call,
  network: NetworkNamespace,
  object: string,
  verb: string,
  words: readonly string[],
): Steps<number> {
  const { host, credentials } = call.context;
  if (object === 'netns' && call.context.network !== host.network)
    return yield* say(call, 'network namespaces within others are not simulated here', 1);
  if (!isNetworkChange(object, verb))
    return yield* say(call, `Command "${verb}" is unknown, try "ip ${object} help".`, 255);
  if (!capable(credentials, 'NET_ADMIN'))
    return object === 'netns'
      ? yield* say(call, 'mkdir /run/netns failed: Permission denied', 1)
      : yield* say(call, 'RTNETLINK answers: Operation not permitted', 2);
  try {
    changeNetwork({ host, network }, [object, verb, ...words]);
    return 0;
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error;
    return yield* say(call, error.message, error.code);
  }
}
