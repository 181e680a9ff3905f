import type { Kubectl } from '../kubectl.ts';

type Fields = Record<string, any>;

/** What is debugged: a node, a pod by its copy, a pod by a container that joins it. */
export type Style = 'node' | 'copy' | 'ephemeral';

interface Debugged {
  readonly k: Kubectl;
  readonly pod: Fields;
  readonly container: Fields;
}

type Step = (debugged: Debugged) => void;

interface Profile {
  /** In every style. */
  readonly always?: readonly Step[];
  readonly node?: readonly Step[];
  readonly copy?: readonly Step[];
  readonly ephemeral?: readonly Step[];
}

const trace = addCapabilities('SYS_PTRACE');
const COPY: readonly Step[] = [dropParts, shareProcesses];

/** Models kubectl/pkg/cmd/debug/profiles.go. */
const PROFILES: Readonly<Record<string, Profile>> = {
  legacy: { node: [mountRoot, joinHost], copy: [dropLabels] },
  general: { node: [mountRoot, clear, joinHost], copy: [...COPY, trace], ephemeral: [trace] },
  baseline: { always: [clear], copy: COPY },
  restricted: { always: [clear, restrict], copy: COPY },
  netadmin: { always: [addCapabilities('NET_ADMIN', 'NET_RAW')], node: [joinHost], copy: COPY },
  sysadmin: { always: [setPrivileged], node: [joinHost, mountRoot], copy: COPY },
};

export function isProfile(name: string): boolean {
  return Object.hasOwn(PROFILES, name);
}

/** Changes the pod and its container that debugs as --profile says. */
export function applyProfile(style: Style, debugged: Debugged): void {
  const profile = PROFILES[debugged.k.flags.string('profile')] as Profile;
  for (const step of [...(profile.always ?? []), ...(profile[style] ?? [])]) step(debugged);
}

/** What a copy does not keep unless it is told to. */
function dropParts({ k, pod }: Debugged): void {
  const { flags } = k;
  const { metadata, spec } = pod;
  if (!flags.bool('keep-labels')) delete metadata.labels;
  if (!flags.bool('keep-annotations')) delete metadata.annotations;
  if (!flags.bool('keep-init-containers')) delete spec.initContainers;
  for (const container of spec.containers as Fields[]) {
    for (const probe of ['liveness', 'readiness', 'startup'])
      if (!flags.bool(`keep-${probe}`)) delete container[`${probe}Probe`];
  }
}

function dropLabels({ pod }: Debugged): void {
  delete pod['metadata'].labels;
}

function shareProcesses({ pod }: Debugged): void {
  pod['spec'].shareProcessNamespace ??= true;
}

function joinHost({ pod }: Debugged): void {
  Object.assign(pod['spec'], { hostNetwork: true, hostPID: true, hostIPC: true });
}

function mountRoot({ pod, container }: Debugged): void {
  const name = 'host-root';
  pod['spec'].volumes = [...(pod['spec'].volumes ?? []), { name, hostPath: { path: '/' } }];
  container['volumeMounts'] = [...(container['volumeMounts'] ?? []), { mountPath: '/host', name }];
}

function clear({ container }: Debugged): void {
  delete container['securityContext'];
}

function restrict({ container }: Debugged): void {
  container['securityContext'] = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

function addCapabilities(...names: readonly string[]): Step {
  return ({ container }) => {
    const { capabilities = {}, ...context } = container['securityContext'] ?? {};
    const add = [...(capabilities.add ?? []), ...names];
    container['securityContext'] = { ...context, capabilities: { ...capabilities, add } };
  };
}

function setPrivileged({ container }: Debugged): void {
  container['securityContext'] = { ...container['securityContext'], privileged: true };
}
