import { parseCertificate, privateKey, publicKeyOf } from '../../../host/pki/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { RESOURCES } from '../../client/resources.ts';
import type { Agent } from '../agent.ts';
import type { Verdict } from './conditions.ts';

/** Where the secrets of cluster issuers lie. */
const CLUSTER_NAMESPACE = 'cert-manager';

export interface Signer {
  readonly certificate: string;
  readonly key: string;
}

export function dataOf(secret: KubeObject | undefined, name: string): string {
  return Buffer.from(secret?.['data']?.[name] ?? '', 'base64').toString('utf8');
}

/** Whether an issuer can sign, as its condition tells. Models pkg/issuer/{selfsigned,ca,acme}/setup.go */
export function readiness(agent: Agent, issuer: KubeObject): Verdict {
  const { spec = {} } = issuer;
  if (spec.selfSigned) return { status: 'True', reason: 'IsReady' };
  if (spec.ca) {
    const problem = caProblem(agent, issuer);
    if (problem) return { status: 'False', reason: problem[0], message: problem[1] };
    return { status: 'True', reason: 'KeyPairVerified', message: 'Signing CA verified' };
  }
  if (spec.acme) {
    const host = /^https?:\/\/([^/:]+)/.exec(spec.acme.server)?.[1] ?? '';
    const message = `Failed to register ACME account: Get "${spec.acme.server}": dial tcp: lookup ${host}: i/o timeout`;
    return { status: 'False', reason: 'ErrRegisterACMEAccount', message };
  }
  const message = `Failed to initialize issuer: ${spec.vault ? 'vault' : 'venafi'} issuers are not simulated`;
  return { status: 'False', reason: 'ErrInitIssuer', message };
}

function caProblem(agent: Agent, issuer: KubeObject): [reason: string, message: string] | undefined {
  const { secretName } = issuer.spec.ca;
  const invalid = (what: string): [string, string] => [
    'ErrGetKeyPair',
    `Error getting keypair for CA issuer: ${what}`,
  ];
  const secret = caSecret(agent, issuer);
  if (!secret) return invalid(`secrets "${secretName}" not found`);
  try {
    const certificate = parseCertificate(dataOf(secret, 'tls.crt'));
    privateKey(dataOf(secret, 'tls.key'));
    const isOwn = certificate.publicKey.equals(publicKeyOf(dataOf(secret, 'tls.key')));
    if (!isOwn) return invalid('certificate and key do not belong together');
    if (!certificate.isCa) return ['ErrInvalidKeyPair', 'Invalid signing key pair: certificate is not a CA'];
    return undefined;
  } catch {
    return invalid(`error decoding certificate PEM block`);
  }
}

function caSecret(agent: Agent, issuer: KubeObject): KubeObject | undefined {
  const namespace = issuer.metadata.namespace ?? CLUSTER_NAMESPACE;
  return agent.watch(RESOURCES.secrets).get(`${namespace}/${issuer.spec.ca.secretName}`);
}

/** What an issuer signs with; nothing for one whose certificates sign themselves. */
export function signerOf(agent: Agent, issuer: KubeObject): Signer | undefined {
  if (!issuer.spec.ca) return undefined;
  const secret = caSecret(agent, issuer);
  return { certificate: dataOf(secret, 'tls.crt'), key: dataOf(secret, 'tls.key') };
}
