import { matches, selectorOf } from '../../objects/label-selector.ts';
import { type KubeObject, keyOf } from '../../objects/object.ts';
import { compareQuantities } from '../../objects/quantity.ts';
import { nodeSelectorMatches } from './placement.ts';

export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

export function classOfClaim(claim: KubeObject): string {
  return claim.metadata.annotations?.[CLASS_ANNOTATION] ?? claim.spec.storageClassName ?? '';
}

export function classOfVolume(volume: KubeObject): string {
  return volume.metadata.annotations?.[CLASS_ANNOTATION] ?? volume.spec.storageClassName ?? '';
}

/** Models component-helpers/storage/volume IsVolumeBoundToClaim */
export function isReservedFor(volume: KubeObject, claim: KubeObject): boolean {
  const reference = volume.spec.claimRef;
  if (!reference) return false;
  if (reference.name !== claim.metadata.name || reference.namespace !== claim.metadata.namespace)
    return false;
  return !reference.uid || reference.uid === claim.metadata.uid;
}

/** True once the claim is bound through and through. */
export function isBound(claim: KubeObject): boolean {
  return !!claim.spec.volumeName && claim.metadata.annotations?.[BIND_COMPLETED] !== undefined;
}

export function volumeFitsNode(volume: KubeObject, node: KubeObject): boolean {
  const required = volume.spec.nodeAffinity?.required;
  return !required || nodeSelectorMatches(required, node);
}

/**
 * The smallest volume that satisfies a claim: one that is reserved for it comes first. With `node`, only those that can
 * be used there. Models component-helpers/storage/volume FindMatchingVolume
 */
export function findVolume(
  claim: KubeObject,
  volumes: Iterable<KubeObject>,
  options: { node?: KubeObject; excluded?: ReadonlySet<string>; delayed?: boolean } = {},
): KubeObject | undefined {
  const selector = claim.spec.selector ? selectorOf(claim.spec.selector) : undefined;
  let best: KubeObject | undefined;
  for (const volume of volumes) {
    if (options.excluded?.has(volume.metadata.name) || volume.metadata.deletionTimestamp) continue;
    if ((volume.spec.volumeMode ?? 'Filesystem') !== (claim.spec.volumeMode ?? 'Filesystem')) continue;
    const reserved = isReservedFor(volume, claim);
    if (reserved && !bigEnough(volume, claim)) continue;
    if (options.node && !volumeFitsNode(volume, options.node)) continue;
    if (reserved) return volume;
    // Without a node, a claim that waits for its consumer takes nothing but what is reserved for it.
    if (options.delayed && !options.node) continue;
    if (!isCandidate(volume, claim) || (selector && !matches(selector, volume.metadata.labels))) continue;
    if (!best || compareQuantities(sizeOf(volume), sizeOf(best)) < 0) best = volume;
  }
  return best;
}

function isCandidate(volume: KubeObject, claim: KubeObject): boolean {
  if (volume.spec.claimRef || (volume.status?.phase ?? 'Pending') !== 'Available') return false;
  if (classOfVolume(volume) !== classOfClaim(claim)) return false;
  return bigEnough(volume, claim) && hasModes(volume, claim);
}

function sizeOf(volume: KubeObject): string {
  return volume.spec.capacity?.storage ?? '0';
}

export function bigEnough(volume: KubeObject, claim: KubeObject): boolean {
  return compareQuantities(sizeOf(volume), claim.spec.resources?.requests?.storage ?? '0') >= 0;
}

export function hasModes(volume: KubeObject, claim: KubeObject): boolean {
  const modes: string[] = volume.spec.accessModes ?? [];
  return (claim.spec.accessModes ?? []).every((mode: string) => modes.includes(mode));
}

/** Why a claim is not that of the pod's ephemeral volume. Models component-helpers/storage/ephemeral VolumeIsForPod */
export function foreignClaim(claim: KubeObject, pod: KubeObject): string | undefined {
  const owner = claim.metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner?.uid === pod.metadata.uid) return undefined;
  return `PVC ${keyOf(claim)} was not created for pod ${keyOf(pod)} (pod is not owner)`;
}
