import { expect, test } from 'vitest';
import { FieldErrors } from '../../../../objects/field-error.ts';
import { validatePodPart } from './parts.ts';

const sized = (requests: object, limits: object = {}, more: object = {}) => ({
  metadata: { name: 'p', annotations: {} },
  spec: {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    containers: [
      {
        name: 'c',
        image: 'nginx',
        imagePullPolicy: 'Always',
        terminationMessagePolicy: 'File',
        resources: { requests, limits },
        ...more,
      },
    ],
  },
});
const R = 'spec.containers[0].resources';
const restarted = { resizePolicy: [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }] };
const was = sized({ cpu: '100m', memory: '64Mi' }, { memory: '128Mi' });

test.each([
  ['grows', sized({ cpu: '200m', memory: '64Mi' }, { memory: '256Mi' }), was, []],
  [
    'asks for more than its limit',
    sized({ cpu: '100m', memory: '200Mi' }, { memory: '128Mi' }),
    was,
    [`${R}.requests: Invalid value: "200Mi": must be less than or equal to memory limit of 128Mi`],
  ],
  [
    'loses a limit',
    sized({ cpu: '100m', memory: '64Mi' }),
    was,
    [`${R}.limits: Forbidden: resource limits cannot be removed`],
  ],
  [
    'gets less memory',
    sized({ cpu: '100m', memory: '64Mi' }, { memory: '64Mi' }),
    was,
    [
      `${R}.limits[memory]: Forbidden: memory limits cannot be decreased unless resizePolicy is RestartContainer`,
    ],
  ],
  [
    'gets less memory with a restart',
    sized({ cpu: '1', memory: '64Mi' }, { memory: '64Mi' }, restarted),
    sized({ cpu: '1', memory: '64Mi' }, { memory: '128Mi' }, restarted),
    [],
  ],
  [
    'changes its class',
    sized({ cpu: '1', memory: '64Mi' }, { cpu: '1', memory: '64Mi' }),
    sized({ cpu: '1', memory: '64Mi' }, { memory: '64Mi' }),
    ['spec: Invalid value: "Guaranteed": Pod QOS Class may not change as a result of resizing'],
  ],
  [
    'changes its disk',
    sized({ cpu: '1', 'ephemeral-storage': '2Gi' }),
    sized({ cpu: '1', 'ephemeral-storage': '1Gi' }),
    ['spec: Forbidden: only cpu and memory resources are mutable'],
  ],
])('a pod that %s', (_what, pod, old, expected) => {
  const errors = new FieldErrors();
  validatePodPart(pod, old, errors, 'resize');
  expect(errors.list.map(({ field, body }) => `${field}: ${body}`)).toEqual(expected);
});

test('static pods are as their file says', () => {
  const mirror = { ...was, metadata: { name: 'p', annotations: { 'kubernetes.io/config.mirror': 'x' } } };
  for (const [part, body] of [
    ['resize', 'Forbidden: static pods cannot be resized'],
    ['ephemeralcontainers', 'Forbidden: static pods do not support ephemeral containers'],
  ] as const) {
    const errors = new FieldErrors();
    validatePodPart(mirror, mirror, errors, part);
    expect(errors.list.map((error) => error.body)).toContain(body);
  }
});
