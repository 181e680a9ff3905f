import { expect, test } from 'vitest';
import { FunctionFile, Host, Network, type Program } from '../../host/index.ts';
import { Clock, Random } from '../../sim/index.ts';
import { writeCertificates } from '../../tools/kubeadm/phases/certs.ts';
import { apiServerComponent, etcdComponent } from '../../tools/kubeadm/phases/control-plane.ts';
import { writeKubeconfigs } from '../../tools/kubeadm/phases/kubeconfig.ts';
import { planOf } from '../../tools/kubeadm/plan.ts';
import { clientFromKubeconfig } from '../client/http-client.ts';
import { RESOURCES } from '../client/resources.ts';
import { clusterPrograms } from '../programs.ts';
import { LogRegistry } from '../store/registry.ts';

function controlPlane() {
  const clock = new Clock(Date.UTC(2026, 10, 21));
  const logs = new LogRegistry();
  const network = new Network();
  const programs = new Map(clusterPrograms({ logs }).map((program) => [program.name, program]));
  const host = new Host({ hostname: 'controlplane', clock, random: new Random(1), network, programs });
  host.network.interfaces.push(
    { name: 'lo', mac: '', addresses: ['127.0.0.1/8'], up: true, mtu: 65_536 },
    { name: 'eth0', mac: '', addresses: ['172.30.1.2/24'], up: true, mtu: 1500 },
  );
  const plan = planOf({ controlPlane: { name: 'controlplane', address: '172.30.1.2' } });
  writeCertificates(host, plan);
  writeKubeconfigs(host, plan);
  let said = '';
  const output = new FunctionFile('pipe:[1]', {
    write: (text) => {
      said += text;
      return text.length;
    },
  });
  const start = (name: string, flags: readonly string[]) => {
    const { main } = programs.get(name) as Program;
    const process = host.init.fork(main, { args: [name, ...flags], fds: new Map([[2, output]]) });
    clock.advance(3000);
    return process;
  };
  return { clock, host, logs, plan, start, said: () => said };
}

test('etcd and kube-apiserver serve over TLS with the certificates of kubeadm', () => {
  const { host, plan, start, clock } = controlPlane();
  const etcd = start('etcd', etcdComponent(host, plan).flags);
  const server = start('kube-apiserver', apiServerComponent(host, plan).flags);
  expect([etcd.alive, server.alive]).toEqual([true, true]);
  const admin = clientFromKubeconfig(host.init, '/etc/kubernetes/super-admin.conf');
  expect(admin.list(RESOURCES.namespaces).items.map((n) => n.metadata.name)).toEqual([
    'default',
    'kube-node-lease',
    'kube-public',
    'kube-system',
  ]);
  const who = admin.create<any>(
    {
      group: 'authentication.k8s.io',
      version: 'v1',
      plural: 'selfsubjectreviews',
      kind: 'SelfSubjectReview',
      namespaced: false,
    },
    {},
  );
  expect(who.status.userInfo).toMatchObject({
    username: 'kubernetes-super-admin',
    groups: ['system:masters', 'system:authenticated'],
  });
  etcd.signal('KILL');
  clock.advance(100);
  expect(() => admin.list(RESOURCES.namespaces)).toThrow('etcdserver: request timed out');
  expect(admin.request({ method: 'GET', path: '/livez', headers: {} }).status).toBe(500);
  start('etcd', etcdComponent(host, plan).flags);
  expect(admin.list(RESOURCES.namespaces).items.length).toBe(4);
});

test.each([
  ['--foo', 1],
  ['--etcd-servers=https://127.0.0.1:2380', 255],
  ['--tls-cert-file=/nowhere.crt', 1],
])('a server with %s ends', (flag, code) => {
  const { host, plan, start, clock } = controlPlane();
  start('etcd', etcdComponent(host, plan).flags);
  const name = flag.split('=')[0] as string;
  const others = apiServerComponent(host, plan).flags.filter((other) => !other.startsWith(`${name}=`));
  const server = start('kube-apiserver', [...others, flag]);
  clock.advance(60_000);
  expect(server.alive).toBe(false);
  expect(server.status?.code).toBe(code);
});

test.each([
  ['--tls-min-version=VersionTLS99', 'unknown tls version \\"VersionTLS99\\"'],
  ['--tls-cipher-suites=FOO', "Cipher suite FOO not supported or doesn't exist"],
  ['--enable-admission-plugins=Foo', 'enable-admission-plugins plugin \\"Foo\\" is unknown'],
  ['--enable-admission-plugins=ImagePolicyWebhook', 'ImagePolicyWebhook\\": no config specified'],
  ['--service-cluster-ip-range=10.96.0.0/33', 'service-cluster-ip-range[0] is not a valid cidr'],
  ['--max-requests-inflight=-1', '--max-requests-inflight can not be negative value'],
  ['--audit-log-format=legacy', 'legacy is not simulated'],
  ['--service-account-max-token-expiration=1h', '--service-account-max-token-expiration=1h is not simulated'],
  ['--service-account-lookup=false', '--service-account-lookup=false is not simulated'],
  ['--logging-format=json', '--logging-format=json is not simulated'],
  ['--audit-log-format=xml', 'invalid audit log format xml, allowed formats are \\"legacy,json\\"'],
  ['--secure-port=0', '--secure-port 0 must be between 1 and 65535, inclusive.'],
  ['--service-node-port-range=40000-30000', 'end port cannot be less than start port: 40000-30000'],
  ['--authorization-mode=ABAC', "authorization-mode ABAC's authorization policy file not passed"],
  ['--authorization-policy-file=/x', 'cannot specify --authorization-policy-file without mode ABAC'],
  ['--oidc-issuer-url=https://x', 'oidc-issuer-url and oidc-client-id must be specified together'],
  ['--feature-gates=VolumeAttributesClass=true', 'is not simulated by kube-apiserver'],
  ['--authentication-config=/x', 'open /x: no such file or directory'],
  ['--feature-gates=PodPriority=true', 'err="unrecognized feature gate: PodPriority"'],
  ['--runtime-config=batch/v9=true', 'group version batch/v9 that has not been registered'],
  [
    '--admission-control-config-file=/x',
    'unable to read admission control configuration from \\"/x\\" [open /x: no such file or directory]',
  ],
  ['--authorization-mode=Rbac', 'authorization-mode \\"Rbac\\" is not a valid mode'],
])('a server with %s says why it ends', (flag, why) => {
  const { host, plan, start, said } = controlPlane();
  start('etcd', etcdComponent(host, plan).flags);
  const name = flag.split('=')[0] as string;
  const others = apiServerComponent(host, plan).flags.filter((other) => !other.startsWith(`${name}=`));
  const server = start('kube-apiserver', [...others, flag]);
  expect(server.alive).toBe(false);
  expect(said()).toContain(why);
});

const POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: None, users: [nobody], verbs: [get]}
- {level: RequestResponse, omitManagedFields: true, resources: [{group: "", resources: [configmaps]}]}
- {level: Metadata, resources: [{group: "", resources: [secrets]}]}
- {level: Request, nonResourceURLs: ["/version*"]}
`;

test('what a policy asks for is written to the audit log', () => {
  const { host, plan, start } = controlPlane();
  start('etcd', etcdComponent(host, plan).flags);
  host.init.fs.write('/etc/kubernetes/audit.yaml', POLICY);
  const flags = apiServerComponent(host, plan).flags;
  const path = '/var/log/kubernetes/audit.log';
  start('kube-apiserver', [
    ...flags,
    '--audit-policy-file=/etc/kubernetes/audit.yaml',
    `--audit-log-path=${path}`,
  ]);
  const admin = clientFromKubeconfig(host.init, '/etc/kubernetes/super-admin.conf');
  const object = (kind: string, name: string) => ({ apiVersion: 'v1', kind, metadata: { name } });
  admin.create(RESOURCES.configmaps, { ...object('ConfigMap', 'cm'), data: { a: 'b' } }, 'default');
  admin.create(RESOURCES.secrets, { ...object('Secret', 's'), data: { a: 'Yg==' } }, 'default');
  admin.find(RESOURCES.secrets, 'none', 'default');
  admin.list(RESOURCES.namespaces);
  admin.request({ method: 'GET', path: '/version', headers: {} });
  const events = host.init.fs
    .read(path)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    // What the server makes sure of at start is not ours.
    .filter(({ objectRef }) => objectRef?.namespace !== 'kube-system');
  const brief = ({ level, stage, verb, requestURI, responseStatus }: any) =>
    `${level} ${stage} ${verb} ${requestURI} ${responseStatus.code}`;
  expect(events.map(brief)).toEqual([
    'RequestResponse ResponseComplete create /api/v1/namespaces/default/configmaps 201',
    'Metadata ResponseComplete create /api/v1/namespaces/default/secrets 201',
    'Metadata ResponseComplete get /api/v1/namespaces/default/secrets/none 404',
    'Request ResponseComplete get /version 200',
  ]);
  expect(events[0]).toMatchObject({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    user: { username: 'kubernetes-super-admin', groups: ['system:masters', 'system:authenticated'] },
    objectRef: { resource: 'configmaps', namespace: 'default', name: 'cm', apiVersion: 'v1' },
    requestObject: { data: { a: 'b' } },
    responseObject: { metadata: { name: 'cm' } },
    annotations: { 'authorization.k8s.io/decision': 'allow' },
  });
  expect(events[0].responseObject.metadata.managedFields).toBeUndefined();
  expect(events[1].requestObject).toBeUndefined();
});

test('a server with an unknown level in its audit policy ends', () => {
  const { host, plan, start } = controlPlane();
  start('etcd', etcdComponent(host, plan).flags);
  host.init.fs.write('/etc/kubernetes/audit.yaml', POLICY.replace('Metadata', 'All'));
  const flags = apiServerComponent(host, plan).flags;
  const policy = '--audit-policy-file=/etc/kubernetes/audit.yaml';
  expect(start('kube-apiserver', [...flags, policy, '--audit-log-path=/tmp/a']).alive).toBe(false);
});
