import type { FieldErrors } from '../../../../objects/field-error.ts';
import { compareQuantities } from '../../../../objects/quantity.ts';
import { equalValues } from '../../../../objects/values.ts';
import { qosClass } from '../qos.ts';
import { validatePod } from './pod-spec.ts';
import { validatePodStatus } from './status.ts';

/** What holds of a pod that is written through one of its subresources. */
export function validatePodPart(pod: any, old: any, errors: FieldErrors, subresource: string): void {
  if (subresource === 'resize') validateResize(pod, old, errors);
  else if (subresource === 'ephemeralcontainers') validateDebugging(pod, old, errors);
  else validatePodStatus(pod, old, errors, subresource);
}

const isMirror = ({ metadata }: any) => metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;

// Models pkg/apis/core/validation ValidatePodEphemeralContainersUpdate
function validateDebugging(pod: any, old: any, errors: FieldErrors): void {
  validatePod(pod, errors);
  if (isMirror(old)) errors.forbidden('', 'static pods do not support ephemeral containers');
}

// Models pkg/apis/core/validation ValidatePodResize
function validateResize(pod: any, old: any, errors: FieldErrors): void {
  if (isMirror(old)) {
    errors.forbidden('', 'static pods cannot be resized');
    return;
  }
  validatePod(pod, errors);
  const [now, before] = [pod.spec, old.spec];
  if (qosClass(now) !== qosClass(before))
    errors.invalid('spec', qosClass(now), 'Pod QOS Class may not change as a result of resizing');
  for (const list of ['containers', 'initContainers'])
    (before[list] ?? []).forEach((was: any, i: number) => {
      validateContainerResize(errors, `spec.${list}[${i}].resources`, now[list][i], was);
    });
  if (!equalValues(withoutSizes(now), withoutSizes(before)))
    errors.forbidden('spec', 'only cpu and memory resources are mutable');
}

function validateContainerResize(errors: FieldErrors, field: string, now: any, was: any): void {
  for (const kind of ['requests', 'limits']) {
    const removed = Object.keys(was.resources?.[kind] ?? {}).some((name) => !now.resources?.[kind]?.[name]);
    if (removed) errors.forbidden(`${field}.${kind}`, `resource ${kind} cannot be removed`);
  }
  const [limit, before] = [now, was].map(({ resources }) => resources?.limits?.memory);
  if (limit === undefined || before === undefined || compareQuantities(limit, before) >= 0) return;
  const policy = now.resizePolicy?.find(({ resourceName }: any) => resourceName === 'memory')?.restartPolicy;
  if (policy !== 'RestartContainer')
    errors.forbidden(
      `${field}.limits[memory]`,
      'memory limits cannot be decreased unless resizePolicy is RestartContainer',
    );
}

/** A spec without the sizes that a resize may change. */
function withoutSizes(spec: any): any {
  const others = (amounts: any = {}) =>
    Object.fromEntries(Object.entries(amounts).filter(([name]) => !['cpu', 'memory'].includes(name)));
  const bare = (containers: any[] = []) =>
    containers.map(({ resources = {}, ...rest }) => ({
      ...rest,
      requests: others(resources.requests),
      limits: others(resources.limits),
    }));
  return { ...spec, containers: bare(spec.containers), initContainers: bare(spec.initContainers) };
}
