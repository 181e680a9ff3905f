import type { KubeObject } from '../../../objects/object.ts';
import type { Log } from '../../store/log.ts';
import { bootstrapObjects } from '../bootstrap/objects.ts';
import type { User } from '../user.ts';
import { type Access, type Authorizer, type Decision, NO_OPINION } from './access.ts';
import { type PolicyRule, ruleCovers } from './rules.ts';

const ALLOWED: Decision = { allowed: true, reason: '' };
const no = (reason: string): Decision => ({ allowed: false, reason });

/** The node that a kubelet's user name speaks for. */
export function nodeOf(user: User): string | undefined {
  if (!user.groups.includes('system:nodes') || !user.name.startsWith('system:node:')) return undefined;
  return user.name.slice('system:node:'.length);
}

/**
 * What kubelets may do: a fixed set of rules, and objects only where a pod on their node uses them. Models
 * plugin/pkg/auth/authorizer/node.
 */
export class NodeAuthorizer implements Authorizer {
  readonly #log: Log;
  #rules: readonly PolicyRule[] | undefined;

  /** The gate AuthorizeNodeWithSelectors: pods of other nodes, and other nodes, are not theirs to read. */
  readonly #ownOnly: boolean;

  constructor(log: Log, ownOnly = true) {
    this.#log = log;
    this.#ownOnly = ownOnly;
  }

  decide(access: Access): Decision {
    const node = nodeOf(access.user);
    if (node === undefined) return NO_OPINION;
    if (node === '') return no(`unknown node for user ${JSON.stringify(access.user.name)}`);
    const special = access.isResource ? this.#special(node, access) : undefined;
    if (special) return special;
    return this.#staticRules().some((rule) => ruleCovers(rule, access)) ? ALLOWED : NO_OPINION;
  }

  #staticRules(): readonly PolicyRule[] {
    this.#rules ??= bootstrapObjects().find(
      ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'system:node',
    )?.['rules'] as PolicyRule[];
    return this.#rules;
  }

  #special(node: string, access: Access): Decision | undefined {
    const { group, resource, verb, subresource } = access;
    if (group === '' && (resource === 'secrets' || resource === 'configmaps'))
      return this.#readOnly(node, access);
    if (group === '' && resource === 'persistentvolumeclaims') {
      return subresource === 'status' && (verb === 'update' || verb === 'patch')
        ? this.#related(node, access)
        : this.#get(node, access);
    }
    if (group === '' && resource === 'persistentvolumes') return this.#get(node, access);
    if (group === '' && resource === 'serviceaccounts') return this.#token(node, access);
    if (group === '' && resource === 'nodes' && this.#ownOnly) return ownNode(node, access);
    if (group === '' && resource === 'pods' && this.#ownOnly) return this.#pod(node, access);
    if (group === 'coordination.k8s.io' && resource === 'leases') return lease(node, access);
    if (group === 'storage.k8s.io' && resource === 'csinodes') return csiNode(node, access);
    return undefined;
  }

  #readOnly(node: string, access: Access): Decision {
    if (!['get', 'list', 'watch'].includes(access.verb)) return no('can only read resources of this type');
    if (access.subresource !== '') return no('cannot read subresource');
    if (access.namespace === '') return no('can only read namespaced object of this type');
    return this.#related(node, access);
  }

  /** Models NodeAuthorizer.authorizePod. */
  #pod(node: string, access: Access): Decision {
    const { verb, subresource, name, selectedFields } = access;
    if (subresource === 'status') return verb === 'update' || verb === 'patch' ? ALLOWED : NO_OPINION;
    if (subresource === 'eviction') return verb === 'create' ? ALLOWED : NO_OPINION;
    if (subresource !== '') return NO_OPINION;
    // Of mirror pods; which ones, NodeRestriction says.
    if (verb === 'create' || verb === 'delete') return ALLOWED;
    if (verb === 'get') return this.#get(node, access);
    if (verb !== 'list' && verb !== 'watch') return NO_OPINION;
    if (selectedFields?.['spec.nodeName'] === node) return ALLOWED;
    if (name !== '') return this.#related(node, access);
    return no('can only list/watch pods with spec.nodeName field selector');
  }

  #get(node: string, access: Access): Decision {
    if (access.verb !== 'get') return no('can only get individual resources of this type');
    if (access.subresource !== '') return no('cannot get subresource');
    return this.#related(node, access);
  }

  #token(node: string, access: Access): Decision {
    if (access.subresource === '' && access.verb === 'get') return this.#related(node, access);
    if (access.verb !== 'create' || access.subresource !== 'token') {
      return no('can only get or create tokens for individual service accounts');
    }
    return this.#related(node, access);
  }

  #related(node: string, access: Access): Decision {
    const { resource, namespace, name } = access;
    if (name === '') return no('No Object name found');
    const prefix = namespace === '' ? '/registry/pods/' : `/registry/pods/${namespace}/`;
    for (const { value: pod } of this.#log.list(prefix)) {
      if (pod.spec?.nodeName === node && this.#uses(pod, resource, name)) return ALLOWED;
    }
    return no(`no relationship found between node '${node}' and this object`);
  }

  #uses(pod: KubeObject, resource: string, name: string): boolean {
    if (resource === 'pods') return pod.metadata.name === name;
    if (resource === 'serviceaccounts') return (pod.spec.serviceAccountName || 'default') === name;
    if (resource === 'persistentvolumes') {
      return claimsOf(pod).some((claim) => {
        const key = `/registry/persistentvolumeclaims/${pod.metadata.namespace}/${claim}`;
        return this.#log.get(key)?.value.spec?.volumeName === name;
      });
    }
    if (resource === 'persistentvolumeclaims') return claimsOf(pod).includes(name);
    return podRefersTo(pod, resource === 'secrets' ? 'secret' : 'configMap', name);
  }
}

function claimsOf(pod: KubeObject): string[] {
  const volumes: any[] = pod.spec?.volumes ?? [];
  return volumes.flatMap((volume) => {
    if (volume.persistentVolumeClaim) return [volume.persistentVolumeClaim.claimName];
    return volume.ephemeral ? [`${pod.metadata.name}-${volume.name}`] : [];
  });
}

/** True when a pod needs that Secret or ConfigMap in order to run. */
export function podRefersTo(pod: KubeObject, what: 'secret' | 'configMap', name: string): boolean {
  const spec = pod.spec ?? {};
  const containers: any[] = [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ];
  if (what === 'secret' && (spec.imagePullSecrets ?? []).some((s: any) => s.name === name)) return true;
  for (const container of containers) {
    if ((container.envFrom ?? []).some((from: any) => from[`${what}Ref`]?.name === name)) return true;
    if ((container.env ?? []).some((env: any) => env.valueFrom?.[`${what}KeyRef`]?.name === name))
      return true;
  }
  return (spec.volumes ?? []).some((volume: any) => volumeRefersTo(volume, what, name));
}

function volumeRefersTo(volume: any, what: 'secret' | 'configMap', name: string): boolean {
  if (what === 'secret' && volume.secret?.secretName === name) return true;
  if (what === 'configMap' && volume.configMap?.name === name) return true;
  if ((volume.projected?.sources ?? []).some((source: any) => source[what]?.name === name)) return true;
  return what === 'secret' && Object.values(volume).some((source: any) => source?.secretRef?.name === name);
}

/** Models NodeAuthorizer.authorizeNode. */
function ownNode(node: string, { verb, subresource, name }: Access): Decision {
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? ALLOWED : NO_OPINION;
  if (subresource !== '') return NO_OPINION;
  // Which one, NodeRestriction says.
  if (['create', 'update', 'patch'].includes(verb)) return ALLOWED;
  if (!['get', 'list', 'watch'].includes(verb)) return NO_OPINION;
  if (name === node) return ALLOWED;
  const what = name === '' ? 'all nodes' : `'${name}'`;
  return no(`node '${node}' cannot read ${what}, only its own Node object`);
}

function lease(node: string, { verb, namespace, name, subresource }: Access): Decision {
  if (subresource !== '') return no('cannot access lease subresource');
  // A kubelet keeps its lease here by a standing watch on it (see standing-leases.ts) in place of an update every 10 s.
  const standing = verb === 'watch' && name === node;
  if (!standing && !['get', 'create', 'update', 'patch', 'delete'].includes(verb)) {
    return no('can only get, create, update, patch, or delete a node lease');
  }
  if (namespace !== 'kube-node-lease') {
    return no(`can only access leases in the "kube-node-lease" system namespace`);
  }
  if (verb !== 'create' && name !== node)
    return no('can only access node lease with the same name as the requesting node');
  return ALLOWED;
}

function csiNode(node: string, { verb, name, subresource }: Access): Decision {
  if (subresource !== '') return no('cannot access CSINode subresources');
  if (!['get', 'create', 'update', 'patch', 'delete'].includes(verb)) {
    return no('can only get, create, update, patch, or delete a CSINode');
  }
  return verb !== 'create' && name !== node
    ? no('can only access CSINode with the same name as the requesting node')
    : ALLOWED;
}
