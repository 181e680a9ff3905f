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
  readonly cni: CniDirectories;
  /** Bytes after which a line of a container's log is cut; 0 is no limit. */
  readonly logLineBytes: number;
  /** The file does not say `version = 2`: what it says of plugins by their full names is not heeded. */
  readonly isOld: boolean;
  /** Where mirrors of registries are configured. */
  readonly configPath: string;
  /** Why the plugin that kubelets speak to could not be loaded. */
  readonly problem: string | undefined;
}

/** Where networks of pods are configured, and where the programs lie that make them. */
export interface CniDirectories {
  readonly conf: string;
  readonly bin: string;
}

const CRI = 'io.containerd.grpc.v1.cri';
const RUNC = 'io.containerd.runc.v2';
/** Where containerd cuts lines that nobody has set a limit for. */
export const LOG_LINE_BYTES = 16_384;
export const DEFAULT_CNI: CniDirectories = { conf: '/etc/cni/net.d', bin: '/opt/cni/bin' };
const DEFAULT_SANDBOX_IMAGE = 'registry.k8s.io/pause:3.8';

/** A file that containerd does not start with. */
export class ContainerdConfigError extends Error {
  override name = 'ContainerdConfigError';
}

/** Reads `/etc/containerd/config.toml`. Throws TomlError, ContainerdConfigError. */
export function readContainerdSettings(text: string): ContainerdSettings {
  const written = parseToml(text);
  const isOld = text.trim() !== '' && Number(written.get('version') ?? 1) < 2;
  if (!isOld) checkPluginNames(written);
  const toml = isOld ? ofVersionTwo(written) : written;
  const plugin = (path: string) => toml.get(`plugins/${CRI}/${path}`);
  const problem = problemOf(toml);
  return {
    cri:
      problem === undefined &&
      !pluginList(toml, 'disabled_plugins').some((name) => name === 'cri' || name === CRI),
    problem,
    isOld,
    configPath: String(plugin('registry/config_path') ?? ''),
    address: String(toml.get('grpc/address') ?? CONTAINERD_SOCKET),
    sandboxImage: String(plugin('sandbox_image') ?? DEFAULT_SANDBOX_IMAGE),
    systemdCgroup: plugin('containerd/runtimes/runc/options/SystemdCgroup') === true,
    runtimes: runtimesOf(toml),
    cni: {
      conf: String(plugin('cni/conf_dir') ?? DEFAULT_CNI.conf),
      bin: String(plugin('cni/bin_dir') ?? DEFAULT_CNI.bin),
    },
    logLineBytes: Math.max(0, Number(plugin('max_container_log_line_size') ?? LOG_LINE_BYTES)),
  };
}

/** Models containerd services/server/config ValidateV2: plugins have full names since version 2. */
function checkPluginNames(toml: Toml): void {
  const isWhole = (name: string) => name.startsWith('io.containerd.') && name.split('.').length >= 4;
  const refuse = (what: string, name: string) =>
    new ContainerdConfigError(`invalid ${what} URI "${name}" expect io.containerd.x.vx`);
  for (const [key, what] of [
    ['disabled_plugins', 'disabled plugin'],
    ['required_plugins', 'required plugin'],
  ] as const)
    for (const name of pluginList(toml, key)) if (!isWhole(name)) throw refuse(what, name);
  for (const key of toml.keys()) {
    const name = /^plugins\/([^/]+)\//.exec(key)?.[1];
    if (name !== undefined && !isWhole(name)) throw refuse('plugin key', name);
  }
}

/** Version 1 knows plugins by their short names alone. */
function ofVersionTwo(toml: Toml): Toml {
  const entries = [...toml].filter(([key]) => !key.startsWith(`plugins/${CRI}/`));
  return new Map(entries.map(([key, value]) => [key.replace(/^plugins\/cri\//, `plugins/${CRI}/`), value]));
}

/** Those that a containerd of Ubuntu has. */
const SNAPSHOTTERS = ['overlayfs', 'native', 'btrfs', 'zfs', 'devmapper', 'erofs'];
/** Those of them whose kernel modules, file systems and settings are there. */
const USABLE_SNAPSHOTTERS = ['overlayfs', 'native'];

/** Models containerd pkg/cri/config ValidatePluginConfig, pkg/cri/sbserver NewCRIService. */
function problemOf(toml: Toml): string | undefined {
  const prefix = `plugins/${CRI}/`;
  const has = (path: string) => [...toml.keys()].some((key) => key.startsWith(`${prefix}registry/${path}`));
  if (toml.get(`${prefix}registry/config_path`)) {
    if (has('mirrors/'))
      return 'invalid plugin config: `mirrors` cannot be set when `config_path` is provided';
    const isTls = ([key]: [string, unknown]) =>
      key.startsWith(`${prefix}registry/configs/`) && key.includes('/tls/');
    if ([...toml].some(isTls))
      return 'invalid plugin config: `configs.tls` cannot be set when `config_path` is provided';
  }
  const snapshotter = String(toml.get(`${prefix}containerd/snapshotter`) ?? 'overlayfs');
  if (USABLE_SNAPSHOTTERS.includes(snapshotter)) return undefined;
  return SNAPSHOTTERS.includes(snapshotter)
    ? `failed to create CRI service: failed to find snapshotter "${snapshotter}": skip plugin`
    : `failed to create CRI service: failed to find snapshotter "${snapshotter}"`;
}

function runtimesOf(toml: Toml): Map<string, string> {
  const found = new Map([['runc', RUNC]]);
  for (const [path, value] of toml) {
    const name = /^plugins\/([^/]+)\/containerd\/runtimes\/([^/]+)\/runtime_type$/.exec(path);
    if (name?.[1] === CRI) found.set(name[2] as string, String(value));
  }
  return found;
}

function pluginList(toml: Toml, key: 'disabled_plugins' | 'required_plugins'): string[] {
  const list = toml.get(key);
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
