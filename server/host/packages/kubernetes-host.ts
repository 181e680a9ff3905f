import type { Files } from '../files/files.ts';
import { decode } from '../text.ts';
import { archivePackages } from './archive.ts';
import { PackageDatabase } from './database.ts';
import { unpack } from './install.ts';
import { armouredKey, dearmour } from './keys.ts';
import { kubernetesRepository } from './kubernetes.ts';
import { findRepository, KUBERNETES_KEY, saveLists } from './repositories.ts';
import { readSources } from './sources.ts';

const LIST = '/etc/apt/sources.list.d/kubernetes.list';
const KEYRING = '/etc/apt/keyrings/kubernetes-apt-keyring.gpg';
const HELD = ['kubeadm', 'kubectl', 'kubelet'];

/**
 * Makes a machine one that Kubernetes was installed on, as its documentation says: the repository of the minor version
 * with its key, packages of that version, and a hold on those that must not be upgraded by accident.
 */
export function installKubernetes(fs: Files, version: string, names: readonly string[]): void {
  const bare = version.replace(/^v/, '');
  const minor = bare.split('.').slice(0, 2).join('.');
  fs.mkdirAll('/etc/apt/keyrings', 0o755);
  fs.write(LIST, `deb [signed-by=${KEYRING}] https://pkgs.k8s.io/core:/stable:/v${minor}/deb/ /\n`);
  fs.write(KEYRING, decode(Buffer.from(dearmour(armouredKey(KUBERNETES_KEY)) ?? '', 'latin1')));
  for (const source of readSources(fs).filter(({ file }) => file === LIST)) {
    const repository = findRepository(source);
    if (repository) saveLists(fs, source, repository);
  }
  const database = new PackageDatabase(fs);
  const offered = [...(kubernetesRepository(minor) ?? []), ...archivePackages('ubuntu', 'main')];
  for (const name of names) {
    const pack = offered.find(
      (other) => other.name === name && (!HELD.includes(name) || other.version === `${bare}-1.1`),
    );
    if (pack) unpack(fs, pack);
    if (HELD.includes(name)) database.hold(name, true);
  }
}
