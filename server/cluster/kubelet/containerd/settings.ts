import { CONTAINERD_SOCKET, RuntimeError, type SandboxConfig } from '../../client/cri.ts';
import { parseToml, type Toml } from './toml.ts';

/** What containerd reads at its start, as far as anything here depends on it. */
export interface ContainerdSettings {
  /** False where the plugin that kubelets speak to is switched off, as in the file that Docker's package brings. */
  readonly cri: boolean;
  readonly address: string;
  readonly sandboxImage: string;
  readonly systemdCgroup: boolean;
}

const CRI = 'io.containerd.grpc.v1.cri';
const DEFAULT_SANDBOX_IMAGE = 'registry.k8s.io/pause:3.8';

/** Reads `/etc/containerd/config.toml`. Throws TomlError. */
export function readContainerdSettings(text: string): ContainerdSettings {
  const toml = parseToml(text);
  const plugin = (path: string) => toml.get(`plugins/${CRI}/${path}`);
  return {
    cri: !disabledPlugins(toml).some((name) => name === 'cri' || name === CRI),
    address: String(toml.get('grpc/address') ?? CONTAINERD_SOCKET),
    sandboxImage: String(plugin('sandbox_image') ?? DEFAULT_SANDBOX_IMAGE),
    systemdCgroup: plugin('containerd/runtimes/runc/options/SystemdCgroup') === true,
  };
}

function disabledPlugins(toml: Toml): string[] {
  const list = toml.get('disabled_plugins');
  return Array.isArray(list) ? list.map(String) : [];
}

/** runc, told to let systemd make control groups, refuses the path of a kubelet that makes them itself. */
export function checkCgroups(
  { systemdCgroup }: ContainerdSettings,
  id: string,
  { cgroupParent }: SandboxConfig,
): void {
  if (!systemdCgroup || cgroupParent.endsWith('.slice')) return;
  throw new RuntimeError(
    'Unknown',
    `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: expected cgroupsPath to be of format "slice:prefix:name" for systemd cgroups, got "${cgroupParent}/${id}" instead: unknown`,
  );
}
