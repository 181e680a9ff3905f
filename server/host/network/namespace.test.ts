import { expect, test } from 'vitest';
import { Network, NetworkNamespace } from './namespace.ts';

function stack(network: Network, name: string, address: string): NetworkNamespace {
  const made = new NetworkNamespace(network, name);
  made.interfaces.push({ name: 'eth0', mac: '', addresses: [address], up: true, mtu: 1500 });
  made.routes.push({ to: 'default', via: '10.0.0.1', dev: 'eth0' });
  return made;
}

test.each([
  ['a port that nobody listens on', '10.0.0.3', 'refused'],
  ['an address of the same network that nobody has', '10.0.0.77', 'no-route'],
  ['an address elsewhere that nobody has', '10.9.0.1', 'timeout'],
])('%s', (_, address, failure) => {
  const network = new Network();
  const from = stack(network, 'one', '10.0.0.2/24');
  stack(network, 'two', '10.0.0.3/24');
  expect(from.connect(address, 80)).toMatchObject({ ok: false, failure });
});
