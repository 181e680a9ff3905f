/** Whether an IPv4 address lies in one of the networks of a comma-separated list. */
export function within(address: string, list: string): boolean {
  return list.split(',').some((cidr) => {
    const [base = '', length = '32'] = cidr.trim().split('/');
    const size = 2 ** (32 - Number(length));
    return Math.floor(number(address) / size) === Math.floor(number(base) / size);
  });
}

function number(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}
