import { expect, it } from 'vitest';
import { TestWorld } from '../testing.ts';

function world(): TestWorld {
  const made = new TestWorld();
  const { network } = made.host;
  network.interfaces.push({
    name: 'lo',
    mac: '00:00:00:00:00:00',
    addresses: ['127.0.0.1/8'],
    up: true,
    mtu: 65_536,
  });
  network.interfaces.push({
    name: 'enp1s0',
    mac: '52:54:00:00:00:01',
    addresses: ['172.30.1.2/24'],
    up: true,
    mtu: 1500,
  });
  network.routes.push({ to: 'default', via: '172.30.1.1', dev: 'enp1s0' });
  network.listen({
    protocol: 'TCP',
    address: '0.0.0.0',
    port: 80,
    pid: 1,
    http: ({ path, method, body }) =>
      path === '/'
        ? { status: 200, headers: { 'content-type': 'text/plain' }, body: `${method} ${body ?? '-'}\n` }
        : path === '/old'
          ? { status: 301, headers: { location: '/' }, body: '' }
          : { status: 404, headers: {}, body: 'nothing\n' },
  });
  return made;
}

const CASES: readonly [command: string, status: number, stdout: string, stderr: string][] = [
  ['curl -s localhost', 0, 'GET -\n', ''],
  ['curl -s -d a=b -d c localhost', 0, 'POST a=b&c\n', ''],
  ['curl -sL localhost/old', 0, 'GET -\n', ''],
  ['curl -sf localhost/x', 22, '', ''],
  ['curl -sSf localhost/x', 22, '', 'curl: (22) The requested URL returned error: 404\n'],
  ['curl -s -o /dev/null -w %{http_code} localhost/x', 0, '404', ''],
  ['curl -sS nosuch', 6, '', 'curl: (6) Could not resolve host: nosuch\n'],
  [
    'curl -sS localhost:81',
    7,
    '',
    "curl: (7) Failed to connect to localhost port 81 after 1 ms: Couldn't connect to server\n",
  ],
  ['curl -sS -m 2 10.0.0.9', 28, '', 'curl: (28) Connection timed out after 2001 milliseconds\n'],
  [
    'curl --nope',
    2,
    '',
    "curl: option --nope: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
  ],
  [
    'curl --max-time=3 x',
    2,
    '',
    "curl: option --max-time=3: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
  ],
  [
    'curl -sm',
    2,
    '',
    "curl: option -sm: requires parameter\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
  ],
  [
    'curl -mx http://a',
    2,
    '',
    "curl: option -mx: expected a proper numerical parameter\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
  ],
  [
    'curl --no-data',
    2,
    '',
    "curl: option --no-data: used '--no-' for option that isn't a boolean\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
  ],
  [
    'curl --http x',
    2,
    '',
    "curl: option --http: is ambiguous\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
  ],
  [
    'curl --sil --no-silent -sS --max-t 2 10.0.0.9',
    28,
    '',
    'curl: (28) Connection timed out after 2001 milliseconds\n',
  ],
  [
    'ss -ltn',
    0,
    'State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\nLISTEN 0      4096         0.0.0.0:80        0.0.0.0:*          \n',
    '',
  ],
  ['ss -ltnpH sport = :80', 0, 'LISTEN 0 4096 0.0.0.0:80 0.0.0.0:* users:(("systemd",pid=1,fd=6))\n', ''],
  ['conntrack -C', 0, '0\n', ''],
  [
    'netstat -rn',
    0,
    'Kernel IP routing table\nDestination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n0.0.0.0         172.30.1.1      0.0.0.0         UG        0 0          0 enp1s0\n172.30.1.0      0.0.0.0         255.255.255.0   U         0 0          0 enp1s0\n',
    '',
  ],
  [
    'iptables -t nat -S',
    0,
    '-P PREROUTING ACCEPT\n-P INPUT ACCEPT\n-P OUTPUT ACCEPT\n-P POSTROUTING ACCEPT\n',
    '',
  ],
  ['iptables -L NIX', 1, '', 'iptables: No chain/target/match by that name.\n'],
  ['wget -qO- localhost', 0, 'GET -\n', ''],
  ['wget -q -O - localhost/x', 8, '', ''],
  ['nc -z 127.0.0.1 80', 0, '', ''],
  ['nc -zu 127.0.0.1 80', 1, '', ''],
  [
    'nc -zv -w 1 10.0.0.9 80',
    1,
    '',
    'nc: connect to 10.0.0.9 port 80 (tcp) timed out: Operation now in progress\n',
  ],
  ['openssl x509 -foo', 1, '', 'x509: Unknown option: -foo\nx509: Use -help for summary.\n'],
  ['dig +short google.com @8.8.8.8', 0, '142.250.74.110\n', ''],
];

it.each(CASES)('%s', (command, status, stdout, stderr) => {
  expect(world().run(command.split(' '))).toEqual({ stdout, stderr, status });
});

it('makes a key and a request that can be read again', () => {
  const made = world();
  made.run(['openssl', 'genrsa', '-out', 'k.pem', '2048']);
  expect(
    made.run(['openssl', 'req', '-new', '-key', 'k.pem', '-subj', '/O=dev/CN=jane', '-out', 'r.pem']).status,
  ).toBe(0);
  expect(made.run(['openssl', 'req', '-in', 'r.pem', '-noout', '-subject']).stdout).toBe(
    'subject=O = dev, CN = jane\n',
  );
});

it("ufw keeps rules, and they are the kernel's while it is enabled", () => {
  const made = world();
  const run = (line: string) => {
    const { stdout, stderr } = made.run(line.split(' '));
    return stdout + stderr;
  };
  expect(run('ufw status')).toBe('Status: inactive\n');
  expect(run('ufw allow 22/tcp')).toBe('Rules updated\nRules updated (v6)\n');
  expect(run('ufw allow from 10.0.0.0/8 to any port 6443 proto tcp')).toBe('Rules updated\n');
  expect(run('ufw allow 70000')).toBe("ERROR: Bad port '70000'\n");
  expect(run('ufw --force enable')).toBe('Firewall is active and enabled on system startup\n');
  expect(run('ufw allow OpenSSH')).toContain('Skipping adding existing rule');
  expect(run('ufw deny 80,443/tcp')).toBe('Rule added\nRule added (v6)\n');
  expect(run('ufw status')).toMatch(/^6443\/tcp +ALLOW +10.0.0.0\/8/m);
  expect(run('iptables -S ufw-user-input')).toBe(
    `-N ufw-user-input
-A ufw-user-input -p tcp -m tcp --dport 22 -j ACCEPT
-A ufw-user-input -s 10.0.0.0/8 -p tcp -m tcp --dport 6443 -j ACCEPT
-A ufw-user-input -p tcp -m tcp --dport 80 -j DROP
-A ufw-user-input -p tcp -m tcp --dport 443 -j DROP
`,
  );
  expect(run('ufw default allow incoming')).toContain("changed to 'allow'");
  expect(run('ufw disable')).toBe('Firewall stopped and disabled on system startup\n');
  expect(run('iptables -S')).toBe('-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n');
});
