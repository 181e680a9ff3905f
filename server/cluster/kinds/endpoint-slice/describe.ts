import { eventLines, headLines } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { type DescribeWriter, described } from '../describe/writer.ts';

/** Models kubectl pkg/describe describeEndpointSliceV1. */
export function describeEndpointSlice(slice: any, context: DescribeContext): string {
  return described((w) => {
    headLines(w, slice);
    w.line(0, `AddressType:\t${slice.addressType}`);
    const ports: any[] = slice.ports ?? [];
    if (ports.length === 0) w.line(0, 'Ports: <unset>');
    else {
      w.line(0, 'Ports:\n  Name\tPort\tProtocol\n  ----\t----\t--------');
      for (const { name, port, protocol } of ports)
        w.line(1, `${name || '<unset>'}\t${port ?? '<unset>'}\t${protocol}`);
    }
    const endpoints: any[] = slice.endpoints ?? [];
    if (endpoints.length === 0) w.line(0, 'Endpoints: <none>');
    else {
      w.line(0, 'Endpoints:');
      for (const endpoint of endpoints) endpointLines(w, endpoint);
    }
    eventLines(w, slice, context);
  });
}

function endpointLines(w: DescribeWriter, endpoint: any): void {
  const { addresses = [], conditions, hostname, targetRef, nodeName, zone } = endpoint;
  w.line(1, `- Addresses:\t${addresses.join(', ') || '<none>'}`);
  w.line(2, 'Conditions:');
  w.line(3, `Ready:\t${conditions?.ready ?? '<unset>'}`);
  w.line(2, `Hostname:\t${hostname ?? '<unset>'}`);
  if (targetRef) w.line(2, `TargetRef:\t${targetRef.kind}/${targetRef.name}`);
  w.line(2, `NodeName:\t${nodeName ?? '<unset>'}`);
  w.line(2, `Zone:\t${zone ?? '<unset>'}`);
}
