import type { Main } from '../../../host/index.ts';
import { startAgent } from '../agent.ts';
import { type PlannedVolume, Provisioner, type VolumeMaker } from './provisioner.ts';

const BASE = '/tmp/hostpath-provisioner';

/** minikube's storage-provisioner: volumes are directories of the one node. */
export const minikubeHostpath: Main = function* (context) {
  const agent = yield* startAgent(context, {
    userAgent: 'storage-provisioner',
    cannotStart: (message) => `F main.go:39] error getting server version: ${message}\n`,
  });
  if (!agent) return 1;
  new Provisioner(agent, HOSTPATH);
  agent.log('I', 'storage_provisioner.go:116', 'Initializing the minikube storage provisioner...');
  agent.log('I', 'storage_provisioner.go:141', 'Storage provisioner initialized, now starting service!');
  yield* agent.run();
  return 0;
};

const HOSTPATH: VolumeMaker = {
  name: 'k8s.io/minikube-hostpath',
  // The kubelet makes the directory when it first mounts it.
  prepare: () => true,
  specOf: ({ claim }: PlannedVolume) => ({
    hostPath: { path: `${BASE}/${claim.metadata.namespace}/${claim.metadata.name}`, type: '' },
  }),
  remove: () => true,
};
