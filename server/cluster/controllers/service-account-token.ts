import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { signJws } from '../../host/pki/index.ts';
import { type KubeObject, keyOf } from '../../objects/object.ts';
import { equalValues } from '../../objects/values.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import type { Controller } from './controller.ts';

const ACCOUNT_TOKEN = 'kubernetes.io/service-account-token';
const ACCOUNT_NAME = 'kubernetes.io/service-account.name';
const ACCOUNT_UID = 'kubernetes.io/service-account.uid';

/** Fills in the secrets that ask for a token of a service account. Models pkg/controller/serviceaccount/tokens_controller.go */
export const serviceAccountTokenController: Controller = {
  name: 'serviceaccount-token-controller',
  alias: 'serviceaccount-token',
  latencyMs: 2,
  start: ({ informers, queue, client, settings }) => {
    const secrets = informers.for(RESOURCES.secrets);
    const accounts = informers.for(RESOURCES.serviceaccounts);
    const changed = (secret: KubeObject) => {
      if (secret['type'] === ACCOUNT_TOKEN) queue.add(keyOf(secret));
    };
    secrets.on({ added: changed, updated: changed });
    const accountChanged = ({ metadata: { namespace = '' } }: KubeObject) => {
      for (const secret of secrets.byNamespace(namespace)) changed(secret);
    };
    accounts.on({ added: accountChanged, deleted: accountChanged });
    return {
      reconcile(key) {
        const secret = secrets.get(key);
        if (!secret || secret.metadata.deletionTimestamp) return undefined;
        const { name, namespace = '', uid, annotations } = secret.metadata;
        const account = accounts.get(`${namespace}/${annotations?.[ACCOUNT_NAME] ?? ''}`);
        const foreign = annotations?.[ACCOUNT_UID] && annotations[ACCOUNT_UID] !== account?.metadata.uid;
        if (!account || foreign) {
          ifThere(() => client.delete(RESOURCES.secrets, name, namespace, { preconditions: { uid } }));
          return undefined;
        }
        const ca = base64(settings.rootCa ?? '');
        const data = { ...secret['data'] };
        const next = {
          ...data,
          'ca.crt': ca,
          namespace: base64(namespace),
          ...(data.token === undefined && settings.accountKey
            ? { token: base64(sign(account, name, settings.accountKey)) }
            : {}),
        };
        const wanted = { ...annotations, [ACCOUNT_UID]: account.metadata.uid };
        if (equalValues(next, secret['data']) && equalValues(wanted, annotations)) return undefined;
        client.update(RESOURCES.secrets, {
          ...secret,
          metadata: { ...secret.metadata, annotations: wanted },
          data: next,
        });
        return undefined;
      },
    };
  },
};

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** A token without an end. Models pkg/serviceaccount/legacy.go LegacyClaims */
function sign({ metadata }: KubeObject, secret: string, key: string): string {
  const { namespace, name, uid } = metadata;
  const claim = 'kubernetes.io/serviceaccount';
  const algorithm = createPrivateKey(key).asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256';
  const header = { alg: algorithm, kid: keyIdOf(key) };
  const payload = {
    iss: 'kubernetes/serviceaccount',
    [`${claim}/namespace`]: namespace,
    [`${claim}/secret.name`]: secret,
    [`${claim}/service-account.name`]: name,
    [`${claim}/service-account.uid`]: uid,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${signJws(Buffer.from(signed), key).toString('base64url')}`;
}

/** Models pkg/serviceaccount/jwt.go keyIDFromPublicKey */
function keyIdOf(key: string): string {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('base64url');
}
