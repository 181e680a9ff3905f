import type { Pod } from './pod.ts';

/** Kernel parameters that a pod may set for itself without harm to others. Models pkg/kubelet/sysctl/safe_sysctls.go. */
const SAFE: readonly string[] = [
  'kernel.shm_rmid_forced',
  ...[
    'ip_local_port_range tcp_syncookies ping_group_range ip_unprivileged_port_start ip_local_reserved_ports',
    'tcp_keepalive_time tcp_fin_timeout tcp_keepalive_intvl tcp_keepalive_probes tcp_rmem tcp_wmem',
  ].flatMap((names) => names.split(' ').map((name) => `net.ipv4.${name}`)),
];

/** What a pod's containers find below `/proc/sys`. */
export function sysctlsOf({ spec }: Pod): Readonly<Record<string, string>> {
  const wanted: { name: string; value: string }[] = spec.securityContext?.sysctls ?? [];
  return Object.fromEntries(wanted.map(({ name, value }) => [name.replaceAll('/', '.'), value]));
}

/** Why a pod's parameters are refused; undefined when all are allowed. Models pkg/kubelet/sysctl/allowlist.go Admit. */
export function forbiddenSysctl(pod: Pod, allowedUnsafe: readonly string[]): string | undefined {
  const allowed = [...SAFE, ...allowedUnsafe];
  const fits = (name: string, pattern: string) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  const bad = Object.keys(sysctlsOf(pod)).find((name) => !allowed.some((pattern) => fits(name, pattern)));
  return bad === undefined ? undefined : `forbidden sysctl: ${JSON.stringify(bad)} not allowlisted`;
}
