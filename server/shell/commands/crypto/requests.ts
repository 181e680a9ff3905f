import {
  type CertificateOptions,
  createRequest,
  generateEcKey,
  parseCertificate,
  publicKeyOf,
  showName,
  signCertificate,
  toPem,
} from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { readConfiguration, readWish, type Wishes } from './configuration.ts';
import { newRsaKey, pkcs8, rsaBits } from './keys.ts';
import { certificateText, requestText } from './openssl-text.ts';
import { loadCertificate, loadKey, loadRequest, Misuse, type Ssl } from './ssl.ts';
import { subjectOf } from './subject.ts';

const DAY_MS = 86_400_000;

/** `x509 -req`: a certificate for a request, signed by a CA. Without -extfile it is one of version 1. */
export function* signRequest(call: Ssl): Steps<number> {
  const { context } = call;
  for (const refused of ['signkey', 'key'])
    if (call.has(refused)) throw new Misuse(`x509: Option -${refused} is not supported by this build`);
  const request = loadRequest(
    yield* call.read('in', 'certificate request'),
    call.given.get('in') ?? '<stdin>',
  );
  if (!call.has('CA')) throw new Misuse('We need a private key to sign with');
  const ca = loadCertificate(yield* call.read('CA', 'CA certificate'), call.given.get('CA') ?? '');
  const keyFile = call.has('CAkey') ? 'CAkey' : 'CA';
  const key = loadKey(yield* call.read(keyFile, 'CA private key'), call.given.get(keyFile) ?? '');
  if (!publicKeyOf(key).equals(ca.publicKey))
    throw new Misuse('CA certificate and CA private key do not match');
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
  const pem = signCertificate(body, { certificate: ca.pem, key });
  yield* context.err(`Certificate request self-signature ok\nsubject=${showName(request.subject)}\n`);
  yield* writeCertificate(call, pem);
  return 0;
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
    pem = createRequest({ subject, ...asked, ...readWish(call.given.get('addext')) }, key);
  } else pem = yield* call.read('in', 'certificate request');
  const request = loadRequest(pem, call.given.get('in') ?? '<stdin>');
  if (call.has('verify')) yield* call.context.err('Certificate request self-signature verify OK\n');
  let out = call.has('text') ? requestText(request) : '';
  if (call.has('subject')) out += `subject=${showName(request.subject)}\n`;
  if (call.has('pubkey')) out += toPem('PUBLIC KEY', request.publicKey);
  yield* call.write(call.has('noout') ? out : out + toPem('CERTIFICATE REQUEST', request.der));
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
  const asked = section === undefined ? {} : configuration?.wishes(section);
  const pem = signCertificate(
    {
      subject,
      publicKey: publicKeyOf(key),
      notBefore: context.now,
      notAfter: context.now + Number(call.given.get('days') ?? 30) * DAY_MS,
      isCa: true,
      ...asked,
      ...readWish(call.given.get('addext')),
      random: context.host.random,
    },
    { key },
  );
  yield* writeCertificate(call, pem);
  return 0;
}

function* writeCertificate(call: Ssl, pem: string): Steps<void> {
  const text = call.has('text') ? certificateText(parseCertificate(pem)) : '';
  yield* call.write(text + (call.has('noout') ? '' : pem));
}

/** The key of -key, or a new one, which is written to -keyout. */
function* keyOf(call: Ssl, bits: string | undefined): Steps<string> {
  if (call.has('key'))
    return loadKey(yield* call.read('key', 'private key'), call.given.get('key') ?? '<stdin>');
  if (!call.has('nodes') && !call.has('noenc'))
    throw new Misuse('req: -newkey needs -nodes here: nobody is asked for a pass phrase');
  const wanted = call.given.get('newkey') ?? `rsa:${bits ?? 2048}`;
  if (!/^(rsa(:\d+)?|ec)$/.test(wanted)) throw new Misuse(`req: Unknown algorithm ${wanted}`);
  const size = rsaBits(wanted.split(':')[1], 'req');
  yield* call.context.sleep(150);
  const key = wanted === 'ec' ? generateEcKey(call.context.host.random) : newRsaKey(call, size);
  call.context.fs.write(call.given.get('keyout') ?? 'privkey.pem', pkcs8(key), 0o600);
  yield* call.context.err('-----\n');
  return key;
}
