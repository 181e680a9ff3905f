import {
  capable,
  changeNetwork,
  type Interface,
  NetlinkError,
  type NetworkNamespace,
} from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';

const bridgesOf = (network: NetworkNamespace) => network.interfaces.filter(({ kind }) => kind === 'bridge');

const portsOf = (network: NetworkNamespace, bridge: Interface) =>
  network.allInterfaces().filter(({ master }) => master === bridge.name);

export const bridge = tool({
  name: 'bridge',
  summary: 'show / manipulate bridge addresses and devices',
  usage: '[ OPTIONS ] OBJECT { COMMAND | help }',
  version: 'iproute2-6.1.0',
  usageStatus: 255,
  inOrder: true,
  options: 'd|details s|stats c|color? j|json n|netns=',
  paths: ['/usr/sbin/bridge'],
  *run(call) {
    const [object = '', verb = 'show', ...rest] = call.operands;
    const isShown = 'show'.startsWith(verb) || 'list'.startsWith(verb);
    for (const refused of ['j', 'n'] as const)
      if (call.options.has(refused)) call.fail(`Option "-${refused}" is not simulated here.`, 255);
    if (object === '' || !['link', 'fdb'].some((one) => one.startsWith(object)))
      call.fail(`Object "${object}" is unknown, try "bridge help".`, 255);
    if (!isShown) call.fail(`changing with bridge ${object} ${verb} is not simulated here: use ip link`, 255);
    const { network } = call.context;
    const only = rest[0] === 'dev' || rest[0] === 'br' ? rest[1] : undefined;
    if ('link'.startsWith(object)) yield* showPorts(call, network, only);
    else yield* showAddresses(call, network, only);
    return 0;
  },
});

function* showPorts(call: Call, network: NetworkNamespace, only: string | undefined): Steps<void> {
  for (const one of network.allInterfaces()) {
    if (!one.master || (only !== undefined && only !== one.name)) continue;
    const peer = one.cable?.end.name ?? one.peer;
    const away = one.cable && one.cable.stack !== network ? `if${one.cable.end.index}` : peer;
    const isHeard = one.up && (one.cable === undefined || one.cable.end.up);
    const flags = `${one.up && !isHeard ? 'NO-CARRIER,' : ''}BROADCAST,MULTICAST${one.up ? `,UP${isHeard ? ',LOWER_UP' : ''}` : ''}`;
    yield* call.print(
      `${network.indexOf(one)}: ${one.name}${away ? `@${away}` : ''}: <${flags}> mtu ${one.mtu} master ${one.master} state ${isHeard ? 'forwarding' : 'disabled'} priority 32 cost 2 \n`,
    );
  }
}

/** The hardware addresses that bridges and tunnels know: those behind a port, and those of the ports themselves. */
function* showAddresses(call: Call, network: NetworkNamespace, only: string | undefined): Steps<void> {
  const isWanted = (dev: string, master = '') => only === undefined || only === dev || only === master;
  for (const one of network.interfaces)
    if (one.name !== 'lo' && one.kind !== 'ipip' && isWanted(one.name))
      yield* call.print(`01:00:5e:00:00:01 dev ${one.name} self permanent\n`);
  for (const at of bridgesOf(network))
    for (const port of portsOf(network, at)) {
      if (!isWanted(port.name, at.name)) continue;
      const far = port.cable?.end.mac ?? port.pod?.interfaces.find(({ name }) => name === 'eth0')?.mac;
      if (far) yield* call.print(`${far} dev ${port.name} master ${at.name} \n`);
      yield* call.print(`${port.mac} dev ${port.name} vlan 1 master ${at.name} permanent\n`);
      yield* call.print(`${port.mac} dev ${port.name} master ${at.name} permanent\n`);
    }
  for (const tunnel of network.interfaces.filter(({ kind, name }) => kind === 'vxlan' && isWanted(name)))
    for (const { mac, address } of tunnelEnds(network, tunnel))
      yield* call.print(`${mac} dev ${tunnel.name} dst ${address} self permanent\n`);
}

/** The other hosts of a tunnel: their end's hardware address, and where packets for it are sent. */
function tunnelEnds(network: NetworkNamespace, tunnel: Interface): { mac: string; address: string }[] {
  return network.routes
    .filter(({ dev, via }) => dev === tunnel.name && via !== undefined)
    .flatMap(({ via = '' }) => {
      const host = network.network.owner(via)?.host;
      const end = host?.interfaces.find(({ name }) => name === tunnel.name);
      const address = host?.primaryAddress();
      return end && address ? [{ mac: end.mac, address }] : [];
    });
}

const BRCTL_USAGE = `Usage: brctl [commands]
commands:
	addbr     	<bridge>		add bridge
	delbr     	<bridge>		delete bridge
	addif     	<bridge> <device>	add interface to bridge
	delif     	<bridge> <device>	delete interface from bridge
	show      	[ <bridge> ]		show a list of bridges
`;

/** What brctl does, in ip's words. */
const CHANGES: Readonly<Record<string, (words: readonly string[]) => readonly string[]>> = {
  addbr: ([name = '']) => ['link', 'add', name, 'type', 'bridge'],
  delbr: ([name = '']) => ['link', 'delete', name],
  addif: ([name = '', device = '']) => ['link', 'set', device, 'master', name],
  delif: ([, device = '']) => ['link', 'set', device, 'nomaster'],
};

export const brctl = tool({
  name: 'brctl',
  summary: 'ethernet bridge administration',
  usage: '[commands]',
  version: 'bridge-utils, 1.7.1',
  // Its package brings it.
  paths: [],
  options: '',
  *run(call) {
    const [verb, ...words] = call.operands;
    const { context } = call;
    if (verb === undefined) {
      yield* call.print(BRCTL_USAGE);
      return 1;
    }
    if (verb === 'show') return yield* listBridges(call, words[0]);
    const asked = CHANGES[verb];
    if (!asked) {
      yield* context.err(`never heard of command [${verb}]\n${BRCTL_USAGE}`);
      return 1;
    }
    if (!capable(context.credentials, 'NET_ADMIN')) call.fail(`${words[0]}: Operation not permitted`);
    try {
      changeNetwork(context, asked(words));
      return 0;
    } catch (error) {
      if (!(error instanceof NetlinkError)) throw error;
      yield* context.err(`${brctlWords(verb, words, error.message)}\n`);
      return 1;
    }
  },
});

function brctlWords(verb: string, [name = '', device = '']: readonly string[], message: string): string {
  if (message.includes('File exists'))
    return `device ${name} already exists; can't create bridge with the same name`;
  if (verb === 'delbr') return `bridge ${name} doesn't exist; can't delete it`;
  return message.includes(`"${name}"`)
    ? `bridge ${name} does not exist!`
    : `interface ${device} does not exist!`;
}

function* listBridges(call: Call, only: string | undefined): Steps<number> {
  const { network } = call.context;
  const found = bridgesOf(network).filter(({ name }) => only === undefined || name === only);
  if (only !== undefined && found.length === 0) {
    yield* call.context.err(`bridge ${only} does not exist!\n`);
    return 1;
  }
  yield* call.print('bridge name\tbridge id\t\tSTP enabled\tinterfaces\n');
  for (const one of found) {
    const [first = '', ...others] = portsOf(network, one).map(({ name }) => name);
    yield* call.print(`${one.name}\t\t8000.${one.mac.replaceAll(':', '')}\tno\t\t${first}\n`);
    for (const name of others) yield* call.print(`\t\t\t\t\t\t\t${name}\n`);
  }
  return 0;
}
