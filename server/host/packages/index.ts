export { archivePackages, ubuntuArchive } from './archive.ts';
export { archiveFields, archiveText, readArchive } from './archive-file.ts';
export { registerBase } from './base.ts';
export {
  controlFields,
  type Installed,
  PackageDatabase,
  readStanzas,
  stanzaText,
} from './database.ts';
export { preinstall, removeFiles, type Unpacked, unpack } from './install.ts';
export { armouredKey, dearmour, keyIn, SIGNERS } from './keys.ts';
export { kubernetesPackages, kubernetesRepository } from './kubernetes.ts';
export { installKubernetes } from './kubernetes-host.ts';
export {
  alternatives,
  archiveName,
  compareVersions,
  dependencyName,
  isMet,
  type Package,
  type PackageFile,
  satisfies,
} from './package.ts';
export {
  DOCKER_KEY,
  findRepository,
  KUBERNETES_KEY,
  listFiles,
  type Offer,
  offers,
  saveLists,
} from './repositories.ts';
export { KUBEADM_DROP_IN, serviceUnit } from './service-files.ts';
export { bothSites, packageSites } from './sites.ts';
export { readSources, type Source, SourceError } from './sources.ts';
export { criDockerd, DOCKER_PACKAGES } from './vendors.ts';
