import { type DescribeWriter, described } from '../describe/writer.ts';

const HEADER = 'Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio';
const RULE = '----\t--------\t---\t---\t---------------\t-------------\t-----------------------';

/** Models kubectl pkg/describe describeLimitRange. */
export function describeLimitRange({ metadata, spec = {} }: any): string {
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    w.line(0, `Namespace:\t${metadata.namespace}`);
    w.line(0, HEADER);
    w.line(0, RULE);
    for (const item of spec.limits ?? []) itemLines(w, item, '');
  });
}

/** The limits of a namespace. Models kubectl pkg/describe DescribeLimitRanges. */
export function limitLines(w: DescribeWriter, ranges: readonly any[]): void {
  if (ranges.length === 0) {
    w.line(0, 'No LimitRange resource.');
    return;
  }
  w.line(0, `Resource Limits\n ${HEADER}`);
  w.line(0, ` ${RULE}`);
  for (const { spec = {} } of ranges) for (const item of spec.limits ?? []) itemLines(w, item, ' ');
}

const LISTS = ['min', 'max', 'defaultRequest', 'default', 'maxLimitRequestRatio'];

function itemLines(w: DescribeWriter, item: any, indent: string): void {
  const names = new Set(LISTS.flatMap((list) => Object.keys(item[list] ?? {})));
  for (const name of [...names].sort()) {
    const cells = LISTS.map((list) => item[list]?.[name] ?? '-');
    w.line(0, `${indent}${item.type}\t${name}\t${cells.join('\t')}`);
  }
}
