import { makePackage, type PackageRow } from './make.ts';
import type { Package } from './package.ts';
import { KUBEADM_DROP_IN, serviceUnit } from './service-files.ts';

/** Patch releases of each minor version that pkgs.k8s.io has, and what goes with them. */
const RELEASES: Readonly<Record<string, { patches: number; cni: string; criTools: string }>> = {
  '1.32': { patches: 13, cni: '1.5.1-1.1', criTools: '1.32.0-1.1' },
  '1.33': { patches: 13, cni: '1.6.0-1.1', criTools: '1.33.0-1.1' },
  '1.34': { patches: 9, cni: '1.7.1-1.1', criTools: '1.34.0-1.1' },
  '1.35': { patches: 4, cni: '1.8.0-1.1', criTools: '1.35.0-1.1' },
};

/** The plugins that the project of CNI itself keeps. */
const CNI_PLUGINS =
  'bandwidth bridge dhcp dummy firewall host-device host-local ipvlan loopback macvlan portmap ptp sbr static tap tuning vlan vrf'.split(
    ' ',
  );

/** The newest release of a minor version, or of all: `1.34.9`. Undefined: there is none. */
export function newestRelease(minor = Object.keys(RELEASES).at(-1) ?? ''): string | undefined {
  const release = RELEASES[minor];
  return release && `${minor}.${release.patches}`;
}

const MAINTAINER = 'Kubernetes Authors <dev@kubernetes.io>';
const HOMEPAGE = 'https://kubernetes.io';

/** kubeadm, kubelet and kubectl of one version, `1.33.1`. */
export function kubernetesPackages(version: string): Package[] {
  const debian = `${version}-1.1`;
  const common = { version: debian, section: 'admin', homepage: HOMEPAGE, binaryVersion: `v${version}` };
  const rows: PackageRow[] = [
    {
      ...common,
      name: 'kubeadm',
      summary: 'Command-line utility for administering a Kubernetes cluster',
      depends: 'cri-tools (>= 1.30.0)',
      programs: 'kubeadm',
      files: [{ path: '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf', text: KUBEADM_DROP_IN }],
      kib: 12_600,
      installedKib: 72_960,
    },
    {
      ...common,
      name: 'kubectl',
      summary: 'Command-line utility for interacting with a Kubernetes cluster',
      programs: 'kubectl',
      kib: 11_700,
      installedKib: 58_777,
    },
    {
      ...common,
      name: 'kubelet',
      summary: 'Node agent for Kubernetes clusters',
      depends: 'iptables (>= 1.4.21), kubernetes-cni (>= 1.2.0), iproute2, mount, util-linux',
      programs: 'kubelet',
      files: [
        serviceUnit('kubelet'),
        { path: '/etc/default/kubelet', text: 'KUBELET_EXTRA_ARGS=\n', isConfig: true },
        { path: '/etc/kubernetes/manifests' },
      ],
      services: 'kubelet.service',
      kib: 15_900,
      installedKib: 80_000,
    },
  ];
  return rows.map((row) => makePackage(row, MAINTAINER));
}

/** What `core:/stable:/v1.33` offers, the newest first. Undefined: there is no such repository. */
export function kubernetesRepository(minor: string): readonly Package[] | undefined {
  const release = RELEASES[minor];
  if (!release) return undefined;
  const versions = Array.from({ length: release.patches + 1 }, (_, i) => `${minor}.${release.patches - i}`);
  return [
    makePackage(
      {
        name: 'cri-tools',
        version: release.criTools,
        section: 'admin',
        summary: 'Command-line utility for interacting with a container runtime',
        programs: 'crictl',
        binaryVersion: `v${release.criTools.split('-')[0]}`,
        homepage: HOMEPAGE,
        kib: 17_300,
        installedKib: 41_000,
      },
      MAINTAINER,
    ),
    makePackage(
      {
        name: 'kubernetes-cni',
        version: release.cni,
        section: 'admin',
        summary: 'Binaries required to provision kubernetes container networking',
        programs: CNI_PLUGINS.map((name) => `/opt/cni/bin/${name}=cni-${name}`).join(' '),
        homepage: HOMEPAGE,
        kib: 36_000,
        installedKib: 86_000,
      },
      MAINTAINER,
    ),
    ...versions.flatMap(kubernetesPackages),
  ];
}
