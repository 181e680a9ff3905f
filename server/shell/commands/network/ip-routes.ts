import {
  exitOf,
  isAddress,
  type NetworkNamespace,
  neighboursOf,
  networkOf,
  numberOf,
} from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import type { Asked } from './ip-devices.ts';

/** The table as `ip route` prints it: the default first, then what was added, and the networks of the interfaces. */
function tableOf(network: NetworkNamespace): string[] {
  const state = (dev: string) => {
    const one = network.interfaces.find(({ name }) => name === dev);
    return one?.byHand && one.cable?.end.up === false ? 'linkdown ' : '';
  };
  const given = network.routes.map(
    (r) =>
      `${r.to}${r.via ? ` via ${r.via}` : ''} dev ${r.dev} ${r.attributes ? `${r.attributes} ` : ''}${state(r.dev)}`,
  );
  const own = network.interfaces
    .filter((one) => one.name !== 'lo' && one.up)
    .flatMap((one) =>
      one.addresses
        .filter((a) => !a.includes(':') && !a.endsWith('/32'))
        .map(
          (a) =>
            `${networkOf(a)} dev ${one.name} proto kernel scope link src ${a.split('/')[0]} ${state(one.name)}`,
        ),
    );
  const first = (text: string) => numberOf(/^[\d.]+/.exec(text)?.[0] ?? '');
  return [
    ...given.filter((text) => text.startsWith('default')),
    ...[...given.filter((text) => !text.startsWith('default')), ...own].sort((a, b) => first(a) - first(b)),
  ];
}

export function* showRoutes({ call, network, args }: Asked): Steps<number> {
  if (call.options.has('6')) return 0;
  const value = (word: string) => (args.includes(word) ? args[args.indexOf(word) + 1] : undefined);
  const dev = value('dev');
  const [to] = args[0] === 'to' ? args.slice(1) : args;
  const only = to !== undefined && (to === 'default' || /^[\d.]+(\/\d+)?$/.test(to)) ? to : undefined;
  if (value('table') === 'local') {
    for (const text of localTable(network)) yield* call.print(`${text}\n`);
    return 0;
  }
  const shown = tableOf(network).filter(
    (text) =>
      (only === undefined || text.split(' ')[0] === only) &&
      (dev === undefined || text.includes(` dev ${dev} `)),
  );
  // A device that was asked for is not named again.
  for (const text of shown)
    yield* call.print(`${dev === undefined ? text : text.replace(` dev ${dev} `, ' ')}\n`);
  return 0;
}

function localTable(network: NetworkNamespace): string[] {
  return network.interfaces
    .filter(({ up }) => up)
    .flatMap(({ name, addresses }) =>
      addresses
        .filter((cidr) => !cidr.includes(':'))
        .map((cidr) => cidr.split('/')[0] as string)
        .map((address) => `local ${address} dev ${name} proto kernel scope host src ${address} `),
    );
}

export function* showRules({ call }: Asked): Steps<number> {
  yield* call.print('0:\tfrom all lookup local\n32766:\tfrom all lookup main\n');
  if (!call.options.has('6')) yield* call.print('32767:\tfrom all lookup default\n');
  return 0;
}

export function* getRoute(call: Call, network: NetworkNamespace, target: string): Steps<number> {
  const { uid } = call.context.credentials;
  if (!isAddress(target)) {
    yield* call.context.err(`Error: any valid prefix is expected rather than "${target}".\n`);
    return 1;
  }
  if (network.has(target)) {
    yield* call.print(`local ${target} dev lo src ${target} uid ${uid} \n    cache <local> \n`);
    return 0;
  }
  const exit = exitOf(network, target);
  if (!exit) {
    yield* call.context.err('RTNETLINK answers: Network is unreachable\n');
    return 2;
  }
  const hop = `${exit.via ? ` via ${exit.via}` : ''} dev ${exit.one.name}`;
  const source = exit.src ?? network.sourceFor(target);
  yield* call.print(`${target}${hop} src ${source} uid ${uid} \n    cache \n`);
  return 0;
}

export function* showNeighbours({ call, network, args }: Asked): Steps<number> {
  const dev = args[args.indexOf('dev') + 1];
  for (const one of neighboursOf(network)) {
    if (args.includes('dev') && one.dev !== dev) continue;
    const shown = args.includes('dev') ? '' : ` dev ${one.dev}`;
    yield* call.print(`${one.address}${shown} lladdr ${one.mac} REACHABLE \n`);
  }
  return 0;
}
