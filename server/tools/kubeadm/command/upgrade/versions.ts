import { kubernetesRepository } from '../../../../host/index.ts';
import { Refusal } from '../call.ts';

/** `v1.33.1` in numbers. */
export interface Version {
  readonly minor: number;
  readonly patch: number;
}

export function parseVersion(text: string): Version {
  const match = /^v?1\.(\d+)\.(\d+)$/.exec(text);
  if (!match)
    throw new Refusal(
      `version "${text}" doesn't match patterns for neither semantic version nor labels (stable, latest, ...)`,
    );
  return { minor: Number(match[1]), patch: Number(match[2]) };
}

export function isNewer(a: string, b: string): boolean {
  const [x, y] = [parseVersion(a), parseVersion(b)];
  return x.minor > y.minor || (x.minor === y.minor && x.patch > y.patch);
}

/** The newest release of a minor version, as dl.k8s.io tells: `v1.33.6`; undefined when there is none. */
export function newestOf(minor: number): string | undefined {
  const found = kubernetesRepository(`1.${minor}`)?.find(({ name }) => name === 'kubelet');
  return found && `v${found.version.split('-')[0]}`;
}

/** The newest release of all. */
export function newest(from: number): string {
  let found = newestOf(from);
  for (let minor = from + 1; newestOf(minor) !== undefined; minor++) found = newestOf(minor);
  return found ?? `v1.${from}.0`;
}

/** Why a cluster may not be brought to that version by this kubeadm. Models cmd/kubeadm/app/phases/upgrade/policy.go. */
export function upgradeProblems(target: string, cluster: string, kubeadm: string): string[] {
  const [to, from, own] = [target, cluster, kubeadm].map(parseVersion) as [Version, Version, Version];
  const problems: string[] = [];
  if (to.minor > from.minor + 1)
    problems.push(
      `Specified version to upgrade to "${target}" is too high; kubeadm can upgrade only 1 minor version at a time`,
    );
  if (to.minor < from.minor - 1)
    problems.push(
      `Specified version to downgrade to "${target}" is too low; kubeadm can downgrade only 1 minor version at a time`,
    );
  if (to.minor !== own.minor && isNewer(kubeadm, target))
    problems.push(
      `Kubeadm version ${kubeadm} can only be used to upgrade to Kubernetes version 1.${own.minor}`,
    );
  if (isNewer(target, kubeadm))
    problems.push(
      to.minor > own.minor
        ? `Specified version to upgrade to "${target}" is at least one minor release higher than the kubeadm minor release (${to.minor} > ${own.minor}). Such an upgrade is not supported`
        : `Specified version to upgrade to "${target}" is higher than the kubeadm version "${kubeadm}". Upgrade kubeadm first using the tool you used to install kubeadm`,
    );
  return problems;
}
