import type { ExtendedUsage, ExtensionName, KeyUsage, Place } from '../../../host/pki/index.ts';
import { Misuse } from './ssl.ts';

/** Extensions that a certificate or a request is to have. */
export interface Wishes {
  readonly order?: readonly Place[];
  readonly pathLength?: number;
  readonly isCa?: boolean;
  readonly keyUsages?: readonly KeyUsage[];
  readonly extendedUsages?: readonly ExtendedUsage[];
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly withSubjectKeyId?: boolean;
  readonly withAuthorityKeyId?: boolean;
}

const KEY_USAGES: Readonly<Record<string, KeyUsage>> = {
  digitalSignature: 'digital signature',
  nonRepudiation: 'content commitment',
  contentCommitment: 'content commitment',
  keyEncipherment: 'key encipherment',
  dataEncipherment: 'data encipherment',
  keyAgreement: 'key agreement',
  keyCertSign: 'cert sign',
  cRLSign: 'crl sign',
  encipherOnly: 'encipher only',
  decipherOnly: 'decipher only',
};

const EXTENDED_USAGES: Readonly<Record<string, ExtendedUsage>> = {
  serverAuth: 'server auth',
  clientAuth: 'client auth',
  codeSigning: 'code signing',
  emailProtection: 'email protection',
  timeStamping: 'timestamping',
  OCSPSigning: 'ocsp signing',
  anyExtendedKeyUsage: 'any',
};

const PLACES: Readonly<Record<string, ExtensionName>> = {
  basicConstraints: 'basicConstraints',
  keyUsage: 'keyUsage',
  extendedKeyUsage: 'extendedUsage',
  subjectKeyIdentifier: 'subjectKeyId',
  authorityKeyIdentifier: 'authorityKeyId',
  subjectAltName: 'altNames',
};

/** A file of OpenSSL's: sections of `name = value`. What stands before the first is the section ''. */
export class Configuration {
  readonly #sections: ReadonlyMap<string, readonly (readonly [name: string, value: string])[]>;

  constructor(sections: ReadonlyMap<string, readonly (readonly [name: string, value: string])[]>) {
    this.#sections = sections;
  }

  entries(section: string): readonly (readonly [name: string, value: string])[] {
    return this.#sections.get(section) ?? [];
  }

  value(section: string, name: string): string | undefined {
    return this.entries(section).findLast(([other]) => other === name)?.[1];
  }

  wishes(section: string): Wishes {
    if (section !== '' && !this.#sections.has(section))
      throw new Misuse(`Error checking extension section ${section}`);
    let wishes: Wishes = {};
    for (const [name, value] of this.entries(section)) {
      const place = PLACES[name];
      const critical = /(^|,)\s*critical\s*(,|$)/.test(value);
      const order = [...(wishes.order ?? []), ...(place ? [{ name: place, critical }] : [])];
      wishes = { ...wishes, ...this.#wish(name, value), order };
    }
    return wishes;
  }

  #wish(name: string, value: string): Wishes {
    const words = value
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== 'critical');
    switch (name) {
      case 'basicConstraints':
        return constraints(words);
      case 'keyUsage':
        return { keyUsages: words.map((word) => known(KEY_USAGES, word)) };
      case 'extendedKeyUsage':
        return { extendedUsages: words.map((word) => known(EXTENDED_USAGES, word)) };
      case 'subjectKeyIdentifier':
        return { withSubjectKeyId: words[0] !== 'none' };
      case 'authorityKeyIdentifier':
        return { withAuthorityKeyId: words[0] !== 'none' };
      case 'subjectAltName':
        return altNames(words.flatMap((word) => (word.startsWith('@') ? this.#list(word.slice(1)) : [word])));
      default:
        throw new Misuse(`Error adding extensions: ${name} is not supported by this build`);
    }
  }

  /** `DNS.1 = a` of a section is `DNS:a`. */
  #list(section: string): string[] {
    return this.entries(section).map(([name, value]) => `${name.replace(/\.\d+$/, '')}:${value}`);
  }
}

/** `CA:TRUE, pathlen:0` */
function constraints(words: readonly string[]): Wishes {
  const length = words.map((word) => /^pathlen:(\d+)$/i.exec(word)?.[1]).find((found) => found !== undefined);
  return {
    isCa: words.some((word) => /^CA:true$/i.test(word)),
    ...(length === undefined ? {} : { pathLength: Number(length) }),
  };
}

function known<T>(names: Readonly<Record<string, T>>, word: string): T {
  const found = names[word];
  if (found === undefined) throw new Misuse(`Error adding extensions: unknown usage ${word}`);
  return found;
}

function altNames(words: readonly string[]): Wishes {
  const of = (type: string) =>
    words.flatMap((word) => (word.startsWith(`${type}:`) ? [word.slice(type.length + 1)] : []));
  const other = words.find((word) => !/^(DNS|IP):/.test(word));
  if (other !== undefined)
    throw new Misuse(`Error adding extensions: alternative name ${other} is not supported by this build`);
  return { dnsNames: of('DNS'), ipAddresses: of('IP') };
}

export function readConfiguration(text: string): Configuration {
  const sections = new Map<string, (readonly [string, string])[]>([['', []]]);
  let section = '';
  for (const raw of text.replace(/\\\n/g, '').split('\n')) {
    const line = raw.replace(/#.*/, '').trim();
    const header = /^\[\s*(.*?)\s*\]$/.exec(line);
    const setting = /^([^=]+?)\s*=\s*(.*)$/.exec(line);
    if (header) {
      section = header[1] as string;
      if (!sections.has(section)) sections.set(section, []);
    } else if (setting) sections.get(section)?.push([setting[1] as string, setting[2] as string]);
  }
  return new Configuration(sections);
}

/** `-addext 'subjectAltName = DNS:web'`. */
export function readWish(text: string | undefined): Wishes {
  return text === undefined ? {} : readConfiguration(text).wishes('');
}
