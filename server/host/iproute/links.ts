import { createHash } from 'node:crypto';
import type { Place } from '../firewall.ts';
import type { Host } from '../host.ts';
import type { NetworkNamespace } from '../network/namespace.ts';
import type { Interface } from '../network/network.ts';
import { dropRoutes } from './routes.ts';
import { deviceNamed, NetlinkError, wordsOf } from './words.ts';

/** The longest name of a device. */
const MAX_NAME = 15;

export function addLink({ host, network }: Place, words: readonly string[]): void {
  const at = words.indexOf('type');
  const kind = at < 0 ? undefined : words[at + 1];
  const own = at < 0 ? words : words.slice(0, at);
  const given = wordsOf(own, ['name', 'dev', 'mtu', 'address', 'netns']);
  const name = given.get('name') ?? given.get('dev') ?? given.get('') ?? '';
  if (kind === undefined) throw new NetlinkError('Not enough information: "type" argument is required', 255);
  if (!['veth', 'bridge', 'dummy'].includes(kind)) throw new NetlinkError('Error: Unknown device type.');
  const device = (one: string, stack: NetworkNamespace): Interface => {
    checkName(one);
    if (stack.allInterfaces().some((other) => other.name === one))
      throw new NetlinkError('RTNETLINK answers: File exists');
    return {
      name: one,
      kind: kind as 'veth',
      mac: given.get('address') ?? macOf(host, stack, one),
      addresses: [],
      up: false,
      mtu: Number(given.get('mtu') ?? 1500),
      index: 0,
      byHand: true,
    };
  };
  const main = device(name, network);
  if (kind !== 'veth') {
    plug(network, main);
    return;
  }
  const far = wordsOf(
    words.slice(at + 2).filter((word) => word !== 'peer'),
    ['name', 'netns'],
  );
  const there = far.has('netns') ? stackNamed(host, far.get('netns') as string) : network;
  const peer = device(far.get('name') ?? freeName(network, name), there);
  if (there === network && peer.name === name) throw new NetlinkError('RTNETLINK answers: File exists');
  plug(there, peer);
  plug(network, main);
  main.cable = { stack: there, end: peer };
  peer.cable = { stack: network, end: main };
}

function plug(stack: NetworkNamespace, one: Interface): void {
  one.index = stack.nextIndex();
  stack.interfaces.push(one);
  stack.network.handmade++;
}

function freeName(stack: NetworkNamespace, but: string): string {
  for (let i = 0; ; i++) {
    const name = `veth${i}`;
    if (name !== but && !stack.allInterfaces().some((one) => one.name === name)) return name;
  }
}

function checkName(name: string): void {
  if (name === '' || name.length > MAX_NAME || /[\s/]/.test(name))
    throw new NetlinkError(`Error: argument "${name}" is wrong: "name" not a valid ifname`, 255);
}

/** Locally administered, and the same whenever the host is restored. */
function macOf(host: Host, stack: NetworkNamespace, name: string): string {
  const hash = createHash('sha256').update(`${host.hostname}\0${stack.name}\0${name}`).digest('hex');
  const first = ((Number.parseInt(hash.slice(0, 2), 16) & 0xfc) | 2).toString(16).padStart(2, '0');
  return [first, ...(hash.slice(2, 12).match(/../g) as string[])].join(':');
}

function stackNamed(host: Host, name: string): NetworkNamespace {
  const found = name === '1' ? host.network : host.stacks.get(name);
  if (!found) throw new NetlinkError(`Error: argument "${name}" is wrong: Invalid "netns" value`, 255);
  return found;
}

export function deleteLink({ network }: Place, words: readonly string[]): void {
  const given = wordsOf(words, ['dev', 'type']);
  const one = deviceNamed(network, given.get('dev') ?? given.get(''));
  if (!one.byHand && one.kind !== 'bridge' && one.kind !== 'vxlan')
    throw new NetlinkError('RTNETLINK answers: Operation not supported');
  removeDevice(network, one);
}

export function removeDevice(stack: NetworkNamespace, one: Interface): void {
  const at = stack.interfaces.indexOf(one);
  if (at < 0) return;
  stack.interfaces.splice(at, 1);
  if (one.byHand) stack.network.handmade--;
  for (const port of stack.interfaces) if (port.master === one.name) delete port.master;
  dropRoutes(stack, one.name);
  if (one.cable) removeDevice(one.cable.stack, one.cable.end);
}

export function setLink(place: Place, words: readonly string[]): void {
  const { host, network } = place;
  const [first = '', ...others] = words[0] === 'dev' ? words.slice(1) : words;
  const one = deviceNamed(network, first);
  for (let i = 0; i < others.length; i++) {
    const [word, value] = [others[i] as string, others[i + 1]];
    const set = LINK_SETTINGS[word];
    if (!set) throw new NetlinkError(`Error: either "dev" is duplicate, or "${word}" is a garbage.`, 255);
    if (set.valued && value === undefined)
      throw new NetlinkError('Command line is not complete. Try option "help"', 255);
    set.run({ host, network, one }, value ?? '');
    if (set.valued) i++;
  }
}

interface Setting {
  readonly valued: boolean;
  readonly run: (at: Place & { one: Interface }, value: string) => void;
}

const LINK_SETTINGS: Readonly<Record<string, Setting>> = {
  up: {
    valued: false,
    run: ({ one }) => {
      one.up = true;
      if (one.name === 'lo' && one.addresses.length === 0) one.addresses.push('127.0.0.1/8', '::1/128');
    },
  },
  down: {
    valued: false,
    run: ({ network, one }) => {
      one.up = false;
      dropRoutes(network, one.name);
    },
  },
  mtu: {
    valued: true,
    run: ({ one }, value) => {
      if (!/^\d+$/.test(value))
        throw new NetlinkError(`Error: argument "${value}" is wrong: Invalid "mtu" value`, 255);
      one.mtu = Number(value);
    },
  },
  name: { valued: true, run: rename },
  master: { valued: true, run: enslave },
  nomaster: {
    valued: false,
    run: ({ one }) => {
      delete one.master;
    },
  },
  netns: { valued: true, run: moveDevice },
};

function rename({ network, one }: Place & { one: Interface }, name: string): void {
  checkName(name);
  if (one.up) throw new NetlinkError('RTNETLINK answers: Device or resource busy');
  if (network.allInterfaces().some((other) => other.name === name))
    throw new NetlinkError('RTNETLINK answers: File exists');
  for (const port of network.interfaces) if (port.master === one.name) port.master = name;
  one.name = name;
}

function enslave({ network, one }: Place & { one: Interface }, name: string): void {
  const bridge = network.interfaces.find((other) => other.name === name);
  if (!bridge) throw new NetlinkError(`Error: argument "${name}" is wrong: Device does not exist`, 255);
  if (bridge.kind !== 'bridge') throw new NetlinkError('RTNETLINK answers: Operation not supported');
  if (one === bridge || one.kind === 'bridge')
    throw new NetlinkError(
      one === bridge
        ? 'RTNETLINK answers: Too many levels of symbolic links'
        : 'Error: Can not enslave a bridge to a bridge.',
    );
  one.master = name;
}

/** A device that is moved is down there, without addresses. */
function moveDevice({ host, network, one }: Place & { one: Interface }, name: string): void {
  const to = stackNamed(host, name);
  if (to === network) return;
  if (!one.byHand || one.kind === 'bridge')
    throw new NetlinkError('Error: The interface netns is immutable.');
  if (to.allInterfaces().some((other) => other.name === one.name))
    throw new NetlinkError('RTNETLINK answers: File exists');
  network.interfaces.splice(network.interfaces.indexOf(one), 1);
  dropRoutes(network, one.name);
  one.addresses.length = 0;
  one.up = false;
  delete one.master;
  to.interfaces.push(one);
  if (one.cable?.end.cable) one.cable.end.cable.stack = to;
}
