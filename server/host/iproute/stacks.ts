import type { Place } from '../firewall.ts';
import { NetworkNamespace } from '../network/namespace.ts';
import { removeDevice } from './links.ts';
import { NetlinkError } from './words.ts';

export function addStack({ host }: Place, [name = '']: readonly string[]): void {
  const path = `/run/netns/${name}`;
  if (name === '' || name.includes('/')) throw new NetlinkError(`Invalid netns name "${name}"`, 1);
  if (host.stacks.has(name)) throw new NetlinkError(`Cannot create namespace file "${path}": File exists`, 1);
  const made = new NetworkNamespace(host.network.network, name, host.network);
  made.byHand = true;
  made.forwards = host.network.forwards;
  made.interfaces.push({ name: 'lo', mac: ZERO, addresses: [], up: false, mtu: 65_536 });
  host.stacks.set(name, made);
  host.init.fs.mkdirAll('/run/netns');
  host.init.fs.write(path, '');
}

const ZERO = '00:00:00:00:00:00';

export function deleteStack({ host }: Place, [name = '']: readonly string[]): void {
  const path = `/run/netns/${name}`;
  const gone = host.stacks.get(name);
  if (!gone) throw new NetlinkError(`Cannot remove namespace file "${path}": No such file or directory`, 1);
  for (const one of [...gone.interfaces]) removeDevice(gone, one);
  gone.close();
  host.stacks.delete(name);
  host.init.fs.removeAll(path);
}
