import { annotationLines, eventLines, labelLines } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { described } from '../describe/writer.ts';

/** Models kubectl pkg/describe describeIngressClassV1. */
export function describeIngressClass(ingressClass: any, context: DescribeContext): string {
  const { metadata, spec = {} } = ingressClass;
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    labelLines(w, 'Labels', metadata.labels);
    annotationLines(w, 'Annotations', metadata.annotations);
    w.line(0, `Controller:\t${spec.controller ?? ''}`);
    const { parameters } = spec;
    if (parameters) {
      w.line(0, 'Parameters:');
      if (parameters.apiGroup !== undefined) w.line(1, `APIGroup:\t${parameters.apiGroup}`);
      w.line(1, `Kind:\t${parameters.kind}`);
      w.line(1, `Name:\t${parameters.name}`);
    }
    eventLines(w, ingressClass, context);
  });
}
