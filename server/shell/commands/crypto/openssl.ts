import { isSystemError } from '../../../host/index.ts';
import {
  type Certificate,
  createRequest,
  fingerprint,
  generateEcKey,
  type NameParts,
  parseCertificate,
  parseCertificates,
  publicKeyOf,
  showName,
  signCertificate,
  signedBy,
  toPem,
} from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { CIPHERS, DIGESTS, dgst, enc, passwd, rand } from './data.ts';
import { ecparam, genpkey, genrsa, modulusLine, newRsaKey, pkcs8, showKey } from './keys.ts';
import { certificateText, extensionText, opensslDate, requestText } from './openssl-text.ts';
import { sClient } from './s-client.ts';
import { loadCertificate, loadKey, loadRequest, Misuse, Ssl } from './ssl.ts';

const ENC_OPTIONS = `e d a A base64 in= out= k= pass= pbkdf2 iter= md= salt nosalt ${CIPHERS.join(' ')}`;

const DAY_MS = 86_400_000;

/** The options that each of openssl's commands takes; those with `=` have a value. */
const COMMANDS: Readonly<Record<string, { options: string; run: (call: Ssl) => Steps<number> }>> = {
  x509: {
    options:
      'in= out= noout text subject issuer dates enddate startdate serial checkend= fingerprint sha1 sha256 pubkey req CA= CAkey= CAcreateserial CAserial= days= inform= outform= nameopt= signkey= key= ext= extfile= extensions= hash email modulus',
    run: x509,
  },
  req: {
    options:
      'in= out= new key= subj= text noout subject verify nodes noenc sha256 pubkey addext= inform= outform= x509 newkey= keyout= days= batch',
    run: req,
  },
  genrsa: { options: 'out= traditional 3 F4', run: genrsa },
  ecparam: { options: 'name= genkey noout out=', run: ecparam },
  verify: { options: 'CAfile= untrusted= verbose', run: verify },
  rand: { options: 'hex base64 out=', run: rand },
  genpkey: { options: 'algorithm= pkeyopt= out= quiet', run: genpkey },
  rsa: { options: 'in= out= pubin pubout noout check modulus traditional', run: showKey('rsa') },
  ec: { options: 'in= out= pubin pubout noout check', run: showKey('ec') },
  pkey: { options: 'in= out= pubin pubout noout check', run: showKey('pkey') },
  dgst: { options: `${Object.keys(DIGESTS).join(' ')} r hex hmac= out= sign= verify= signature=`, run: dgst },
  ...Object.fromEntries(
    Object.keys(DIGESTS).map((name) => [name, { options: 'r hex out=', run: digestCommand(name) }]),
  ),
  enc: { options: ENC_OPTIONS, run: enc },
  base64: { options: ENC_OPTIONS, run: withOption('base64', enc) },
  ...Object.fromEntries(CIPHERS.map((name) => [name, { options: ENC_OPTIONS, run: withOption(name, enc) }])),
  passwd: { options: '1 5 6 apr1 salt= stdin noverify', run: passwd },
  s_client: {
    options:
      'connect= servername= showcerts CAfile= cert= key= quiet brief verify= verify_return_error tls1_2 tls1_3',
    run: sClient,
  },
};

/** `openssl md5` is `openssl dgst -md5`, under its short name. */
function digestCommand(name: string) {
  return withOption(name, dgst);
}

function withOption(name: string, run: (call: Ssl) => Steps<number>) {
  return (call: Ssl): Steps<number> => {
    call.given.set(name, '');
    return run(call);
  };
}

export const openssl: Command = {
  name: 'openssl',
  summary: 'OpenSSL command line program',
  *main(context) {
    const [, name = 'help'] = context.args;
    if (name === 'version') {
      yield* context.out('OpenSSL 3.0.13 30 Jan 2024 (Library: OpenSSL 3.0.13 30 Jan 2024)\n');
      return 0;
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!command) {
      yield* context.err(`Invalid command '${name}'; type "help" for a list.\n`);
      return 1;
    }
    try {
      return yield* command.run(new Ssl(context, name, command.options));
    } catch (error) {
      if (isSystemError(error))
        yield* context.err(`Can't open "${error.path}" for writing, ${error.message}\n`);
      else if (error instanceof Misuse) yield* context.err(`${error.message}\n`);
      else throw error;
      return 1;
    }
  },
};

function* x509(call: Ssl): Steps<number> {
  if (call.has('req')) return yield* signRequest(call);
  for (const refused of ['extfile', 'extensions', 'signkey', 'key'])
    if (call.has(refused)) throw new Misuse(`x509: Option -${refused} is not supported by this build`);
  const source = call.given.get('in') ?? '<stdin>';
  const certificate = loadCertificate(yield* call.read('in', 'certificate'), source);
  let out = '';
  for (const name of call.given.keys()) out += shown(call, certificate, name);
  if (!call.has('noout') && !call.has('checkend')) out += certificate.pem;
  yield* call.write(out);
  const seconds = call.given.get('checkend');
  if (seconds === undefined) return 0;
  const expires = certificate.notAfter < call.context.now + Number(seconds) * 1000;
  yield* call.context.out(expires ? 'Certificate will expire\n' : 'Certificate will not expire\n');
  return expires ? 1 : 0;
}

function shown(call: Ssl, certificate: Certificate, name: string): string {
  if (name === 'text') return certificateText(certificate);
  if (name === 'modulus') return modulusLine(toPem('PUBLIC KEY', certificate.publicKey));
  if (name === 'ext') return extensionText(certificate, (call.given.get('ext') as string).split(','));
  if (name === 'subject') return `subject=${showName(certificate.subject)}\n`;
  if (name === 'issuer') return `issuer=${showName(certificate.issuer)}\n`;
  const [from, to] = [opensslDate(certificate.notBefore), opensslDate(certificate.notAfter)];
  if (name === 'dates') return `notBefore=${from}\nnotAfter=${to}\n`;
  if (name === 'startdate') return `notBefore=${from}\n`;
  if (name === 'enddate') return `notAfter=${to}\n`;
  if (name === 'serial')
    return `serial=${certificate.serial.toUpperCase().padStart(Math.ceil(certificate.serial.length / 2) * 2, '0')}\n`;
  if (name === 'pubkey') return toPem('PUBLIC KEY', certificate.publicKey);
  if (name !== 'fingerprint') return '';
  const digest = call.has('sha256') ? 'sha256' : 'sha1';
  return `${digest} Fingerprint=${fingerprint(certificate, digest)}\n`;
}

function* signRequest(call: Ssl): Steps<number> {
  const { context } = call;
  for (const refused of ['extfile', 'extensions', 'signkey', 'key'])
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
  const notAfter = context.now + Number(call.given.get('days') ?? 30) * DAY_MS;
  const body = {
    subject: request.subject,
    publicKey: request.publicKey,
    notBefore: context.now,
    notAfter,
    random: context.host.random,
  };
  const pem = signCertificate(body, { certificate: ca.pem, key });
  yield* context.err(`Certificate request self-signature ok\nsubject=${showName(request.subject)}\n`);
  yield* call.write(
    (call.has('text') ? certificateText(parseCertificate(pem)) : '') + (call.has('noout') ? '' : pem),
  );
  return 0;
}

function* req(call: Ssl): Steps<number> {
  if (call.has('x509')) return yield* selfSigned(call);
  if (call.has('addext'))
    throw new Misuse('req: Option -addext is not supported by this build without -x509');
  let pem: string;
  if (call.has('new')) {
    const key = call.given.get('key');
    const subject = call.given.get('subj');
    if (key === undefined || subject === undefined)
      throw new Misuse('req: -new needs -key and -subj here: nobody answers its questions');
    pem = createRequest(
      { subject: readSubject(subject) },
      loadKey(yield* call.read('key', 'private key'), key),
    );
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
  const subject = call.given.get('subj');
  if (subject === undefined) throw new Misuse('req: -x509 needs -subj here: nobody answers its questions');
  if (call.has('newkey') && !call.has('nodes') && !call.has('noenc'))
    throw new Misuse('req: -newkey needs -nodes here: nobody is asked for a pass phrase');
  const made = call.has('newkey') ? yield* newKey(call) : undefined;
  const key = made ?? loadKey(yield* call.read('key', 'private key'), call.given.get('key') ?? '<stdin>');
  const names = (call.given.get('addext') ?? '').replace(/^subjectAltName\s*=/, '').split(',');
  const of = (type: string) =>
    names.flatMap((name) => (name.trim().startsWith(`${type}:`) ? [name.trim().slice(type.length + 1)] : []));
  const pem = signCertificate(
    {
      subject: readSubject(subject),
      publicKey: publicKeyOf(key),
      notBefore: context.now,
      notAfter: context.now + Number(call.given.get('days') ?? 30) * DAY_MS,
      isCa: true,
      dnsNames: of('DNS'),
      ipAddresses: of('IP'),
      random: context.host.random,
    },
    { key },
  );
  yield* call.write(
    (call.has('text') ? certificateText(parseCertificate(pem)) : '') + (call.has('noout') ? '' : pem),
  );
  return 0;
}

function* newKey(call: Ssl): Steps<string> {
  const wanted = call.given.get('newkey') as string;
  if (!/^(rsa(:\d+)?|ec)$/.test(wanted)) throw new Misuse(`req: Unknown algorithm ${wanted}`);
  yield* call.context.sleep(150);
  const key = wanted === 'ec' ? generateEcKey(call.context.host.random) : newRsaKey(call);
  call.context.fs.write(call.given.get('keyout') ?? 'privkey.pem', pkcs8(key), 0o600);
  yield* call.context.err('-----\n');
  return key;
}

/** `/O=dev/CN=jane`. */
function readSubject(text: string): NameParts {
  if (!text.startsWith('/'))
    throw new Misuse(
      `req: subject name is expected to be in the format /type0=value0/type1=value1/type2=... where characters may be escaped by \\. This name is not in that format: '${text}'`,
    );
  return [...text.matchAll(/\/([A-Za-z0-9.]+)=((?:\\.|[^/\\])*)/g)].map(
    ([, type, value]) => [type as string, (value as string).replace(/\\(.)/g, '$1')] as const,
  );
}

/** Walks up from each certificate to one that is trusted. */
function* verify(call: Ssl): Steps<number> {
  const { context } = call;
  const trusted = call.has('CAfile') ? parseCertificates(yield* call.read('CAfile', 'certificates')) : [];
  let status = 0;
  for (const path of call.operands) {
    if (!context.fs.isFile(path))
      throw new Misuse(`Could not open file or uri for loading certificate file from ${path}`);
    const leaf = loadCertificate(context.fs.read(path), path);
    const issuer = trusted.find(
      (one) => showName(one.subject) === showName(leaf.issuer) && signedBy(leaf, one),
    );
    const own = showName(leaf.subject) === showName(leaf.issuer);
    const failure = !issuer
      ? own
        ? 'error 18 at 0 depth lookup: self-signed certificate'
        : 'error 20 at 0 depth lookup: unable to get local issuer certificate'
      : leaf.notAfter < context.now
        ? 'error 10 at 0 depth lookup: certificate has expired'
        : undefined;
    if (failure === undefined) yield* context.out(`${path}: OK\n`);
    else yield* context.err(`${showName(leaf.subject)}\n${failure}\nerror ${path}: verification failed\n`);
    if (failure !== undefined) status = 2;
  }
  return status;
}
