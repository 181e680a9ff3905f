import { rangeWarnings } from '../validation/range-warnings.ts';

const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';

/** Models pkg/api/service/warnings.go GetWarningsForService */
export function serviceWarnings({ metadata, spec }: any): string[] {
  const warnings: string[] = [];
  const warnIf = (is: boolean, text: string) => {
    if (is) warnings.push(text);
  };
  const headless = spec.type === 'ClusterIP' && spec.clusterIP === 'None';
  const hasExternalIps = (spec.externalIPs ?? []).length > 0;
  const external = spec.type === 'ExternalName';
  warnIf(
    metadata.annotations?.[HINTS] !== undefined,
    `annotation ${HINTS} is deprecated, please use ${MODE} instead`,
  );
  warnIf(headless && !!spec.loadBalancerIP, 'spec.loadBalancerIP is ignored for headless services');
  warnIf(headless && hasExternalIps, 'spec.externalIPs is ignored for headless services');
  warnIf(
    headless && spec.sessionAffinity !== 'None',
    'spec.SessionAffinity is ignored for headless services',
  );
  (spec.loadBalancerSourceRanges ?? []).forEach((range: string, i: number) => {
    warnings.push(...rangeWarnings(`spec.loadBalancerSourceRanges[${i}]`, range));
  });
  warnIf(external && hasExternalIps, 'spec.externalIPs is ignored when spec.type is "ExternalName"');
  warnIf(
    !external && !!spec.externalName,
    'spec.externalName is ignored when spec.type is not "ExternalName"',
  );
  return warnings;
}
