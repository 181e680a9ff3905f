import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../objects/object.ts';
import { Random } from '../../../sim/index.ts';
import { MemoryLog } from '../../store/memory-log.ts';
import { readEncryptionConfiguration } from './configuration.ts';
import { EncryptedLog } from './encrypted-log.ts';
import { transformersOf } from './transformers.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const OTHER = Buffer.alloc(32, 8).toString('base64');
const NAME = '/registry/secrets/default/a';

const configuration = (providers: string, resources = '[secrets]') =>
  `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: [{resources: ${resources}, providers: ${providers}}]\n`;
const keys = (method: string, ...all: [string, string][]) =>
  `{${method}: {keys: [${all.map(([name, secret]) => `{name: ${name}, secret: ${JSON.stringify(secret)}}`).join()}]}}`;

function logWith(log: MemoryLog, text: string | undefined): EncryptedLog {
  const transformersFor =
    text === undefined ? () => undefined : transformersOf(readEncryptionConfiguration(text, 'f'));
  return new EncryptedLog({ log, transformersFor, randomFor: (purpose) => new Random(purpose) });
}

const secret = (): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a', namespace: 'default', resourceVersion: '' },
    data: { k: 'dg==' },
  }) as unknown as KubeObject;
const rawOf = (log: MemoryLog) => log.get(NAME)?.value['raw'] as string | undefined;

test.each(['aescbc', 'aesgcm', 'secretbox'])(
  '%s: etcd holds nothing readable, the server reads it',
  (method) => {
    const log = new MemoryLog();
    const server = logWith(log, configuration(`[${keys(method, ['key1', KEY])}, {identity: {}}]`));
    const events: unknown[] = [];
    server.watch('/registry/secrets/', 0, ({ value }) => events.push(value?.['data']));
    server.append({ key: NAME, value: secret(), expected: 0 });
    expect(rawOf(log)?.startsWith(`k8s:enc:${method}:v1:key1:`)).toBe(true);
    expect(JSON.stringify(log.get(NAME))).not.toContain('dg==');
    expect(server.get(NAME)?.value).toEqual({
      ...secret(),
      metadata: { ...secret().metadata, resourceVersion: '1' },
    });
    expect(server.list('/registry/secrets/')[0]?.value['data']).toEqual({ k: 'dg==' });
    server.append({ key: NAME, value: undefined });
    expect(events).toEqual([{ k: 'dg==' }, undefined]);
  },
);

test('keys are changed: old values are read by the old key until they are written again', () => {
  const log = new MemoryLog();
  logWith(log, undefined).append({ key: NAME, value: secret() });
  const first = logWith(log, configuration(`[${keys('aescbc', ['key1', KEY])}, {identity: {}}]`));
  expect(first.isStale(NAME)).toBe(true);
  first.append({ key: NAME, value: secret() });
  expect(first.isStale(NAME)).toBe(false);
  const second = logWith(log, configuration(`[${keys('aescbc', ['key2', OTHER], ['key1', KEY])}]`));
  expect([second.get(NAME)?.value['data'], second.isStale(NAME)]).toEqual([{ k: 'dg==' }, true]);
  const back = logWith(log, configuration(`[{identity: {}}, ${keys('aescbc', ['key1', KEY])}]`));
  expect(back.isStale(NAME)).toBe(true);
  back.append({ key: NAME, value: secret() });
  expect(rawOf(log)).toBeUndefined();
});

test.each([
  [undefined, 'identity transformer tried to read encrypted data'],
  [configuration('[{identity: {}}]'), 'no matching prefix found'],
  [configuration(`[${keys('aesgcm', ['key1', KEY])}]`), 'no matching prefix found'],
  [
    configuration(`[${keys('aescbc', ['key2', KEY])}]`),
    'no matching key was found for the provided AES transformer',
  ],
  [configuration(`[${keys('aescbc', ['key1', OTHER])}]`), 'invalid padding on input'],
])('a value that cannot be read (%#)', (text, why) => {
  const log = new MemoryLog();
  logWith(log, configuration(`[${keys('aescbc', ['key1', KEY])}]`)).append({ key: NAME, value: secret() });
  expect(() => logWith(log, text).get(NAME)).toThrow(`Internal error occurred: ${why}`);
  expect(() => logWith(log, text).list('/registry/')).toThrow(`unable to transform key "${NAME}": ${why}`);
});

test.each([
  ['[secrets]', '/registry/configmaps/a/b', false],
  ['[configmaps]', '/registry/configmaps/a/b', true],
  ["['*.']", '/registry/services/specs/a/b', true],
  ["['*.']", '/registry/deployments/a/b', false],
  ["['*.apps']", '/registry/deployments/a/b', true],
  ["['*.*']", '/registry/ops.example.com/backups/a/b', true],
  ['[backups.ops.example.com]', '/registry/ops.example.com/backups/a/b', true],
])('%s: %s is encrypted: %j', (resources, key, expected) => {
  const log = new MemoryLog();
  logWith(log, configuration(`[${keys('aescbc', ['key1', KEY])}]`, resources)).append({
    key,
    value: secret(),
  });
  expect(log.get(key)?.value.kind === 'Raw').toBe(expected);
});

describe('what is wrong with a configuration', () => {
  test.each([
    ['', 'encryption provider configuration file "f" is empty'],
    ['apiVersion: v1\nkind: Pod\n', /^no kind "Pod" is registered for version "v1"/],
    [
      'kind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\n',
      'resources: Required value: at least one resources is required',
    ],
    [
      configuration('[]'),
      'resources[0].providers: Required value: at least one resources[0].providers is required',
    ],
    [
      configuration('[{}]'),
      'resources[0].providers[0]: Invalid value: {}: provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, Identity',
    ],
    [
      configuration('[{aescbc: {keys: []}}]'),
      'resources[0].providers[0].aescbc.keys: Required value: at least one keys is required',
    ],
    [
      configuration(`[${keys('aescbc', ['k', 'eW8='])}]`),
      'resources[0].providers[0].aescbc.keys[0].secret: Invalid value: "REDACTED": secret is not of the expected length, got 2, expected one of [16 24 32]',
    ],
    [
      configuration(`[${keys('secretbox', ['k', 'e!'])}]`),
      'resources[0].providers[0].secretbox.keys[0].secret: Invalid value: "REDACTED": secrets must be base64 encoded',
    ],
    [
      configuration(`[${keys('aesgcm', ['""', ''])}]`),
      '[resources[0].providers[0].aesgcm.keys[0].name: Required value: name is a mandatory field for a key, resources[0].providers[0].aesgcm.keys[0].secret: Required value: secret is a mandatory field for a key]',
    ],
    [
      configuration('[{identity: {}}]', '[Secrets]'),
      'resources[0].resources[0]: Invalid value: "Secrets": resource name should not contain capital letters',
    ],
    [configuration('[{identity: {}}]', "[secrets, '*.']"), /using overlapping resources/],
    [configuration('[{kms: {name: a, endpoint: "unix:///a"}}]'), 'kms providers are not simulated'],
  ])('%#', (text, why) => {
    expect(() => readEncryptionConfiguration(text, 'f')).toThrow(why);
  });
});
