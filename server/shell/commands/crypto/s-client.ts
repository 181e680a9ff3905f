import {
  type Listener,
  negotiateTls,
  shownCertificates,
  type TlsServer,
  type TlsSession,
} from '../../../host/index.ts';
import { type Certificate, parseCertificates, showName, signedBy } from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { chosenSuites } from '../network/cipher-list.ts';
import { dial, lookUp } from '../network/dial.ts';
import { queued } from './error-queue.ts';
import { briefText, NO_PEER, type Seen, sessionText, unagreedText, type Verdict } from './s-client-text.ts';
import { Misuse, type Ssl } from './ssl.ts';

const VERSIONS = ['1_2', '1_3'] as const;
const DEFAULT_PORT = '4433';

/** `s_client`: connects, shows what the server showed, and ends with its input. */
export function* sClient(call: Ssl): Steps<number> {
  const { context } = call;
  const offer = offered(call);
  const own = yield* ownCertificate(call);
  const { host, listener } = yield* connected(call);
  const isBrief = call.has('brief') || call.has('quiet');
  if (!isBrief) yield* context.out('CONNECTED(00000003)\n');
  const { tls } = listener;
  const name = call.given.get('servername') ?? host;
  const session = tls ? negotiateTls(tls, { host: name, ...offer }) : 'plain';
  if (!tls || typeof session === 'string') {
    yield* context.err(`${queued(REFUSALS[session as keyof typeof REFUSALS])}\n`);
    if (!isBrief) yield* context.out(session === 'plain' ? NO_PEER : unagreedText(context, offer));
    return 1;
  }
  const status = yield* look(call, { tls, name, session });
  if (status !== 0 || tls.clientCa === undefined || own !== undefined) return status;
  yield* context.err(`${queued('certificateRequired')}\n`);
  return 1;
}

/** The certificate that it shows where it is asked for one. Throws Misuse. */
function* ownCertificate(call: Ssl): Steps<string | undefined> {
  if (!call.has('cert')) return undefined;
  yield* call.read(call.has('key') ? 'key' : 'cert', 'client certificate private key');
  return yield* call.read('cert', 'client certificate');
}

const REFUSALS = {
  plain: 'notTls',
  version: 'wrongTlsVersion',
  suite: 'noCommonSuite',
  'no-certificate': 'noCertificate',
} as const;

/** What this client offers. Throws Misuse. */
function offered(call: Ssl): { versions: string[]; suites: string[] | undefined } {
  const only = VERSIONS.filter((version) => call.has(`tls${version}`));
  if (only.length > 1) throw new Misuse('Cannot supply multiple protocol flags');
  const left = VERSIONS.filter(
    (one) => !call.has(`no_tls${one}`) && (only.length === 0 || only.includes(one)),
  );
  const ciphers = call.given.get('cipher');
  const suites = ciphers === undefined ? undefined : chosenSuites(ciphers);
  if (suites?.length === 0)
    throw new Misuse(`Call to SSL_CONF_cmd(-cipher, ${ciphers}) failed\n${queued('noCipher')}`);
  return { versions: left.map((version) => `TLSv${version.replace('_', '.')}`), suites };
}

function* connected(call: Ssl): Steps<{ host: string; listener: Listener }> {
  const { context } = call;
  const target = call.given.get('connect') ?? call.operands[0] ?? 'localhost';
  const match = /^\[?(.*?)\]?(?::(\d+))?$/.exec(target);
  if (!match) throw new Misuse('s_client: -connect argument or target parameter malformed or ambiguous');
  const [, host = '', port = DEFAULT_PORT] = match;
  const found = yield* lookUp(context, host);
  if (!found.ok) throw new Misuse(`${queued('noAddress')}\nconnect:errno=22`);
  const dialled = yield* dial(context, found.address, Number(port));
  if (dialled.ok) return { host, listener: dialled.listener };
  const errno = dialled.why === 'refused' ? 111 : dialled.why === 'timeout' ? 110 : 113;
  const lines = queued(errno === 111 ? 'refused' : errno === 110 ? 'timedOut' : 'noRoute');
  throw new Misuse(`${lines}\nconnect:errno=${errno}`);
}

interface Met {
  readonly tls: TlsServer;
  readonly name: string;
  readonly session: TlsSession;
}

/** Judges the server and tells of it. */
function* look(call: Ssl, { tls, name, session }: Met): Steps<number> {
  const { context } = call;
  const chain = parseCertificates(shownCertificates(tls, name));
  const roots = call.has('CAfile') ? parseCertificates(yield* call.read('CAfile', 'certificates')) : [];
  const depth = call.given.get('verify');
  if (depth !== undefined) yield* context.err(`verify depth is ${depth}\n`);
  // Servers that choose a certificate by name say that they have heard it; those of Go do not.
  if (tls.certificatesFor === undefined || /^[\d.:]+$/.test(name))
    yield* context.err("Can't use SSL_get_servername\n");
  const verdict = judge(chain, roots, context.now);
  const isStrict = call.has('verify_return_error') && verdict.code !== 0;
  yield* context.err(verdictLines(call, { chain, roots, verdict, isStrict }));
  const seen: Seen = { tls, chain, verdict, session, isStrict, all: call.has('showcerts') };
  if (isStrict) {
    yield* context.err(`${queued('distrusted')}\n`);
    if (!call.has('brief') && !call.has('quiet')) yield* context.out(sessionText(context, seen));
    return 1;
  }
  if (call.has('brief')) yield* context.err(briefText(seen));
  else if (!call.has('quiet')) yield* context.out(sessionText(context, seen));
  yield* context.readAll(0);
  if (!call.has('quiet')) yield* context.err('DONE\n');
  return 0;
}

type Chain = readonly Certificate[];

const OK: Verdict = { code: 0, text: 'ok' };
const UNVERIFIED: Verdict = { code: 21, text: 'unable to verify the first certificate' };

const rootOf = (top: Certificate, roots: Chain) =>
  roots.find((one) => showName(one.subject) === showName(top.issuer) && signedBy(top, one));

/** Goes up the chain to a CA that is trusted. */
function judge(chain: Chain, roots: Chain, now: number): Verdict {
  const [leaf] = chain;
  const top = chain.at(-1);
  if (!leaf || !top) return { code: 1, text: 'unspecified certificate verification error' };
  if (rootOf(top, roots)) return leaf.notAfter < now ? { code: 10, text: 'certificate has expired' } : OK;
  if (showName(top.subject) !== showName(top.issuer)) return UNVERIFIED;
  return chain.length > 1
    ? { code: 19, text: 'self-signed certificate in certificate chain' }
    : { code: 18, text: 'self-signed certificate' };
}

interface Judged {
  readonly chain: Chain;
  readonly roots: Chain;
  readonly verdict: Verdict;
  /** What is wrong ends it. */
  readonly isStrict: boolean;
}

/** What standard error tells of each step up the chain. */
function verdictLines(call: Ssl, { chain, roots, verdict, isStrict }: Judged): string {
  const goesOn = call.has('brief') ? '' : 'verify return:1\n';
  const top = chain.at(-1);
  const root = top && rootOf(top, roots);
  const depth = (index: number, { subject }: Certificate) => `depth=${index} ${showName(subject)}\n`;
  const error = ({ code, text }: Verdict) => `verify error:num=${code}:${text}\n`;
  const lines: string[] = [];
  if (root && root !== top && goesOn) lines.push(`${depth(chain.length, root)}${goesOn}`);
  for (const [i, one] of [...chain.entries()].reverse()) {
    const name = depth(i, one);
    if (verdict.code !== 0 && one === top) {
      const first =
        verdict === UNVERIFIED ? { code: 20, text: 'unable to get local issuer certificate' } : verdict;
      lines.push(name + error(first) + (isStrict ? '' : goesOn));
      if (isStrict) return lines.join('');
      if (verdict === UNVERIFIED) lines.push(name + error(verdict) + goesOn);
    }
    if (goesOn) lines.push(name + goesOn);
  }
  return lines.join('');
}
