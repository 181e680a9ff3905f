import type { KubeObject } from '../../../objects/object.ts';
import { forbidden } from '../errors.ts';
import type { AdmissionPlugin, Review } from './admission.ts';
import { isPodCreation } from './service-account.ts';

/** Gives pods the number of their priority class. Models plugin/pkg/admission/priority. */
export const priority: AdmissionPlugin = {
  name: 'Priority',
  admit(review) {
    if (isPodCreation(review) && review.object) setPriority(review, review.object);
  },
  validate(review) {
    const { served, operation, object, name, call } = review;
    if (served.resource !== 'priorityclasses' || operation === 'DELETE' || !object?.['globalDefault']) return;
    const other = classes(call).find((c) => c['globalDefault'] && c.metadata.name !== name);
    if (!other) return;
    const why = `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`;
    throw forbidden(served, name, why);
  },
};

function classes(call: Review['call']): KubeObject[] {
  return call.server.store.log.list('/registry/priorityclasses/').map(({ value }) => value);
}

function setPriority(review: Review, pod: KubeObject): void {
  const { served, name } = review;
  const found = classFor(review, pod.spec.priorityClassName);
  const value: number = found?.['value'] ?? 0;
  const policy: string = found?.['preemptionPolicy'] ?? 'PreemptLowerPriority';
  if (!pod.spec.priorityClassName && found) pod.spec.priorityClassName = found.metadata.name;
  if (pod.spec.priority !== undefined && pod.spec.priority !== value) {
    throw forbidden(
      served,
      name,
      `the integer value of priority (${pod.spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  pod.spec.priority = value;
  if (pod.spec.preemptionPolicy !== undefined && pod.spec.preemptionPolicy !== policy) {
    throw forbidden(
      served,
      name,
      `the string value of PreemptionPolicy (${pod.spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  }
  pod.spec.preemptionPolicy = policy;
}

function classFor({ call, served, name }: Review, className: string | undefined): KubeObject | undefined {
  if (!className) return classes(call).find((c) => c['globalDefault']);
  const found = call.server.store.log.get(`/registry/priorityclasses/${className}`)?.value;
  if (!found) throw forbidden(served, name, `no PriorityClass with name ${className} was found`);
  return found;
}
