import { ApiError } from '../../../objects/api-error.ts';
import { equalValues, isObject } from '../../../objects/values.ts';
import { qosClass } from '../../kinds/pod/qos.ts';
import type { AdmissionPlugin, Review } from './admission.ts';
import { isPodCreation } from './service-account.ts';

interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

/** Of namespaces that have none of their own. */
export interface TolerationLists {
  readonly byDefault: readonly Toleration[];
  readonly whitelist: readonly Toleration[];
}

const DEFAULTS = 'scheduler.alpha.kubernetes.io/defaultTolerations';
const WHITELIST = 'scheduler.alpha.kubernetes.io/tolerationsWhitelist';
const MEMORY: Toleration = {
  key: 'node.kubernetes.io/memory-pressure',
  operator: 'Exists',
  effect: 'NoSchedule',
};

/** What pods of a namespace tolerate, and may tolerate. Models plugin/pkg/admission/podtolerationrestriction. */
export const podTolerationRestriction: AdmissionPlugin = {
  name: 'PodTolerationRestriction',
  admit(review) {
    const { object: pod } = review;
    if (!pod || !isPodCreation(review)) return;
    const own: Toleration[] = pod.spec.tolerations ?? [];
    const { byDefault = [] } = review.call.server.admissionConfiguration.tolerations ?? {};
    const merged = merge(listed(review, DEFAULTS) ?? byDefault, own);
    const all = qosClass(pod.spec) === 'BestEffort' ? merged : merge(merged, [MEMORY]);
    if (all.length > 0) pod.spec.tolerations = all;
  },
  validate(review) {
    const { object: pod } = review;
    if (!pod || !isPodCreation(review)) return;
    const own: Toleration[] = pod.spec.tolerations ?? [];
    const named = listed(review, WHITELIST);
    const whitelist = named ?? review.call.server.admissionConfiguration.tolerations?.whitelist ?? [];
    if (whitelist.length === 0) return;
    if (own.every((one) => whitelist.some((allowed) => isWithin(allowed, one)))) return;
    const what = 'pod tolerations (possibly merged with namespace default tolerations)';
    throw new ApiError(
      500,
      undefined,
      `${what} conflict with its ${named ? 'namespace' : 'cluster'} whitelist`,
    );
  },
};

/** The tolerations that an annotation of the namespace lists. */
function listed({ call, namespace }: Review, annotation: string): Toleration[] | undefined {
  const found = call.server.store.log.get(`/registry/namespaces/${namespace}`)?.value;
  const text: string = found?.metadata.annotations?.[annotation] ?? '';
  if (text === '') return undefined;
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list.filter(isObject);
  } catch {
    // No list: said below.
  }
  throw new ApiError(
    500,
    undefined,
    `invalid character in annotation ${annotation} of namespace ${namespace}`,
  );
}

/** Those that another one includes are left out. Models pkg/util/tolerations MergeTolerations. */
function merge(first: readonly Toleration[], second: readonly Toleration[]): Toleration[] {
  const all = [...first, ...second];
  return all.filter(
    (one, i) => !all.some((other, j) => j !== i && isWithin(other, one) && (!isWithin(one, other) || j < i)),
  );
}

/** True when `outer` tolerates all that `inner` does. Models pkg/util/tolerations isSuperset. */
function isWithin(outer: Toleration, inner: Toleration): boolean {
  if (equalValues(outer, inner)) return true;
  if (outer.key && outer.key !== inner.key) return false;
  if (outer.effect && outer.effect !== inner.effect) return false;
  const seconds = outer.tolerationSeconds;
  if (outer.effect === 'NoExecute' && seconds !== undefined) {
    if (inner.tolerationSeconds === undefined || inner.tolerationSeconds > seconds) return false;
  }
  if (outer.operator === 'Exists') return true;
  return inner.operator !== 'Exists' && (outer.value ?? '') === (inner.value ?? '');
}
