import {
  type ExtendedUsage,
  type KeyUsage,
  parseCertificates,
  parseRequest,
  signCertificate,
} from '../../../host/pki/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { EventRecorder } from '../../client/events.ts';
import { RESOURCES } from '../../client/resources.ts';
import type { Agent } from '../agent.ts';
import { conditionOf, type Verdict, withCondition, writeStatus } from './conditions.ts';
import { dataOf, signerOf } from './issuers.ts';
import { CLUSTER_ISSUERS, ISSUERS, REQUESTS } from './resources.ts';

const DEFAULT_MS = 90 * 24 * 3_600_000;
const APPROVED = 'Certificate request has been approved by cert-manager.io';
const ISSUED = 'Certificate fetched from issuer successfully';
/** Where the private key of a request is, for those that sign themselves. */
export const KEY_ANNOTATION = 'cert-manager.io/private-key-secret-name';

const EXTENDED: Readonly<Record<string, ExtendedUsage>> = {
  'server auth': 'server auth',
  'client auth': 'client auth',
  'code signing': 'code signing',
  'email protection': 'email protection',
  timestamping: 'timestamping',
  'ocsp signing': 'ocsp signing',
  any: 'any',
};
const KEY_USAGE: Readonly<Record<string, KeyUsage>> = {
  signing: 'digital signature',
  'digital signature': 'digital signature',
  'content commitment': 'content commitment',
  'key encipherment': 'key encipherment',
  'data encipherment': 'data encipherment',
  'key agreement': 'key agreement',
  'cert sign': 'cert sign',
  'crl sign': 'crl sign',
};

/** Approves certificate requests and has them signed by their issuer. Models pkg/controller/certificaterequests */
export class Requests {
  readonly #agent: Agent;
  readonly #events: EventRecorder;

  constructor(agent: Agent) {
    this.#agent = agent;
    const { clock } = agent.context.process;
    this.#events = new EventRecorder({
      client: agent.client,
      clock,
      source: { component: 'cert-manager-certificaterequests-issuer' },
    });
  }

  sync(key: string): void {
    const request = this.#agent.watch(REQUESTS).get(key);
    if (!request || conditionOf(request, 'Ready')?.status === 'True' || request.status?.failureTime) return;
    const approved = conditionOf(request, 'Approved');
    let conditions: any[] = request.status?.conditions ?? [];
    if (!approved) {
      const verdict: Verdict = { status: 'True', reason: 'cert-manager.io', message: APPROVED };
      conditions = withCondition(this.#agent, request, conditions, ['Approved', verdict]);
      this.#events.event(request, 'Normal', 'cert-manager.io', APPROVED);
    }
    const { ready, more } = this.#sign(request);
    conditions = withCondition(this.#agent, request, conditions, ['Ready', ready]);
    if (ready.status === 'True') this.#events.event(request, 'Normal', 'CertificateIssued', ISSUED);
    writeStatus(this.#agent, REQUESTS, request, { ...request.status, ...more, conditions });
  }

  #sign(request: KubeObject): { ready: Verdict; more: object } {
    const { issuerRef } = request.spec;
    const kind = issuerRef.kind ?? 'Issuer';
    const pending = (message: string) => ({
      ready: { status: 'False', reason: 'Pending', message } as const,
      more: {},
    });
    const { namespace } = request.metadata;
    const issuer =
      kind === 'ClusterIssuer'
        ? this.#agent.watch(CLUSTER_ISSUERS).get(issuerRef.name)
        : this.#agent.watch(ISSUERS).get(`${namespace}/${issuerRef.name}`);
    if (!issuer) {
      const what = `${kind.toLowerCase()}.cert-manager.io "${issuerRef.name}" not found`;
      this.#events.event(request, 'Normal', 'IssuerNotFound', `Referenced "${kind}" not found: ${what}`);
      return pending(`Referenced "${kind}" not found: ${what}`);
    }
    if (conditionOf(issuer, 'Ready')?.status !== 'True')
      return pending(`Referenced issuer does not have a Ready status condition`);
    const own = request.metadata.annotations?.[KEY_ANNOTATION];
    const secret = this.#agent.watch(RESOURCES.secrets).get(`${namespace}/${own ?? ''}`);
    const signer = signerOf(this.#agent, issuer);
    if (!signer && !secret) return pending(`Referenced secret ${namespace}/${own ?? ''} not found`);
    const certificate = this.#certificate(request, signer ?? { key: dataOf(secret, 'tls.key') });
    const ca = signer
      ? (parseCertificates(signer.certificate).at(-1)?.pem ?? signer.certificate)
      : certificate;
    const encoded = (text: string) => Buffer.from(text).toString('base64');
    const chain = signer && !isRoot(signer.certificate) ? `${certificate}${signer.certificate}` : certificate;
    return {
      ready: { status: 'True', reason: 'Issued', message: ISSUED },
      more: { ca: encoded(ca), certificate: encoded(chain) },
    };
  }

  #certificate({ spec }: KubeObject, signer: { certificate?: string; key: string }): string {
    const csr = parseRequest(Buffer.from(spec.request, 'base64').toString('utf8'));
    const notBefore = Math.floor(this.#agent.context.now / 1000) * 1000;
    const usages: string[] = spec.usages ?? ['digital signature', 'key encipherment'];
    const keyUsages = usages.flatMap((usage) => KEY_USAGE[usage] ?? []);
    return signCertificate(
      {
        subject: csr.subject,
        publicKey: csr.publicKey,
        notBefore,
        notAfter: notBefore + (spec.duration ? durationMs(spec.duration) : DEFAULT_MS),
        isCa: spec.isCA === true,
        keyUsages: spec.isCA ? [...new Set([...keyUsages, 'cert sign' as const])] : keyUsages,
        extendedUsages: usages.flatMap((usage) => EXTENDED[usage] ?? []),
        dnsNames: csr.dnsNames,
        ipAddresses: csr.ipAddresses,
        random: this.#agent.context.host.random,
      },
      signer,
    );
  }
}

function isRoot(pem: string): boolean {
  const [first] = parseCertificates(pem);
  return first !== undefined && JSON.stringify(first.subject) === JSON.stringify(first.issuer);
}

/** `2160h30m` in ms. */
export function durationMs(text: string): number {
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000 };
  return [...text.matchAll(/(\d+(?:\.\d+)?)([hms])/g)].reduce(
    (sum, [, value, unit]) => sum + Number(value) * (units[unit as string] as number),
    0,
  );
}
