import { expect, test } from 'vitest';
import { Disk, filesOn } from '../../host/index.ts';
import { Clock } from '../../sim/index.ts';
import { readSettings } from './config.ts';

const HEAD = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';

function read(
  text: string,
  flags: readonly string[] = [],
  dropIns: Record<string, string> = {},
  warn?: (message: string) => void,
) {
  const fs = filesOn(new Disk({ clock: new Clock(0) }));
  fs.write('/config.yaml', HEAD + text);
  fs.mkdirAll('/drop-ins');
  for (const [name, content] of Object.entries(dropIns)) fs.write(`/drop-ins/${name}`, HEAD + content);
  const endpoint = '--container-runtime-endpoint=unix:///run/containerd/containerd.sock';
  return readSettings(['--config=/config.yaml', endpoint, ...flags], fs, warn);
}

test('flags win over drop-ins, the last of which wins over the file', () => {
  const text =
    'maxPods: 20\nclusterDomain: one\nsystemReserved: {cpu: 200m}\nevictionHard: {memory.available: 200Mi}\n';
  const dropIns = {
    '10-a.conf': 'maxPods: 30\nsystemReserved: {memory: 1Gi}\n',
    '20-b.conf': 'maxPods: 40\n',
    other: 'x: 1',
  };
  expect(
    read(text, ['--config-dir=/drop-ins', '--cluster-domain=two', '--kube-reserved=cpu=1'], dropIns),
  ).toMatchObject({
    maxPods: 40,
    clusterDomain: 'two',
    cgroupDriver: 'cgroupfs',
    reserved: [{ cpu: '200m', memory: '1Gi' }, { cpu: '1' }],
    eviction: { hard: { 'memory.available': '200Mi' } },
  });
});

test.each<[string, object]>([
  ['--image-gc-high-threshold=90', { images: { highPercent: 90 } }],
  [
    '--eviction-hard=memory.available<1Gi,nodefs.available<5%',
    { eviction: { hard: { 'nodefs.available': '5%' } } },
  ],
  ['--register-with-taints=a=b:NoSchedule,c:NoExecute', { registerWithTaints: [{ key: 'a' }, { key: 'c' }] }],
  ['--anonymous-auth', { anonymous: true }],
  ['--provider-id=kind://x', { providerId: 'kind://x' }],
  ['--enable-debugging-handlers=false', { debugging: false }],
  ['--tls-cipher-suites=A,B', { serving: { suites: ['A', 'B'] } }],
])('%s goes before the file', (flag, expected) => {
  const text = 'imageGCHighThresholdPercent: 95\nauthentication: {anonymous: {enabled: false}}\n';
  expect(read(text, [flag])).toMatchObject(expected);
});

test.each([
  ['--cloud-provider=external', '--cloud-provider=external is not simulated'],
  ['--logging-format=json', 'logging.format "json" is not available in this simulation'],
  ['--memory-manager-policy=Static', 'memoryManagerPolicy "Static" is not available in this simulation'],
])('%s is refused aloud', (flag, why) => expect(() => read('', [flag])).toThrow(why));

test('fields that do not exist are left out with a warning, but not in drop-ins', () => {
  const warnings: string[] = [];
  const text = 'staticPodsPath: /x\nmaxPods: 20\nauthentication: {x509: {caFile: /x}}\n';
  expect(read(text, [], {}, (message) => warnings.push(message)).maxPods).toBe(20);
  expect(warnings).toEqual([
    'strict decoding error: unknown field "staticPodsPath", unknown field "authentication.x509.caFile"',
  ]);
  expect(() => read('', ['--config-dir=/drop-ins'], { 'a.conf': 'staticPodsPath: /x\n' })).toThrow(
    'strict decoding error: unknown field "staticPodsPath"',
  );
});

test.each([
  ['evictionHard: {disk.free: 1Gi}', 'unsupported eviction signal disk.free'],
  ['evictionHard: {memory.available: 10x}', 'quantities must match the regular expression'],
  ['evictionHard: {memory.available: "0"}', 'eviction threshold memory.available must be positive: 0'],
  [
    'evictionSoft: {memory.available: 1Gi}',
    'grace period must be specified for the soft eviction threshold memory.available',
  ],
])('%s stops the kubelet', (text, why) => {
  expect(() => read(text)).toThrow(`failed to run Kubelet: failed to create kubelet: ${why}`);
});

test.each([
  [
    'maxPods: "10"',
    'json: cannot unmarshal string into Go struct field KubeletConfiguration.maxPods of type int32',
  ],
  [
    'maxPods: 1.5',
    'json: cannot unmarshal number 1.5 into Go struct field KubeletConfiguration.maxPods of type int32',
  ],
  [
    'clusterDNS: 10.96.0.10',
    'json: cannot unmarshal string into Go struct field KubeletConfiguration.clusterDNS of type []string',
  ],
  [
    'failSwapOn: "no"',
    'json: cannot unmarshal string into Go struct field KubeletConfiguration.failSwapOn of type bool',
  ],
  ['syncFrequency: often', 'time: invalid duration "often"'],
])('%s does not decode', (text, why) => {
  expect(() => read(text)).toThrow(
    `failed to load kubelet config file, path: /config.yaml, error: failed to load Kubelet config file /config.yaml, error failed to decode: ${why}`,
  );
});

test.each([
  ['port: 0', 'port (--port) 0 must be between 1 and 65535, inclusive'],
  [
    'imageGCLowThresholdPercent: 90',
    'imageGCLowThresholdPercent (--image-gc-low-threshold) 90 must be less than imageGCHighThresholdPercent (--image-gc-high-threshold) 85',
  ],
  [
    'maxParallelImagePulls: 3',
    'maxParallelImagePulls 3 cannot be larger than 1 unless SerializeImagePulls (--serialize-image-pulls) set to false',
  ],
  ['eventRecordQPS: -1', 'eventRecordQPS (--event-qps) -1 must not be a negative number'],
  ['staticPodURL: http://x/', 'staticPodURL "http://x/" is not available in this simulation'],
])('%s is refused', (text, why) => {
  expect(() => read(text)).toThrow(
    `failed to validate kubelet configuration, error: invalid configuration: ${why}, path: &TypeMeta{Kind:,APIVersion:,}`,
  );
});
