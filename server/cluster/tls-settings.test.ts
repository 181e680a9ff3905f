import { expect, test } from 'vitest';
import { http2Problem, tlsProblems, tlsSpoken } from './tls-settings.ts';

const RSA = 'TLS_ECDHE_RSA_WITH_';

test.each([
  ['VersionTLS12', [`${RSA}AES_128_GCM_SHA256`], []],
  ['', [], []],
  ['TLS1.2', [], ['unknown tls version "TLS1.2"']],
  [undefined, ['FOO'], ["Cipher suite FOO not supported or doesn't exist"]],
])('names: %s %j', (least, suites, problems) => expect(tlsProblems({ least, suites })).toEqual(problems));

test('HTTP/2 asks for one suite, where there is TLS 1.2', () => {
  const suites = [`${RSA}AES_256_GCM_SHA384`];
  expect(http2Problem({ least: undefined, suites })).toContain('missing an HTTP/2-required');
  expect(http2Problem({ least: 'VersionTLS13', suites })).toBeUndefined();
  expect(http2Problem({ least: '', suites: [...suites, `${RSA}AES_128_GCM_SHA256`] })).toBeUndefined();
});

test('suites come in the order of Go under the names of OpenSSL', () => {
  const suites = ['CHACHA20_POLY1305', 'AES_128_CBC_SHA256', 'AES_256_GCM_SHA384', 'AES_128_CBC_SHA'];
  const spoken = tlsSpoken({
    least: 'VersionTLS12',
    suites: [...suites.map((name) => RSA + name), 'TLS_RSA_WITH_3DES_EDE_CBC_SHA'],
  });
  expect(spoken.versions).toBeUndefined();
  expect(spoken.suites?.filter((name) => !name.startsWith('TLS_'))).toEqual([
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-RSA-AES128-SHA',
    'ECDHE-RSA-AES128-SHA256',
    'DES-CBC3-SHA',
  ]);
});
