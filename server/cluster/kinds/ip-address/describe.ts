import { annotationLines, eventLines, labelLines } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { described } from '../describe/writer.ts';

/** Models kubectl pkg/describe describeIPAddressV1. */
export function describeIpAddress(address: any, context: DescribeContext): string {
  const { parentRef } = address.spec ?? {};
  return described((w) => {
    w.line(0, `Name:\t${address.metadata.name}`);
    labelLines(w, 'Labels', address.metadata.labels);
    annotationLines(w, 'Annotations', address.metadata.annotations);
    if (parentRef) {
      w.line(0, 'Parent Reference:');
      w.line(1, `Group:\t${parentRef.group ?? ''}`);
      w.line(1, `Resource:\t${parentRef.resource}`);
      w.line(1, `Namespace:\t${parentRef.namespace ?? ''}`);
      w.line(1, `Name:\t${parentRef.name}`);
    }
    eventLines(w, address, context);
  });
}
