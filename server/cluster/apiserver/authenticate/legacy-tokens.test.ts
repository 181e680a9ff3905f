import { expect, it } from 'vitest';
import { RESOURCES } from '../../client/resources.ts';
import { SIGNING_KEY, startApiServer } from '../testing.ts';
import { ServiceAccountTokens } from './service-account-tokens.ts';

it('notes the days on which a token without end is used, and takes none but that of its secret', () => {
  const { server, clock, log, client } = startApiServer();
  const admin = client();
  const signer = new ServiceAccountTokens(
    { signingKey: SIGNING_KEY, verificationKeys: [], issuer: '', audiences: [] },
    log,
  );
  const account = admin.get(RESOURCES.serviceaccounts, 'default', 'default').metadata;
  const issue = () => signer.issueLegacy('default', { name: account.name, uid: account.uid }, 'robot');
  const secret = (token: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'robot', annotations: { 'kubernetes.io/service-account.name': 'default' } },
    type: 'kubernetes.io/service-account-token',
    stringData: { token },
  });
  const token = issue();
  admin.create(RESOURCES.secrets, secret(token), 'default');
  const use = () => server.userOfToken(token, clock.now)?.name;
  const labels = () => admin.get(RESOURCES.secrets, 'robot', 'default').metadata.labels;
  expect(use()).toBe('system:serviceaccount:default:default');
  expect(labels()).toEqual({ 'kubernetes.io/legacy-token-last-used': '2026-01-01' });
  const { revision } = log;
  use();
  expect(log.revision).toBe(revision);
  clock.advance(24 * 3_600_000);
  use();
  expect(labels()).toEqual({ 'kubernetes.io/legacy-token-last-used': '2026-01-02' });
  const invalid = { metadata: { labels: { 'kubernetes.io/legacy-token-invalid-since': '2026-01-02' } } };
  admin.patch(RESOURCES.secrets, 'robot', { type: 'merge', body: invalid }, 'default');
  expect(use()).toBeUndefined();
  admin.delete(RESOURCES.secrets, 'robot', 'default');
  admin.create(RESOURCES.secrets, secret('another'), 'default');
  expect(use()).toBeUndefined();
});
