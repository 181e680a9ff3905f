import { ApiError, isApiError } from '../../objects/api-error.ts';
import type { KubeObject, OwnerReference } from '../../objects/object.ts';
import { equalValues } from '../../objects/values.ts';
import type { Client } from '../client/client.ts';
import type { Informer } from '../client/informer.ts';
import { RESOURCES } from '../client/resources.ts';
import { controllerReference } from './owners.ts';
import type { Pod } from './pods.ts';

/** The claims of stateful sets: one a template and ordinal, kept or deleted as the set's retention policy says. */
export class SetClaims {
  readonly #client: Client;
  readonly #claims: Informer;

  constructor(client: Client, claims: Informer) {
    this.#client = client;
    this.#claims = claims;
  }

  /** Makes what a replica needs. Models stateful_pod_control.go createPersistentVolumeClaims */
  create(set: KubeObject, ordinal: number, tell: (what: string, error?: unknown) => void): void {
    const podName = `${set.metadata.name}-${ordinal}`;
    for (const template of set.spec.volumeClaimTemplates ?? []) {
      const name = claimName(set, template, ordinal);
      const known = this.#find(set, name);
      if (known?.metadata.deletionTimestamp)
        throw new ApiError(409, 'Conflict', `pvc ${name} is being deleted`);
      if (known) continue;
      const what = `Claim ${name} Pod ${podName}`;
      const labels = { ...template.metadata.labels, ...set.spec.selector?.matchLabels };
      const claim = {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { ...template.metadata, name, namespace: set.metadata.namespace, labels },
        spec: template.spec,
      };
      try {
        this.#client.create(RESOURCES.persistentvolumeclaims, claim, set.metadata.namespace);
      } catch (error) {
        if (isApiError(error, 'AlreadyExists')) continue;
        tell(what, error);
        throw error;
      }
      tell(what);
    }
  }

  /**
   * True: a claim still belongs to an earlier pod of that ordinal and is about to be deleted with it.
   * Models stateful_pod_control.go PodClaimIsStale
   */
  areStale(set: KubeObject, ordinal: number): boolean {
    if (set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled !== 'Delete') return false;
    const podName = `${set.metadata.name}-${ordinal}`;
    return (set.spec.volumeClaimTemplates ?? []).some((template: KubeObject) =>
      this.#find(set, claimName(set, template, ordinal))?.metadata.ownerReferences?.some(
        ({ kind, name }) => kind === 'Pod' && name === podName,
      ),
    );
  }

  /** Says whose the claims of a replica are, so that they go with the set or with the replica. */
  keep(set: KubeObject, pod: Pod): void {
    for (const template of set.spec.volumeClaimTemplates ?? []) {
      const claim = this.#find(set, claimName(set, template, ordinalOf(pod.metadata.name)));
      if (!claim) continue;
      const before = claim.metadata.ownerReferences ?? [];
      const owners = ownersOf(before, set, pod);
      if (equalValues(owners, before)) continue;
      const { ownerReferences: _, ...rest } = claim.metadata;
      const metadata = owners.length > 0 ? { ...rest, ownerReferences: owners } : rest;
      this.#client.update(RESOURCES.persistentvolumeclaims, { ...claim, metadata });
    }
  }

  #find(set: KubeObject, name: string): KubeObject | undefined {
    return this.#claims.get(`${set.metadata.namespace}/${name}`);
  }
}

/** Models stateful_set_utils.go updateClaimOwnerRefForSetAndPod */
function ownersOf(before: readonly OwnerReference[], set: KubeObject, pod: Pod): OwnerReference[] {
  const ours = [controllerReference(set, RESOURCES.statefulsets), controllerReference(pod, RESOURCES.pods)];
  const own = (owner: OwnerReference) => ours.find((one) => isSame(one, owner));
  const others = before.filter((owner) => !own(owner));
  const foreign = before.some((owner) => {
    const known = own(owner);
    return known ? known.uid !== owner.uid : owner.controller;
  });
  if (foreign) return others;
  const [ofSet, ofPod] = ours as [OwnerReference, OwnerReference];
  const policy = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const start = set.spec.ordinals?.start ?? 0;
  if (policy.whenScaled === 'Delete' && !inRange(pod, start, set.spec.replicas ?? 1))
    return [...others, ofPod];
  return policy.whenDeleted === 'Delete' ? [...others, ofSet] : others;
}

function isSame(a: OwnerReference, b: OwnerReference): boolean {
  return a.apiVersion === b.apiVersion && a.kind === b.kind && a.name === b.name;
}

export function claimName(set: KubeObject, template: any, ordinal: number): string {
  return `${template.metadata.name}-${set.metadata.name}-${ordinal}`;
}

export function ordinalOf(podName: string): number {
  return Number(/-(\d+)$/.exec(podName)?.[1] ?? -1);
}

export function inRange(pod: Pod, start: number, replicas: number): boolean {
  const ordinal = ordinalOf(pod.metadata.name);
  return ordinal >= start && ordinal < start + replicas;
}
