import { createHmac } from 'node:crypto';
import { parse } from 'yaml';
import type { Client } from '../../../cluster/client/client.ts';
import { ConnectionError, HttpClient } from '../../../cluster/client/http-client.ts';
import { RESOURCES } from '../../../cluster/client/resources.ts';
import { parseCertificate, publicKeyHash } from '../../../host/pki/index.ts';
import { ApiError } from '../../../objects/api-error.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { type Steps, sleep } from '../../../sim/index.ts';
import { Refusal } from '../refusal.ts';
import type { Call } from './call.ts';

/** How a joining node finds a cluster it may trust. */
export interface Discovery {
  /** `host:port`. */
  readonly server: string;
  readonly token: string;
  readonly caHashes: readonly string[];
  /** Trusts whatever CA the cluster names. */
  readonly unsafe: boolean;
}

export interface Discovered {
  readonly server: string;
  readonly ca: string;
}

const RETRY_MS = 5000;
const LIMIT_MS = 300_000;
const FAILED = "error execution phase preflight: couldn't validate the identity of the API Server: ";

/** Asks for `cluster-info`, checks its signature with the token and its CA with the hashes. Models discovery/token/token.go. */
export function* discover(call: Call, wanted: Discovery): Steps<Discovered> {
  const { clock } = call.context.process;
  const end = clock.now + LIMIT_MS;
  const [id = '', secret = ''] = wanted.token.split('.');
  let problem = '';
  for (;;) {
    try {
      const map = clusterInfo(call, wanted.server);
      const text: string = map['data']?.kubeconfig ?? '';
      const signature: string | undefined = map['data']?.[`jws-kubeconfig-${id}`];
      if (signature === undefined)
        problem = `could not find a JWS signature in the cluster-info ConfigMap for token ID "${id}"`;
      else if (signature !== sign(text, id, secret))
        throw new Refusal(
          `${FAILED}failed to verify JWS signature of received cluster info object, can't trust this API Server`,
        );
      else return trusted(text, wanted);
    } catch (error) {
      if (!(error instanceof ConnectionError) && !(error instanceof ApiError)) throw error;
      problem = `failed to request the cluster-info ConfigMap: Get "https://${wanted.server}/api/v1/namespaces/kube-public/configmaps/cluster-info?timeout=10s": ${error.message}`;
    }
    if (clock.now >= end) throw new Refusal(FAILED + problem);
    yield* sleep(clock, RETRY_MS);
  }
}

function clusterInfo(call: Call, server: string): KubeObject {
  const userAgent = `kubeadm/${call.version} (linux/amd64)`;
  const client: Client = new HttpClient(call.context, {
    server: `https://${server}`,
    insecure: true,
    userAgent,
  });
  return client.get(RESOURCES.configmaps, 'cluster-info', 'kube-public');
}

function trusted(text: string, { caHashes, unsafe }: Discovery): Discovered {
  const cluster = parse(text)?.clusters?.[0]?.cluster ?? {};
  const ca = Buffer.from(cluster['certificate-authority-data'] ?? '', 'base64').toString();
  const hash = publicKeyHash(parseCertificate(ca));
  if (!unsafe && !caHashes.includes(hash)) {
    throw new Refusal(
      `${FAILED}cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "${hash}" are pinned`,
    );
  }
  return { server: cluster.server, ca };
}

/** A signature over `content` without the content itself. Models cluster-bootstrap/token/jws ComputeDetachedSignature. */
function sign(content: string, id: string, secret: string): string {
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  const header = encode(JSON.stringify({ alg: 'HS256', kid: id }));
  const mac = createHmac('sha256', secret).update(`${header}.${encode(content)}`);
  return `${header}..${mac.digest('base64url')}`;
}
