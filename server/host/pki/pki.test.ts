import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Random } from '../../sim/index.ts';
import {
  certificateForKey,
  createRequest,
  generateEcKey,
  generateRsaKey,
  parseCertificate,
  parseRequest,
  publicKeyPem,
  signBytes,
  signCertificate,
  verifyChain,
} from './index.ts';

const NOW = Date.UTC(2026, 10, 21, 9, 0, 0);
const YEAR = 365 * 24 * 3600 * 1000;
const random = new Random('pki');
const caOptions = { notBefore: NOW, notAfter: NOW + 10 * YEAR, isCa: true, random };
const ca = certificateForKey(
  {
    ...caOptions,
    subject: { commonName: 'kubernetes' },
    dnsNames: ['kubernetes'],
    keyUsages: ['digital signature', 'key encipherment', 'cert sign'],
  },
  generateEcKey(random),
);
const other = certificateForKey(
  { ...caOptions, subject: { commonName: 'kubernetes' } },
  generateEcKey(random),
);
const leaf = certificateForKey(
  {
    subject: { commonName: 'kube-apiserver', organizations: ['system:masters'] },
    notBefore: NOW,
    notAfter: NOW + YEAR,
    keyUsages: ['digital signature', 'key encipherment'],
    extendedUsages: ['server auth'],
    dnsNames: ['controlplane', '*.example.com'],
    ipAddresses: ['10.96.0.1', '::1'],
    random,
  },
  generateEcKey(random),
  ca,
);

describe('certificates', () => {
  test('are read by an independent implementation', () => {
    const x = new X509Certificate(leaf.certificate);
    expect(x.subject).toBe('O=system:masters\nCN=kube-apiserver');
    expect(x.issuer).toBe('CN=kubernetes');
    expect(x.subjectAltName).toContain('DNS:controlplane');
    expect(x.subjectAltName).toContain('IP Address:10.96.0.1');
    expect(x.verify(createPublicKey(ca.certificate))).toBe(true);
    expect(x.checkIssued(new X509Certificate(ca.certificate))).toBe(true);
    expect(new X509Certificate(ca.certificate).ca).toBe(true);
  });

  test('are read back', () => {
    const read = parseCertificate(leaf.certificate);
    expect(read).toMatchObject({
      commonName: 'kube-apiserver',
      organizations: ['system:masters'],
      notBefore: NOW,
      notAfter: NOW + YEAR,
      isCa: false,
      keyUsages: ['digital signature', 'key encipherment'],
      extendedUsages: ['server auth'],
      dnsNames: ['controlplane', '*.example.com'],
      ipAddresses: ['10.96.0.1', '::1'],
    });
  });

  test('are the same for the same seed', () => {
    const make = () =>
      certificateForKey(
        { ...caOptions, random: new Random('x'), subject: { commonName: 'a' } },
        generateEcKey(new Random('k')),
      );
    expect(make()).toEqual(make());
  });

  const at = (change: object) =>
    verifyChain({ certificates: leaf.certificate, roots: ca.certificate, now: NOW + 1000, ...change });
  test.each([
    [{}, undefined],
    [{ host: 'controlplane', usage: 'server auth' }, undefined],
    [{ host: 'a.example.com' }, undefined],
    [{ host: '10.0.0.1' }, 'x509: certificate is valid for 10.96.0.1, ::1, not 10.0.0.1'],
    [{ host: 'node01' }, 'x509: certificate is valid for controlplane, *.example.com, not node01'],
    [{ usage: 'client auth' }, 'x509: certificate specifies an incompatible key usage'],
    [
      { now: NOW + 2 * YEAR },
      'x509: certificate has expired or is not yet valid: current time 2028-11-20T09:00:00Z is after 2027-11-21T09:00:00Z',
    ],
    [{ roots: '' }, 'x509: certificate signed by unknown authority'],
    [
      { roots: other.certificate },
      'x509: certificate signed by unknown authority (possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "kubernetes")',
    ],
  ])('verify %j', (change, expected) => {
    expect(at(change)).toBe(expected);
  });
});

test('requests carry names and are signed', () => {
  const key = generateEcKey(random);
  const pem = createRequest(
    { subject: { commonName: 'jane', organizations: ['dev'] }, dnsNames: ['jane.local'] },
    key,
  );
  const request = parseRequest(pem);
  expect(request).toMatchObject({ commonName: 'jane', organizations: ['dev'], dnsNames: ['jane.local'] });
  const certificate = signCertificate(
    {
      subject: request.subject,
      publicKey: request.publicKey,
      notBefore: NOW,
      notAfter: NOW + YEAR,
      extendedUsages: ['client auth'],
      random,
    },
    ca,
  );
  expect(
    verifyChain({ certificates: certificate, roots: ca.certificate, now: NOW, usage: 'client auth' }),
  ).toBeUndefined();
  expect(() => parseRequest(leaf.certificate)).toThrow('PEM block type must be CERTIFICATE REQUEST');
});

test('RSA keys sign', () => {
  const key = generateRsaKey(random);
  expect(verify('sha256', Buffer.from('x'), publicKeyPem(key), signBytes(Buffer.from('x'), key))).toBe(true);
});
