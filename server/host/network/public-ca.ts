import { Random } from '../../sim/index.ts';
import { generateEcKey, type KeyPair, publicKeyOf, signCertificate } from '../pki/index.ts';

/** The one public certificate authority, trusted by whoever has the usual bundle. The same in every world. */
const NOT_BEFORE = Date.UTC(2021, 0, 1);
const NOT_AFTER = Date.UTC(2046, 0, 1);

let root: KeyPair | undefined;

function authority(): KeyPair {
  if (root) return root;
  const random = new Random('public certificate authority');
  const key = generateEcKey(random);
  const certificate = signCertificate(
    {
      subject: { commonName: 'Example Trust Root X1', organizations: ['Example Trust'] },
      publicKey: publicKeyOf(key),
      notBefore: NOT_BEFORE,
      notAfter: NOT_AFTER,
      isCa: true,
      keyUsages: ['cert sign', 'crl sign'],
      random,
    },
    { key },
  );
  root = { certificate, key };
  return root;
}

/** What stands in `/etc/ssl/certs/ca-certificates.crt`. */
export function publicRoots(): string {
  return authority().certificate;
}

const issued = new Map<string, string>();

/** The certificate that a public web site shows, leaf first. */
export function siteCertificate(name: string): string {
  let pem = issued.get(name);
  if (pem === undefined) {
    const random = new Random(`certificate of ${name}`);
    const issuer = authority();
    pem = signCertificate(
      {
        subject: { commonName: name },
        publicKey: publicKeyOf(generateEcKey(random)),
        notBefore: NOT_BEFORE,
        notAfter: NOT_AFTER,
        keyUsages: ['digital signature'],
        extendedUsages: ['server auth'],
        dnsNames: [name],
        random,
      },
      issuer,
    );
    issued.set(name, pem);
  }
  return pem;
}
