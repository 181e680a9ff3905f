import { expect, test } from 'vitest';
import { certificateForKey, generateEcKey } from '../../../host/pki/index.ts';
import { Random } from '../../../sim/index.ts';
import { FrontProxyAuthenticator } from './front-proxy.ts';

const random = new Random('front-proxy');
const NOW = Date.UTC(2026, 0, 5);
const validity = { notBefore: NOW - 1000, notAfter: NOW + 1000, random };
const ca = certificateForKey(
  { ...validity, subject: { commonName: 'front-proxy-ca' }, isCa: true, keyUsages: ['cert sign'] },
  generateEcKey(random),
);
const certificateOf = (commonName: string) =>
  certificateForKey(
    {
      ...validity,
      subject: { commonName },
      keyUsages: ['digital signature'],
      extendedUsages: ['client auth'],
    },
    generateEcKey(random),
    ca,
  ).certificate;
const authenticator = new FrontProxyAuthenticator({
  clientCa: ca.certificate,
  allowedNames: ['front-proxy-client'],
  usernameHeaders: ['x-remote-user'],
  groupHeaders: ['x-remote-group'],
  extraPrefixes: ['x-remote-extra-'],
});

test.each([
  ['a proxy that is believed', 'front-proxy-client', true],
  ['another certificate of the authority', 'somebody', false],
])('%s names a user', (_, commonName, believed) => {
  const user = authenticator.authenticate(
    {
      method: 'GET',
      path: '/',
      headers: { 'x-remote-user': 'jane', 'x-remote-group': 'dev, ops', 'x-remote-extra-team': 'a' },
      peer: { address: '10.0.0.1', port: 1, certificates: [certificateOf(commonName)] },
    },
    NOW,
  );
  expect(user).toEqual(
    believed ? { name: 'jane', groups: ['dev', 'ops'], extra: { team: ['a'] } } : undefined,
  );
});
