/** The names in a certificate request, as far as descriptions show them. */
export type Subject = Readonly<Record<string, string[]>>;

const OIDS: Readonly<Record<string, string>> = {
  '550403': 'Common Name',
  '550405': 'Serial Number',
  '55040a': 'Organization',
  '55040b': 'Organizational Unit',
  '550406': 'Country',
  '550407': 'Locality',
  '550408': 'Province',
  '550409': 'StreetAddress',
  '550411': 'PostalCode',
};

/** Reads the subject of a PEM request in base64; undefined where it is none. */
export function requestSubject(request: string): Subject | undefined {
  const pem = Buffer.from(request, 'base64').toString('latin1');
  const block = /-----BEGIN CERTIFICATE REQUEST-----([\s\S]*?)-----END/.exec(pem);
  if (!block) return undefined;
  const der = Buffer.from(block[1] as string, 'base64');
  const info = children(children(der)[0]?.body ?? EMPTY)[0];
  const name = children(info?.body ?? EMPTY)[1];
  return name ? readName(name.body) : undefined;
}

const EMPTY = Buffer.alloc(0);

interface Part {
  readonly tag: number;
  readonly body: Buffer;
}

/** The values that lie one after the other in DER bytes. */
function children(bytes: Buffer): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const tag = bytes[at] as number;
    let length = bytes[at + 1] as number;
    let start = at + 2;
    if (length > 0x80) {
      const size = Math.min(length - 0x80, 4);
      length = bytes.subarray(start, start + size).reduce((sum, byte) => sum * 256 + byte, 0);
      start += size;
    }
    parts.push({ tag, body: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return parts;
}

function readName(bytes: Buffer): Subject {
  const found: Record<string, string[]> = {};
  for (const set of children(bytes)) {
    for (const pair of children(set.body)) {
      const [oid, value] = children(pair.body);
      const name = OIDS[oid?.body.toString('hex') ?? ''];
      if (!name || !value) continue;
      found[name] = [...(found[name] ?? []), value.body.toString('utf8')];
    }
  }
  return found;
}
