import { isSystemError } from '../../../host/index.ts';
import { type Certificate, parseCertificates, showName, signedBy } from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { asn1parse } from './asn1parse.ts';
import { bundle, unbundle } from './bundle.ts';
import { ciphers } from './ciphers.ts';
import { CIPHERS, DIGESTS, dgst, enc, passwd, rand } from './data.ts';
import { queued } from './error-queue.ts';
import { ecparam, genpkey, genrsa, showKey } from './keys.ts';
import { KEY_CIPHERS } from './pass-phrase.ts';
import { PKCS12_OPTIONS, pkcs12 } from './pkcs12.ts';
import { req } from './requests.ts';
import { sClient } from './s-client.ts';
import { loadCertificate, Misuse, Ssl } from './ssl.ts';
import { X509_OPTIONS, x509 } from './x509.ts';

const ENC_OPTIONS = `e d a A base64 in= out= k= pass= pbkdf2 iter= md= salt nosalt ${CIPHERS.join(' ')}`;

const KEY_OPTIONS = `in= out= pubin pubout noout check text passin= passout= inform= outform= ${KEY_CIPHERS}`;

/** The options that each of openssl's commands takes; those with `=` have a value. */
const COMMANDS: Readonly<Record<string, { options: string; run: (call: Ssl) => Steps<number> }>> = {
  x509: { options: X509_OPTIONS, run: x509 },
  req: {
    options:
      'in= out= new key= subj= text noout subject verify nodes noenc sha256 pubkey addext= inform= outform= x509 newkey= keyout= days= batch config= extensions= reqexts= utf8 modulus nameopt= passin= passout= pkeyopt= set_serial= verbose',
    run: req,
  },
  genrsa: { options: `out= traditional 3 F4 verbose passout= ${KEY_CIPHERS}`, run: genrsa },
  ecparam: { options: 'name= genkey noout out= list_curves', run: ecparam },
  verify: { options: 'CAfile= untrusted= verbose show_chain partial_chain', run: verify },
  rand: { options: 'hex base64 out=', run: rand },
  genpkey: { options: `algorithm= pkeyopt= out= quiet pass= ${KEY_CIPHERS}`, run: genpkey },
  rsa: { options: `${KEY_OPTIONS} modulus traditional`, run: showKey('rsa') },
  ec: { options: KEY_OPTIONS, run: showKey('ec') },
  pkey: { options: `${KEY_OPTIONS} traditional`, run: showKey('pkey') },
  asn1parse: { options: 'in= inform= i', run: asn1parse },
  ciphers: { options: 'v s tls1_2 tls1_3', run: ciphers },
  crl2pkcs7: { options: 'in= out= nocrl certfile=', run: bundle },
  pkcs7: { options: 'in= out= print_certs noout', run: unbundle },
  pkcs12: { options: PKCS12_OPTIONS, run: pkcs12 },
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
      'connect= servername= showcerts CAfile= cert= key= quiet brief verify= verify_return_error tls1_2 tls1_3 no_tls1_2 no_tls1_3 cipher=',
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
    const [, name = 'help', ...rest] = context.args;
    if (name === 'version') {
      yield* context.out(versionText(rest));
      return 0;
    }
    if (name === 'help' || (name === 'list' && rest[0] === '-commands')) {
      yield* name === 'help'
        ? context.err(`help:\n\nStandard commands\n${commandList()}\n`)
        : context.out(commandList());
      return 0;
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!command) {
      yield* context.err(`Invalid command '${name}'; type "help" for a list.\n`);
      return 1;
    }
    if (rest.includes('-help')) {
      yield* context.out(helpText(name, command.options));
      return 0;
    }
    try {
      return yield* command.run(new Ssl(context, name, command.options));
    } catch (error) {
      if (isSystemError(error))
        yield* context.err(`${name}: Can't open "${error.path}" for writing, ${error.message}\n`);
      else if (error instanceof Misuse) yield* context.err(`${error.message}\n`);
      else throw error;
      return 1;
    }
  },
};

function versionText(options: readonly string[]): string {
  const full = 'OpenSSL 3.0.13 30 Jan 2024 (Library: OpenSSL 3.0.13 30 Jan 2024)\n';
  const parts: Readonly<Record<string, string>> = {
    '-v': full,
    '-b': 'built on: Wed Feb  5 13:17:41 2025 UTC\n',
    '-p': 'platform: debian-amd64\n',
    '-o': 'options:  bn(64,64)\n',
    '-d': 'OPENSSLDIR: "/usr/lib/ssl"\n',
    '-e': 'ENGINESDIR: "/usr/lib/x86_64-linux-gnu/engines-3"\n',
    '-m': 'MODULESDIR: "/usr/lib/x86_64-linux-gnu/ossl-modules"\n',
  };
  const asked = Object.keys(parts).filter((option) => options.includes('-a') || options.includes(option));
  return asked.length === 0 ? full : asked.map((option) => parts[option]).join('');
}

/** In columns, as the real list stands. */
function commandList(): string {
  const names = [...Object.keys(COMMANDS), 'help', 'list', 'version'].sort();
  return names
    .map((name, i) => (i % 4 === 3 || i === names.length - 1 ? `${name}\n` : name.padEnd(18)))
    .join('');
}

function helpText(name: string, options: string): string {
  const lines = options
    .split(' ')
    .map((word) => ` -${word.endsWith('=') ? `${word.slice(0, -1)} val` : word}`);
  return `Usage: ${name} [options]\n\nValid options are:\n -help\n${lines.join('\n')}\n`;
}

/** Walks up from each certificate to one that is trusted. */
function* verify(call: Ssl): Steps<number> {
  const { context } = call;
  const trusted = trustedOf(call);
  const between = call.has('untrusted')
    ? parseCertificates(yield* call.read('untrusted', 'untrusted certificates'))
    : [];
  let status = 0;
  for (const path of call.operands) {
    const what = 'certificate file';
    const leaf = loadCertificate(
      call.file(
        path,
        (reason) =>
          `Could not open file or uri for loading ${what} from ${path}\n${queued('noSuchFile', path).replaceAll('No such file or directory', reason)}\nUnable to load ${what}`,
      ),
      path,
    );
    const failure = chainFailure(leaf, trusted, between, context.now);
    if (failure === undefined) yield* context.out(`${path}: OK\n`);
    else yield* context.err(`${failure}\nerror ${path}: verification failed\n`);
    if (failure !== undefined) status = 2;
  }
  return status;
}

function trustedOf(call: Ssl): Certificate[] {
  const path = call.given.get('CAfile');
  if (path === undefined) return [];
  const text = call.file(path, (reason) => {
    const lines = queued('noAuthorities', `${path}, r`).replaceAll('No such file or directory', reason);
    return `Error loading file ${path}\n${lines}`;
  });
  return parseCertificates(text);
}

const MAX_DEPTH = 100;

/** What is wrong with a certificate or with those above it, and with which. Models crypto/x509/x509_vfy.c. */
function chainFailure(
  leaf: Certificate,
  trusted: readonly Certificate[],
  between: readonly Certificate[],
  now: number,
): string | undefined {
  const chain = [leaf];
  const says = (depth: number, number: number, text: string) =>
    `${showName((chain[depth] as Certificate).subject)}\nerror ${number} at ${depth} depth lookup: ${text}`;
  const issued = (one: Certificate) => (other: Certificate) =>
    showName(other.subject) === showName(one.issuer) && signedBy(one, other);
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const last = chain[depth] as Certificate;
    const isTrusted = trusted.some(({ pem }) => pem === last.pem);
    const own = showName(last.subject) === showName(last.issuer);
    if (own && !isTrusted)
      return says(
        depth,
        depth === 0 ? 18 : 19,
        depth === 0 ? 'self-signed certificate' : 'self-signed certificate in certificate chain',
      );
    if (own) break;
    const next = trusted.find(issued(last)) ?? between.find(issued(last));
    if (!next)
      return says(
        depth,
        isTrusted ? 2 : 20,
        isTrusted ? 'unable to get issuer certificate' : 'unable to get local issuer certificate',
      );
    chain.push(next);
  }
  for (let depth = chain.length - 1; depth >= 0; depth--) {
    const one = chain[depth] as Certificate;
    if (depth > 0 && one.version === 3 && one.isCa !== true) return says(depth, 79, 'invalid CA certificate');
    if (one.notBefore > now) return says(depth, 9, 'certificate is not yet valid');
    if (one.notAfter < now) return says(depth, 10, 'certificate has expired');
  }
  return undefined;
}
