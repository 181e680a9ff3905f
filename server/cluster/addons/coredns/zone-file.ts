import type { DnsAnswer, DnsRecord, DnsType } from '../../../host/index.ts';

const TYPES = new Set<string>(['A', 'AAAA', 'PTR', 'SRV', 'CNAME', 'NS', 'TXT', 'MX', 'SOA']);
/** What a record without a TTL of its own has. */
const TTL = 3600;

/** The records of a zone file (RFC 1035): `$ORIGIN`, `$TTL`, `@`, names relative to the origin, parentheses. */
export function readZone(text: string, zone: string): DnsRecord[] {
  const records: DnsRecord[] = [];
  let origin = zone;
  let ttl = TTL;
  let last = zone;
  for (const line of logicalLines(text)) {
    const words = line.trim().split(/\s+/).filter(Boolean);
    if (words.length === 0) continue;
    if (words[0] === '$ORIGIN') origin = dotted(words[1] ?? '.');
    else if (words[0] === '$TTL') ttl = Number(words[1]);
    else {
      const owner = /^\s/.test(line) ? last : absolute(words.shift() ?? '@', origin);
      last = owner;
      const own = /^\d+$/.test(words[0] ?? '') ? Number(words.shift()) : ttl;
      if (words[0]?.toUpperCase() === 'IN') words.shift();
      const type = (words.shift() ?? '').toUpperCase();
      if (!TYPES.has(type)) continue;
      const data = words.map((word, i) => (isName(type, i) ? absolute(word, origin) : word)).join(' ');
      records.push({ name: owner.toLowerCase(), type: type as DnsType, ttl: own, data });
    }
  }
  return records;
}

/** Lines without comments; what stands in parentheses is one. */
function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let open = '';
  for (const raw of text.split('\n')) {
    const line = raw.replace(/;.*$/, '');
    if (open !== '') open += ` ${line}`;
    else if (line.includes('(') && !line.includes(')')) open = line;
    else lines.push(line.replace(/[()]/g, ' '));
    if (open !== '' && line.includes(')')) {
      lines.push(open.replace(/[()]/g, ' '));
      open = '';
    }
  }
  return lines;
}

function isName(type: string, place: number): boolean {
  if (['CNAME', 'NS', 'PTR'].includes(type)) return place === 0;
  if (type === 'MX') return place === 1;
  return type === 'SOA' ? place < 2 : type === 'SRV' && place === 3;
}

function absolute(name: string, origin: string): string {
  if (name === '@') return origin;
  if (name.endsWith('.')) return name;
  return origin === '.' ? `${name}.` : `${name}.${origin}`;
}

function dotted(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

/** What a zone answers: the records, those below `*`, or that there are none. */
export function answerFrom(records: readonly DnsRecord[], name: string, type: DnsType): DnsAnswer {
  const named = (wanted: string) => records.filter((record) => record.name === wanted);
  const wild = named(`*.${name.slice(name.indexOf('.') + 1)}`).map((record) => ({ ...record, name }));
  const own = named(name).length > 0 ? named(name) : wild;
  const answers = own.filter((record) => record.type === type || record.type === 'CNAME');
  const soa = records.filter((record) => record.type === 'SOA');
  if (answers.length > 0) return { code: 'NOERROR', answers, authoritative: true };
  const exists = own.length > 0 || records.some((record) => record.name.endsWith(`.${name}`));
  return { code: exists ? 'NOERROR' : 'NXDOMAIN', answers: [], authority: soa, authoritative: true };
}
