import { expect, test } from 'vitest';
import { Random } from '../../sim/index.ts';
import { certificateForKey, generateEcKey, generateRsaKey } from '../pki/index.ts';
import { negotiateTls, OPENSSL_SUITES, type TlsOffer, type TlsServer } from './tls.ts';

const random = new Random('tls');
const valid = { subject: { commonName: 'x' }, notBefore: 0, notAfter: 1e12, random };
const rsa = certificateForKey(valid, generateRsaKey(random)).certificate;
const ec = certificateForKey(valid, generateEcKey(random)).certificate;
const OLD = ['TLSv1.2'];

test.each<[string, TlsServer, Omit<TlsOffer, 'host'>, string]>([
  ['the newest version', { certificates: rsa }, {}, 'TLSv1.3 TLS_AES_128_GCM_SHA256'],
  [
    'what OpenSSL prefers',
    { certificates: rsa, suites: OPENSSL_SUITES },
    {},
    'TLSv1.3 TLS_AES_256_GCM_SHA384',
  ],
  ['an older one', { certificates: rsa }, { versions: OLD }, 'TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256'],
  ['a suite for the key', { certificates: ec, versions: OLD }, {}, 'TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256'],
  [
    'a suite that is offered',
    { certificates: rsa, versions: OLD },
    { suites: ['ECDHE-RSA-AES256-SHA'] },
    'TLSv1.2 ECDHE-RSA-AES256-SHA',
  ],
  ['no version', { certificates: rsa, versions: ['TLSv1.3'] }, { versions: OLD }, 'version'],
  [
    'no suite',
    { certificates: rsa, suites: ['ECDHE-RSA-AES256-SHA'] },
    { versions: OLD, suites: [] },
    'suite',
  ],
  ['nothing without a certificate', { certificates: '' }, {}, 'no-certificate'],
])('agrees on %s', (_, server, offer, expected) => {
  const agreed = negotiateTls(server, { host: 'x', ...offer });
  expect(typeof agreed === 'string' ? agreed : `${agreed.version} ${agreed.suite}`).toBe(expected);
});
