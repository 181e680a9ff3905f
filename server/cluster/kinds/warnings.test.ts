import { expect, test } from 'vitest';
import { KINDS } from './index.ts';

const kindOf = (name: string) => KINDS.find(({ kind }) => kind === name);
const meta = (name = 'web', annotations = {}) => ({ name, annotations });
const container = (rest: object) => ({ name: 'c', image: 'nginx', ...rest });
const withTemplate = (spec: object) => ({ spec: { template: { metadata: {}, spec } } });
const port = (rest: object = {}) => ({ containerPort: 80, protocol: 'TCP', ...rest });
const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

const CASES: readonly (readonly [kind: string, object: object, warnings: readonly string[]])[] = [
  ['Pod', { metadata: meta(), spec: { containers: [container({ ports: [port()] })] } }, []],
  [
    'NetworkPolicy',
    {
      metadata: meta(),
      spec: { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.1/8', except: ['10.1.0.0/16'] } }] }] },
    },
    [
      'spec.egress[0].to[0].ipBlock.cidr: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)',
    ],
  ],
  [
    'Pod',
    { metadata: meta('web.1'), spec: {} },
    [
      `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${LABEL}]`,
    ],
  ],
  [
    'Pod',
    {
      metadata: meta(),
      spec: {
        nodeSelector: { 'beta.kubernetes.io/os': 'linux' },
        topologySpreadConstraints: [{ topologyKey: 'zone' }],
        containers: [
          container({
            env: [
              { name: 'A', value: '1' },
              { name: 'A', value: '$(A)2' },
              { name: 'A', value: '3' },
            ],
            resources: { limits: { memory: '100m' } },
            ports: [port(), port({ hostPort: 8080 })],
          }),
          container({ ports: [port({ hostIP: '10.0.0.1' })] }),
        ],
      },
    },
    [
      'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
      'spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod',
      'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
      'spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply',
      'spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]',
      'spec.containers[1].ports[0]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:80 Protocol:TCP HostIP:10.0.0.1}',
      'spec.containers[1].ports[0]: overlapping port definition with spec.containers[0].ports[0]',
      'spec.containers[1].ports[0]: overlapping port definition with spec.containers[0].ports[1]',
    ],
  ],
  [
    'Pod',
    {
      metadata: meta(),
      spec: {
        volumes: [
          { name: 'repo', gitRepo: {} },
          { name: 'conf', configMap: { name: 'cm', items: [{ path: 'a' }, { path: 'a/b' }] } },
        ],
        imagePullSecrets: [{ name: 's' }, { name: 's' }],
      },
    },
    [
      'spec.volumes[0].gitRepo: deprecated in v1.11',
      'volume "conf" (ConfigMap "cm"): overlapping paths: "a/b" with "a"',
      'spec.imagePullSecrets[1].name: duplicate name "s"',
    ],
  ],
  [
    'Deployment',
    { metadata: meta(), ...withTemplate({ containers: [container({ ports: [port(), port()] })] }) },
    [
      'spec.template.spec.containers[0].ports[1]: duplicate port definition with spec.template.spec.containers[0].ports[0]',
    ],
  ],
  [
    'CronJob',
    {
      metadata: meta(),
      spec: { jobTemplate: withTemplate({ nodeSelector: { 'node-role.kubernetes.io/master': '' } }) },
    },
    [
      'spec.jobTemplate.spec.template.spec.nodeSelector[node-role.kubernetes.io/master]: use "node-role.kubernetes.io/control-plane" instead',
    ],
  ],
  [
    'PersistentVolumeClaim',
    {
      metadata: meta('c', { 'volume.beta.kubernetes.io/storage-class': 'x' }),
      spec: { resources: { requests: { storage: '1500m' } } },
    },
    [
      'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead',
      'spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer',
    ],
  ],
  [
    'PersistentVolume',
    { metadata: meta(), spec: { rbd: {} } },
    ['spec.rbd: deprecated in v1.28, non-functional in v1.31+'],
  ],
  [
    'Service',
    {
      metadata: meta(),
      spec: { type: 'ClusterIP', clusterIP: 'None', sessionAffinity: 'ClientIP', externalName: 'x' },
    },
    [
      'spec.SessionAffinity is ignored for headless services',
      'spec.externalName is ignored when spec.type is not "ExternalName"',
    ],
  ],
  [
    'Ingress',
    { metadata: meta('i', { 'kubernetes.io/ingress.class': 'nginx' }), spec: {} },
    [`annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`],
  ],
];

test.each(CASES)('%s warns of what is dubious: %j', (kind, object, warnings) => {
  expect(kindOf(kind)?.warnings?.(object as never)).toEqual(warnings);
});

test('what does not change is not warned of again', () => {
  const old = { metadata: meta(), ...withTemplate({ nodeSelector: { 'beta.kubernetes.io/os': 'linux' } }) };
  const labelled = { ...old, metadata: { ...old.metadata, labels: { a: 'b' } } };
  expect(kindOf('Deployment')?.warnings?.(labelled as never, old as never)).toEqual([]);
});
