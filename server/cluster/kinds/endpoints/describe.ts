import { eventLines, headLines } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { type DescribeWriter, described } from '../describe/writer.ts';

/** Models kubectl pkg/describe describeEndpoints. */
export function describeEndpoints(endpoints: any, context: DescribeContext): string {
  return described((w) => {
    headLines(w, endpoints);
    w.line(0, 'Subsets:');
    for (const subset of endpoints.subsets ?? []) subsetLines(w, subset);
    w.line(0, '');
    eventLines(w, endpoints, context);
  });
}

function subsetLines(w: DescribeWriter, { addresses = [], notReadyAddresses = [], ports = [] }: any): void {
  const text = (list: any[]) => list.map(({ ip }) => ip).join(',') || '<none>';
  w.line(1, `Addresses:\t${text(addresses)}`);
  w.line(1, `NotReadyAddresses:\t${text(notReadyAddresses)}`);
  if (ports.length === 0) return;
  w.line(1, 'Ports:');
  w.line(2, 'Name\tPort\tProtocol');
  w.line(2, '----\t----\t--------');
  for (const { name, port, protocol } of ports) w.line(2, `${name || '<unset>'}\t${port}\t${protocol}`);
}
