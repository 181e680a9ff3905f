import { createHash } from 'node:crypto';
import * as der from '../../../host/pki/der.ts';
import {
  type Certificate,
  commonNameOf,
  fingerprint,
  type NameParts,
  publicKeyOf,
  showName,
  signCertificate,
  toPem,
  writeName,
} from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { modulusLine } from './keys.ts';
import { nameAs } from './name-text.ts';
import { certificateText, extensionText, opensslDate } from './openssl-text.ts';
import { opened } from './pass-phrase.ts';
import { signRequest } from './requests.ts';
import { loadCertificate, loadKey, Misuse, type Ssl } from './ssl.ts';

export const X509_OPTIONS =
  'in= out= noout text subject issuer dates enddate startdate serial checkend= fingerprint sha1 sha224 sha256 sha384 sha512 md5 pubkey req CA= CAkey= CAcreateserial CAserial= set_serial= days= inform= outform= nameopt= certopt= dateopt= signkey= key= ext= extfile= extensions= hash subject_hash issuer_hash email modulus purpose checkhost= checkemail= checkip= passin= new';

/** Models apps/x509.c: shows a certificate, or makes one of a request. */
export function* x509(call: Ssl): Steps<number> {
  if (call.has('req')) return yield* signRequest(call);
  let certificate = loadCertificate(
    yield* call.read('in', 'certificate', 'Unable to load certificate'),
    call.source('in'),
  );
  if (call.has('signkey') || call.has('key')) certificate = yield* signedAgain(call, certificate);
  let out = '';
  for (const name of call.given.keys()) out += shown(call, certificate, name);
  yield* call.write(out);
  const seconds = call.given.get('checkend');
  if (seconds !== undefined) {
    if (!/^[-+]?\d+$/.test(seconds))
      throw new Misuse(`x509: Can't parse "${seconds}" as a number\nx509: Use -help for summary.`);
    const expires = certificate.notAfter < call.context.now + Number(seconds) * 1000;
    yield* call.context.out(expires ? 'Certificate will expire\n' : 'Certificate will not expire\n');
    return expires ? 1 : 0;
  }
  yield* call.context.out(checks(call, certificate));
  if (!call.has('noout')) yield* call.writePem(certificate.pem);
  return 0;
}

/** `-signkey`: the same, signed with its own key. */
function* signedAgain(call: Ssl, old: Certificate): Steps<Certificate> {
  const option = call.has('signkey') ? 'signkey' : 'key';
  const text = yield* call.read(option, 'private key');
  const key = loadKey(yield* opened(call, text, call.source(option)), call.source(option));
  const { context } = call;
  const days = Number(call.given.get('days') ?? 30);
  const pem = signCertificate(
    {
      subject: old.subject,
      publicKey: publicKeyOf(key),
      notBefore: context.now,
      notAfter: context.now + days * 86_400_000,
      random: context.host.random,
      serial: call.given.has('set_serial') ? Number(call.given.get('set_serial')).toString(16) : old.serial,
      extensions: old.version === 1 ? 'none' : old,
    },
    { key },
  );
  return loadCertificate(pem, option);
}

type Shower = (certificate: Certificate, call: Ssl) => string;

const DATE_FORMS: Readonly<Record<string, (ms: number) => string>> = {
  rfc_822: opensslDate,
  iso_8601: (ms) => new Date(ms).toISOString().replace('T', ' ').replace('.000', ''),
};

function dates(call: Ssl): (ms: number) => string {
  const name = call.given.get('dateopt') ?? 'rfc_822';
  const form = DATE_FORMS[name];
  if (!form) throw new Misuse(`Invalid date format: ${name}`);
  return form;
}

const named = (title: string, parts: NameParts, call: Ssl): string =>
  `${title}=${nameAs(parts, call.given.get('nameopt'))}\n`;

const DIGESTS = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'md5'];

/** What each option shows, in the order in which they were given. */
const SHOWERS: Readonly<Record<string, Shower>> = {
  text: (certificate, call) => certificateText(certificate, (call.given.get('certopt') ?? '').split(',')),
  modulus: ({ publicKey }) => modulusLine(toPem('PUBLIC KEY', publicKey)),
  ext: (certificate, call) => extensionText(certificate, (call.given.get('ext') as string).split(',')),
  subject: ({ subject }, call) => named('subject', subject, call),
  issuer: ({ issuer }, call) => named('issuer', issuer, call),
  startdate: ({ notBefore }, call) => `notBefore=${dates(call)(notBefore)}\n`,
  enddate: ({ notAfter }, call) => `notAfter=${dates(call)(notAfter)}\n`,
  dates: ({ notBefore, notAfter }, call) =>
    `notBefore=${dates(call)(notBefore)}\nnotAfter=${dates(call)(notAfter)}\n`,
  serial: ({ serial }) => `serial=${serial.toUpperCase().padStart(Math.ceil(serial.length / 2) * 2, '0')}\n`,
  pubkey: ({ publicKey }) => toPem('PUBLIC KEY', publicKey),
  hash: ({ subject }) => `${nameHash(subject)}\n`,
  subject_hash: ({ subject }) => `${nameHash(subject)}\n`,
  issuer_hash: ({ issuer }) => `${nameHash(issuer)}\n`,
  email: ({ subject }) =>
    subject.flatMap(([type, value]) => (type === 'emailAddress' ? [`${value}\n`] : [])).join(''),
  purpose: purposes,
  fingerprint: (certificate, call) => {
    const digest = DIGESTS.find((name) => call.has(name)) ?? 'sha1';
    return `${digest} Fingerprint=${fingerprint(certificate, digest)}\n`;
  },
};

function shown(call: Ssl, certificate: Certificate, name: string): string {
  return SHOWERS[name]?.(certificate, call) ?? '';
}

/** The name under which OpenSSL's directories keep a certificate. Models X509_NAME_hash: SHA-1 of the name in lower case. */
function nameHash(name: NameParts): string {
  const canonical = der.children(der.readNode(writeName(name))).map((set) => {
    const [type, value] = der.children(der.children(set)[0] as der.Node) as [der.Node, der.Node];
    const text = value.content.toString('utf8').trim().replace(/\s+/g, ' ').toLowerCase();
    return der.setOf(der.sequence(type.bytes, der.utf8(text)));
  });
  const digest = createHash('sha1').update(Buffer.concat(canonical)).digest();
  return digest.readUInt32LE(0).toString(16).padStart(8, '0');
}

/** What a certificate may be used for, as itself and as an authority. */
const PURPOSES: readonly (readonly [title: string, usage: string | undefined, key: readonly string[]])[] = [
  ['SSL client', 'client auth', ['digital signature', 'key agreement']],
  ['SSL server', 'server auth', ['digital signature', 'key encipherment', 'key agreement']],
  ['Netscape SSL server', 'server auth', ['key encipherment']],
  ['S/MIME signing', 'email protection', ['digital signature', 'content commitment']],
  ['S/MIME encryption', 'email protection', ['key encipherment']],
  ['CRL signing', undefined, ['crl sign']],
  ['Any Purpose', undefined, []],
  ['OCSP helper', undefined, []],
  ['Time Stamp signing', 'timestamping', ['digital signature', 'content commitment']],
];

/** Models crypto/x509/v3_purp.c. */
function purposes({ keyUsages, extendedUsages, isCa, subject, issuer }: Certificate): string {
  const own = showName(subject) === showName(issuer);
  const authority = isCa ?? (keyUsages.length > 0 ? keyUsages.includes('cert sign') : own);
  const lines = PURPOSES.map(([title, usage, key]) => {
    const always = title === 'Any Purpose' || title === 'OCSP helper';
    const named = extendedUsages as readonly string[];
    const fits = usage === undefined || named.length === 0 || named.includes(usage) || named.includes('any');
    const keyFits = keyUsages.length === 0 || key.length === 0 || keyUsages.some((one) => key.includes(one));
    const stamps = title !== 'Time Stamp signing' || (named.length === 1 && named[0] === 'timestamping');
    const yes = always || (fits && keyFits && stamps);
    const above = title === 'Any Purpose' || (authority && fits);
    return `${title} : ${yes ? 'Yes' : 'No'}\n${title} CA : ${above ? 'Yes' : 'No'}\n`;
  });
  return `Certificate purposes:\n${lines.join('')}`;
}

/** `-checkhost`, `-checkemail`, `-checkip`. */
function checks(call: Ssl, { dnsNames, ipAddresses, subject }: Certificate): string {
  const says = (what: string, option: string, test: (value: string) => boolean): string => {
    const value = call.given.get(option);
    if (value === undefined) return '';
    return `${what} ${value} does ${test(value) ? '' : 'NOT '}match certificate\n`;
  };
  const names = dnsNames.length > 0 ? dnsNames : [commonNameOf(subject)];
  const fits = (host: string) => (name: string) =>
    name.toLowerCase() === host.toLowerCase() ||
    (name.startsWith('*.') && host.includes('.') && host.slice(host.indexOf('.')) === name.slice(1));
  return (
    says('Hostname', 'checkhost', (host) => names.some(fits(host))) +
    says('Email', 'checkemail', (email) =>
      subject.some(([type, value]) => type === 'emailAddress' && value === email),
    ) +
    says('IP', 'checkip', (address) => ipAddresses.includes(address))
  );
}
