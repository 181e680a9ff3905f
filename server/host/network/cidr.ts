/** An IPv4 address as a number. */
export function numberOf(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

export function addressOf(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

export function lengthOf(cidr: string): number {
  const at = cidr.indexOf('/');
  return at < 0 ? 32 : Number(cidr.slice(at + 1));
}

function firstOf(cidr: string): { first: number; size: number } {
  const size = 2 ** (32 - lengthOf(cidr));
  return { first: Math.floor(numberOf(cidr.split('/')[0] as string) / size) * size, size };
}

/** `172.30.1.0/24` of `172.30.1.2/24`. */
export function networkOf(cidr: string): string {
  return `${addressOf(firstOf(cidr).first)}/${lengthOf(cidr)}`;
}

export function broadcastOf(cidr: string): string {
  const { first, size } = firstOf(cidr);
  return addressOf(first + size - 1);
}

export function maskOf(length: number): string {
  return addressOf(2 ** 32 - 2 ** (32 - length));
}

export function isWithin(address: string, cidr: string): boolean {
  if (address.includes(':') || cidr.includes(':')) return false;
  const { first, size } = firstOf(cidr);
  return Math.floor(numberOf(address) / size) * size === first;
}

export function isAddress(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split('.').every((octet) => Number(octet) < 256);
}
