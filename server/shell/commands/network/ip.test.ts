import { expect, it } from 'vitest';
import { type FrozenDisk, Host } from '../../../host/index.ts';
import { Random } from '../../../sim/index.ts';
import { TestWorld } from '../testing.ts';

const PING = 'ping -c1 -W1 -q';

/** What is typed one after the other, its status, and what is said where that counts. */
const STEPS: readonly [command: string, status: number, said?: string][] = [
  ['ip netns add red', 0],
  ['ip netns add blue', 0],
  ['ip netns add red', 1, 'Cannot create namespace file "/run/netns/red": File exists\n'],
  ['ip netns', 0, 'blue\nred\n'],
  ['ip netns exec red ip -br link', 0, 'lo               DOWN           00:00:00:00:00:00 <LOOPBACK> \n'],
  ['ip link add red0 type veth peer name red1', 0],
  ['ip link add blue0 type veth peer name blue1', 0],
  ['ip link add red0 type dummy', 2, 'RTNETLINK answers: File exists\n'],
  ['ip link add x type macvlan', 2, 'Error: Unknown device type.\n'],
  ['ip link set red0 netns nix', 255, 'Error: argument "nix" is wrong: Invalid "netns" value\n'],
  ['ip link set red0 netns red', 0],
  ['ip link set blue0 netns blue', 0],
  ['ip link set red0 up', 1, 'Cannot find device "red0"\n'],
  ['ip link set red1 master br', 255, 'Error: argument "br" is wrong: Device does not exist\n'],
  ['ip link add br type bridge', 0],
  ['ip link set red1 master br up', 0],
  ['ip link set blue1 master br up', 0],
  ['ip -n red addr add 192.168.15.1/24 dev red0', 0],
  ['ip -n blue addr add 192.168.15.2/24 dev blue0', 0],
  ['ip -n red route add default via 192.168.15.5', 2, 'Error: Nexthop has invalid gateway.\n'],
  ['ip -n red link set red0 up', 0],
  ['ip -n blue link set blue0 up', 0],
  [`ip netns exec red ${PING} 192.168.15.2`, 1],
  ['ip link set br up', 0],
  [`ip netns exec red ${PING} 192.168.15.2`, 0],
  [`${PING} 192.168.15.1`, 2],
  ['ip addr add 192.168.15.5/24 dev br', 0],
  [`${PING} 192.168.15.1`, 0],
  [`ip netns exec red ${PING} 172.30.1.3`, 2, 'ping: connect: Network is unreachable\n'],
  ['ip -n red route add default via 192.168.15.5', 0],
  [`ip netns exec red ${PING} 172.30.1.2`, 0],
  // The other machine does not know the way back, until this one hides who asks.
  [`ip netns exec red ${PING} 172.30.1.3`, 1],
  ['iptables -t nat -A POSTROUTING -s 192.168.15.0/24 -j MASQUERADE', 0],
  [`ip netns exec red ${PING} 172.30.1.3`, 0],
  ['iptables -A FORWARD -i br -j DROP', 0],
  [`ip netns exec red ${PING} 172.30.1.3`, 1],
  ['iptables -F FORWARD', 0],
  ['ip netns exec red iptables -A OUTPUT -j DROP', 0],
  [`ip netns exec red ${PING} 172.30.1.3`, 1],
  ['ip netns exec red iptables -F', 0],
];

const AFTER: readonly [command: string, status: number][] = [
  [`ip netns exec red ${PING} 192.168.15.2`, 0],
  [`ip netns exec red ${PING} 172.30.1.3`, 0],
  ['sysctl -q -w net.ipv4.ip_forward=0', 0],
  [`ip netns exec red ${PING} 172.30.1.3`, 1],
  ['ip netns delete blue', 0],
  ['ip link show blue1', 1],
  [`ip netns exec red ${PING} 192.168.15.2`, 1],
];

/** The disk of a machine that forwards packets. */
function router(): FrozenDisk {
  const world = new TestWorld();
  world.files(({ fs }) => {
    fs.mkdirAll('/run/sysctl/net/ipv4');
    fs.write('/run/sysctl/net/ipv4/ip_forward', '1\n');
  });
  return world.host.disk.freeze();
}

/** Two machines on one wire, the first with what is on a disk. */
function machines(base: FrozenDisk): TestWorld {
  const world = new TestWorld({ base });
  const { clock, programs } = world.host;
  const options = { clock, programs, network: world.network, random: new Random(1) };
  for (const [i, host] of [world.host, new Host({ ...options, hostname: 'other' })].entries()) {
    const addresses = [`172.30.1.${2 + i}/24`];
    host.network.interfaces.push({ name: 'eth0', mac: '', addresses, up: true, mtu: 1500 });
  }
  return world;
}

function expectAll(world: TestWorld, steps: readonly (readonly [string, number, string?])[]): void {
  for (const [command, status, said] of steps) {
    const got = world.run(command.split(' '));
    expect({ command, status: got.status }, got.stderr).toEqual({ command, status });
    if (said !== undefined) expect(got.stdout + got.stderr).toBe(said);
  }
}

it('wires network namespaces with cables and bridges, and finds them again in a host that is restored', () => {
  const world = machines(router());
  expectAll(world, STEPS);
  const restored = machines(world.host.disk.freeze());
  restored.host.resume();
  expectAll(restored, AFTER);
});
