import { addressText, parseRange } from '../../../objects/address-range.ts';

/** A range whose address has bits set behind its prefix. Models util/validation GetWarningsForCIDR, for IPv4 */
export function rangeWarnings(field: string, cidr: string | undefined): string[] {
  const range = cidr === undefined ? undefined : parseRange(cidr);
  if (!cidr || !range) return [];
  const [ip, bits] = cidr.split('/') as [string, string];
  const network = addressText(range.first);
  if (ip === network) return [];
  const [whole, one] = [`${network}/${bits}`, `${ip}/32`].map((text) => JSON.stringify(text));
  const value = JSON.stringify(cidr);
  return [`${field}: CIDR value ${value} is ambiguous in this context (should be ${whole} or ${one}?)`];
}
