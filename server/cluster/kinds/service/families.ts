import type { FieldErrors } from '../../../objects/field-error.ts';
import { goStrings } from '../validation/go-values.ts';

type Family = 'IPv4' | 'IPv6';

const DUAL = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";

function familyOf(ip: string): Family {
  return ip.includes(':') ? 'IPv6' : 'IPv4';
}

function other(family: Family): Family {
  return family === 'IPv4' ? 'IPv6' : 'IPv4';
}

/**
 * Settles `ipFamilyPolicy` and `ipFamilies` of a service that is about to be stored, on a cluster that has addresses
 * of `configured` families (the first is its default). Models pkg/registry/core/service/storage/alloc.go
 * initIPFamilyFields.
 */
export function settleFamilies(
  spec: any,
  old: any,
  configured: readonly Family[],
  errors: FieldErrors,
): void {
  if (spec.type === 'ExternalName') return;
  const headlessWithoutSelector = spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??=
    old?.ipFamilyPolicy ?? (headlessWithoutSelector ? 'RequireDualStack' : 'SingleStack');
  if (spec.ipFamilyPolicy === 'SingleStack') dropSecond(spec, old, errors);
  else refuseRelease(spec, old, errors);
  inferFromAddresses(spec, configured, errors);
  if (!errors.empty) return;
  if (!headlessWithoutSelector) refuseMissing(spec, configured, errors);
  if (!errors.empty) return;
  if (spec.ipFamilies.length === 0) spec.ipFamilies = [configured[0]];
  const wantsBoth = spec.ipFamilyPolicy !== 'SingleStack' && spec.ipFamilies.length === 1;
  if (wantsBoth && (headlessWithoutSelector || configured.length === 2)) {
    spec.ipFamilies = [spec.ipFamilies[0], other(spec.ipFamilies[0])];
  }
}

/** Setting the policy to SingleStack releases the second address and family, unless those were changed too. */
function dropSecond(spec: any, old: any, errors: FieldErrors): void {
  const field = 'spec.ipFamilyPolicy';
  if (spec.clusterIPs?.length === 2) {
    if (same(spec.clusterIPs, old?.clusterIPs)) spec.clusterIPs = spec.clusterIPs.slice(0, 1);
    else errors.invalid(field, spec.ipFamilyPolicy, `${DUAL} cluster IPs are specified`);
  }
  if (spec.ipFamilies?.length === 2) {
    if (same(spec.ipFamilies, old?.ipFamilies)) spec.ipFamilies = spec.ipFamilies.slice(0, 1);
    else errors.invalid(field, spec.ipFamilyPolicy, `${DUAL} IP families are specified`);
  }
}

/** With any other policy the second address and family cannot be taken away. */
function refuseRelease(spec: any, old: any, errors: FieldErrors): void {
  const released = (field: string) => old?.[field]?.length === 2 && spec[field]?.length === 1;
  const refuse = (what: string) =>
    errors.invalid(
      'spec.ipFamilyPolicy',
      spec.ipFamilyPolicy,
      `must be 'SingleStack' to release the secondary ${what}`,
    );
  if (released('clusterIPs')) refuse('cluster IP');
  if (released('ipFamilies')) refuse('IP family');
}

function same(a: readonly string[], b: readonly string[] = []): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function inferFromAddresses(spec: any, configured: readonly Family[], errors: FieldErrors): void {
  const families = [...(spec.ipFamilies ?? [])];
  (spec.clusterIPs ?? []).forEach((ip: string, i: number) => {
    if (ip === 'None' || ip === '' || i < families.length) return;
    const family = familyOf(ip);
    if (configured.includes(family)) families.push(family);
    else {
      const detail = `${family} is not configured on this cluster`;
      errors.invalid(`spec.clusterIPs[${i}]`, goStrings(spec.clusterIPs), detail);
    }
  });
  spec.ipFamilies = families;
}

function refuseMissing(spec: any, configured: readonly Family[], errors: FieldErrors): void {
  if (spec.ipFamilyPolicy === 'RequireDualStack' && configured.length < 2) {
    const detail = 'this cluster is not configured for dual-stack services';
    errors.invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, detail);
  }
  spec.ipFamilies.forEach((family: Family, i: number) => {
    if (configured.includes(family)) return;
    errors.invalid(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster');
  });
}
