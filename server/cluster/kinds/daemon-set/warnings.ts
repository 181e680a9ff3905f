import { equalValues } from '../../../objects/values.ts';
import { templateWarnings } from '../pod/warnings/pod-spec.ts';

/** Models pkg/registry/apps/daemonset/strategy.go WarningsOnCreate, WarningsOnUpdate */
export function daemonSetWarnings({ spec }: any, old?: any): string[] {
  return old && equalValues(spec, old.spec) ? [] : templateWarnings('spec.template', spec.template);
}
