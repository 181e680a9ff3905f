import type { KubeObject } from '../../../objects/object.ts';
import { present, toStorage } from '../present.ts';
import type { Served } from '../served.ts';
import type { Review } from './admission.ts';

/** A request as one webhook or policy sees it: resource and objects in the version that its rules name. */
export interface MatchedReview extends Review {
  /** The version that was asked for. */
  readonly requested: Served;
}

/**
 * The version in which a request is seen: the one asked for where that `fits`, else, unless the policy is `Exact`, another
 * version of the same resource. Models apiserver/pkg/admission/plugin/webhook/generic ShouldCallHook
 */
export function matchedVersion(
  { served, call }: Review,
  matchPolicy: string | undefined,
  fits: (version: Served) => boolean,
): Served | undefined {
  if (fits(served)) return served;
  if (matchPolicy === 'Exact') return undefined;
  return call.server.served.othersOf(served).find(fits);
}

/** The request with its objects as `version` shows them. */
export function seenIn(review: Review, version: Served): MatchedReview {
  const shown = (object: KubeObject | undefined) => object && present(version, object);
  return {
    ...review,
    served: version,
    requested: review.served,
    object: shown(review.object),
    old: shown(review.old),
  };
}

/** GroupVersionKind of a version. */
export function kindOf({ group, version, kind: { kind } }: Served) {
  return { group, version, kind };
}

/** GroupVersionResource of a version. */
export function resourceOf({ group, version, resource }: Served) {
  return { group, version, resource };
}

/** Takes over what was changed in one version of the object into its stored form, in place. */
export function takeOver({ call, object }: Review, { served }: MatchedReview, changed: KubeObject): void {
  if (!object) return;
  const stored = toStorage({ ...call, served }, changed);
  for (const key of Object.keys(object)) if (!(key in stored)) delete object[key];
  Object.assign(object, stored);
}
