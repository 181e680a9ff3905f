import { createHmac } from 'node:crypto';
import { type KubeObject, keyOf } from '../../objects/object.ts';
import { equalValues } from '../../objects/values.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import type { Controller } from './controller.ts';

const TOKEN_TYPE = 'bootstrap.kubernetes.io/token';
const PREFIX = 'jws-kubeconfig-';
const CLUSTER_INFO = 'kube-public/cluster-info';

function decoded(secret: KubeObject, field: string): string {
  const value = secret['data']?.[field];
  return value === undefined ? '' : Buffer.from(value, 'base64').toString();
}

function isToken(secret: KubeObject): boolean {
  return secret['type'] === TOKEN_TYPE && secret.metadata.namespace === 'kube-system';
}

/** A signature over `content` without the content itself. Models cluster-bootstrap/token/jws ComputeDetachedSignature */
function detachedSignature(content: string, id: string, secret: string): string {
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  const header = encode(JSON.stringify({ alg: 'HS256', kid: id }));
  const signature = createHmac('sha256', secret)
    .update(`${header}.${encode(content)}`)
    .digest('base64url');
  return `${header}..${signature}`;
}

// Models pkg/controller/bootstrap/bootstrapsigner.go
export const bootstrapSigner: Controller = {
  name: 'bootstrap-signer-controller',
  alias: 'bootstrapsigner',
  account: 'bootstrap-signer',
  offByDefault: true,
  start: ({ informers, queue, client, clock }) => {
    const secrets = informers.for(RESOURCES.secrets);
    const maps = informers.for(RESOURCES.configmaps);
    const secretChanged = (secret: KubeObject) => {
      if (isToken(secret)) queue.add(CLUSTER_INFO);
    };
    secrets.on({ added: secretChanged, updated: secretChanged, deleted: secretChanged });
    const mapChanged = (map: KubeObject) => {
      if (keyOf(map) === CLUSTER_INFO) queue.add(CLUSTER_INFO);
    };
    maps.on({ added: mapChanged, updated: mapChanged });
    return {
      reconcile() {
        const map = maps.get(CLUSTER_INFO);
        const content = map?.['data']?.kubeconfig;
        if (!map || content === undefined) return undefined;
        const data: Record<string, string> = {};
        for (const [key, value] of Object.entries<string>(map['data'])) {
          if (!key.startsWith(PREFIX)) data[key] = value;
        }
        for (const secret of secrets.byNamespace('kube-system')) {
          if (!isToken(secret) || decoded(secret, 'usage-bootstrap-signing') !== 'true') continue;
          const expires = Date.parse(decoded(secret, 'expiration'));
          if (expires <= clock.now) continue;
          const id = decoded(secret, 'token-id');
          data[PREFIX + id] = detachedSignature(content, id, decoded(secret, 'token-secret'));
        }
        if (!equalValues(data, map['data'])) client.update(RESOURCES.configmaps, { ...map, data });
        return undefined;
      },
    };
  },
};

// Models pkg/controller/bootstrap/tokencleaner.go
export const tokenCleaner: Controller = {
  name: 'token-cleaner-controller',
  alias: 'tokencleaner',
  account: 'token-cleaner',
  offByDefault: true,
  start: ({ informers, queue, client, clock }) => {
    const secrets = informers.for(RESOURCES.secrets);
    const changed = (secret: KubeObject) => {
      if (isToken(secret)) queue.add(keyOf(secret));
    };
    secrets.on({ added: changed, updated: changed });
    return {
      reconcile(key) {
        const secret = secrets.get(key);
        const expires = secret && Date.parse(decoded(secret, 'expiration'));
        if (!secret || expires === undefined || Number.isNaN(expires)) return undefined;
        if (expires > clock.now) return { requeueAfterMs: expires - clock.now };
        const { name, namespace, uid } = secret.metadata;
        ifThere(() => client.delete(RESOURCES.secrets, name, namespace, { preconditions: { uid } }));
        return undefined;
      },
    };
  },
};
