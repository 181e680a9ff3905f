import { expect, test } from 'vitest';
import { componentGates } from './component-gates.ts';
import { featureGates, knownFeatureGates } from './feature-gates.ts';

test.each([
  ['EphemeralContainers=true', 'unrecognized feature gate: EphemeralContainers'],
  [
    'SidecarContainers=false',
    'cannot set feature gate SidecarContainers to false, feature is locked to true',
  ],
  ['MemoryQoS=true,KubeletPSI=true', 'feature gate KubeletPSI=true is not simulated by kubelet'],
  ['NodeSwap', 'missing bool value for NodeSwap'],
  ['NodeSwap=yes', 'invalid value of NodeSwap=yes, err: strconv.ParseBool: parsing "yes": invalid syntax'],
])('%s is refused', (flag, message) => expect(() => componentGates('kubelet', flag)).toThrow(message));

test('gates have their defaults, those of a stage may be set at once', () => {
  const gates = featureGates({ AllAlpha: true, HPAScaleToZero: false });
  expect(['NodeSwap', 'ImageVolume', 'MemoryQoS', 'HPAScaleToZero'].map((name) => gates.isOn(name))).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test('who sets what is settled is told', () => {
  expect(featureGates({ KMSv1: true, ExecProbeTimeout: false, NodeSwap: true }).warnings).toEqual([
    'Setting GA feature gate ExecProbeTimeout=false. It will be removed in a future release.',
    'Setting deprecated feature gate KMSv1=true. It will be removed in a future release.',
  ]);
});

test('every gate stands once', () => {
  const names = knownFeatureGates().map((line) => line.split('=')[0]);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(130);
});
