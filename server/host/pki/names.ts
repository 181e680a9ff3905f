import * as der from './der.ts';

/** A distinguished name, in the order of its parts: `[['O', 'system:masters'], ['CN', 'kubernetes-admin']]`. */
export type NameParts = readonly (readonly [type: string, value: string])[];

const TYPES: Record<string, string> = {
  C: '2.5.4.6',
  ST: '2.5.4.8',
  L: '2.5.4.7',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  CN: '2.5.4.3',
  serialNumber: '2.5.4.5',
  emailAddress: '1.2.840.113549.1.9.1',
};

/** What most names are made of. */
export interface Subject {
  readonly commonName: string;
  readonly organizations?: readonly string[];
}

export function nameParts(subject: Subject): NameParts {
  const organizations = (subject.organizations ?? []).map((value) => ['O', value] as const);
  return subject.commonName === '' ? organizations : [...organizations, ['CN', subject.commonName] as const];
}

export function writeName(parts: NameParts): Buffer {
  return der.sequence(
    ...parts.map(([type, value]) => {
      const text =
        type === 'emailAddress' ? der.tlv(der.TAG.ia5String, Buffer.from(value)) : der.printable(value);
      return der.setOf(der.sequence(der.oid(TYPES[type] ?? type), text));
    }),
  );
}

export function readName(node: der.Node): NameParts {
  return der.children(node).flatMap((set) =>
    der.children(set).map((pair) => {
      const [type, value] = der.children(pair);
      if (!type || !value) throw new der.DerError('asn1: structure error: name');
      const dotted = der.readOid(type);
      const short = Object.keys(TYPES).find((key) => TYPES[key] === dotted) ?? dotted;
      return [short, value.content.toString('utf8')] as const;
    }),
  );
}

export function commonNameOf(parts: NameParts): string {
  return parts.findLast(([type]) => type === 'CN')?.[1] ?? '';
}

export function organizationsOf(parts: NameParts): string[] {
  return parts.filter(([type]) => type === 'O').map(([, value]) => value);
}

/** As openssl shows it: `O = system:masters, CN = kubernetes-admin`. */
export function showName(parts: NameParts): string {
  return parts.map(([type, value]) => `${type} = ${value}`).join(', ');
}
