import { CONTAINERD_SOCKET, RuntimeError, type SandboxConfig } from '../../client/cri.ts';
import { parseToml, type Toml } from './toml.ts';

export const CONTAINERD_VERSION = 'v1.7.27';

/** What containerd reads at its start, as far as anything here depends on it. */
export interface ContainerdSettings {
  /** False where the plugin that kubelets speak to is switched off, as in the file that Docker's package brings. */
  readonly cri: boolean;
  readonly address: string;
  readonly sandboxImage: string;
  readonly systemdCgroup: boolean;
  /** Types of the runtimes by the names that RuntimeClasses call them. */
  readonly runtimes: ReadonlyMap<string, string>;
}

const CRI = 'io.containerd.grpc.v1.cri';
const RUNC = 'io.containerd.runc.v2';
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
    runtimes: runtimesOf(toml),
  };
}

function runtimesOf(toml: Toml): Map<string, string> {
  const found = new Map([['runc', RUNC]]);
  for (const [path, value] of toml) {
    const name = /^plugins\/([^/]+)\/containerd\/runtimes\/([^/]+)\/runtime_type$/.exec(path);
    if (name?.[1] === CRI) found.set(name[2] as string, String(value));
  }
  return found;
}

function disabledPlugins(toml: Toml): string[] {
  const list = toml.get('disabled_plugins');
  return Array.isArray(list) ? list.map(String) : [];
}

/** Throws when what is configured cannot run a sandbox. */
export function checkSandbox(settings: ContainerdSettings, id: string, config: SandboxConfig): void {
  checkRuntime(settings, config);
  checkCgroups(settings, id, config);
}

/** runc, told to let systemd make control groups, refuses the path of a kubelet that makes them itself. */
function checkCgroups(
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

/** Throws unless the runtime that a pod's class names is configured and installed: only runc is. */
function checkRuntime({ runtimes }: ContainerdSettings, { runtimeHandler = '' }: SandboxConfig): void {
  const type = runtimes.get(runtimeHandler === '' ? 'runc' : runtimeHandler);
  const failed = (why: string) => new RuntimeError('Unknown', why);
  if (type === undefined)
    throw failed(`failed to get sandbox runtime: no runtime for "${runtimeHandler}" is configured`);
  if (type === RUNC) return;
  const shim = `containerd-shim-${type.split('.').slice(-2).join('-')}`;
  throw failed(
    `failed to create containerd task: failed to start shim: failed to resolve runtime path: runtime "${type}" binary not installed "${shim}": file does not exist: unknown`,
  );
}
