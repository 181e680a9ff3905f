/** The IPv4 addresses of a CIDR. */
export interface AddressRange {
  readonly cidr: string;
  readonly first: number;
  readonly size: number;
}

/** Undefined for what is no IPv4 CIDR. */
export function parseRange(cidr: string): AddressRange | undefined {
  const [address = '', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  const value = addressNumber(address);
  return Number.isNaN(value) ? undefined : { cidr, first: Math.floor(value / size) * size, size };
}

/** NaN for what is no IPv4 address. */
export function addressNumber(ip: string): number {
  const parts = ip.split('.').map(Number);
  return parts.length === 4 ? parts.reduce((sum, part) => sum * 256 + part, 0) : Number.NaN;
}

export function addressText(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

export function hasAddress({ first, size }: AddressRange, value: number): boolean {
  return value >= first && value < first + size;
}

export function hasRange(outer: AddressRange, inner: AddressRange): boolean {
  return hasAddress(outer, inner.first) && hasAddress(outer, inner.first + inner.size - 1);
}
