import { createCipheriv, createDecipheriv } from 'node:crypto';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import type { Random } from '../../../sim/index.ts';
import { groupResource, type Provider, type ResourceRule } from './configuration.ts';

/** Where a value is kept. What is encrypted for one place cannot be read at another, where the method sees to that. */
type Place = string;

/** A method and key: writes values below a prefix, and reads those that start with it. */
export interface Transformer {
  readonly prefix: string;
  encrypt(text: Uint8Array, place: Place, random: Random): Uint8Array;
  /** Throws what etcd's reader says. */
  decrypt(data: Uint8Array, place: Place): Uint8Array;
}

interface Method {
  /** What is said of a value that none of the keys has made. */
  readonly noKey: string;
  encrypt(key: Uint8Array, text: Uint8Array, place: Place, random: Random): Uint8Array;
  decrypt(key: Uint8Array, data: Uint8Array, place: Place): Uint8Array;
}

const TOO_SHORT = 'the stored data was shorter than the required size';

/** The prefix of everything that is encrypted. */
export const ENCRYPTED = 'k8s:enc:';
export const READ_ENCRYPTED = 'identity transformer tried to read encrypted data';
export const NO_PREFIX = 'no matching prefix found';

/** Models apiserver/pkg/storage/value/encrypt: aes NewCBCTransformer, NewGCMTransformer, secretbox. */
const METHODS: Readonly<Record<string, Method>> = {
  aescbc: {
    noKey: 'no matching key was found for the provided AES transformer',
    encrypt(key, text, _place, random) {
      const iv = randomBytes(random, 16);
      const cipher = createCipheriv(`aes-${key.length * 8}-cbc` as 'aes-256-cbc', key, iv);
      return Buffer.concat([iv, cipher.update(text), cipher.final()]);
    },
    decrypt(key, data) {
      if (data.length < 16) throw new Error(TOO_SHORT);
      if (data.length % 16 !== 0) throw new Error('the stored data is not a multiple of the block size');
      const name = `aes-${key.length * 8}-cbc` as 'aes-256-cbc';
      const cipher = createDecipheriv(name, key, data.subarray(0, 16));
      return said('invalid padding on input', () =>
        Buffer.concat([cipher.update(data.subarray(16)), cipher.final()]),
      );
    },
  },
  aesgcm: {
    noKey: 'no matching key was found for the provided AES transformer',
    encrypt(key, text, place, random) {
      const nonce = randomBytes(random, 12);
      const cipher = createCipheriv(`aes-${key.length * 8}-gcm` as 'aes-256-gcm', key, nonce);
      cipher.setAAD(Buffer.from(place));
      return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt(key, data, place) {
      if (data.length < 28) throw new Error(TOO_SHORT);
      const name = `aes-${key.length * 8}-gcm` as 'aes-256-gcm';
      const cipher = createDecipheriv(name, key, data.subarray(0, 12));
      cipher.setAAD(Buffer.from(place));
      cipher.setAuthTag(data.subarray(data.length - 16));
      return said('cipher: message authentication failed', () =>
        Buffer.concat([cipher.update(data.subarray(12, data.length - 16)), cipher.final()]),
      );
    },
  },
  secretbox: {
    noKey: 'no matching key was found for the provided Secretbox transformer',
    encrypt(key, text, _place, random) {
      const nonce = randomBytes(random, 24);
      return Buffer.concat([nonce, xsalsa20poly1305(key, nonce).encrypt(text)]);
    },
    decrypt(key, data) {
      if (data.length < 40) throw new Error(TOO_SHORT);
      try {
        return xsalsa20poly1305(key, data.subarray(0, 24)).decrypt(data.subarray(24));
      } catch {
        throw new Error('output array was not large enough for encryption');
      }
    },
  },
};

function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

function said<T>(message: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw new Error(message);
  }
}

/** What a resource's values are written and read by: the first writes, all of them read. */
export class Transformers {
  readonly #providers: readonly { prefix: string; noKey: string; keys: readonly Transformer[] }[];

  constructor(providers: readonly Provider[]) {
    this.#providers = providers.map(providerOf);
  }

  /** Undefined: values are written as they are. */
  get writer(): Transformer | undefined {
    return this.#providers[0]?.keys[0];
  }

  /** Models apiserver/pkg/storage/value prefixTransformers.TransformFromStorage. */
  read(data: Uint8Array, place: Place): Uint8Array {
    const errors: string[] = [];
    for (const { prefix, noKey, keys } of this.#providers) {
      if (prefix === '' || !startsWith(data, prefix)) continue;
      const fitting = keys.filter((key) => startsWith(data, key.prefix));
      if (fitting.length === 0) errors.push(noKey);
      for (const key of fitting) {
        try {
          return key.decrypt(data.subarray(Buffer.byteLength(key.prefix)), place);
        } catch (error) {
          errors.push((error as Error).message);
        }
      }
    }
    const found = [...new Set(errors)];
    if (found.length === 0) throw new Error(NO_PREFIX);
    throw new Error(found.length === 1 ? found[0] : `[${found.join(', ')}]`);
  }
}

function providerOf(provider: Provider) {
  for (const [name, method] of Object.entries(METHODS)) {
    const keys = provider[name as 'aescbc']?.keys;
    if (!keys) continue;
    const prefix = `${ENCRYPTED}${name}:v1:`;
    return {
      prefix,
      noKey: method.noKey,
      keys: keys.map(({ name: key, secret }): Transformer => {
        const bytes = Buffer.from(secret, 'base64');
        return {
          prefix: `${prefix}${key}:`,
          encrypt: (text, place, random) => method.encrypt(bytes, text, place, random),
          decrypt: (data, place) => method.decrypt(bytes, data, place),
        };
      }),
    };
  }
  return { prefix: '', noKey: '', keys: [] };
}

function startsWith(data: Uint8Array, prefix: string): boolean {
  const start = Buffer.from(prefix);
  return Buffer.compare(data.subarray(0, start.length), start) === 0;
}

/** The transformers of each resource. Models encryptionconfig getTransformerOverridesAndKMSPluginProbes. */
export function transformersOf(
  rules: readonly ResourceRule[],
): (group: string, resource: string) => Transformers | undefined {
  const providers = new Map<string, Provider[]>();
  const nameOf = (resource: string, group: string) => `${resource}.${group}`;
  for (const rule of rules) {
    for (const { group, resource } of rule.resources.map(groupResource)) {
      // An earlier rule for more than this resource has had it already.
      if (providers.has(nameOf('*', group)) || providers.has(nameOf('*', '*'))) continue;
      const name = nameOf(resource, group);
      providers.set(name, [...(providers.get(name) ?? []), ...rule.providers]);
    }
  }
  const made = new Map([...providers].map(([name, list]) => [name, new Transformers(list)]));
  return (group, resource) =>
    made.get(nameOf(resource, group)) ?? made.get(nameOf('*', group)) ?? made.get(nameOf('*', '*'));
}
