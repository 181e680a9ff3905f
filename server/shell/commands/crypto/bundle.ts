import * as der from '../../../host/pki/der.ts';
import { parseCertificates, pemBlocks, showName, toPem } from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { Misuse, type Ssl } from './ssl.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const DATA = '1.2.840.113549.1.7.1';

/** `crl2pkcs7 -nocrl -certfile F`: certificates in one PKCS #7 text. */
export function* bundle(call: Ssl): Steps<number> {
  if (!call.has('nocrl'))
    throw new Misuse('crl2pkcs7: lists of revoked certificates are not available: -nocrl');
  const certificates = (call.given.get('certfile') ?? '')
    .split('\n')
    .filter((path) => path !== '')
    .flatMap((path) =>
      parseCertificates(
        call.file(
          path,
          (reason) => `Can't open "${path}" for reading, ${reason}\nerror loading certificates`,
        ),
      ),
    );
  const signed = der.sequence(
    der.integer(1),
    der.setOf(),
    der.sequence(der.oid(DATA)),
    der.context(0, Buffer.concat(certificates.map((one) => one.der))),
    der.setOf(),
  );
  yield* call.write(toPem('PKCS7', der.sequence(der.oid(SIGNED_DATA), der.context(0, signed))));
  return 0;
}

/** `pkcs7 -print_certs`: the certificates in one, each under its names. */
export function* unbundle(call: Ssl): Steps<number> {
  const block = pemBlocks(yield* call.open('in', 'unable to load PKCS7 object')).find(
    ({ label }) => label === 'PKCS7',
  );
  if (!block) throw new Misuse('unable to load PKCS7 object');
  if (!call.has('print_certs')) {
    if (!call.has('noout')) yield* call.write(toPem('PKCS7', block.der));
    return 0;
  }
  for (const { subject, issuer, pem } of certificatesOf(block.der))
    yield* call.write(
      `subject=${showName(subject)}\n\nissuer=${showName(issuer)}\n\n${call.has('noout') ? '' : pem}\n`
        .replace(/\n\nissuer/, '\nissuer')
        .replace(/\n\n(?=-----BEGIN)/, '\n'),
    );
  return 0;
}

function certificatesOf(bytes: Buffer) {
  const [, content] = der.children(der.readNode(bytes));
  const signed = content && der.children(content)[0];
  const list = signed && der.children(signed).find(({ tag }) => tag === 0xa0);
  return list ? der.children(list).flatMap((one) => parseCertificates(toPem('CERTIFICATE', one.bytes))) : [];
}
