import { expect, test } from 'vitest';
import { FieldErrors } from '../../../objects/field-error.ts';
import { allocateService, type ServiceAddresses } from './allocation.ts';

const KNOWN: ServiceAddresses = {
  inRange: (ip) => ip.startsWith('10.96.'),
  freeAddress: () => '10.96.7.7',
  isAddressTaken: (ip) => ip === '10.96.0.1',
  portRange: '30000-32767',
  portInRange: (port) => port >= 30_000 && port <= 32_767,
  freePort: () => 31_111,
  isPortTaken: (port) => port === 30_080,
};
const stored = (more: object) => ({ clusterIP: '10.96.7.7', clusterIPs: ['10.96.7.7'], ...more });

/** The spec with what it was given, or why it was given nothing. */
function allocated(asked: object, old?: object): any {
  const spec: any = structuredClone({ type: 'ClusterIP', selector: { app: 'web' }, ...asked });
  const errors = new FieldErrors();
  const before = old && { spec: { type: 'ClusterIP', ...old } };
  allocateService({ spec }, before, KNOWN, errors);
  return errors.empty ? spec : errors.list.map(({ field, body }) => `${field}: ${body}`);
}

test.each([
  [{}, { clusterIP: '10.96.7.7', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' }],
  [{ ipFamilyPolicy: 'PreferDualStack' }, { clusterIPs: ['10.96.7.7'], ipFamilies: ['IPv4'] }],
  [
    { clusterIP: 'None', clusterIPs: ['None'] },
    { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' },
  ],
  [
    { clusterIP: 'None', clusterIPs: ['None'], selector: undefined },
    { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' },
  ],
  [{ type: 'NodePort', ports: [{ port: 80 }] }, { ports: [{ port: 80, nodePort: 31_111 }] }],
  [
    { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: [{ port: 80 }] },
    { ports: [{ port: 80 }] },
  ],
])('a service %j gets %j', (asked, given) => expect(allocated(asked)).toMatchObject(given));

const IS_DUAL = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
test.each([
  [
    { ipFamilyPolicy: 'RequireDualStack' },
    'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
  ],
  [{ ipFamilies: ['IPv6'] }, 'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'],
  [
    { ipFamilies: ['IPv4', 'IPv6'] },
    `spec.ipFamilyPolicy: Invalid value: "SingleStack": ${IS_DUAL} IP families are specified`,
  ],
  [
    { clusterIP: 'fd00::1', clusterIPs: ['fd00::1'] },
    'spec.clusterIPs[0]: Invalid value: []string{"fd00::1"}: IPv6 is not configured on this cluster',
  ],
  [
    { clusterIP: 'x', clusterIPs: ['x'] },
    'spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
  ],
  [
    { clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1'] },
    'spec.clusterIPs: Invalid value: []string{"10.96.0.1"}: failed to allocate IP 10.96.0.1: provided IP is already allocated',
  ],
  [
    { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] },
    'spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
  ],
  [
    {
      type: 'LoadBalancer',
      allocateLoadBalancerNodePorts: false,
      ports: [{ port: 80 }, { port: 81, nodePort: 30_080 }, { port: 82, nodePort: 1 }],
    },
    'spec.ports[1].nodePort: Invalid value: 30080: provided port is already allocated',
  ],
])('a service %j is refused', (asked, why) => expect(allocated(asked)).toEqual([why]));

test('a changed address is left to validation, which refuses it', () => {
  expect(allocated({ clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1'] }, stored({}))).toMatchObject({
    clusterIP: '10.96.0.1',
  });
});

test('the second family of a headless service goes only with SingleStack', () => {
  const old = { clusterIP: 'None', clusterIPs: ['None'], ipFamilies: ['IPv4', 'IPv6'] };
  const headless = { clusterIP: 'None', clusterIPs: ['None'], selector: undefined };
  expect(
    allocated({ ...headless, ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'SingleStack' }, old),
  ).toMatchObject({ ipFamilies: ['IPv4'] });
  expect(allocated({ ...headless, ipFamilies: ['IPv4'], ipFamilyPolicy: 'RequireDualStack' }, old)).toEqual([
    `spec.ipFamilyPolicy: Invalid value: "RequireDualStack": must be 'SingleStack' to release the secondary IP family`,
  ]);
});
