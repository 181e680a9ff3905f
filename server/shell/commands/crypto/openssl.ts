import { type Context, isSystemError } from '../../../host/index.ts';
import {
  type Certificate,
  createRequest,
  fingerprint,
  generateEcKey,
  type NameParts,
  parseCertificate,
  parseCertificates,
  parseRequest,
  privateKey,
  publicKeyOf,
  rsaKey,
  showName,
  signCertificate,
  signedBy,
  toPem,
} from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { certificateText, opensslDate, requestText } from './openssl-text.ts';

const DAY_MS = 86_400_000;
/** How many RSA keys there are to be drawn from. */
const RSA_KEYS = 1024;

/** The options that each of openssl's commands takes; those with `=` have a value. */
const COMMANDS: Readonly<Record<string, { options: string; run: (call: Ssl) => Steps<number> }>> = {
  x509: {
    options:
      'in= out= noout text subject issuer dates enddate startdate serial checkend= fingerprint sha1 sha256 pubkey req CA= CAkey= CAcreateserial CAserial= days= inform= outform= nameopt= signkey= key= ext= extfile= extensions= hash email',
    run: x509,
  },
  req: {
    options:
      'in= out= new key= subj= text noout subject verify nodes noenc sha256 pubkey addext= inform= outform=',
    run: req,
  },
  genrsa: { options: 'out= traditional 3 F4', run: genrsa },
  ecparam: { options: 'name= genkey noout out=', run: ecparam },
  verify: { options: 'CAfile= untrusted= verbose', run: verify },
  rand: { options: 'hex base64 out=', run: rand },
};

class Misuse extends Error {}

/** One openssl command: its options and what it may touch. */
class Ssl {
  readonly context: Context;
  readonly given = new Map<string, string>();
  readonly operands: string[] = [];

  constructor(context: Context, name: string, options: string) {
    this.context = context;
    const known = new Set(options.split(' '));
    const rest = [...context.args.slice(2)];
    while (rest.length > 0) {
      const word = rest.shift() as string;
      const key = word.replace(/^--?/, '');
      if (!word.startsWith('-')) this.operands.push(word);
      else if (known.has(key)) this.given.set(key, '');
      else if (known.has(`${key}=`)) {
        const value = rest.shift();
        if (value === undefined) throw new Misuse(`${name}: Option -${key} needs a value`);
        this.given.set(key, value);
      } else throw new Misuse(`${name}: Unknown option or cipher: ${key}`);
    }
  }

  has(name: string): boolean {
    return this.given.has(name);
  }

  *read(option: string, what: string): Steps<string> {
    const path = this.given.get(option);
    if (path === undefined) return yield* this.context.readAll(0);
    try {
      return this.context.fs.read(path);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new Misuse(`Could not open file or uri for loading ${what} from ${path}: ${error.message}`);
    }
  }

  /** To the file of -out, or standard output. */
  *write(text: string, mode = 0o644): Steps<void> {
    const path = this.given.get('out');
    if (path === undefined) yield* this.context.out(text);
    else this.context.fs.write(path, text, mode);
  }
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
  for (const refused of ['extfile', 'extensions', 'signkey', 'key', 'ext'])
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

function loadCertificate(text: string, source: string): Certificate {
  try {
    return parseCertificate(text);
  } catch {
    throw new Misuse(`Could not read certificate from ${source}\nUnable to load certificate`);
  }
}

function loadKey(text: string, source: string): string {
  try {
    privateKey(text);
    return text;
  } catch {
    throw new Misuse(`Could not read private key from ${source}`);
  }
}

function loadRequest(text: string, source: string) {
  try {
    return parseRequest(text);
  } catch {
    throw new Misuse(`Unable to load X509 request from ${source}`);
  }
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
  for (const refused of ['addext'])
    if (call.has(refused)) throw new Misuse(`req: Option -${refused} is not supported by this build`);
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

function* genrsa(call: Ssl): Steps<number> {
  const bits = Number(call.operands[0] ?? 2048);
  if (bits !== 2048 && bits !== 4096)
    throw new Misuse(`genrsa: key size ${call.operands[0]} is not available: 2048`);
  const key = rsaKey(call.context.host.random.below(RSA_KEYS));
  yield* call.context.sleep(150);
  const pkcs8 = privateKey(key).export({ type: 'pkcs8', format: 'pem' }).toString();
  yield* call.write(call.has('traditional') ? key : pkcs8, 0o600);
  return 0;
}

function* ecparam(call: Ssl): Steps<number> {
  const name = call.given.get('name');
  if (name !== 'prime256v1' && name !== 'secp256r1')
    throw new Misuse(`ecparam: unknown curve name (${name ?? ''})`);
  const head = call.has('noout')
    ? ''
    : '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
  yield* call.write(head + (call.has('genkey') ? generateEcKey(call.context.host.random) : ''), 0o600);
  return 0;
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

function* rand(call: Ssl): Steps<number> {
  const count = Number(call.operands[0]);
  if (!Number.isInteger(count) || count < 1 || count > 65_536)
    throw new Misuse('rand: Use -help for summary.');
  const hex = call.context.host.random.hex(count * 2);
  if (call.has('hex')) yield* call.write(`${hex}\n`);
  else if (call.has('base64'))
    yield* call.write(
      `${Buffer.from(hex, 'hex')
        .toString('base64')
        .replace(/(.{64})(?=.)/g, '$1\n')}\n`,
    );
  else yield* call.write(Buffer.from(hex, 'hex').toString('latin1'));
  return 0;
}
