import { annotationLines, labelLines } from '../describe/common.ts';
import { described } from '../describe/writer.ts';

/** Role bindings and cluster role bindings. Models kubectl pkg/describe describeRoleBinding. */
export function describeBinding({ metadata, roleRef = {}, subjects }: any): string {
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    labelLines(w, 'Labels', metadata.labels);
    annotationLines(w, 'Annotations', metadata.annotations);
    w.line(0, 'Role:');
    w.line(1, `Kind:\t${roleRef.kind}`);
    w.line(1, `Name:\t${roleRef.name}`);
    w.line(0, 'Subjects:');
    w.line(1, 'Kind\tName\tNamespace');
    w.line(1, '----\t----\t---------');
    for (const { kind, name, namespace = '' } of subjects ?? []) w.line(1, `${kind}\t${name}\t${namespace}`);
  });
}
