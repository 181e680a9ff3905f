import * as der from './der.ts';

export const KEY_USAGES = [
  'digital signature',
  'content commitment',
  'key encipherment',
  'data encipherment',
  'key agreement',
  'cert sign',
  'crl sign',
  'encipher only',
  'decipher only',
] as const;
export type KeyUsage = (typeof KEY_USAGES)[number];

const EXTENDED: Record<ExtendedUsage, string> = {
  'server auth': '1.3.6.1.5.5.7.3.1',
  'client auth': '1.3.6.1.5.5.7.3.2',
  'code signing': '1.3.6.1.5.5.7.3.3',
  'email protection': '1.3.6.1.5.5.7.3.4',
  timestamping: '1.3.6.1.5.5.7.3.8',
  'ocsp signing': '1.3.6.1.5.5.7.3.9',
  any: '2.5.29.37.0',
};
export type ExtendedUsage =
  | 'server auth'
  | 'client auth'
  | 'code signing'
  | 'email protection'
  | 'timestamping'
  | 'ocsp signing'
  | 'any';

const OID = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  altNames: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedUsage: '2.5.29.37',
} as const;

/** The extensions that Kubernetes' certificates carry. */
export interface Extensions {
  /** Undefined: the certificate does not say. */
  isCa?: boolean;
  /** How many authorities may stand below. */
  pathLength?: number;
  keyUsages: readonly KeyUsage[];
  extendedUsages: readonly ExtendedUsage[];
  dnsNames: readonly string[];
  ipAddresses: readonly string[];
  subjectKeyId?: string;
  authorityKeyId?: string;
  /** Which there are, one after the other; what is missing here is written behind, as Go does. */
  order?: readonly Place[];
}

export type ExtensionName = keyof typeof OID;

/** An extension in its place. */
export interface Place {
  readonly name: ExtensionName;
  readonly critical: boolean;
}

/** As Go writes them. */
const GO_ORDER: readonly Place[] = [
  { name: 'keyUsage', critical: true },
  { name: 'extendedUsage', critical: false },
  { name: 'basicConstraints', critical: true },
  { name: 'subjectKeyId', critical: false },
  { name: 'authorityKeyId', critical: false },
  { name: 'altNames', critical: false },
];

/** The `[3]`-less list of extensions. */
export function writeExtensions(extensions: Partial<Extensions>): Buffer {
  const { order = [] } = extensions;
  const places = [...order, ...GO_ORDER.filter(({ name }) => !order.some((place) => place.name === name))];
  return der.sequence(
    ...places.flatMap(({ name, critical }) => {
      const value = WRITERS[name](extensions);
      if (!value) return [];
      return [der.sequence(der.oid(OID[name]), ...(critical ? [der.boolean(true)] : []), der.octets(value))];
    }),
  );
}

const WRITERS: Readonly<Record<ExtensionName, (extensions: Partial<Extensions>) => Buffer | undefined>> = {
  keyUsage: ({ keyUsages }) => (keyUsages?.length ? keyUsageBits(keyUsages) : undefined),
  extendedUsage: ({ extendedUsages }) =>
    extendedUsages?.length ? der.sequence(...extendedUsages.map((u) => der.oid(EXTENDED[u]))) : undefined,
  basicConstraints: ({ isCa, pathLength }) => {
    if (isCa === undefined) return undefined;
    const length = pathLength === undefined ? [] : [der.integer(pathLength)];
    return der.sequence(...(isCa ? [der.boolean(true)] : []), ...length);
  },
  subjectKeyId: ({ subjectKeyId }) =>
    subjectKeyId ? der.octets(Buffer.from(subjectKeyId, 'hex')) : undefined,
  authorityKeyId: ({ authorityKeyId }) =>
    authorityKeyId ? der.sequence(der.context(0, Buffer.from(authorityKeyId, 'hex'), false)) : undefined,
  altNames: (extensions) => {
    const names = altNames(extensions);
    return names.length > 0 ? der.sequence(...names) : undefined;
  },
};

export function readExtensions(node: der.Node | undefined): Extensions {
  const found: { -readonly [K in keyof Extensions]: Extensions[K] } = {
    keyUsages: [],
    extendedUsages: [],
    dnsNames: [],
    ipAddresses: [],
  };
  const order: Place[] = [];
  for (const extension of node ? der.children(node) : []) {
    const parts = der.children(extension);
    const value = der.readNode((parts.at(-1) as der.Node).content);
    const dotted = der.readOid(parts[0] as der.Node);
    const name = NAMES.find((one) => OID[one] === dotted);
    if (name) order.push({ name, critical: parts.length > 2 && parts[1]?.content[0] !== 0 });
    switch (dotted) {
      case OID.keyUsage:
        found.keyUsages = readKeyUsages(value);
        break;
      case OID.extendedUsage:
        found.extendedUsages = readExtendedUsages(value);
        break;
      case OID.basicConstraints: {
        const [first] = der.children(value);
        found.isCa = first?.tag === der.TAG.boolean && first.content[0] !== 0;
        const length = der.children(value).find(({ tag }) => tag === der.TAG.integer);
        if (length) found.pathLength = Number(der.readInteger(length));
        break;
      }
      case OID.subjectKeyId:
        found.subjectKeyId = value.content.toString('hex');
        break;
      case OID.authorityKeyId: {
        const id = der.children(value).find((part) => part.tag === 0x80);
        if (id) found.authorityKeyId = id.content.toString('hex');
        break;
      }
      case OID.altNames:
        readAltNames(value, found);
        break;
    }
  }
  return { ...found, order };
}

const NAMES = Object.keys(OID) as ExtensionName[];

function altNames({ dnsNames = [], ipAddresses = [] }: Partial<Extensions>): Buffer[] {
  return [
    ...dnsNames.map((name) => der.context(2, Buffer.from(name), false)),
    ...ipAddresses.map((address) => der.context(7, addressBytes(address), false)),
  ];
}

function readAltNames(
  node: der.Node,
  into: { dnsNames: readonly string[]; ipAddresses: readonly string[] },
): void {
  const names = der.children(node);
  into.dnsNames = names.filter((n) => n.tag === 0x82).map((n) => n.content.toString('latin1'));
  into.ipAddresses = names.filter((n) => n.tag === 0x87).map((n) => addressText(n.content));
}

function keyUsageBits(usages: readonly KeyUsage[]): Buffer {
  let value = 0;
  let last = 0;
  for (const usage of usages) {
    const bit = KEY_USAGES.indexOf(usage);
    value |= 0x8000 >> bit;
    last = Math.max(last, bit);
  }
  const bytes = last > 7 ? Buffer.from([value >> 8, value & 0xff]) : Buffer.from([value >> 8]);
  return der.bits(bytes, 7 - (last % 8));
}

function readKeyUsages(node: der.Node): KeyUsage[] {
  const value = ((node.content[1] ?? 0) << 8) | (node.content[2] ?? 0);
  return KEY_USAGES.filter((_, bit) => (value & (0x8000 >> bit)) !== 0);
}

function readExtendedUsages(node: der.Node): ExtendedUsage[] {
  const names = Object.keys(EXTENDED) as ExtendedUsage[];
  return der
    .children(node)
    .flatMap((child) => names.find((name) => EXTENDED[name] === der.readOid(child)) ?? []);
}

function addressBytes(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [head, tail] = address.split('::') as [string, string | undefined];
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const all = [...before, ...(tail === undefined ? [] : zeros), ...after];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return [...bytes].join('.');
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16));
  return groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::');
}
