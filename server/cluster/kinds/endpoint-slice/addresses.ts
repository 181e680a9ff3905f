/**
 * `10.0.0.1:80,10.0.0.2:80 + 2 more...`: the ready addresses for a named port. Models kubectl pkg/describe
 * formatEndpointSlices.
 */
export function sliceAddresses(slices: readonly any[], portName: string): string {
  if (slices.length === 0) return '<none>';
  const list: string[] = [];
  for (const { ports, endpoints } of slices) {
    if ((ports ?? []).length === 0) {
      for (const { addresses = [] } of endpoints ?? []) list.push(...addresses);
      continue;
    }
    for (const { name = '', port } of ports) {
      if (name !== portName) continue;
      for (const { addresses = [], conditions } of endpoints ?? []) {
        if (conditions?.ready === false) continue;
        list.push(...addresses.map((ip: string) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)));
      }
    }
  }
  const shown = list.slice(0, 3).join(',');
  return list.length > 3 ? `${shown} + ${list.length - 3} more...` : shown;
}
