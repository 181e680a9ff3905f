import {
  type Check,
  type Checked,
  joinQuoted,
  named,
  plural,
  setters,
  unique,
  type Violation,
} from './violation.ts';

const CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);

/** Sysctls that are safe, by the minor version that says so first. */
const SYSCTLS: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
};

const SELINUX_TYPES: Readonly<Record<string, number>> = {
  '': 0,
  container_t: 0,
  container_init_t: 0,
  container_kvm_t: 0,
  container_engine_t: 31,
};

const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP = 'container.seccomp.security.alpha.kubernetes.io/';

/** In the order of their ids. Models the baseline checks of pod-security-admission/policy. */
export const BASELINE: readonly Check[] = [
  { violation: appArmorProfile },
  { replacedBy: 'capabilities', violation: ({ containers }) => addedCapabilities(containers, CAPABILITIES) },
  { violation: hostNamespaces },
  { replacedBy: 'volumes', violation: hostPathVolumes },
  { violation: hostPorts },
  { violation: privileged },
  { violation: procMount },
  { violation: seLinuxOptions },
  { replacedBy: 'seccomp', violation: seccompProfile },
  { violation: sysctls },
  { violation: hostProcess },
];

function appArmorProfile({ annotations, spec, containers }: Checked): Violation | undefined {
  const typeOf = (holder: any): string | undefined => holder?.securityContext?.appArmorProfile?.type;
  const bad = (holder: any) => ![undefined, 'RuntimeDefault', 'Localhost'].includes(typeOf(holder));
  const allowed = (profile: string) => /^(|runtime\/default|localhost\/.*)$/.test(profile);
  const noted = Object.entries(annotations)
    .filter(([key, value]) => key.startsWith(APPARMOR) && !allowed(value))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort();
  const who = [
    setters(bad(spec), containers.filter(bad)),
    noted.length > 0 ? plural('annotation', noted.length) : '',
  ].filter(Boolean);
  if (who.length === 0) return undefined;
  const values = [...unique([spec, ...containers].filter(bad).map((one) => typeOf(one) ?? '')), ...noted];
  return {
    reason: plural('forbidden AppArmor profile', values.length),
    detail: `${who.join(' and ')} must not set AppArmor profile type to ${joinQuoted(values)}`,
  };
}

/** Containers that add capabilities beyond those that are allowed. */
export function addedCapabilities(
  containers: readonly any[],
  allowed: ReadonlySet<string>,
): Violation | undefined {
  const forbidden = (container: any): string[] =>
    (container.securityContext?.capabilities?.add ?? []).filter((name: string) => !allowed.has(name));
  const bad = containers.filter((container) => forbidden(container).length > 0);
  if (bad.length === 0) return undefined;
  const names = joinQuoted(unique(bad.flatMap(forbidden)));
  return {
    reason: 'non-default capabilities',
    detail: `${named(bad)} must not include ${names} in securityContext.capabilities.add`,
  };
}

function hostNamespaces({ spec }: Checked): Violation | undefined {
  const used = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field]);
  if (used.length === 0) return undefined;
  return { reason: 'host namespaces', detail: used.map((field) => `${field}=true`).join(', ') };
}

function hostPathVolumes({ spec }: Checked): Violation | undefined {
  const bad = (spec.volumes ?? []).filter(({ hostPath }: any) => hostPath);
  if (bad.length === 0) return undefined;
  const names = joinQuoted(bad.map(({ name }: any) => name));
  return { reason: 'hostPath volumes', detail: `${plural('volume', bad.length)} ${names}` };
}

function hostPorts({ containers }: Checked): Violation | undefined {
  const portsOf = ({ ports = [] }: any): string[] =>
    ports.filter(({ hostPort }: any) => hostPort).map(({ hostPort }: any) => String(hostPort));
  const bad = containers.filter((container) => portsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const ports = unique(bad.flatMap(portsOf));
  const verb = plural('uses', bad.length, 'use');
  return {
    reason: 'hostPort',
    detail: `${named(bad)} ${verb} ${plural('hostPort', ports.length)} ${ports.join(', ')}`,
  };
}

function privileged({ containers }: Checked): Violation | undefined {
  const bad = containers.filter(({ securityContext }) => securityContext?.privileged === true);
  if (bad.length === 0) return undefined;
  return { reason: 'privileged', detail: `${named(bad)} must not set securityContext.privileged=true` };
}

function procMount({ containers }: Checked): Violation | undefined {
  const typeOf = ({ securityContext }: any): string => securityContext?.procMount ?? 'Default';
  const bad = containers.filter((container) => typeOf(container) !== 'Default');
  if (bad.length === 0) return undefined;
  const types = joinQuoted(unique(bad.map(typeOf)));
  return {
    reason: 'procMount',
    detail: `${named(bad)} must not set securityContext.procMount to ${types}`,
  };
}

function seLinuxOptions({ spec, containers }: Checked, minor: number): Violation | undefined {
  const optionsOf = (holder: any) => holder?.securityContext?.seLinuxOptions ?? {};
  const badType = ({ type = '' }: any) => (SELINUX_TYPES[type] ?? Number.POSITIVE_INFINITY) > minor;
  const bad = (holder: any) => {
    const options = optionsOf(holder);
    return badType(options) || Boolean(options.user || options.role);
  };
  const who = setters(bad(spec), containers.filter(bad));
  if (who === '') return undefined;
  const all = [spec, ...containers].map(optionsOf);
  const types = unique(all.filter(badType).map(({ type }) => type));
  const parts = [
    ...(types.length > 0 ? [`${plural('type', types.length)} ${joinQuoted(types)}`] : []),
    ...(all.some(({ user }) => user) ? ['user may not be set'] : []),
    ...(all.some(({ role }) => role) ? ['role may not be set'] : []),
  ];
  return {
    reason: 'seLinuxOptions',
    detail: `${who} set forbidden securityContext.seLinuxOptions: ${parts.join('; ')}`,
  };
}

/** What holders say of their profile that is not allowed. */
export function badSeccomp({ spec, containers }: Checked): Violation | undefined {
  const typeOf = (holder: any): string | undefined => holder?.securityContext?.seccompProfile?.type;
  const bad = (holder: any) => ![undefined, 'RuntimeDefault', 'Localhost'].includes(typeOf(holder));
  const who = setters(bad(spec), containers.filter(bad));
  if (who === '') return undefined;
  const types = joinQuoted(unique([spec, ...containers].filter(bad).map((one) => typeOf(one) ?? '')));
  return {
    reason: 'seccompProfile',
    detail: `${who} must not set securityContext.seccompProfile.type to ${types}`,
  };
}

/** Before v1.19 profiles were annotations. */
function seccompProfile(checked: Checked, minor: number): Violation | undefined {
  if (minor >= 19) return badSeccomp(checked);
  const keys = [SECCOMP_POD, ...checked.containers.map(({ name }) => SECCOMP + name)];
  const allowed = (profile = 'runtime/default') =>
    /^(runtime\/default|docker\/default|localhost\/.*)$/.test(profile);
  const bad = unique(
    keys
      .filter((key) => !allowed(checked.annotations[key]))
      .map((key) => `${key}=${JSON.stringify(checked.annotations[key])}`),
  );
  if (bad.length === 0) return undefined;
  const detail = `forbidden ${plural('annotation', bad.length)} ${bad.join(', ')}`;
  return { reason: 'seccompProfile', detail };
}

function sysctls({ spec }: Checked, minor: number): Violation | undefined {
  const names: string[] = (spec.securityContext?.sysctls ?? []).map(({ name }: any) => name);
  const bad = names.filter((name) => (SYSCTLS[name] ?? Number.POSITIVE_INFINITY) > minor);
  return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') };
}

function hostProcess({ spec, containers }: Checked): Violation | undefined {
  const bad = (holder: any) => holder?.securityContext?.windowsOptions?.hostProcess === true;
  const who = setters(bad(spec), containers.filter(bad));
  if (who === '') return undefined;
  return {
    reason: 'hostProcess',
    detail: `${who} must not set securityContext.windowsOptions.hostProcess=true`,
  };
}
