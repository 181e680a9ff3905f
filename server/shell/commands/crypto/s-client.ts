import { shownCertificates, type TlsServer } from '../../../host/index.ts';
import { certificateKey, parseCertificates, showName, signedBy } from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { dial, lookUp } from '../network/dial.ts';
import { opensslDate } from './openssl-text.ts';
import { Misuse, type Ssl } from './ssl.ts';

/** `s_client`: connects, shows what the server showed, and ends with its input. */
export function* sClient(call: Ssl): Steps<number> {
  const { context } = call;
  const target = call.given.get('connect') ?? call.operands[0] ?? 'localhost:4433';
  const match = /^\[?(.*?)\]?:(\d+)$/.exec(target);
  if (!match) throw new Misuse('s_client: -connect argument or target parameter malformed or ambiguous');
  const [, host = '', port = ''] = match;
  const found = yield* lookUp(context, host);
  if (!found.ok) throw new Misuse(`BIO_lookup_ex: ${host}: Name or service not known\nconnect:errno=22`);
  const dialled = yield* dial(context, found.address, Number(port));
  if (!dialled.ok)
    throw new Misuse(
      `connect:errno=${dialled.why === 'refused' ? 111 : dialled.why === 'timeout' ? 110 : 113}`,
    );
  const { tls } = dialled.listener;
  yield* context.out('CONNECTED(00000003)\n');
  if (!tls) {
    yield* context.err('error:0A00010B:SSL routines:ssl3_get_record:wrong version number\n');
    yield* context.out(
      '---\nno peer certificate available\n---\nNo client certificate CA names sent\n---\nVerification: OK\n---\n',
    );
    return 1;
  }
  const chain = parseCertificates(shownCertificates(tls, call.given.get('servername') ?? host));
  const roots = call.has('CAfile') ? parseCertificates(yield* call.read('CAfile', 'certificates')) : [];
  const verdict = yield* judge(call, chain, roots);
  yield* context.out(shownChain(call, tls, chain, verdict));
  yield* context.readAll(0);
  yield* context.err('DONE\n');
  return 0;
}

type Chain = ReturnType<typeof parseCertificates>;

interface Verdict {
  readonly code: number;
  readonly text: string;
}

const OK: Verdict = { code: 0, text: 'ok' };

/** Goes up the chain to a CA that is trusted, and tells of each step on standard error. */
function* judge(call: Ssl, chain: Chain, roots: Chain): Steps<Verdict> {
  const { context } = call;
  const leaf = chain[0];
  if (!leaf) return { code: 1, text: 'unspecified certificate verification error' };
  const top = chain.at(-1) ?? leaf;
  const root = roots.find((one) => showName(one.subject) === showName(top.issuer) && signedBy(top, one));
  const own = showName(top.subject) === showName(top.issuer);
  const verdict: Verdict = root
    ? leaf.notAfter < context.now
      ? { code: 10, text: 'certificate has expired' }
      : OK
    : own
      ? chain.length > 1
        ? { code: 19, text: 'self-signed certificate in certificate chain' }
        : { code: 18, text: 'self-signed certificate' }
      : { code: 20, text: 'unable to get local issuer certificate' };
  const depth = (index: number, subject: string) => `depth=${index} ${subject}\n`;
  const lines: string[] = [];
  if (root && root !== top) lines.push(`${depth(chain.length, showName(root.subject))}verify return:1\n`);
  for (const [i, one] of [...chain.entries()].reverse()) {
    const name = depth(i, showName(one.subject));
    const failing = verdict.code !== 0 && one === top;
    if (failing) lines.push(`${name}verify error:num=${verdict.code}:${verdict.text}\nverify return:1\n`);
    if (failing && verdict.code === 20)
      lines.push(`${name}verify error:num=21:unable to verify the first certificate\nverify return:1\n`);
    lines.push(`${name}verify return:1\n`);
  }
  yield* context.err(lines.join(''));
  return verdict.code === 20 ? { code: 21, text: 'unable to verify the first certificate' } : verdict;
}

/** Algorithms that servers written in Go ask for, and those of them that OpenSSL has too. */
const SIGNATURES =
  'RSA-PSS+SHA256:ECDSA+SHA256:Ed25519:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512:ECDSA+SHA384:ECDSA+SHA512';

/** Whose certificates the server wants to see. */
function acceptable({ clientCa, requestedCa }: TlsServer): string {
  const authorities = parseCertificates(clientCa ?? requestedCa ?? '');
  if (authorities.length === 0) return 'No client certificate CA names sent\n';
  const names = authorities.map(({ subject }) => `${showName(subject)}\n`).join('');
  return `Acceptable client certificate CA names\n${names}Requested Signature Algorithms: ${SIGNATURES}:RSA+SHA1:ECDSA+SHA1\nShared Requested Signature Algorithms: ${SIGNATURES}\n`;
}

function shownChain(call: Ssl, tls: TlsServer, chain: Chain, verdict: Verdict): string {
  const all = call.has('showcerts');
  const leaf = chain[0];
  const entries = chain.map((one, i) => {
    const bits = certificateKey(one).asymmetricKeyDetails?.modulusLength;
    const key = `   a:PKEY: ${bits ? `rsaEncryption, ${bits}` : 'id-ecPublicKey, 256'} (bit); sigalg: ${one.algorithm === 'SHA256-RSA' ? 'RSA-SHA256' : 'ecdsa-with-SHA256'}\n`;
    const valid = `   v:NotBefore: ${opensslDate(one.notBefore)}; NotAfter: ${opensslDate(one.notAfter)}\n`;
    return ` ${i} s:${showName(one.subject)}\n   i:${showName(one.issuer)}\n${key}${valid}${all ? one.pem : ''}`;
  });
  const server = leaf
    ? `---\nServer certificate\n${all ? '' : leaf.pem}subject=${showName(leaf.subject)}\nissuer=${showName(leaf.issuer)}\n`
    : '';
  const verification = verdict.code === 0 ? 'Verification: OK' : `Verification error: ${verdict.text}`;
  return `---\nCertificate chain\n${entries.join('')}${server}---\n${acceptable(tls)}Peer signing digest: SHA256\nPeer signature type: ${leaf && leaf.publicKey.length > 200 ? 'RSA-PSS' : 'ECDSA'}\nServer Temp Key: X25519, 253 bits\n---\n${verification}\n---\nNew, TLSv1.3, Cipher is TLS_AES_128_GCM_SHA256\nSecure Renegotiation IS NOT supported\nNo ALPN negotiated\nEarly data was not sent\nVerify return code: ${verdict.code} (${verdict.text})\n---\n`;
}
