import { type FieldErrors, GoValue } from '../../../../objects/field-error.ts';
import { immutable, labelName, report } from '../../validation/fields.ts';
import { goStruct } from '../../validation/go-values.ts';
import { dnsSubdomain, ipAddress } from '../../validation/names.ts';
import { ofStatus } from '../../validation/status.ts';
import { annotationUpdates } from './update.ts';

const OWN_CONDITIONS = ['PodScheduled', 'Ready', 'Initialized'];

/** What kubelets and others may say of a pod. Models pkg/apis/core/validation ValidatePodStatusUpdate. */
export const validatePodStatus = ofStatus((status, errors, pod, old) => {
  const before = old.status ?? {};
  annotationUpdates(errors, pod.metadata.annotations ?? {}, old.metadata.annotations ?? {});
  // The real one names metadata and a type with a capital letter, too.
  (status.conditions ?? []).forEach(({ type }: any, i: number) => {
    if (!OWN_CONDITIONS.includes(type)) labelName(errors, `metadata.conditions[${i}].Type`, type);
  });
  const { nominatedNodeName: nominated = '' } = status;
  if (nominated !== '' && nominated !== before.nominatedNodeName)
    report(errors, 'status.nominatedNodeName', nominated, dnsSubdomain(nominated));
  immutable(errors, 'status.qosClass', status.qosClass ?? '', before.qosClass ?? '');
  const { restartPolicy = 'Always', initContainers = [] } = old.spec;
  const sidecars = new Set(
    initContainers.flatMap((one: any) => (one.restartPolicy === 'Always' ? [one.name] : [])),
  );
  noResurrection(errors, 'containerStatuses', status, before, restartPolicy);
  noResurrection(errors, 'initContainerStatuses', status, before, restartPolicy, sidecars);
  noResurrection(errors, 'ephemeralContainerStatuses', status, before, 'Never');
  podIps(errors, status.podIPs ?? []);
  hostIps(errors, status);
});

/** A container that ended for good stays so. Models ValidateContainerStateTransition. */
function noResurrection(
  errors: FieldErrors,
  list: string,
  now: any,
  before: any,
  restartPolicy: string,
  sidecars: ReadonlySet<unknown> = new Set(),
): void {
  if (restartPolicy === 'Always') return;
  (before[list] ?? []).forEach(({ name, state }: any, i: number) => {
    const ended = state?.terminated;
    if (!ended || sidecars.has(name)) return;
    if (ended.exitCode !== 0 && restartPolicy === 'OnFailure') return;
    const revived = (now[list] ?? []).some((one: any) => one.name === name && !one.state?.terminated);
    if (revived)
      errors.forbidden(`status.${list}[${i}].state`, 'may not be transitioned to non-terminated state');
  });
}

const isV6 = (ip = '') => ip.includes(':');

/** Models validatePodIPs. */
function podIps(errors: FieldErrors, ips: readonly any[]): void {
  const field = 'status.podIPs';
  ips.forEach(({ ip }, i) => {
    report(errors, `${field}[${i}]`, ip ?? '', ipAddress(ip ?? ''));
  });
  if (ips.length < 2) return;
  if (ips.length > 2 || ips.every(({ ip }) => isV6(ip)) || !ips.some(({ ip }) => isV6(ip))) {
    const shown = new GoValue(`[]core.PodIP{${ips.map(({ ip }) => `core.PodIP{IP:"${ip}"}`).join(', ')}}`);
    errors.invalid(field, shown, 'may specify no more than one IP for each IP family');
  }
  ips.forEach(({ ip }, i) => {
    if (!ips.slice(0, i).some((one) => one.ip === ip)) return;
    errors.duplicate(`${field}[${i}]`, goStruct('core.PodIP', { IP: JSON.stringify(ip) }));
  });
}

/** Models validateHostIPs. */
function hostIps(errors: FieldErrors, { hostIP = '', hostIPs = [] }: any): void {
  if (hostIPs.length === 0) return;
  const [{ ip: first = '' }] = hostIPs;
  if (first !== hostIP) errors.invalid('status.hostIPs[0].ip', first, 'must be equal to `hostIP`');
  hostIPs.forEach(({ ip }: any, i: number) => {
    report(errors, `status.hostIPs[${i}]`, ip ?? '', ipAddress(ip ?? ''));
  });
}
