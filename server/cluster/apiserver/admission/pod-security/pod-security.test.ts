import { expect, test } from 'vitest';
import { AuditLog } from '../../audit.ts';
import { startApiServer } from '../../testing.ts';
import { showViolations, violations } from './checks.ts';
import { policyOf } from './policy.ts';

const container = (securityContext?: object) => ({
  name: 'c',
  image: 'x',
  ...(securityContext ? { securityContext } : {}),
});
const good = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};
const sysctls = (...names: string[]) => ({
  securityContext: { sysctls: names.map((name) => ({ name, value: '1' })) },
  containers: [container(good)],
});
const REST =
  'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")';

test.each<[string, string, object, string]>([
  [
    'restricted',
    'latest',
    { hostNetwork: true, containers: [container({ privileged: true, allowPrivilegeEscalation: false })] },
    `host namespaces (hostNetwork=true), privileged (container "c" must not set securityContext.privileged=true), ${REST}`,
  ],
  ['restricted', 'v1.7', { containers: [container({ runAsNonRoot: true })] }, ''],
  [
    'restricted',
    'v1.18',
    { containers: [container({ allowPrivilegeEscalation: true, runAsNonRoot: true })] },
    'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false)',
  ],
  ['restricted', 'latest', { os: { name: 'windows' }, containers: [container({ runAsNonRoot: true })] }, ''],
  [
    'restricted',
    'latest',
    {
      volumes: [
        { name: 'v', hostPath: {} },
        { name: 'w', nfs: {} },
      ],
      containers: [container(good)],
    },
    'restricted volume types (volumes "v", "w" use restricted volume types "hostPath", "nfs")',
  ],
  [
    'restricted',
    'latest',
    { containers: [container({ ...good, capabilities: { add: ['CHOWN'] } })] },
    'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]; container "c" must not include "CHOWN" in securityContext.capabilities.add)',
  ],
  [
    'baseline',
    'v1.26',
    sysctls('net.ipv4.ip_local_reserved_ports', 'x'),
    'forbidden sysctls (net.ipv4.ip_local_reserved_ports, x)',
  ],
  ['baseline', 'latest', sysctls('net.ipv4.tcp_rmem'), ''],
  [
    'baseline',
    'latest',
    {
      securityContext: {
        seLinuxOptions: { type: 'spc_t', user: 'u' },
        appArmorProfile: { type: 'Unconfined' },
      },
      containers: [container({ windowsOptions: { hostProcess: true }, seLinuxOptions: { role: 'r' } })],
    },
    'forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined"), seLinuxOptions (pod and container "c" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set; role may not be set), hostProcess (container "c" must not set securityContext.windowsOptions.hostProcess=true)',
  ],
  [
    'baseline',
    'latest',
    { containers: [{ ...container(), ports: [{ hostPort: 9 }, { hostPort: 80 }] }] },
    'hostPort (container "c" uses hostPorts 80, 9)',
  ],
  ['privileged', 'latest', { hostPID: true, containers: [] }, ''],
])('%s:%s of %j: %s', (level, version, spec, text) => {
  expect(showViolations(violations({ level, version }, { spec }))).toBe(text);
});

const labelled = (labels: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(labels).map(([key, value]) => [`pod-security.kubernetes.io/${key}`, value]),
  );

test.each([
  [{ enforce: 'baseline' }, 'baseline:latest privileged:latest baseline:latest'],
  [{ enforce: 'baseline', 'enforce-version': 'v1.22' }, 'baseline:v1.22 privileged:latest baseline:v1.22'],
  [{ enforce: 'baseline', 'warn-version': 'v1.23' }, 'baseline:latest privileged:latest baseline:v1.23'],
  [{ enforce: 'baseline', warn: 'privileged' }, 'baseline:latest privileged:latest privileged:latest'],
  [{ warn: 'restricted' }, 'privileged:latest privileged:latest restricted:latest'],
])('%j: %s', (labels, policies) => {
  const { enforce, audit, warn } = policyOf(labelled(labels as Record<string, string>));
  expect([enforce, audit, warn].map(({ level, version }) => `${level}:${version}`).join(' ')).toBe(policies);
});

test('a workload is warned of what its pods would violate; relaxing a level tells nothing; violations are audited', () => {
  const lines: string[] = [];
  const audit = new AuditLog({ rules: [{ level: 'Metadata' }] }, (line) => lines.push(line));
  const { client } = startApiServer({ server: { audit } });
  const send = (method: string, path: string, value: object, type = '') =>
    client().request({ method, path, headers: type ? { 'content-type': type } : {}, value: value as never });
  const labels = labelled({ enforce: 'baseline', audit: 'restricted', warn: 'privileged' });
  send('POST', '/api/v1/namespaces', { metadata: { name: 'safe', labels } });
  const template = { metadata: { labels: { a: 'b' } }, spec: { hostPID: true, containers: [container()] } };
  const spec = { selector: { matchLabels: { a: 'b' } }, template };
  const post = () =>
    send('POST', '/apis/apps/v1/namespaces/safe/deployments', { metadata: { generateName: 'd' }, spec });
  const relabel = (mode: Record<string, string | null>) =>
    send(
      'PATCH',
      '/api/v1/namespaces/safe',
      { metadata: { labels: labelled(mode as Record<string, string>) } },
      'application/merge-patch+json',
    );
  expect(post().headers['warning']).toBe(undefined);
  expect(JSON.parse(lines.at(-1) as string).annotations).toMatchObject({
    'pod-security.kubernetes.io/audit-violations': expect.stringMatching(
      /^would violate PodSecurity "restricted:latest": host namespaces \(hostPID=true\), allowPriv/,
    ),
  });
  relabel({ warn: null });
  expect(post().headers['warning']).toBe(
    '299 - "would violate PodSecurity \\"baseline:latest\\": host namespaces (hostPID=true)"',
  );
  relabel({ enforce: 'restricted' });
  expect(relabel({ enforce: 'baseline' }).headers['warning']).toBe(undefined);
});
