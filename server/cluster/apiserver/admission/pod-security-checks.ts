/** Which of the Pod Security Standards a check belongs to. */
export type Level = 'baseline' | 'restricted';

export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

interface Check {
  readonly level: Level;
  /** True for a baseline check that the restricted level replaces by a stricter one. */
  readonly replaced?: boolean;
  violation(pod: any, containers: readonly any[]): Violation | undefined;
}

const quoted = (names: readonly string[]) => names.map((name) => JSON.stringify(name)).join(', ');
const plural = (names: readonly unknown[], one: string) => (names.length === 1 ? one : `${one}s`);
const named = (containers: readonly any[]) =>
  `${plural(containers, 'container')} ${quoted(containers.map(({ name }) => name))}`;

function offending(
  reason: string,
  containers: readonly any[],
  wrong: (container: any) => boolean,
  rule: string,
): Violation | undefined {
  const bad = containers.filter(wrong);
  return bad.length === 0 ? undefined : { reason, detail: `${named(bad)} ${rule}` };
}

const BASELINE_CAPABILITIES = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);
const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
]);
const RESTRICTED_VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);
const SELINUX_TYPES = new Set([
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
]);

const addedCapabilities = (container: any): string[] => container.securityContext?.capabilities?.add ?? [];

function capabilities(
  reason: string,
  containers: readonly any[],
  allowed: (name: string) => boolean,
): Violation | undefined {
  const bad = containers.filter((container) => addedCapabilities(container).some((name) => !allowed(name)));
  if (bad.length === 0) return undefined;
  const names = [...new Set(bad.flatMap(addedCapabilities).filter((name) => !allowed(name)))].sort();
  return {
    reason,
    detail: `${named(bad)} must not include ${quoted(names)} in securityContext.capabilities.add`,
  };
}

/** In the order of their upstream ids. Models pod-security-admission/policy. */
const CHECKS: readonly Check[] = [
  {
    level: 'restricted',
    violation: (_pod, containers) =>
      offending(
        'allowPrivilegeEscalation != false',
        containers,
        ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
        'must set securityContext.allowPrivilegeEscalation=false',
      ),
  },
  {
    level: 'baseline',
    replaced: true,
    violation: (_pod, containers) =>
      capabilities('non-default capabilities', containers, (name) => BASELINE_CAPABILITIES.has(name)),
  },
  {
    level: 'restricted',
    violation(_pod, containers) {
      const undropped = containers.filter(
        ({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'),
      );
      const parts: string[] = [];
      if (undropped.length > 0)
        parts.push(`${named(undropped)} must set securityContext.capabilities.drop=["ALL"]`);
      const added = capabilities('', containers, (name) => name === 'NET_BIND_SERVICE');
      if (added) parts.push(added.detail);
      return parts.length === 0
        ? undefined
        : { reason: 'unrestricted capabilities', detail: parts.join('; ') };
    },
  },
  {
    level: 'baseline',
    violation({ spec }) {
      const used = ['hostNetwork', 'hostPID', 'hostIPC']
        .filter((field) => spec[field])
        .map((field) => `${field}=true`);
      return used.length === 0 ? undefined : { reason: 'host namespaces', detail: used.join(', ') };
    },
  },
  {
    level: 'baseline',
    replaced: true,
    violation({ spec }) {
      const names: string[] = (spec.volumes ?? [])
        .filter((volume: any) => volume.hostPath)
        .map((volume: any) => volume.name);
      if (names.length === 0) return undefined;
      return { reason: 'hostPath volumes', detail: `${plural(names, 'volume')} ${quoted(names)}` };
    },
  },
  {
    level: 'baseline',
    violation(_pod, containers) {
      const portsOf = (container: any): number[] =>
        (container.ports ?? []).map((port: any) => port.hostPort).filter((port: number) => port > 0);
      const bad = containers.filter((container) => portsOf(container).length > 0);
      if (bad.length === 0) return undefined;
      const ports = [...new Set(bad.flatMap(portsOf))].sort((a, b) => a - b);
      const verb = bad.length === 1 ? 'uses' : 'use';
      return {
        reason: 'hostPort',
        detail: `${named(bad)} ${verb} ${plural(ports, 'hostPort')} ${ports.join(', ')}`,
      };
    },
  },
  {
    level: 'baseline',
    violation: (_pod, containers) =>
      offending(
        'privileged',
        containers,
        ({ securityContext }) => securityContext?.privileged === true,
        'must not set securityContext.privileged=true',
      ),
  },
  {
    level: 'baseline',
    violation: (_pod, containers) =>
      offending(
        'procMount',
        containers,
        ({ securityContext }) => (securityContext?.procMount ?? 'Default') !== 'Default',
        'must not set securityContext.procMount to "Unmasked"',
      ),
  },
  {
    level: 'restricted',
    violation({ spec }) {
      const kindOf = (volume: any) => Object.keys(volume).find((key) => key !== 'name') ?? 'emptyDir';
      const bad = (spec.volumes ?? []).filter((volume: any) => !RESTRICTED_VOLUMES.has(kindOf(volume)));
      if (bad.length === 0) return undefined;
      const names = quoted(bad.map((volume: any) => volume.name));
      const kinds = [...new Set<string>(bad.map(kindOf))].sort();
      const verb = bad.length === 1 ? 'uses' : 'use';
      return {
        reason: 'restricted volume types',
        detail: `${plural(bad, 'volume')} ${names} ${verb} restricted volume ${plural(kinds, 'type')} ${quoted(kinds)}`,
      };
    },
  },
  {
    level: 'restricted',
    violation({ spec }, containers) {
      const ofPod = spec.securityContext?.runAsNonRoot;
      const explicit = containers.filter(({ securityContext }) => securityContext?.runAsNonRoot === false);
      const implicit = containers.filter(
        ({ securityContext }) => securityContext?.runAsNonRoot === undefined,
      );
      const reason = 'runAsNonRoot != true';
      const rule = 'securityContext.runAsNonRoot';
      const parts: string[] = [];
      if (ofPod === false) parts.push('pod');
      if (explicit.length > 0) parts.push(named(explicit));
      if (parts.length > 0) return { reason, detail: `${parts.join(' and ')} must not set ${rule}=false` };
      if (ofPod === true || implicit.length === 0) return undefined;
      return { reason, detail: `pod or ${named(implicit)} must set ${rule}=true` };
    },
  },
  {
    level: 'restricted',
    violation({ spec }, containers) {
      const bad = containers.filter(({ securityContext }) => securityContext?.runAsUser === 0);
      const parts = [
        ...(spec.securityContext?.runAsUser === 0 ? ['pod'] : []),
        ...(bad.length > 0 ? [named(bad)] : []),
      ];
      return parts.length === 0
        ? undefined
        : { reason: 'runAsUser=0', detail: `${parts.join(' and ')} must not set runAsUser=0` };
    },
  },
  {
    level: 'baseline',
    violation({ spec }, containers) {
      const bad = (holder: any) => {
        const { type = '', user = '', role = '' } = holder?.securityContext?.seLinuxOptions ?? {};
        return !SELINUX_TYPES.has(type) || user !== '' || role !== '';
      };
      const parts = [
        ...(bad(spec) ? ['pod'] : []),
        ...(containers.some(bad) ? [named(containers.filter(bad))] : []),
      ];
      return parts.length === 0
        ? undefined
        : {
            reason: 'seLinuxOptions',
            detail: `${parts.join(' and ')} set forbidden securityContext.seLinuxOptions`,
          };
    },
  },
  {
    level: 'baseline',
    replaced: true,
    violation({ spec }, containers) {
      const unconfined = (holder: any) => holder?.securityContext?.seccompProfile?.type === 'Unconfined';
      const bad = containers.filter(unconfined);
      const parts = [...(unconfined(spec) ? ['pod'] : []), ...(bad.length > 0 ? [named(bad)] : [])];
      if (parts.length === 0) return undefined;
      return {
        reason: 'seccompProfile',
        detail: `${parts.join(' and ')} must not set securityContext.seccompProfile.type to "Unconfined"`,
      };
    },
  },
  {
    level: 'restricted',
    violation({ spec }, containers) {
      const typeOf = (holder: any): string | undefined => holder?.securityContext?.seccompProfile?.type;
      const good = (type: string | undefined) => type === 'RuntimeDefault' || type === 'Localhost';
      const explicit = containers.filter(
        (container) => typeOf(container) !== undefined && !good(typeOf(container)),
      );
      const podSet = typeOf(spec);
      const parts = [
        ...(podSet !== undefined && !good(podSet) ? ['pod'] : []),
        ...(explicit.length > 0 ? [named(explicit)] : []),
      ];
      if (parts.length > 0) {
        const type = podSet !== undefined && !good(podSet) ? podSet : typeOf(explicit[0]);
        return {
          reason: 'seccompProfile',
          detail: `${parts.join(' and ')} must not set securityContext.seccompProfile.type to ${JSON.stringify(type)}`,
        };
      }
      const implicit = containers.filter((container) => typeOf(container) === undefined);
      if (good(podSet) || implicit.length === 0) return undefined;
      return {
        reason: 'seccompProfile',
        detail: `pod or ${named(implicit)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
      };
    },
  },
  {
    level: 'baseline',
    violation({ spec }) {
      const names: string[] = (spec.securityContext?.sysctls ?? []).map(({ name }: any) => name);
      const bad = names.filter((name) => !SAFE_SYSCTLS.has(name));
      return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') };
    },
  },
];

/** What of a pod a level does not allow. */
export function violations(level: Level, pod: { spec?: any }): Violation[] {
  const spec = pod.spec ?? {};
  const containers = [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ];
  return CHECKS.filter((check) =>
    level === 'restricted' ? !check.replaced : check.level === 'baseline',
  ).flatMap((check) => check.violation({ spec }, containers) ?? []);
}

/** `reason (detail), reason (detail)`. */
export function showViolations(found: readonly Violation[]): string {
  return found.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ');
}
