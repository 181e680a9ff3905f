import type { FieldErrors } from '../../../objects/field-error.ts';
import { report } from '../validation/fields.ts';
import { dns1035Label, dnsSubdomain, portNumber } from '../validation/names.ts';
import { ofStatus } from '../validation/status.ts';

/** Models kube-aggregator/pkg/apis/apiregistration/validation ValidateAPIService. */
export function validate({ metadata, spec = {} }: any, errors: FieldErrors): void {
  const { group = '', version = '', service } = spec;
  const wanted = `${version}.${group}`;
  if (metadata.name !== wanted) {
    const why = `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`;
    errors.invalid('metadata.name', metadata.name, why);
  }
  if (group !== '') report(errors, 'spec.group', group, dnsSubdomain(group));
  else if (version !== 'v1')
    errors.required('spec.group', 'only v1 may have an empty group and it better be legacy kube');
  report(errors, 'spec.version', version, dns1035Label(version));
  validatePriority(errors, 'spec.groupPriorityMinimum', spec.groupPriorityMinimum, 20_000);
  validatePriority(errors, 'spec.versionPriority', spec.versionPriority, 1000);
  if (service) validateService(errors, spec);
  else validateLocal(errors, spec);
}

function validatePriority(errors: FieldErrors, field: string, value = 0, max: number): void {
  if (value <= 0 || value > max) errors.invalid(field, value, `must be positive and less than ${max}`);
}

function validateLocal(errors: FieldErrors, { caBundle, insecureSkipTLSVerify }: any): void {
  if (caBundle) {
    const shown = `${Buffer.from(caBundle, 'base64').length} bytes`;
    errors.invalid('spec.caBundle', shown, 'local APIServices may not have a caBundle');
  }
  if (insecureSkipTLSVerify) {
    const why = 'local APIServices may not have insecureSkipTLSVerify';
    errors.invalid('spec.insecureSkipTLSVerify', true, why);
  }
}

function validateService(errors: FieldErrors, spec: any): void {
  const { namespace, name, port = 443 } = spec.service;
  if (!namespace) errors.required('spec.service.namespace');
  if (!name) errors.required('spec.service.name');
  if (portNumber(port).length > 0) {
    const why = 'port is not valid: must be between 1 and 65535, inclusive';
    errors.invalid('spec.service.port', port, why);
  }
  if (spec.insecureSkipTLSVerify && spec.caBundle)
    errors.invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present');
}

/** Models kube-aggregator/pkg/apis/apiregistration/validation ValidateAPIServiceStatus. */
export const validateStatus = ofStatus(({ conditions = [] }, errors) => {
  const all = ['True', 'False', 'Unknown'];
  conditions.forEach(({ status }: any, i: number) => {
    if (!all.includes(status)) errors.notSupported(`status.conditions[${i}].status`, status, all);
  });
});
