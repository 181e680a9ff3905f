import { expect, test } from 'vitest';
import { featureGates } from '../feature-gates.ts';
import { dropGatedFields } from './gated-fields.ts';

const podWith = (spec: object): any => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec });
const written = () =>
  podWith({
    resources: { limits: { cpu: '1' } },
    resourceClaims: [{ name: 'gpu' }],
    volumes: [{ name: 'v', image: { reference: 'nginx' } }],
    hostUsers: false,
    containers: [
      { name: 'a', lifecycle: { stopSignal: 'SIGUSR1' }, resources: { claims: [{ name: 'gpu' }] } },
      { name: 'b', lifecycle: { stopSignal: 'SIGUSR1', preStop: { sleep: { seconds: 1 } } } },
    ],
  });

test('fields behind gates that are off are as if nobody had given them', () => {
  const pod = written();
  dropGatedFields(pod, featureGates().isOn);
  expect(pod.spec).toEqual({
    volumes: [{ name: 'v' }],
    hostUsers: false,
    containers: [
      { name: 'a', resources: {} },
      { name: 'b', lifecycle: { preStop: { sleep: { seconds: 1 } } } },
    ],
  });
});

test('gates that are on keep theirs, those that are switched off lose theirs, but what is stored stays', () => {
  const pod = written();
  const { isOn } = featureGates({ ImageVolume: true, UserNamespacesSupport: false });
  dropGatedFields(pod, isOn, podWith({ containers: [{ name: 'b', lifecycle: { stopSignal: 'SIGINT' } }] }));
  expect(pod.spec.volumes[0].image).toEqual({ reference: 'nginx' });
  expect(pod.spec.hostUsers).toBeUndefined();
  expect(pod.spec.containers[0].lifecycle).toEqual({ stopSignal: 'SIGUSR1' });
});
