import type { FieldErrors } from '../../../../objects/field-error.ts';
import { matches, selectorOf } from '../../../../objects/label-selector.ts';
import {
  annotations,
  isEmptySelector,
  isUsableSelector,
  labels,
  mismatchedLabels,
} from '../../validation/fields.ts';
import { goLabelSelector } from '../../validation/go-values.ts';
import { podAnnotations } from './annotations.ts';
import { validatePodTemplate } from './pod-spec.ts';

/** True where a selector, even none at all, does not choose the template's pods. */
export function missesTemplate(selector: any, template: any): boolean {
  if (!selector) return true;
  return !isUsableSelector(selector) || !matches(selectorOf(selector) ?? [], template?.metadata?.labels);
}

/** A template that its workload's selector chooses, of pods that run forever. */
export function workloadTemplate(
  errors: FieldErrors,
  spec: any,
  kind: string,
  invalidSelector: string,
): void {
  const { selector, template = {} } = spec;
  if (!isUsableSelector(selector)) {
    errors.invalid('spec.selector', goLabelSelector(selector), invalidSelector);
    return;
  }
  if (!(selector && isEmptySelector(selector)) && missesTemplate(selector, template)) {
    mismatchedLabels(errors, 'spec.template.metadata.labels', template.metadata?.labels);
  }
  if (kind === 'StatefulSet') {
    // Its claims become volumes only in its pods, so the server leaves the pod spec to them.
    labels(errors, 'spec.template.labels', template.metadata?.labels);
    annotations(errors, 'spec.template.annotations', template.metadata?.annotations);
    podAnnotations(errors, 'spec.template.annotations', template.metadata, template.spec ?? {});
  } else validatePodTemplate(errors, 'spec.template', template);
  runsForever(errors, template, kind);
}

export function runsForever(errors: FieldErrors, template: any, kind: string): void {
  const { restartPolicy, activeDeadlineSeconds } = template.spec ?? {};
  if (restartPolicy !== 'Always') {
    errors.notSupported('spec.template.spec.restartPolicy', restartPolicy ?? '', ['Always']);
  }
  if (activeDeadlineSeconds !== undefined) {
    errors.forbidden(
      'spec.template.spec.activeDeadlineSeconds',
      `activeDeadlineSeconds in ${kind} is not Supported`,
    );
  }
}
