import type { Place } from '../firewall.ts';
import { isAddress } from '../network/cidr.ts';
import type { NetworkNamespace } from '../network/namespace.ts';
import { deviceNamed, NetlinkError, wordsOf } from './words.ts';

const ADDRESS_WORDS = ['dev', 'broadcast', 'brd', 'scope', 'label'];

function addressOf(words: readonly string[], network: NetworkNamespace) {
  const given = wordsOf(words, ADDRESS_WORDS);
  const text = given.get('') ?? '';
  if (!given.has('dev')) throw new NetlinkError('Not enough information: "dev" argument is required.', 255);
  const [address = '', length] = text.split('/');
  const isSix = /^[0-9a-f:]*:[0-9a-f:]*$/i.test(address);
  if ((!isAddress(address) && !isSix) || (length !== undefined && !(Number(length) <= (isSix ? 128 : 32))))
    throw new NetlinkError(`Error: any valid prefix is expected rather than "${text}".`, 1);
  const one = deviceNamed(network, given.get('dev'));
  return { one, cidr: length === undefined ? `${address}/${isSix ? 128 : 32}` : text };
}

export function addAddress({ network }: Place, words: readonly string[]): void {
  const { one, cidr } = addressOf(words, network);
  if (one.addresses.includes(cidr))
    throw new NetlinkError(
      cidr.includes(':') ? 'RTNETLINK answers: File exists' : 'Error: ipv4: Address already assigned.',
    );
  one.addresses.push(cidr);
}

export function deleteAddress({ network }: Place, words: readonly string[]): void {
  const { one, cidr } = addressOf(words, network);
  const at = one.addresses.findIndex((other) => other === cidr || other.split('/')[0] === cidr.split('/')[0]);
  if (at < 0) throw new NetlinkError('Error: ipv4: Address not found.');
  one.addresses.splice(at, 1);
}

export function flushAddresses({ network }: Place, words: readonly string[]): void {
  const given = wordsOf(words, ['dev', 'scope']);
  deviceNamed(network, given.get('dev') ?? given.get('')).addresses.length = 0;
}
