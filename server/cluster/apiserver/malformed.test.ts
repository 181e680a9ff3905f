import { expect, test } from 'vitest';
import { startApiServer } from './testing.ts';
import { LOOPBACK } from './user.ts';

const DEFAULT = '/api/v1/namespaces/default';

/** Found by random requests. */
test.each([
  [
    'PATCH',
    '/configmaps/kube-root-ca.crt',
    '["x"]',
    400,
    'error decoding patch: json: cannot unmarshal string into Go value of type handlers.jsonPatchOp',
  ],
  [
    'PATCH',
    '/configmaps/kube-root-ca.crt',
    '[{"op":5}]',
    400,
    'error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string',
  ],
  [
    'PATCH',
    '/configmaps/kube-root-ca.crt',
    '[null]',
    422,
    'the server rejected our request due to an error in our request',
  ],
  [
    'POST',
    '/serviceaccounts/default/token',
    '{"spec":{"audiences":5}}',
    400,
    'TokenRequest in version "v1" cannot be handled as a TokenRequest: json: cannot unmarshal number into Go struct field TokenRequestSpec.spec.audiences of type []string',
  ],
  [
    'POST',
    '/serviceaccounts/default/token',
    '0',
    400,
    `couldn't get version/kind; json parse error: json: cannot unmarshal number into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
  ],
])('%s %s %s', (method, path, body, status, message) => {
  const { server } = startApiServer();
  const create = (plural: string, name: string, kind: string) =>
    server.handle(
      {
        method: 'POST',
        path: `${DEFAULT}/${plural}`,
        headers: {},
        value: { apiVersion: 'v1', kind, metadata: { name } },
      },
      LOOPBACK,
    );
  create('configmaps', 'kube-root-ca.crt', 'ConfigMap');
  create('serviceaccounts', 'default', 'ServiceAccount');
  const type = method === 'PATCH' ? 'application/json-patch+json' : 'application/json';
  const answer = server.handle(
    { method, path: DEFAULT + path, headers: { 'content-type': type }, body },
    LOOPBACK,
  );
  expect([answer.status, (answer.value as { message: string }).message]).toEqual([status, message]);
});
