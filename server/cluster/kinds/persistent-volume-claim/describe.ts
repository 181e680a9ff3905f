import { since } from '../columns.ts';
import { annotationLines, eventLines, goList, labelLines, longTime } from '../describe/common.ts';
import { attempt, type DescribeContext, PODS } from '../describe/context.ts';
import { type DescribeWriter, described } from '../describe/writer.ts';
import { formatAccessModes, storageClassOf } from '../persistent-volume/storage.ts';

/** Models kubectl pkg/describe describePersistentVolumeClaim. */
export function describeClaim(claim: any, context: DescribeContext): string {
  const { metadata, spec, status = {} } = claim;
  const bound = Boolean(spec.volumeName);
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    w.line(0, `Namespace:\t${metadata.namespace}`);
    w.line(0, `StorageClass:\t${storageClassOf(claim)}`);
    if (metadata.deletionTimestamp) {
      w.line(0, `Status:\tTerminating (lasts ${since(metadata.deletionTimestamp, context.now)})`);
    } else w.line(0, `Status:\t${status.phase ?? ''}`);
    w.line(0, `Volume:\t${spec.volumeName ?? ''}`);
    labelLines(w, 'Labels', metadata.labels);
    annotationLines(w, 'Annotations', metadata.annotations);
    w.line(0, `Finalizers:\t${goList(metadata.finalizers)}`);
    w.line(0, `Capacity:\t${bound ? (status.capacity?.storage ?? '0') : ''}`);
    w.line(0, `Access Modes:\t${bound ? formatAccessModes(status.accessModes) : ''}`);
    if (spec.volumeMode) w.line(0, `VolumeMode:\t${spec.volumeMode}`);
    if (spec.dataSource) dataSourceLines(w, spec.dataSource);
    userLines(w, claim, context);
    conditionLines(w, status.conditions);
    eventLines(w, claim, context);
  });
}

function dataSourceLines(w: DescribeWriter, { apiGroup, kind, name }: any): void {
  w.line(0, 'DataSource:');
  if (apiGroup) w.line(1, `APIGroup:\t${apiGroup}`);
  w.line(1, `Kind:\t${kind}`);
  w.line(1, `Name:\t${name}`);
}

/** The pods that mount the claim. */
function userLines(w: DescribeWriter, { metadata }: any, context: DescribeContext): void {
  const pods = attempt(() => context.list(PODS, { namespace: metadata.namespace })) ?? [];
  const users = pods.filter(({ metadata: { name }, spec }) =>
    (spec.volumes ?? []).some(
      ({ name: volume, persistentVolumeClaim, ephemeral }: any) =>
        persistentVolumeClaim?.claimName === metadata.name ||
        (ephemeral && `${name}-${volume}` === metadata.name),
    ),
  );
  w.write(0, 'Used By:\t');
  if (users.length === 0) w.line(0, '<none>');
  const names = users.map((pod) => pod.metadata.name).sort();
  names.forEach((name, i) => {
    w.line(0, `${i > 0 ? '\t' : ''}${name}`);
  });
}

function conditionLines(w: DescribeWriter, conditions: readonly any[] = []): void {
  if (conditions.length === 0) return;
  w.line(0, 'Conditions:\n  Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage');
  w.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  for (const one of conditions) {
    const { type, status, reason = '', message = '' } = one;
    const times = `${longTime(one.lastProbeTime)} \t${longTime(one.lastTransitionTime)}`;
    w.line(1, `${type} \t${status} \t${times} \t${reason} \t${message}`);
  }
}
