import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../objects/object.ts';
import { type PolicyView, whyDenied } from './evaluate.ts';

const pod = (namespace: string, name: string, podIP: string): KubeObject =>
  ({
    metadata: { namespace, name, labels: { app: name } },
    spec: { containers: [{ ports: [{ name: 'http', containerPort: 8080 }] }] },
    status: { podIP },
  }) as unknown as KubeObject;

const PODS = [
  pod('shop', 'web', '10.244.1.2'),
  pod('shop', 'db', '10.244.1.3'),
  pod('mon', 'web', '10.244.2.2'),
];

function view(...specs: object[]): PolicyView {
  const policies = specs.map((spec, i) => ({ metadata: { name: `p${i}` }, spec }) as unknown as KubeObject);
  return {
    policies: (namespace) => (namespace === 'shop' ? policies : []),
    podAt: (address) => PODS.find(({ status }) => status.podIP === address),
    namespaceLabels: (name) => ({ 'kubernetes.io/metadata.name': name }),
  };
}

const [WEB, DB, MON, HOST] = ['10.244.1.2', '10.244.1.3', '10.244.2.2', '172.30.1.3'];
const db = { podSelector: { matchLabels: { app: 'db' } }, policyTypes: ['Ingress'] };
const web = { podSelector: { matchLabels: { app: 'web' } } };
const dns = { ports: [{ port: 53, protocol: 'UDP' }] };

describe('who may reach whom', () => {
  test.each<[string, object[], [string, string, number, string?], string]>([
    ['nothing is isolated without a policy', [], [MON, DB, 80], ''],
    ['no rule: nobody', [db], [WEB, DB, 80], 'ingress p0'],
    ['an empty rule: everybody', [{ ...db, ingress: [{}] }], [MON, DB, 80], ''],
    ['other pods are not isolated', [db], [DB, WEB, 80], ''],
    ['pods of the namespace alone', [{ ...db, ingress: [{ from: [web] }] }], [MON, DB, 80], 'ingress p0'],
    ['pods of the namespace', [{ ...db, ingress: [{ from: [web] }] }], [WEB, DB, 80], ''],
    [
      'both selectors of one peer',
      [{ ...db, ingress: [{ from: [{ ...web, namespaceSelector: {} }] }] }],
      [MON, DB, 80],
      '',
    ],
    ['rules of several policies add up', [db, { ...db, ingress: [{}] }], [MON, DB, 80], ''],
    [
      'a range of ports',
      [{ ...db, ingress: [{ ports: [{ port: 7000, endPort: 7010 }] }] }],
      [WEB, DB, 7010],
      '',
    ],
    [
      'outside the range',
      [{ ...db, ingress: [{ ports: [{ port: 7000, endPort: 7010 }] }] }],
      [WEB, DB, 7011],
      'ingress p0',
    ],
    ['a named port', [{ ...db, ingress: [{ ports: [{ port: 'http' }] }] }], [WEB, DB, 8080], ''],
    [
      'addresses',
      [{ ...db, ingress: [{ from: [{ ipBlock: { cidr: '172.30.0.0/16' } }] }] }],
      [HOST, DB, 80],
      '',
    ],
    [
      'but these addresses',
      [{ ...db, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.244.1.0/24'] } }] }] }],
      [WEB, DB, 80],
      'ingress p0',
    ],
    [
      'what goes out',
      [{ podSelector: {}, policyTypes: ['Egress'], egress: [dns] }],
      [WEB, MON, 80],
      'egress p0',
    ],
    ['names only', [{ podSelector: {}, policyTypes: ['Egress'], egress: [dns] }], [WEB, MON, 53, 'UDP'], ''],
  ])('%s', (_, specs, [fromAddress, toAddress, port, protocol = 'TCP'], denied) => {
    const flow = { fromAddress, toAddress, port, protocol };
    const why = whyDenied(view(...specs), flow, 'egress') ?? whyDenied(view(...specs), flow, 'ingress') ?? '';
    expect(why.replace(/^(\w+) .*"(p\d)"$/, '$1 $2')).toBe(denied);
  });
});
