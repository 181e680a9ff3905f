import type { FieldErrors } from '../../../../objects/field-error.ts';
import { labelName, labelSelector, oneOfIfSet, report } from '../../validation/fields.ts';
import { dnsLabel, dnsSubdomain, labelValue } from '../../validation/names.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Models pkg/apis/core/validation validateAffinity. */
export function validateAffinity(errors: FieldErrors, field: string, affinity: any): void {
  if (!affinity) return;
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  if (nodeAffinity) validateNodeAffinity(errors, `${field}.nodeAffinity`, nodeAffinity);
  if (podAffinity) validatePodTerms(errors, `${field}.podAffinity`, podAffinity);
  if (podAntiAffinity) validatePodTerms(errors, `${field}.podAntiAffinity`, podAntiAffinity);
}

function validateNodeAffinity(errors: FieldErrors, field: string, affinity: any): void {
  if (affinity[REQUIRED]) validateNodeSelector(errors, `${field}.${REQUIRED}`, affinity[REQUIRED]);
  (affinity[PREFERRED] ?? []).forEach(({ weight, preference = {} }: any, i: number) => {
    const place = `${field}.${PREFERRED}[${i}]`;
    validateWeight(errors, place, weight);
    // What no label can have is a wish that may come true nowhere, not an error.
    validateNodeTerm(errors, `${place}.preference`, preference, false);
  });
}

function validateWeight(errors: FieldErrors, field: string, weight = 0): void {
  if (weight <= 0 || weight > 100) errors.invalid(`${field}.weight`, weight, 'must be in the range 1-100');
}

/** Models pkg/apis/core/validation ValidateNodeSelector. */
export function validateNodeSelector(errors: FieldErrors, field: string, selector: any): void {
  const terms: any[] = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) {
    errors.required(`${field}.nodeSelectorTerms`, 'must have at least one node selector term');
    return;
  }
  terms.forEach((term, i) => {
    validateNodeTerm(errors, `${field}.nodeSelectorTerms[${i}]`, term);
  });
}

function validateNodeTerm(errors: FieldErrors, field: string, term: any, checkValues = true): void {
  (term.matchExpressions ?? []).forEach((one: any, i: number) => {
    const place = `${field}.matchExpressions[${i}]`;
    validateNodeRequirement(errors, place, one);
    if (!checkValues) return;
    (one.values ?? []).forEach((value: string, j: number) => {
      report(errors, `${place}.values[${j}]`, value, labelValue(value));
    });
  });
  (term.matchFields ?? []).forEach((one: any, i: number) => {
    validateNodeField(errors, `${field}.matchFields[${i}]`, one);
  });
}

function validateNodeRequirement(
  errors: FieldErrors,
  field: string,
  { key, operator, values = [] }: any,
): void {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) {
        errors.required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
      }
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        errors.forbidden(
          `${field}.values`,
          "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        );
      }
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) {
        errors.required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'");
      }
      break;
    default:
      errors.invalid(`${field}.operator`, operator ?? '', 'not a valid selector operator');
  }
  labelName(errors, `${field}.key`, key);
}

function validateNodeField(
  errors: FieldErrors,
  field: string,
  { key = '', operator, values = [] }: any,
): void {
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.invalid(`${field}.operator`, operator ?? '', 'not a valid selector operator');
  } else if (values.length !== 1) {
    errors.required(
      `${field}.values`,
      "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
    );
  }
  if (key !== 'metadata.name') {
    errors.invalid(`${field}.key`, key, 'not a valid field selector key');
    return;
  }
  values.forEach((value: string, i: number) => {
    report(errors, `${field}.values[${i}]`, value, dnsSubdomain(value));
  });
}

function validatePodTerms(errors: FieldErrors, field: string, affinity: any): void {
  (affinity[REQUIRED] ?? []).forEach((term: any, i: number) => {
    validatePodTerm(errors, `${field}.${REQUIRED}[${i}]`, term);
  });
  (affinity[PREFERRED] ?? []).forEach(({ weight, podAffinityTerm = {} }: any, i: number) => {
    const place = `${field}.${PREFERRED}[${i}]`;
    validateWeight(errors, place, weight);
    validatePodTerm(errors, `${place}.podAffinityTerm`, podAffinityTerm);
  });
}

function validatePodTerm(errors: FieldErrors, field: string, term: any): void {
  labelSelector(errors, `${field}.labelSelector`, term.labelSelector);
  labelSelector(errors, `${field}.namespaceSelector`, term.namespaceSelector);
  for (const name of term.namespaces ?? []) report(errors, `${field}.namespace`, name, dnsLabel(name));
  validateLabelKeys(errors, field, term);
  if (!term.topologyKey) errors.required(`${field}.topologyKey`, 'can not be empty');
  labelName(errors, `${field}.topologyKey`, term.topologyKey);
}

/** Models pkg/apis/core/validation validateMatchLabelKeysAndMismatchLabelKeys. */
function validateLabelKeys(errors: FieldErrors, field: string, term: any): void {
  const { matchLabelKeys: match = [], mismatchLabelKeys: mismatch = [], labelSelector: selector } = term;
  for (const name of ['matchLabelKeys', 'mismatchLabelKeys']) {
    const keys: string[] = term[name] ?? [];
    if (keys.length > 0 && !selector) {
      errors.forbidden(`${field}.${name}`, 'must not be specified when labelSelector is not set');
      continue;
    }
    for (const [i, key] of keys.entries()) labelName(errors, `${field}.${name}[${i}]`, key);
  }
  // The selector has got the pod's own values of the keys before: a second one came from its author.
  const selected = new Set(Object.keys(selector?.matchLabels ?? {}));
  for (const { key } of selector?.matchExpressions ?? []) {
    const i = match.lastIndexOf(key);
    if (i >= 0 && selected.has(key)) {
      errors.invalid(`${field}[${i}]`, key, 'exists in both matchLabelKeys and labelSelector');
    }
    selected.add(key);
  }
  match.forEach((key: string, i: number) => {
    if (!mismatch.includes(key)) return;
    const why = 'exists in both matchLabelKeys and mismatchLabelKeys';
    errors.invalid(`${field}.matchLabelKeys[${i}]`, key, why);
  });
}

/** Models pkg/apis/core/validation validateTopologySpreadConstraints. */
export function validateSpread(errors: FieldErrors, field: string, constraints: any[] = []): void {
  constraints.forEach((one, i) => {
    const place = `${field}[${i}]`;
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', minDomains } = one;
    if (maxSkew <= 0) errors.invalid(`${place}.maxSkew`, maxSkew, 'must be greater than zero');
    if (topologyKey === '') errors.required(`${place}.topologyKey`, 'can not be empty');
    if (whenUnsatisfiable !== 'DoNotSchedule' && whenUnsatisfiable !== 'ScheduleAnyway') {
      errors.notSupported(`${place}.whenUnsatisfiable`, whenUnsatisfiable, [
        'DoNotSchedule',
        'ScheduleAnyway',
      ]);
    }
    const pair = pairOf(one);
    if (constraints.slice(i + 1).some((later) => pairOf(later) === pair)) {
      errors.duplicate(`${place}.{topologyKey, whenUnsatisfiable}`, pair);
    }
    validateMinDomains(errors, `${place}.minDomains`, minDomains, whenUnsatisfiable);
    oneOfIfSet(errors, `${place}.nodeAffinityPolicy`, one.nodeAffinityPolicy, ['Honor', 'Ignore']);
    oneOfIfSet(errors, `${place}.nodeTaintsPolicy`, one.nodeTaintsPolicy, ['Honor', 'Ignore']);
    validateMatchLabelKeys(errors, `${place}.matchLabelKeys`, one);
    labelSelector(errors, `${place}.labelSelector`, one.labelSelector);
  });
}

function pairOf({ topologyKey = '', whenUnsatisfiable = '' }: any): string {
  return `{${topologyKey}, ${whenUnsatisfiable}}`;
}

function validateMinDomains(
  errors: FieldErrors,
  field: string,
  value: number | undefined,
  action: string,
): void {
  if (value === undefined) return;
  if (value <= 0) errors.invalid(field, value, 'must be greater than zero');
  if (action !== 'DoNotSchedule') {
    errors.invalid(field, value, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`);
  }
}

function validateMatchLabelKeys(
  errors: FieldErrors,
  field: string,
  { matchLabelKeys = [], labelSelector }: any,
) {
  if (matchLabelKeys.length === 0) return;
  if (!labelSelector) errors.forbidden(field, 'must not be specified when labelSelector is not set');
  const selected = new Set([
    ...Object.keys(labelSelector?.matchLabels ?? {}),
    ...(labelSelector?.matchExpressions ?? []).map(({ key }: any) => key),
  ]);
  matchLabelKeys.forEach((key: string, i: number) => {
    labelName(errors, `${field}[${i}]`, key);
    if (selected.has(key)) {
      errors.invalid(`${field}[${i}]`, key, 'exists in both matchLabelKeys and labelSelector');
    }
  });
}

/** Models pkg/apis/core/validation ValidateTolerations. */
export function validateTolerations(errors: FieldErrors, field: string, tolerations: any[] = []): void {
  tolerations.forEach(({ key, operator = '', value = '', effect = '', tolerationSeconds }, i) => {
    const place = `${field}[${i}]`;
    if (key) labelName(errors, `${place}.key`, key);
    if (!key && operator !== 'Exists') {
      errors.invalid(
        `${place}.operator`,
        operator,
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      );
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      errors.invalid(`${place}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
    }
    if (operator === 'Equal' || operator === '') {
      const problems = labelValue(value);
      if (problems.length > 0) errors.invalid(`${place}.operator`, value, problems.join(';'));
    } else if (operator === 'Exists') {
      if (value !== '') {
        errors.invalid(`${place}.operator`, value, "value must be empty when `operator` is 'Exists'");
      }
    } else errors.notSupported(`${place}.operator`, operator, ['Equal', 'Exists']);
    if (effect !== '') validateTaintEffect(errors, `${place}.effect`, effect);
  });
}

export function validateTaintEffect(errors: FieldErrors, field: string, effect: string | undefined): void {
  const all = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
  if (!effect) errors.required(field);
  else if (!all.includes(effect)) errors.notSupported(field, effect, all);
}
