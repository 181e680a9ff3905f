import type { FieldErrors } from '../../../objects/field-error.ts';
import type { Kind } from '../kind.ts';
import { labelName, nonNegative, report } from './fields.ts';
import { dnsSubdomain, ipAddress, isIp } from './names.ts';

type StatusCheck = (status: any, errors: FieldErrors, object: any, old: any) => void;

/** What must hold of a `status` that is written through its subresource. */
export function ofStatus(check: StatusCheck): NonNullable<Kind['validateSubresource']> {
  return (object, old, errors, subresource) => {
    if (subresource === 'status') check(object.status ?? {}, errors, object, old);
  };
}

export function counts(errors: FieldErrors, status: any, names: readonly string[]): void {
  for (const name of names) nonNegative(errors, `status.${name}`, status[name]);
}

/** Of pods that are counted in several ways, none are more than all, and what is available is ready. */
export function replicaCounts(
  errors: FieldErrors,
  status: any,
  parts: readonly string[],
  ready: string,
): void {
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  for (const name of parts) {
    if ((status[name] ?? 0) <= replicas) continue;
    errors.invalid(`status.${name}`, status[name], 'cannot be greater than status.replicas');
  }
  if (availableReplicas <= readyReplicas) return;
  errors.invalid('status.availableReplicas', availableReplicas, `cannot be greater than ${ready}`);
}

/** Models pkg/apis/core/validation IsDecremented. */
export function collisions(errors: FieldErrors, status: any, old: any): void {
  const before: number | undefined = old.status?.collisionCount;
  if (before === undefined || (status.collisionCount ?? -1) >= before) return;
  errors.invalid('status.collisionCount', status.collisionCount ?? 0, 'cannot be decremented');
}

const REASON = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;
const BAD_REASON =
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')";
const LONGEST_REASON = 1024;
const LONGEST_MESSAGE = 32 * 1024;

/** Models apimachinery/pkg/apis/meta/v1/validation ValidateConditions. */
export function conditions(errors: FieldErrors, field: string, list: readonly any[] = []): void {
  list.forEach((condition, i) => {
    const place = `${field}[${i}]`;
    const repeated = list.slice(0, i).some(({ type }) => type === condition.type);
    if (repeated) errors.duplicate(`${place}.type`, condition.type);
    validateCondition(errors, place, condition);
  });
}

function validateCondition(errors: FieldErrors, place: string, condition: any): void {
  const { type, status = '', observedGeneration = 0, lastTransitionTime, reason = '' } = condition;
  labelName(errors, `${place}.type`, type);
  if (!STATUSES.includes(status)) errors.notSupported(`${place}.status`, status, STATUSES);
  if (observedGeneration < 0) {
    const why = 'must be greater than or equal to zero';
    errors.invalid(`${place}.observedGeneration`, observedGeneration, why);
  }
  if (!lastTransitionTime) errors.required(`${place}.lastTransitionTime`, 'must be set');
  if (reason === '') errors.required(`${place}.reason`, 'must be set');
  else {
    if (!REASON.test(reason)) errors.invalid(`${place}.reason`, reason, BAD_REASON);
    if (reason.length > LONGEST_REASON) errors.tooLong(`${place}.reason`, LONGEST_REASON);
  }
  if ((condition.message ?? '').length > LONGEST_MESSAGE) errors.tooLong(`${place}.message`, LONGEST_MESSAGE);
}

const STATUSES = ['False', 'True', 'Unknown'];

/** The name that a balancer is found by. Models ValidateIngressLoadBalancerStatus. */
export function balancerHost(errors: FieldErrors, field: string, name = ''): void {
  if (name === '') return;
  report(errors, field, name, dnsSubdomain(name));
  if (isIp(name)) errors.invalid(field, name, 'must be a DNS name, not an IP address');
}

export function ipOrNone(errors: FieldErrors, field: string, ip: string | undefined): void {
  if (ip) report(errors, field, ip, ipAddress(ip));
}
