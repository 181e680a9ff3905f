import type { FieldErrors } from '../../../objects/field-error.ts';
import { equalValues } from '../../../objects/values.ts';
import { report } from '../validation/fields.ts';
import { goStruct } from '../validation/go-values.ts';
import { dnsSubdomain, pathSegment } from '../validation/names.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** Models pkg/apis/rbac/validation ValidateRoleBinding. */
export function validate(binding: any, errors: FieldErrors): void {
  validateBinding(errors, binding, ['ClusterRole', 'Role']);
}

export function validateClusterBinding(binding: any, errors: FieldErrors): void {
  validateBinding(errors, binding, ['ClusterRole']);
}

function validateBinding(
  errors: FieldErrors,
  { roleRef = {}, subjects = [] }: any,
  kinds: readonly string[],
): void {
  if (roleRef.apiGroup !== GROUP) errors.notSupported('roleRef.apiGroup', roleRef.apiGroup ?? '', [GROUP]);
  if (!kinds.includes(roleRef.kind)) errors.notSupported('roleRef.kind', roleRef.kind ?? '', kinds);
  if (!roleRef.name) errors.required('roleRef.name');
  else report(errors, 'roleRef.name', roleRef.name, pathSegment(roleRef.name));
  subjects.forEach((subject: any, i: number) => {
    validateSubject(errors, `subjects[${i}]`, subject, kinds.length > 1);
  });
}

/** Models pkg/apis/rbac/validation ValidateRoleBindingSubject. */
function validateSubject(errors: FieldErrors, field: string, subject: any, namespaced: boolean): void {
  const { kind = '', name = '', namespace = '', apiGroup = '' } = subject;
  if (name === '') errors.required(`${field}.name`);
  if (kind === 'ServiceAccount') {
    if (name !== '') report(errors, `${field}.name`, name, dnsSubdomain(name));
    if (apiGroup !== '') errors.notSupported(`${field}.apiGroup`, apiGroup, ['']);
    if (!namespaced && namespace === '') errors.required(`${field}.namespace`);
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== GROUP) errors.notSupported(`${field}.apiGroup`, apiGroup, [GROUP]);
  } else errors.notSupported(`${field}.kind`, kind, ['ServiceAccount', 'User', 'Group']);
}

export function validateUpdate({ roleRef = {} }: any, old: any, errors: FieldErrors): void {
  if (equalValues(roleRef, old.roleRef)) return;
  const shown = goStruct('rbac.RoleRef', {
    APIGroup: JSON.stringify(roleRef.apiGroup ?? ''),
    Kind: JSON.stringify(roleRef.kind ?? ''),
    Name: JSON.stringify(roleRef.name ?? ''),
  });
  errors.invalid('roleRef', shown, 'cannot change roleRef');
}
