import type { NetworkNamespace } from '../network/namespace.ts';
import type { Interface } from '../network/network.ts';

/** A change that the kernel does not make, in ip's words. */
export class NetlinkError extends Error {
  override name = 'NetlinkError';
  readonly code: number;

  constructor(message: string, code = 2) {
    super(message);
    this.code = code;
  }
}

/** The value after each word that takes one; what is left stands under ''. */
export function wordsOf(words: readonly string[], valued: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (valued.includes(word)) {
      const value = words[++i];
      if (value === undefined) throw new NetlinkError('Command line is not complete. Try option "help"', 255);
      found.set(word, value);
    } else if (!found.has('')) found.set('', word);
    else throw new NetlinkError(`Error: either "dev" is duplicate, or "${word}" is a garbage.`, 255);
  }
  return found;
}

/** A device that can be changed. Throws NetlinkError. */
export function deviceNamed(stack: NetworkNamespace, name: string | undefined): Interface {
  const found = stack.interfaces.find((one) => one.name === name);
  if (found) return found;
  if (stack.links.some((one) => one.name === name))
    throw new NetlinkError('RTNETLINK answers: Operation not supported');
  throw new NetlinkError(`Cannot find device "${name}"`, 1);
}
