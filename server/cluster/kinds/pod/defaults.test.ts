import { expect, test } from 'vitest';
import { defaultPod } from './defaults.ts';

test('fields behind gates that are off by default are as if nobody had given them', () => {
  const pod: any = {
    spec: {
      resources: { limits: { cpu: '1' } },
      resourceClaims: [{ name: 'gpu' }],
      volumes: [{ name: 'v', image: { reference: 'nginx' } }],
      containers: [
        { name: 'a', lifecycle: { stopSignal: 'SIGUSR1' }, resources: { claims: [{ name: 'gpu' }] } },
        { name: 'b', lifecycle: { stopSignal: 'SIGUSR1', preStop: { sleep: { seconds: 1 } } } },
      ],
    },
  };
  defaultPod(pod);
  const { resources, resourceClaims, volumes, containers } = pod.spec;
  expect({ resources, resourceClaims, volumes }).toEqual({ volumes: [{ name: 'v' }] });
  expect(containers.map(({ lifecycle }: any) => lifecycle)).toEqual([
    undefined,
    { preStop: { sleep: { seconds: 1 } } },
  ]);
  expect(containers[0].resources).toEqual({});
});
