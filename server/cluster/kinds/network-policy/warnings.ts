import { rangeWarnings } from '../validation/range-warnings.ts';

/** Models pkg/registry/networking/networkpolicy networkPolicyWarnings */
export function policyWarnings({ spec }: any): string[] {
  const warningsOf = (field: string, block: any): string[] => [
    ...rangeWarnings(`${field}.ipBlock.cidr`, block?.cidr),
    ...(block?.except ?? []).flatMap((range: string, i: number) =>
      rangeWarnings(`${field}.ipBlock.except[${i}]`, range),
    ),
  ];
  const rules = (part: string, peers: string) =>
    (spec?.[part] ?? []).flatMap((rule: any, i: number) =>
      (rule[peers] ?? []).flatMap((peer: any, j: number) =>
        warningsOf(`spec.${part}[${i}].${peers}[${j}]`, peer.ipBlock),
      ),
    );
  return [...rules('ingress', 'from'), ...rules('egress', 'to')];
}
