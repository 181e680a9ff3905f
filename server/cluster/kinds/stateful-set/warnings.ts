import { equalValues } from '../../../objects/values.ts';
import { claimSpecWarnings } from '../persistent-volume-claim/warnings.ts';
import { templateWarnings } from '../pod/warnings/pod-spec.ts';

/** Models pkg/registry/apps/statefulset/strategy.go WarningsOnCreate, WarningsOnUpdate */
export function statefulSetWarnings({ spec }: any, old?: any): string[] {
  if (old && equalValues(spec, old.spec)) return [];
  const claims: any[] = spec.volumeClaimTemplates ?? [];
  return [
    ...templateWarnings('spec.template', spec.template),
    ...claims.flatMap((claim, i) => claimSpecWarnings(`spec.volumeClaimTemplates[${i}].spec`, claim.spec)),
    ...(spec.revisionHistoryLimit < 0
      ? [
          'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
        ]
      : []),
  ];
}
