import type { Dice } from './dice.ts';
import type { Sort } from './sort.ts';

type Fields = Record<string, any>;

function peer(dice: Dice): Fields {
  return dice.pick<Fields>([
    { podSelector: dice.selector() },
    { namespaceSelector: dice.selector() },
    { podSelector: dice.selector(), namespaceSelector: {} },
    { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16', '10.2.0.0/16'] } },
  ]);
}

function ports(dice: Dice): Fields[] {
  return dice.some(2, () => ({
    protocol: dice.pick(['TCP', 'UDP']),
    ...dice.maybe(80, () => ({ port: 80, ...dice.maybe(30, () => ({ endPort: 90 })) })),
  }));
}

/** Kinds in the order in which they are drawn. */
export const NETWORK: readonly Sort[] = [
  {
    plural: 'services',
    apiVersion: 'v1',
    kind: 'Service',
    namespaced: true,
    draw: (dice) => {
      const type = dice.pick(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']);
      const named = [
        { name: 'http', port: 80, targetPort: 'web', appProtocol: 'h2c' },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ];
      const rest =
        type === 'ExternalName'
          ? { externalName: 'a.example.com' }
          : { ports: dice.chance(50) ? named : [{ port: 8080, targetPort: 80 }] };
      return {
        spec: {
          type,
          ...rest,
          ...dice.maybe(70, () => ({ selector: dice.labels() })),
          ...dice.maybe(20, () => ({ sessionAffinity: 'ClientIP', externalIPs: ['1.2.3.4', '5.6.7.8'] })),
          ...(type === 'ClusterIP' && dice.chance(30) ? { clusterIP: 'None' } : {}),
        },
      };
    },
    status: (dice) =>
      dice.maybe(50, () => ({
        loadBalancer: {
          ingress: dice.some(2, () => dice.pick<Fields>([{ ip: '9.9.9.9' }, { hostname: 'lb.example.com' }])),
        },
      })),
  },
  {
    plural: 'ingresses',
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    namespaced: true,
    draw: (dice) => {
      const backend = (): Fields =>
        dice.pick<Fields>([
          { service: { name: dice.word(), port: { number: 80 } } },
          { service: { name: 'web', port: { name: 'http' } } },
          { resource: { apiGroup: 'example.com', kind: 'Bucket', name: 'b' } },
        ]);
      return {
        spec: {
          ...dice.maybe(40, () => ({ ingressClassName: 'nginx' })),
          defaultBackend: backend(),
          ...dice.maybe(40, () => ({
            tls: [{ hosts: ['a.example.com', 'b.example.com'], secretName: 's' }, { hosts: ['c'] }],
          })),
          rules: dice.some(3, () => ({
            ...dice.maybe(70, () => ({ host: dice.pick(['a.example.com', '*.b.example.com']) })),
            http: {
              paths: [
                { path: '/x', pathType: dice.pick(['Prefix', 'Exact']), backend: backend() },
                ...dice.some(1, () => ({ pathType: 'ImplementationSpecific', backend: backend() })),
              ],
            },
          })),
        },
      };
    },
    status: (dice) =>
      dice.maybe(50, () => ({ loadBalancer: { ingress: [{ ip: '9.9.9.9' }, { hostname: 'h' }] } })),
  },
  {
    plural: 'networkpolicies',
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    namespaced: true,
    draw: (dice) => ({
      spec: {
        podSelector: dice.selector(),
        ...dice.maybe(60, () => ({
          ingress: dice.some(2, () => ({
            ...dice.maybe(70, () => ({ from: [peer(dice), ...dice.some(1, () => peer(dice))] })),
            ...dice.maybe(60, () => ({ ports: ports(dice) })),
          })),
        })),
        ...dice.maybe(60, () => ({
          egress: dice.some(2, () => ({
            ...dice.maybe(70, () => ({ to: [peer(dice)] })),
            ports: ports(dice),
          })),
          policyTypes: ['Ingress', 'Egress'],
        })),
      },
    }),
  },
];
