import type { Steps } from '../sim/index.ts';
import type { Context } from './context.ts';

/** What runs when a file is executed: `context.args[0]` is its name. Returns the exit code. */
export type Main = (context: Context) => Steps<number>;

/** What a manual page says of a command line. */
export interface Synopsis {
  readonly usage: readonly string[];
  readonly options: readonly string[];
}

/** A compiled program. Its binaries are files whose content is `binary(name, version)`, wherever they are copied to. */
export interface Program {
  readonly name: string;
  readonly main: Main;
  /** One line for `whatis`, when there is a manual page. */
  readonly summary?: string;
  /** The forms of its command line and its options, for the manual page. */
  readonly synopsis?: Synopsis;
}

const MAGIC = '\x7fELF\x02\x01\x01\0';

/** Content of an executable file that runs the program `name`; packages say which version of it they bring. */
export function binary(name: string, version = ''): string {
  return `${MAGIC}${name}\0${version}`;
}

/** The program that a file's content runs, undefined when it is not a binary. */
export function programOf(data: string): string | undefined {
  if (!data.startsWith(MAGIC)) return undefined;
  return data.slice(MAGIC.length, data.indexOf('\0', MAGIC.length));
}

/** The version that a binary names, '' when it does not. */
export function versionOf(data: string): string {
  return programOf(data) === undefined ? '' : data.slice(data.indexOf('\0', MAGIC.length) + 1);
}

const MIB = 1024 * 1024;

/** How large well-known programs are, in MiB. */
const SIZES: Readonly<Record<string, number>> = {
  bash: 1.38,
  busybox: 1.06,
  containerd: 41.2,
  'containerd-shim-runc-v2': 12.3,
  'cri-dockerd': 45.6,
  crictl: 38.9,
  'go-built': 7.07,
  ctr: 20.4,
  docker: 38.6,
  dockerd: 93.1,
  etcd: 23.9,
  etcdctl: 16.2,
  helm: 56.3,
  kubeadm: 70.6,
  'kube-apiserver': 93.4,
  'kube-controller-manager': 86.3,
  'kube-proxy': 63.8,
  'kube-scheduler': 63.2,
  kubectl: 57.3,
  kubelet: 78.1,
  minikube: 127.4,
  nginx: 1.49,
  openssl: 0.96,
  runc: 10.9,
  vi: 3.9,
};

/** How large a binary says that it is: what it holds here says only which program it runs. Undefined for other files. */
export function binarySize(data: string): number | undefined {
  const name = programOf(data);
  if (name === undefined) return undefined;
  let hash = 7;
  for (const char of data.slice(MAGIC.length)) hash = (hash * 31 + char.charCodeAt(0)) % 65_521;
  const known = SIZES[name] ?? (name.startsWith('cni-') ? 3.2 : undefined);
  // Versions of one program differ a little; tools of the system are small.
  return known === undefined ? 26_000 + hash * 2 : Math.round(known * MIB) + (hash % 4096) * 8;
}
