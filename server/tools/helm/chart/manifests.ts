import { parseYaml } from '../../kubectl/yaml-parser.ts';
import { HelmError } from '../errors.ts';

export const HOOK_EVENTS = [
  'pre-install',
  'post-install',
  'pre-delete',
  'post-delete',
  'pre-upgrade',
  'post-upgrade',
  'pre-rollback',
  'post-rollback',
  'test',
] as const;
export type HookEvent = (typeof HOOK_EVENTS)[number];

export interface HookRun {
  started_at?: string;
  completed_at?: string;
  phase: '' | 'Unknown' | 'Running' | 'Succeeded' | 'Failed';
}

/** An object of a chart that is made at a certain moment. Models helm/pkg/release Hook. */
export interface Hook {
  readonly name: string;
  readonly kind: string;
  readonly path: string;
  readonly manifest: string;
  readonly events: readonly HookEvent[];
  last_run: HookRun;
  readonly weight?: number;
  delete_policies?: readonly string[];
}

export interface Manifest {
  readonly name: string;
  readonly content: string;
  readonly kind: string;
  readonly apiVersion: string;
}

const INSTALL_ORDER =
  'PriorityClass Namespace NetworkPolicy ResourceQuota LimitRange PodSecurityPolicy PodDisruptionBudget ServiceAccount Secret SecretList ConfigMap StorageClass PersistentVolume PersistentVolumeClaim CustomResourceDefinition ClusterRole ClusterRoleList ClusterRoleBinding ClusterRoleBindingList Role RoleList RoleBinding RoleBindingList Service DaemonSet Pod ReplicationController ReplicaSet Deployment HorizontalPodAutoscaler StatefulSet Job CronJob IngressClass Ingress APIService MutatingWebhookConfiguration ValidatingWebhookConfiguration'.split(
    ' ',
  );
const UNINSTALL_ORDER =
  'ValidatingWebhookConfiguration MutatingWebhookConfiguration APIService Ingress IngressClass Service CronJob Job StatefulSet HorizontalPodAutoscaler Deployment ReplicaSet ReplicationController Pod DaemonSet RoleBindingList RoleBinding RoleList Role ClusterRoleBindingList ClusterRoleBinding ClusterRoleList ClusterRole CustomResourceDefinition PersistentVolumeClaim PersistentVolume StorageClass ConfigMap SecretList Secret ServiceAccount PodDisruptionBudget PodSecurityPolicy LimitRange ResourceQuota NetworkPolicy Namespace PriorityClass'.split(
    ' ',
  );

/** Unknown kinds come last, by their names. Models releaseutil lessByKind. */
export function byKind<T extends { kind: string }>(items: readonly T[], order: 'install' | 'uninstall'): T[] {
  const list = order === 'install' ? INSTALL_ORDER : UNINSTALL_ORDER;
  const place = ({ kind }: T) => (list.includes(kind) ? list.indexOf(kind) : list.length);
  const name = (item: T) => (list.includes(item.kind) ? '' : item.kind);
  return [...items].sort(
    (a, b) => place(a) - place(b) || (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0),
  );
}

/** The documents of a text. Models releaseutil.SplitManifests. */
export function splitManifests(text: string): string[] {
  return text
    .trim()
    .split(/(?:^|\s*\n)---\s*/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Rendered files as hooks and as the rest, each in the order of their kinds. Models releaseutil.SortManifests. */
export function sortManifests(
  files: ReadonlyMap<string, string>,
  info: (text: string) => void,
): { hooks: Hook[]; manifests: Manifest[] } {
  const hooks: Hook[] = [];
  const manifests: Manifest[] = [];
  for (const path of [...files.keys()].sort()) {
    const text = files.get(path) as string;
    if (path.slice(path.lastIndexOf('/') + 1).startsWith('_') || text.trim() === '') continue;
    for (const content of splitManifests(text)) {
      const head = headOf(content, path);
      const annotations = head.metadata?.annotations ?? {};
      const { kind = '', apiVersion = '' } = head;
      const said = annotations['helm.sh/hook'];
      if (said === undefined) manifests.push({ name: path, content, kind, apiVersion });
      else {
        const hook = hookOf(said, { path, content, head, annotations });
        if (hook) hooks.push(hook);
        else info(`info: skipping unknown hook: ${JSON.stringify(said)}`);
      }
    }
  }
  return { hooks: byKind(hooks, 'install'), manifests: byKind(manifests, 'install') };
}

interface Head {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { name?: string; annotations?: Record<string, string> | null } | null;
}

function headOf(content: string, path: string): Head {
  const fail = (why: string) => new HelmError(`YAML parse error on ${path}: ${why}`);
  let value: unknown;
  try {
    value = parseYaml(content);
  } catch (error) {
    throw fail(`error converting YAML to JSON: ${(error as Error).message}`);
  }
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    const got = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    throw fail(
      `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${got} into Go value of type releaseutil.SimpleHead`,
    );
  }
  return value as Head;
}

function hookOf(
  said: string,
  {
    path,
    content,
    head,
    annotations,
  }: {
    path: string;
    content: string;
    head: Head;
    annotations: Record<string, string>;
  },
): Hook | undefined {
  const events: HookEvent[] = [];
  for (const word of said.split(',').map((part) => part.trim().toLowerCase())) {
    const event = word === 'test-success' ? 'test' : HOOK_EVENTS.find((known) => known === word);
    if (!event) return undefined;
    events.push(event);
  }
  const policies = (annotations['helm.sh/hook-delete-policy'] ?? '')
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== '');
  const weight = /^[-+]?\d+$/.test(annotations['helm.sh/hook-weight'] ?? '')
    ? Number(annotations['helm.sh/hook-weight'])
    : 0;
  return {
    name: head.metadata?.name ?? '',
    kind: head.kind ?? '',
    path,
    manifest: content,
    events,
    last_run: { phase: '' },
    ...(weight === 0 ? {} : { weight }),
    ...(policies.length > 0 ? { delete_policies: policies } : {}),
  };
}
