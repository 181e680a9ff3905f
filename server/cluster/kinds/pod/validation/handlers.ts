import type { FieldErrors } from '../../../../objects/field-error.ts';
import { nonNegative, oneOf, portNumberOrName, report } from '../../validation/fields.ts';
import { httpHeaderName, portNumber } from '../../validation/names.ts';

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;

/** Models pkg/apis/core/validation validateHandler. */
function validateHandler(errors: FieldErrors, field: string, handler: any, gracePeriod: number): void {
  let found = 0;
  for (const name of HANDLERS) {
    const action = handler[name];
    if (!action) continue;
    const place = `${field}.${name}`;
    if (found++ > 0) {
      errors.forbidden(place, 'may not specify more than 1 handler type');
      continue;
    }
    if (name === 'exec') {
      if ((action.command ?? []).length === 0) errors.required(`${place}.command`);
    } else if (name === 'httpGet') validateHttpGet(errors, place, action);
    else if (name === 'tcpSocket') portNumberOrName(errors, `${place}.port`, action.port);
    else if (name === 'grpc') report(errors, `${place}.port`, action.port ?? 0, portNumber(action.port ?? 0));
    else validateSleep(errors, field, action, gracePeriod);
  }
  if (found === 0) errors.required(field, 'must specify a handler type');
}

function validateHttpGet(errors: FieldErrors, field: string, action: any): void {
  if (!action.path) errors.required(`${field}.path`);
  portNumberOrName(errors, `${field}.port`, action.port);
  if (!['HTTP', 'HTTPS'].includes(action.scheme)) {
    errors.notSupported(`${field}.scheme`, action.scheme ?? '', ['HTTP', 'HTTPS']);
  }
  for (const { name = '' } of action.httpHeaders ?? []) {
    report(errors, `${field}.httpHeaders`, name, httpHeaderName(name));
  }
}

function validateSleep(errors: FieldErrors, field: string, { seconds = 0 }: any, gracePeriod: number): void {
  const strict = errors.isChanged('PodLifecycleSleepActionAllowZero');
  if (seconds >= (strict ? 1 : 0) && seconds <= gracePeriod) return;
  errors.invalid(
    `${field}.sleep`,
    seconds,
    strict
      ? `must be greater than 0 and less than terminationGracePeriodSeconds (${gracePeriod}). Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.`
      : `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`,
  );
}

export function validateLifecycle(
  errors: FieldErrors,
  field: string,
  lifecycle: any,
  gracePeriod: number,
): void {
  if (lifecycle.postStart) validateHandler(errors, `${field}.postStart`, lifecycle.postStart, gracePeriod);
  if (lifecycle.preStop) validateHandler(errors, `${field}.preStop`, lifecycle.preStop, gracePeriod);
}

const NUMBERS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

/** Liveness, readiness and startup probes, in this order. */
export function validateProbes(
  errors: FieldErrors,
  field: string,
  container: any,
  gracePeriod: number,
): void {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  if (livenessProbe) {
    validateProbe(errors, `${field}.livenessProbe`, livenessProbe, gracePeriod);
    validateOnce(errors, `${field}.livenessProbe`, livenessProbe);
  }
  if (readinessProbe) {
    validateProbe(errors, `${field}.readinessProbe`, readinessProbe, gracePeriod);
    const seconds = readinessProbe.terminationGracePeriodSeconds;
    if (seconds !== undefined) {
      errors.invalid(
        `${field}.readinessProbe.terminationGracePeriodSeconds`,
        seconds,
        'must not be set for readinessProbes',
      );
    }
  }
  if (startupProbe) {
    validateProbe(errors, `${field}.startupProbe`, startupProbe, gracePeriod);
    validateOnce(errors, `${field}.startupProbe`, startupProbe);
  }
}

function validateOnce(errors: FieldErrors, field: string, { successThreshold }: any): void {
  if (successThreshold !== 1) errors.invalid(`${field}.successThreshold`, successThreshold ?? 0, 'must be 1');
}

function validateProbe(errors: FieldErrors, field: string, probe: any, gracePeriod: number): void {
  validateHandler(errors, field, probe, gracePeriod);
  for (const name of NUMBERS) nonNegative(errors, `${field}.${name}`, probe[name]);
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds !== undefined && seconds <= 0) {
    errors.invalid(`${field}.terminationGracePeriodSeconds`, seconds, 'must be greater than 0');
  }
}

export function validatePullPolicy(errors: FieldErrors, field: string, policy: string | undefined): void {
  oneOf(errors, field, policy, ['Always', 'IfNotPresent', 'Never']);
}
