import type { Files } from '../../../host/index.ts';

const ROOT = '/var/lib/kubelet';
/** What people look for below the kubelet's directory, and who may look. */
const DIRECTORIES: Readonly<Record<string, number>> = {
  checkpoints: 0o700,
  'device-plugins': 0o750,
  plugins: 0o750,
  plugins_registry: 0o750,
  'pod-resources': 0o750,
  pods: 0o750,
};
/** The manager of memory writes down what it gave away: nothing, with the policy `None`. */
const STATES: Readonly<Record<string, string>> = {
  memory_manager_state: '{"policyName":"None","machineState":{},"checksum":4236770233}',
};

/** Models pkg/kubelet/kubelet.go setupDataDirs */
export function makeDirectories(fs: Files): void {
  for (const [name, mode] of Object.entries(DIRECTORIES))
    if (!fs.isDirectory(`${ROOT}/${name}`)) fs.mkdirAll(`${ROOT}/${name}`, mode);
  for (const [name, text] of Object.entries(STATES))
    if (!fs.isFile(`${ROOT}/${name}`)) fs.write(`${ROOT}/${name}`, text, 0o600);
}
