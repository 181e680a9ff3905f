import { formatLabels } from '../columns.ts';
import { eventLines } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { type DescribeWriter, described } from '../describe/writer.ts';
import { isDefaultClass } from './kind.ts';

/** Models kubectl pkg/describe describeStorageClass. */
export function describeStorageClass(storageClass: any, context: DescribeContext): string {
  const { metadata, allowVolumeExpansion, mountOptions = [], allowedTopologies } = storageClass;
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    w.line(0, `IsDefaultClass:\t${isDefaultClass(storageClass) ? 'Yes' : 'No'}`);
    w.line(0, `Annotations:\t${formatLabels(metadata.annotations)}`);
    w.line(0, `Provisioner:\t${storageClass.provisioner}`);
    w.line(0, `Parameters:\t${formatLabels(storageClass.parameters)}`);
    const expands = allowVolumeExpansion === undefined ? '<unset>' : allowVolumeExpansion ? 'True' : 'False';
    w.line(0, `AllowVolumeExpansion:\t${expands}`);
    if (mountOptions.length === 0) w.line(0, 'MountOptions:\t<none>');
    else {
      w.line(0, 'MountOptions:');
      for (const option of mountOptions) w.line(1, option);
    }
    if (storageClass.reclaimPolicy) w.line(0, `ReclaimPolicy:\t${storageClass.reclaimPolicy}`);
    if (storageClass.volumeBindingMode) w.line(0, `VolumeBindingMode:\t${storageClass.volumeBindingMode}`);
    topologyLines(w, allowedTopologies);
    eventLines(w, storageClass, context);
  });
}

function topologyLines(w: DescribeWriter, topologies: readonly any[] | undefined): void {
  if (!topologies) return;
  w.write(0, 'AllowedTopologies:\t');
  if (topologies.length === 0) w.line(0, '<none>');
  else w.line(0, '');
  topologies.forEach(({ matchLabelExpressions = [] }, i) => {
    w.write(1, `Term ${i}:\t`);
    if (matchLabelExpressions.length === 0) w.line(0, '<none>');
    matchLabelExpressions.forEach(({ key, values = [] }: any, j: number) => {
      w.line(j > 0 ? 1 : 0, `${j > 0 ? '\t' : ''}${key} in [${values.join(', ')}]`);
    });
  });
}
