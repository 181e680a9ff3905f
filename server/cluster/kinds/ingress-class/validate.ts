import type { FieldErrors } from '../../../objects/field-error.ts';
import { immutable, oneOfIfSet, report } from '../validation/fields.ts';
import { dnsSubdomain } from '../validation/names.ts';

/** Models pkg/apis/networking/validation ValidateIngressClass. */
export function validate({ spec = {} }: any, errors: FieldErrors): void {
  const { controller = '', parameters } = spec;
  if (controller.length > 250) errors.tooLong('spec.controller', 250);
  const slash = controller.indexOf('/');
  if (controller === '') errors.required('spec.controller');
  else if (slash < 1 || slash === controller.length - 1) {
    errors.invalid('spec.controller', controller, 'must be a domain-prefixed path (such as "acme.io/foo")');
  } else
    report(errors, 'spec.controller', controller.slice(0, slash), dnsSubdomain(controller.slice(0, slash)));
  if (!parameters) return;
  for (const name of ['kind', 'name']) {
    if (!parameters[name]) errors.required(`spec.parameters.${name}`, `${name} is required`);
  }
  oneOfIfSet(errors, 'spec.parameters.scope', parameters.scope, ['Cluster', 'Namespace']);
  if (parameters.scope === 'Namespace' && !parameters.namespace) {
    errors.required('spec.parameters.namespace', "`parameters.scope` is set to 'Namespace'");
  }
  if (parameters.scope === 'Cluster' && parameters.namespace) {
    errors.forbidden('spec.parameters.namespace', "`parameters.scope` is set to 'Cluster'");
  }
}

export function validateUpdate({ spec = {} }: any, old: any, errors: FieldErrors): void {
  immutable(errors, 'spec.controller', spec.controller, old.spec?.controller);
}
