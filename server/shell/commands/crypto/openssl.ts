import { isSystemError } from '../../../host/index.ts';
import {
  type Certificate,
  fingerprint,
  parseCertificates,
  showName,
  signedBy,
  toPem,
} from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { CIPHERS, DIGESTS, dgst, enc, passwd, rand } from './data.ts';
import { ecparam, genpkey, genrsa, modulusLine, showKey } from './keys.ts';
import { certificateText, extensionText, opensslDate } from './openssl-text.ts';
import { req, signRequest } from './requests.ts';
import { sClient } from './s-client.ts';
import { loadCertificate, Misuse, Ssl } from './ssl.ts';

const ENC_OPTIONS = `e d a A base64 in= out= k= pass= pbkdf2 iter= md= salt nosalt ${CIPHERS.join(' ')}`;

/** The options that each of openssl's commands takes; those with `=` have a value. */
const COMMANDS: Readonly<Record<string, { options: string; run: (call: Ssl) => Steps<number> }>> = {
  x509: {
    options:
      'in= out= noout text subject issuer dates enddate startdate serial checkend= fingerprint sha1 sha256 pubkey req CA= CAkey= CAcreateserial CAserial= set_serial= days= inform= outform= nameopt= signkey= key= ext= extfile= extensions= hash email modulus',
    run: x509,
  },
  req: {
    options:
      'in= out= new key= subj= text noout subject verify nodes noenc sha256 pubkey addext= inform= outform= x509 newkey= keyout= days= batch config= extensions= reqexts= utf8',
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
