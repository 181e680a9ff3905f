import { createHash, type KeyObject, verify } from 'node:crypto';
import { publicKey, publicKeyOf, signJws } from '../../../host/pki/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { isObject } from '../../../objects/values.ts';
import type { Log } from '../../store/log.ts';
import { accountUser, type User } from '../user.ts';

const LEGACY_ISSUER = 'kubernetes/serviceaccount';
const LAST_USED = 'kubernetes.io/legacy-token-last-used';
const INVALID_SINCE = 'kubernetes.io/legacy-token-invalid-since';
const DAY_MS = 24 * 3_600_000;

export interface TokenOptions {
  /** PEM, private, of `--service-account-signing-key-file`. */
  readonly signingKey: string;
  /** PEMs, public or private, of `--service-account-key-file`. */
  readonly verificationKeys: readonly string[];
  readonly issuer: string;
  /** `--api-audiences`, by default the issuer. */
  readonly audiences: readonly string[];
}

/** What a bound token is about. */
export interface TokenClaims {
  readonly namespace: string;
  readonly account: { readonly name: string; readonly uid: string };
  readonly audiences: readonly string[];
  readonly issuedAt: number;
  readonly expires: number;
  readonly bound?: { readonly kind: string; readonly name: string; readonly uid: string } | undefined;
  readonly node?: { readonly name: string; readonly uid: string } | undefined;
  readonly id: string;
}

/** Signs and checks ServiceAccount tokens. Models pkg/serviceaccount jwt.go, claims.go, legacy.go. */
export class ServiceAccountTokens {
  readonly #options: TokenOptions;
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #keyId: string;
  readonly #log: Log;
  /** Payloads of tokens whose signature was checked. */
  readonly #checked = new Map<string, Record<string, any> | undefined>();
  /** Keeps a note with the secret of a token without end, on the first use of a day. */
  noteUse: ((secret: KubeObject, labels: Record<string, string>) => void) | undefined;

  constructor(options: TokenOptions, log: Log) {
    this.#options = options;
    this.#log = log;
    this.#keys = new Map(options.verificationKeys.map((pem) => [keyId(pem), publicKey(pem)]));
    this.#keyId = keyId(options.signingKey);
  }

  get issuer(): string {
    return this.#options.issuer;
  }

  get audiences(): readonly string[] {
    return this.#options.audiences;
  }

  /** A token bound in time, to audiences, and perhaps to a pod, secret or node. */
  issue(claims: TokenClaims): string {
    const { namespace, account, bound, node } = claims;
    const kubernetes = {
      namespace,
      ...(node ? { node } : {}),
      ...(bound ? { [bound.kind.toLowerCase()]: { name: bound.name, uid: bound.uid } } : {}),
      serviceaccount: { name: account.name, uid: account.uid },
    };
    return this.#sign({
      aud: claims.audiences,
      exp: claims.expires,
      iat: claims.issuedAt,
      iss: this.#options.issuer,
      jti: claims.id,
      'kubernetes.io': kubernetes,
      nbf: claims.issuedAt,
      sub: `system:serviceaccount:${namespace}:${account.name}`,
    });
  }

  /** A token that never expires, as a Secret of type service-account-token holds it. */
  issueLegacy(namespace: string, account: { name: string; uid: string }, secret: string): string {
    return this.#sign({
      iss: LEGACY_ISSUER,
      'kubernetes.io/serviceaccount/namespace': namespace,
      'kubernetes.io/serviceaccount/secret.name': secret,
      'kubernetes.io/serviceaccount/service-account.name': account.name,
      'kubernetes.io/serviceaccount/service-account.uid': account.uid,
      sub: `system:serviceaccount:${namespace}:${account.name}`,
    });
  }

  /** Who a token stands for; undefined when it is none of ours, or no longer good. */
  authenticate(token: string, now: number, audiences = this.#options.audiences): User | undefined {
    const payload = this.#payload(token);
    if (!payload) return undefined;
    if (payload['iss'] === LEGACY_ISSUER) return this.#legacy(payload, token, now);
    if (payload['iss'] !== this.#options.issuer) return undefined;
    const seconds = now / 1000;
    if (seconds >= payload['exp'] || seconds < payload['nbf']) return undefined;
    if (!audiences.some((audience) => payload['aud']?.includes(audience))) return undefined;
    return this.#bound(payload);
  }

  /** The public keys as `/openid/v1/jwks` shows them. */
  jwks(): unknown {
    const keys = [...this.#keys].map(([kid, key]) => {
      const { kty, crv, x, y, n, e } = key.export({ format: 'jwk' });
      const rsa = kty === 'RSA';
      return { use: 'sig', kty, kid, alg: rsa ? 'RS256' : 'ES256', ...(rsa ? { n, e } : { crv, x, y }) };
    });
    return { keys };
  }

  #sign(payload: object): string {
    const rsa = publicKey(this.#options.signingKey).asymmetricKeyType === 'rsa';
    const header = { alg: rsa ? 'RS256' : 'ES256', kid: this.#keyId };
    const signed = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(payload))}`;
    return `${signed}.${signJws(Buffer.from(signed), this.#options.signingKey).toString('base64url')}`;
  }

  #payload(token: string): Record<string, any> | undefined {
    if (this.#checked.has(token)) return this.#checked.get(token);
    const payload = this.#verify(token);
    if (this.#checked.size > 1000) this.#checked.clear();
    this.#checked.set(token, payload);
    return payload;
  }

  #verify(token: string): Record<string, any> | undefined {
    const [head = '', body = '', signature = '', rest] = token.split('.');
    if (rest !== undefined || signature === '') return undefined;
    const header = parsePart(head);
    const payload = parsePart(body);
    if (!header || !payload) return undefined;
    const bytes = Buffer.from(`${head}.${body}`);
    const raw = Buffer.from(signature, 'base64url');
    for (const [id, key] of this.#keys) {
      if (header['kid'] !== undefined && header['kid'] !== id) continue;
      const expected = key.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256';
      if (header['alg'] !== expected) continue;
      if (verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, raw)) return payload;
    }
    return undefined;
  }

  #bound(payload: Record<string, any>): User | undefined {
    const about = payload['kubernetes.io'] ?? {};
    const { namespace, serviceaccount, pod, secret, node } = about;
    if (!this.#is(`/registry/serviceaccounts/${namespace}/${serviceaccount?.name}`, serviceaccount?.uid))
      return undefined;
    if (pod && !this.#is(`/registry/pods/${namespace}/${pod.name}`, pod.uid)) return undefined;
    if (secret && !this.#is(`/registry/secrets/${namespace}/${secret.name}`, secret.uid)) return undefined;
    const extra: Record<string, string[]> = {
      'authentication.kubernetes.io/credential-id': [`JTI=${payload['jti']}`],
    };
    if (pod) {
      extra['authentication.kubernetes.io/pod-name'] = [pod.name];
      extra['authentication.kubernetes.io/pod-uid'] = [pod.uid];
    }
    if (node) {
      extra['authentication.kubernetes.io/node-name'] = [node.name];
      extra['authentication.kubernetes.io/node-uid'] = [node.uid];
    }
    return { ...accountUser(namespace, serviceaccount.name, serviceaccount.uid), extra };
  }

  /** Models legacy.go Validate */
  #legacy(payload: Record<string, any>, token: string, now: number): User | undefined {
    const claim = (name: string) => payload[`kubernetes.io/serviceaccount/${name}`] as string;
    const namespace = claim('namespace');
    const name = claim('service-account.name');
    const uid = claim('service-account.uid');
    if (!this.#is(`/registry/serviceaccounts/${namespace}/${name}`, uid)) return undefined;
    const secret = this.#log.get(`/registry/secrets/${namespace}/${claim('secret.name')}`)?.value;
    if (!secret || secret.metadata.deletionTimestamp) return undefined;
    if (secret['data']?.token !== Buffer.from(token).toString('base64')) return undefined;
    const { labels } = secret.metadata;
    const [today, tomorrow] = [now, now + DAY_MS].map((ms) => new Date(ms).toISOString().slice(0, 10));
    const used = labels?.[LAST_USED];
    if (used !== today && used !== tomorrow) this.noteUse?.(secret, { [LAST_USED]: today as string });
    return labels?.[INVALID_SINCE] ? undefined : accountUser(namespace, name, uid);
  }

  #is(key: string, uid: string): boolean {
    const found = this.#log.get(key)?.value.metadata;
    return found !== undefined && found.uid === uid;
  }
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function parsePart(part: string): Record<string, any> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Models pkg/serviceaccount jwt.go keyIDFromPublicKey. */
function keyId(pem: string): string {
  return createHash('sha256').update(publicKeyOf(pem)).digest('base64url');
}
