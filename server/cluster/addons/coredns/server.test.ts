import { expect, test } from 'vitest';
import { type Context, Network, NetworkNamespace } from '../../../host/index.ts';
import { parseCorefile } from './corefile.ts';
import type { ClusterView } from './kubernetes.ts';
import { CoreDnsServer } from './server.ts';

const service = (name: string, spec: object, ingress: object[] = []) => ({
  metadata: { name, namespace: 'shop' },
  spec,
  status: { loadBalancer: { ingress } },
});
const SERVICES = [
  service('web', { clusterIP: '10.96.0.7', ports: [{ port: 80 }] }, [{ ip: '203.0.113.9' }]),
  service('out', { type: 'ExternalName', externalName: 'api.example.org' }),
];
const VIEW = {
  synced: true,
  changedAt: 0,
  service: (_: string, name: string) => SERVICES.find(({ metadata }) => metadata.name === name),
  namespace: (name: string) => name === 'shop',
  podAt: (address: string) => (address === '10.244.1.9' ? { metadata: { namespace: 'shop' } } : undefined),
  slices: () => [],
  services: () => SERVICES,
  allSlices: () => [],
} as unknown as ClusterView;

const FILES: Readonly<Record<string, string>> = {
  '/etc/resolv.conf': 'nameserver 10.96.0.10\n',
  '/zones/db.lab.org': '$TTL 60\n@ IN SOA ns admin 1 2 3 4 5\nwww IN A 192.0.2.1\n',
};

function serverOf(corefile: string) {
  const said: string[] = [];
  const context = {
    fs: {
      isFile: (path: string) => path in FILES,
      isDirectory: () => true,
      list: () => ['db.lab.org', 'readme'],
      read: (path: string) => FILES[path] ?? '',
    },
    network: new NetworkNamespace(new Network(), 'pod'),
  } as unknown as Context;
  const server = new CoreDnsServer(context, parseCorefile(corefile, 'Corefile'), VIEW, (text) => {
    said.push(text);
  });
  const ask = (name: string, type: 'A' | 'SRV' | 'PTR' = 'A', from = '10.244.1.9') => {
    const answer = server.query(name, type, from);
    return answer === 'timeout'
      ? answer
      : [answer.code, ...answer.answers.map((one) => `${one.type} ${one.data}`)].join(' ');
  };
  return { server, said, ask };
}

const K8S = 'kubernetes cluster.local in-addr.arpa';

test.each<[what: string, corefile: string, name: string, answer: string]>([
  [
    'the first fitting rewrite stops',
    `. {\n rewrite name a.lab web.shop.svc.cluster.local\n rewrite name suffix .local .nowhere\n ${K8S}\n}`,
    'a.lab.',
    'NOERROR A 10.96.0.7',
  ],
  [
    'rewrites with groups',
    `. {\n rewrite name regex (.*)\\.lab\\.$ {1}.shop.svc.cluster.local\n ${K8S}\n}`,
    'web.lab.',
    'NOERROR A 10.96.0.7',
  ],
  [
    'a rewritten code',
    `. {\n rewrite rcode exact x.lab NXDOMAIN NOERROR\n hosts {\n 1.2.3.4 y\n}\n}`,
    'x.lab.',
    'NOERROR',
  ],
  [
    'a template that matches',
    `. {\n template IN A lab {\n match ^ip-(?P<a>\\d+)-(?P<b>\\d+)[.]lab[.]$\n answer "{{ .Name }} 60 IN A 10.0.{{ .Group.a }}.{{ .Group.b }}"\n }\n}`,
    'ip-3-4.lab.',
    'NOERROR A 10.0.3.4',
  ],
  [
    'a template that does not',
    `. {\n template IN A lab {\n match ^x\n answer "{{ .Name }} 60 IN A 10.0.0.1"\n }\n}`,
    'y.lab.',
    'NXDOMAIN',
  ],
  [
    'a client that is blocked',
    `. {\n acl {\n allow net 10.9.0.0/16\n block\n }\n ${K8S}\n}`,
    'web.shop.svc.cluster.local.',
    'REFUSED',
  ],
  ['a client that is dropped', `. {\n acl {\n drop type A net 10.244.1.9\n }\n whoami\n}`, 'x.', 'timeout'],
  ['zones in a directory', `. {\n auto {\n directory /zones\n }\n}`, 'www.lab.org.', 'NOERROR A 192.0.2.1'],
  [
    'addresses of balancers',
    `. {\n k8s_external ext.org\n kubernetes cluster.local\n}`,
    'web.shop.ext.org.',
    'NOERROR A 203.0.113.9',
  ],
  [
    'a search on behalf of a pod',
    `. {\n autopath @kubernetes\n kubernetes cluster.local {\n pods verified\n }\n hosts {\n 192.0.2.7 lab.org\n fallthrough\n }\n}`,
    'lab.org.shop.svc.cluster.local.',
    'NOERROR CNAME lab.org. A 192.0.2.7',
  ],
  [
    'verified pods only',
    `. {\n kubernetes cluster.local {\n pods verified\n }\n}`,
    '10-244-1-8.shop.pod.cluster.local.',
    'NXDOMAIN',
  ],
])('%s', (_, corefile, name, answer) => {
  expect(serverOf(corefile).ask(name)).toBe(answer);
});

test('hosts know names of addresses, and an error of a class is logged', () => {
  const { ask, said } = serverOf(`. {\n log . {\n class denial\n }\n hosts {\n 192.0.2.7 a.lab\n }\n}`);
  expect([ask('7.2.0.192.in-addr.arpa.', 'PTR'), ask('a.lab.'), ask('b.lab.')]).toEqual([
    'NOERROR PTR a.lab.',
    'NOERROR A 192.0.2.7',
    'NXDOMAIN',
  ]);
  expect(said).toEqual([expect.stringMatching(/"A IN b\.lab\. udp 23 false 512" NXDOMAIN qr,aa,rd /)]);
});

test.each([
  ['exact a.lab web.shop.svc.cluster.local', 'a.lab. A 10.96.0.7'],
  ['regex (.*)\\.lab {1}.shop.svc.cluster.local', 'web.shop.svc.cluster.local. A 10.96.0.7'],
  ['suffix .lab .shop.svc.cluster.local answer auto', 'web.lab. A 10.96.0.7'],
  [
    '(.*)\\.lab {1}.shop.svc.cluster.local\n answer name (.*)\\.shop\\.svc\\.cluster\\.local {1}.lab',
    'web.lab. A 10.96.0.7',
  ],
])('the names that rewrite leaves in an answer: %s', (rule, answer) => {
  const [name, text] = rule.startsWith('exact')
    ? ['a.lab.', `rewrite name ${rule}`]
    : ['web.lab.', `rewrite stop {\n name ${rule.replace(/^\(/, 'regex (')}\n }`];
  const { server } = serverOf(`. {\n ${text}\n ${K8S}\n}`);
  const reply = server.query(name, 'A', '10.244.1.9');
  if (reply === 'timeout') throw new Error(reply);
  expect(reply.answers.map((record) => `${record.name} ${record.type} ${record.data}`)).toEqual([answer]);
});

test('erratic leaves every second question unanswered', () => {
  const { ask } = serverOf('. {\n erratic\n}');
  expect([ask('x.'), ask('x.')]).toEqual(['timeout', 'NOERROR A 192.0.2.53']);
});

test.each([
  [
    'acl {\n forbid\n }',
    `plugin/acl: unexpected token "forbid"; expect 'allow', 'block', 'filter' or 'drop'`,
  ],
  ['rewrite name regex ( x', 'plugin/rewrite: invalid regex matching pattern: ('],
  ['rewrite stop {\n answer auto\n }', 'plugin/rewrite: response rewrites must begin with a name rule'],
  [
    'rewrite name regex a b answer auto answer name b a',
    'plugin/rewrite: auto name answer rule cannot be combined with explicit name anwer rules',
  ],
  ['rewrite class IN CH', 'plugin/rewrite: rule class: not simulated here'],
])('refuses %s', (line, message) => {
  expect(() => serverOf(`. {\n ${line}\n}`)).toThrow(message);
});
