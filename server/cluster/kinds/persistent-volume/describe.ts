import { since } from '../columns.ts';
import { annotationLines, eventLines, goList, labelLines } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { type DescribeWriter, described } from '../describe/writer.ts';
import { sourceLines } from '../pod/describe-volumes.ts';
import { formatAccessModes, storageClassOf } from './storage.ts';

/** Models kubectl pkg/describe describePersistentVolume. */
export function describePersistentVolume(volume: any, context: DescribeContext): string {
  const { metadata, spec, status = {} } = volume;
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    labelLines(w, 'Labels', metadata.labels);
    annotationLines(w, 'Annotations', metadata.annotations);
    w.line(0, `Finalizers:\t${goList(metadata.finalizers)}`);
    w.line(0, `StorageClass:\t${storageClassOf(volume)}`);
    if (metadata.deletionTimestamp) {
      w.line(0, `Status:\tTerminating (lasts ${since(metadata.deletionTimestamp, context.now)})`);
    } else w.line(0, `Status:\t${status.phase ?? ''}`);
    const { claimRef } = spec;
    w.line(0, `Claim:\t${claimRef ? `${claimRef.namespace}/${claimRef.name}` : ''}`);
    w.line(0, `Reclaim Policy:\t${spec.persistentVolumeReclaimPolicy}`);
    w.line(0, `Access Modes:\t${formatAccessModes(spec.accessModes)}`);
    if (spec.volumeMode) w.line(0, `VolumeMode:\t${spec.volumeMode}`);
    w.line(0, `Capacity:\t${spec.capacity?.storage ?? '0'}`);
    affinityLines(w, spec.nodeAffinity);
    w.line(0, `Message:\t${status.message ?? ''}`);
    w.line(0, 'Source:');
    sourceLines(w, spec);
    eventLines(w, volume, context);
  });
}

function affinityLines(w: DescribeWriter, affinity: any): void {
  if (!affinity) {
    w.line(0, 'Node Affinity:\t<none>');
    return;
  }
  w.line(0, 'Node Affinity:\t');
  const terms: any[] = affinity.required?.nodeSelectorTerms ?? [];
  w.line(1, `Required Terms:\t${affinity.required ? '' : '<none>'}`);
  terms.forEach(({ matchExpressions = [] }, i) => {
    w.write(2, `Term ${i}:\t`);
    if (matchExpressions.length === 0) w.line(0, '<none>');
    matchExpressions.forEach(({ key, operator, values = [] }: any, j: number) => {
      const list = values.length > 0 ? ` [${values.join(', ')}]` : '';
      w.line(j > 0 ? 2 : 0, `${j > 0 ? '\t' : ''}${key} ${operator.toLowerCase()}${list}`);
    });
  });
}
