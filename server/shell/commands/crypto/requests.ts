import {
  type Certificate,
  type CertificateOptions,
  createRequest,
  parseCertificate,
  publicKeyOf,
  showName,
  signCertificate,
  toPem,
} from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { readConfiguration, readWish, type Wishes } from './configuration.ts';
import { queued } from './error-queue.ts';
import { ecKey, modulusLine, newEd25519Key, newRsaKey, pkcs8, rsaBits } from './keys.ts';
import { nameAs } from './name-text.ts';
import { certificateText, requestText } from './openssl-text.ts';
import { encrypted, newPhrase, opened } from './pass-phrase.ts';
import { loadCertificate, loadKey, loadRequest, Misuse, type Ssl } from './ssl.ts';
import { subjectOf } from './subject.ts';

const DAY_MS = 86_400_000;

/** `x509 -req`: a certificate for a request, signed by a CA. Without -extfile it is one of version 1. */
export function* signRequest(call: Ssl): Steps<number> {
  const { context } = call;
  const what = 'certificate request input';
  const request = loadRequest(yield* call.open('in', `Unable to load ${what}`), what);
  yield* context.err(`Certificate request self-signature ok\nsubject=${showName(request.subject)}\n`);
  const { ca, key } = yield* signerOf(call);
  const wishes = call.has('extfile')
    ? yield* wishesOf(call, 'extfile', call.given.get('extensions'))
    : undefined;
  const body: CertificateOptions = {
    subject: request.subject,
    publicKey: request.publicKey,
    notBefore: context.now,
    notAfter: context.now + Number(call.given.get('days') ?? 30) * DAY_MS,
    random: context.host.random,
    serial: serialOf(call),
    extensions: wishes ?? 'none',
  };
  const pem = signCertificate(body, ca ? { certificate: ca.pem, key } : { key });
  yield* writeCertificate(call, pem);
  return 0;
}

/** Who signs: the CA, or the key that the request was made with. */
function* signerOf(call: Ssl): Steps<{ ca?: Certificate; key: string }> {
  const own = ['signkey', 'key'].find((option) => call.has(option));
  if (own !== undefined) return { key: yield* privateKeyOf(call, own) };
  if (!call.has('CA'))
    throw new Misuse('We need a private key to sign with, use -key or -CAkey or -CA with private key');
  const what = 'CA certificate';
  const ca = loadCertificate(yield* call.read('CA', what, `Unable to load ${what}`), call.source('CA'), what);
  const key = yield* privateKeyOf(call, call.has('CAkey') ? 'CAkey' : 'CA', 'CA private key');
  if (!publicKeyOf(key).equals(ca.publicKey))
    throw new Misuse(`CA certificate and CA private key do not match\n${queued('mismatch')}`);
  return { ca, key };
}

function* privateKeyOf(call: Ssl, option: string, what = 'private key'): Steps<string> {
  const source = call.source(option);
  return loadKey(yield* opened(call, yield* call.read(option, what), source), source);
}

/** The serial number that -set_serial gives, or the next one of the CA's file, or a random one. Models x509_load_serial. */
function serialOf(call: Ssl): string {
  const { context, given } = call;
  const set = given.get('set_serial');
  if (set !== undefined) {
    const value = /^(0x[0-9a-f]+|\d+)$/i.test(set) ? BigInt(set) : undefined;
    if (value === undefined) throw new Misuse('x509: Unable to read serial number');
    return evenHex(value);
  }
  if (!given.has('CA')) return context.host.random.hex(40).replace(/^./, '1');
  const own = (given.get('CA') as string).replace(/\.[^./]*$/, '');
  const file = given.get('CAserial') ?? `${own}.srl`;
  const known = context.fs.isFile(file) ? /^[0-9A-Fa-f]+/.exec(context.fs.read(file))?.[0] : undefined;
  const random = (): string => {
    const hex = context.host.random.hex(40);
    return (((Number.parseInt(hex.slice(0, 2), 16) & 0x7f) | 0x10).toString(16) + hex.slice(2)).toUpperCase();
  };
  const serial = known === undefined ? random() : evenHex(BigInt(`0x${known}`) + 1n);
  if (known !== undefined || call.has('CAcreateserial') || call.has('CAserial'))
    context.fs.write(file, `${serial}\n`);
  return serial;
}

function evenHex(value: bigint): string {
  const hex = value.toString(16).toUpperCase();
  return hex.length % 2 === 0 ? hex : `0${hex}`;
}

/** The extensions that a section of a configuration file asks for. */
function* wishesOf(call: Ssl, option: string, section: string | undefined): Steps<Wishes> {
  const configuration = readConfiguration(yield* call.read(option, 'extension file'));
  return configuration.wishes(section ?? '');
}

export function* req(call: Ssl): Steps<number> {
  if (call.has('x509')) return yield* selfSigned(call);
  let pem: string;
  if (call.has('new') || call.has('newkey')) {
    const configuration = call.has('config')
      ? readConfiguration(yield* call.read('config', 'config file'))
      : undefined;
    const key = yield* keyOf(call, configuration?.value('req', 'default_bits'));
    const subject = yield* subjectOf(call, configuration);
    const section =
      call.given.get('reqexts') ??
      call.given.get('extensions') ??
      configuration?.value('req', 'req_extensions');
    const asked = section === undefined ? {} : configuration?.wishes(section);
    pem = createRequest({ subject, ...together(asked ?? {}, readWish(call.given.get('addext'))) }, key);
  } else pem = yield* call.open('in', 'Unable to load X509 request');
  const request = loadRequest(pem);
  if (call.has('verify')) yield* call.context.err('Certificate request self-signature verify OK\n');
  let out = call.has('text') ? requestText(request) : '';
  if (call.has('subject')) out += `subject=${nameAs(request.subject, call.given.get('nameopt'))}\n`;
  if (call.has('pubkey')) out += toPem('PUBLIC KEY', request.publicKey);
  if (call.has('modulus')) out += modulusLine(toPem('PUBLIC KEY', request.publicKey));
  const text = toPem('CERTIFICATE REQUEST', request.der);
  if (out === '' && !call.has('noout')) yield* call.writePem(text);
  else yield* call.write(call.has('noout') ? out : out + text);
  return 0;
}

/** `req -x509`: a certificate of its own key. */
function* selfSigned(call: Ssl): Steps<number> {
  const { context } = call;
  const configuration = call.has('config')
    ? readConfiguration(yield* call.read('config', 'config file'))
    : undefined;
  const key = yield* keyOf(call, configuration?.value('req', 'default_bits'));
  const subject = yield* subjectOf(call, configuration);
  const section = call.given.get('extensions') ?? configuration?.value('req', 'x509_extensions');
  const asked = configuration ? (section === undefined ? {} : configuration.wishes(section)) : USUAL_CA;
  const pem = signCertificate(
    {
      subject,
      publicKey: publicKeyOf(key),
      notBefore: context.now,
      notAfter: context.now + Number(call.given.get('days') ?? 30) * DAY_MS,
      random: context.host.random,
      serial: call.has('set_serial') ? serialOf(call) : context.host.random.hex(40).replace(/^./, '1'),
      extensions: { withAuthorityKeyId: true, ...together(asked, readWish(call.given.get('addext'))) },
    },
    { key },
  );
  yield* writeCertificate(call, pem);
  return 0;
}

/** What openssl.cnf's section v3_ca has a certificate of one's own say. */
const USUAL_CA: Wishes = {
  isCa: true,
  order: [
    { name: 'subjectKeyId', critical: false },
    { name: 'authorityKeyId', critical: false },
    { name: 'basicConstraints', critical: true },
  ],
};

/** The wishes of a file with those of -addext, which win. */
function together(file: Wishes, added: Wishes): Wishes {
  const places = [...(file.order ?? []), ...(added.order ?? [])];
  const order = places.filter(({ name }, i) => places.findLastIndex((place) => place.name === name) === i);
  return { ...file, ...added, order };
}

function* writeCertificate(call: Ssl, pem: string): Steps<void> {
  const text = call.has('text') ? certificateText(parseCertificate(pem)) : '';
  if (text === '' && !call.has('noout')) yield* call.writePem(pem);
  else yield* call.write(text + (call.has('noout') ? '' : pem));
}

/** The key of -key, or a new one, which is written to -keyout. */
function* keyOf(call: Ssl, bits: string | undefined): Steps<string> {
  if (call.has('key')) return yield* privateKeyOf(call, 'key');
  const wanted = call.given.get('newkey') ?? `rsa:${bits ?? 2048}`;
  if (!/^(rsa(:\d+)?|ec|ed25519)$/.test(wanted)) throw new Misuse(`req: Unknown algorithm ${wanted}`);
  yield* call.context.sleep(150);
  const key =
    wanted === 'ec'
      ? ecKey(call)
      : wanted === 'ed25519'
        ? newEd25519Key(call)
        : yield* newRsaKey(call, rsaBits(wanted.split(':')[1], 'req'));
  const plain = call.has('nodes') || call.has('noenc');
  const text = plain ? pkcs8(key) : encrypted(call, pkcs8(key), yield* newPhrase(call, 'passout'));
  call.context.fs.write(call.given.get('keyout') ?? 'privkey.pem', text, 0o600);
  yield* call.context.err('-----\n');
  return key;
}
