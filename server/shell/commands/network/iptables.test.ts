import { expect, it } from 'vitest';
import { TestWorld } from '../testing.ts';

const ERROR = 'iptables v1.8.10 (nf_tables): ';
const HINT = "Try `iptables -h' or 'iptables --help' for more information.\n";
const ASK = 'nc -zvw1 127.0.0.1 80';
const UP = 'Connection to 127.0.0.1 80 port [tcp/http] succeeded!\n';
const HEAD = 'num  target     prot opt source               destination         \n';

/** What is typed one after the other, and what comes of it; `ASK` fails where the web server does not answer. */
const STEPS: readonly [command: string, status: number, said?: string][] = [
  ['iptables -A INPUT -p tcp --dport 80 -s 10.1.2.3/8 -j DROP', 0],
  ['iptables -S INPUT', 0, '-P INPUT ACCEPT\n-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 80 -j DROP\n'],
  [ASK, 0, UP],
  ['iptables -I INPUT ! -s 10.0.0.0/8 -p tcp -m multiport --dports http,443 -j REJECT', 0],
  [ASK, 1, 'nc: connect to 127.0.0.1 port 80 (tcp) failed: Connection refused\n'],
  ['iptables -I INPUT -i lo -m comment --comment own -j ACCEPT', 0],
  [ASK, 0, UP],
  [
    'iptables -L INPUT -n --line-numbers',
    0,
    `Chain INPUT (policy ACCEPT)
${HEAD}1    ACCEPT     0    --  0.0.0.0/0            0.0.0.0/0            /* own */
2    REJECT     6    -- !10.0.0.0/8           0.0.0.0/0            multiport dports 80,443 reject-with icmp-port-unreachable
3    DROP       6    --  10.0.0.0/8           0.0.0.0/0            tcp dpt:80
`,
  ],
  ['iptables -D INPUT 1', 0],
  [ASK, 1, 'nc: connect to 127.0.0.1 port 80 (tcp) failed: Connection refused\n'],
  ['iptables -F', 0],
  [ASK, 0, UP],
  ['iptables -N MINE', 0],
  ['iptables -A MINE -p tcp -j RETURN', 0],
  ['iptables -A OUTPUT -j MINE', 0],
  ['iptables -P OUTPUT DROP', 0],
  [ASK, 1, 'nc: connect to 127.0.0.1 port 80 (tcp) timed out: Operation now in progress\n'],
  ['iptables -R MINE 1 -p tcp -m conntrack --ctstate NEW -j ACCEPT', 0],
  [ASK, 0, UP],
  ['iptables -X MINE', 4, `${ERROR} CHAIN_DEL failed (Device or resource busy): chain MINE\n`],
  ['iptables-restore /rules', 0],
  ['iptables -S', 0, '-P INPUT DROP\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n-A INPUT -i lo -j ACCEPT\n'],
  ['iptables -C INPUT -j DROP', 1, 'iptables: Bad rule (does a matching rule exist in that chain?).\n'],
  ['iptables -A NIX -j DROP', 1, 'iptables: No chain/target/match by that name.\n'],
  ['iptables -A INPUT --dport 80 -j DROP', 2, `${ERROR}unknown option "--dport"\n${HINT}`],
  ['iptables -A INPUT -j NIX', 2, `${ERROR}Chain 'NIX' does not exist\n${HINT}`],
  ['iptables -A INPUT -m limit -j DROP', 1, `${ERROR}the match "limit" is not simulated here\n`],
  ['iptables -t raw -F', 1, `${ERROR}changing the table raw is not simulated here\n`],
  ['iptables -F OUTPUT', 0],
  ['iptables -P OUTPUT ACCEPT', 0],
  ['iptables -t nat -A OUTPUT -p tcp --dport 8080 -j REDIRECT --to-port 80', 0],
  ['nc -zvw1 127.0.0.1 8080', 0, 'Connection to 127.0.0.1 8080 port [tcp/http-alt] succeeded!\n'],
  [
    'iptables -t nat -S OUTPUT',
    0,
    `-P OUTPUT ACCEPT\n-A OUTPUT -p tcp -m tcp --dport 8080 -j REDIRECT --to-ports 80\n`,
  ],
  [
    'iptables -t nat -A PREROUTING -j MASQUERADE',
    4,
    `${ERROR}RULE_APPEND failed (Invalid argument): rule in chain PREROUTING\n`,
  ],
  [
    'iptables -t nat -A OUTPUT -j DNAT',
    2,
    `${ERROR}DNAT: option "--to-destination" must be specified\n${HINT}`,
  ],
];

it('keeps rules of the filter table and lets them decide about connections', () => {
  const world = new TestWorld();
  const { network, init } = world.host;
  network.interfaces.push({ name: 'lo', mac: '', addresses: ['127.0.0.1/8'], up: true, mtu: 65_536 });
  network.listen({ protocol: 'TCP', address: '0.0.0.0', port: 80, pid: 1, service: 'web' });
  init.fs.write('/rules', '*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n');
  for (const [command, status, said = ''] of STEPS) {
    const got = world.run(command.split(' '));
    expect({ command, status: got.status, said: got.stdout + got.stderr }).toEqual({ command, status, said });
  }
});
