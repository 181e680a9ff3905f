import {
  type Certificate,
  createRequest,
  generateEcKey,
  generateRsaKey,
  type NameParts,
  parseCertificate,
  publicKeyOf,
  type RsaBits,
} from '../../../host/pki/index.ts';
import { type KubeObject, keyOf, timestamp } from '../../../objects/object.ts';
import { EventRecorder } from '../../client/events.ts';
import { RESOURCES } from '../../client/resources.ts';
import type { WorkQueue } from '../../client/work-queue.ts';
import type { Agent } from '../agent.ts';
import { conditionOf, type Verdict, withCondition, writeStatus } from './conditions.ts';
import { dataOf } from './issuers.ts';
import { durationMs, KEY_ANNOTATION } from './requests.ts';
import { CERTIFICATES, GROUP, REQUESTS } from './resources.ts';

const ANNOTATION = `${GROUP}/`;
const UP_TO_DATE = 'Certificate is up to date and has not expired';
const IS_ISSUED = 'The certificate has been successfully issued';
/** How long before the end a certificate is renewed, of its life. */
const RENEW_SHARE = 1 / 3;

interface Trouble {
  readonly reason: string;
  readonly message: string;
}

/** Certificates and the secrets they are kept in. Models pkg/controller/certificates */
export class Certificates {
  readonly #agent: Agent;
  readonly #queue: WorkQueue;
  readonly #recorders = new Map<string, EventRecorder>();

  constructor(agent: Agent) {
    this.#agent = agent;
    this.#queue = agent.queue((key) => this.#sync(key));
    const own = (object: KubeObject) => this.#queue.add(keyOf(object));
    agent.watch(CERTIFICATES).on({ added: own, updated: own, deleted: own });
    const owner = ({ metadata }: KubeObject) => {
      const name = metadata.annotations?.[`${ANNOTATION}certificate-name`];
      if (name) this.#queue.add(`${metadata.namespace}/${name}`);
    };
    for (const resource of [REQUESTS, RESOURCES.secrets])
      agent.watch(resource).on({ added: owner, updated: owner, deleted: owner });
  }

  #event(part: string, about: KubeObject, reason: string, message: string): void {
    let recorder = this.#recorders.get(part);
    if (!recorder) {
      const source = { component: `cert-manager-certificates-${part}` };
      const { clock } = this.#agent.context.process;
      recorder = new EventRecorder({ client: this.#agent.client, clock, source });
      this.#recorders.set(part, recorder);
    }
    recorder.event(about, 'Normal', reason, message);
  }

  #sync(key: string): void {
    const certificate = this.#agent.watch(CERTIFICATES).get(key);
    if (!certificate || certificate.metadata.deletionTimestamp) return;
    const secret = this.#secret(certificate, certificate.spec.secretName);
    const trouble = this.#trouble(certificate, secret);
    if (trouble) this.#issue(certificate, trouble);
    else this.#keep(certificate, parseCertificate(dataOf(secret, 'tls.crt')));
  }

  #secret({ metadata }: KubeObject, name: string | undefined): KubeObject | undefined {
    return name === undefined
      ? undefined
      : this.#agent.watch(RESOURCES.secrets).get(`${metadata.namespace}/${name}`);
  }

  /** Why it must be issued. Models internal/controller/certificates/policies/checks.go */
  #trouble(certificate: KubeObject, secret: KubeObject | undefined): Trouble | undefined {
    const { spec, status } = certificate;
    const issuing = (reason: string, why: string) => ({ reason, message: `Issuing certificate as ${why}` });
    if (!secret) return issuing('DoesNotExist', 'Secret does not exist');
    if (dataOf(secret, 'tls.key') === '')
      return issuing('MissingData', 'Secret does not contain a private key');
    const issued = issuedIn(secret);
    if (!issued) return issuing('InvalidKeyPair', 'Secret contains an invalid key-pair');
    const by = secret.metadata.annotations?.[`${ANNOTATION}issuer-name`];
    if (by !== spec.issuerRef.name)
      return issuing(
        'IncorrectIssuer',
        `Secret was previously issued by "Issuer.cert-manager.io/${by ?? ''}"`,
      );
    const changed = [
      ['commonName', issued.commonName === (spec.commonName ?? '')],
      ['dnsNames', same(issued.dnsNames, spec.dnsNames)],
      ['ipAddresses', same(issued.ipAddresses, spec.ipAddresses)],
    ].flatMap(([field, isSame]) => (isSame ? [] : [`spec.${field}`]));
    if (changed.length > 0)
      return {
        reason: 'SecretMismatch',
        message: `Fields on existing CertificateRequest resource not up to date: [${changed.join(' ')}]`,
      };
    if (renewalOf(spec, issued) <= this.#agent.context.now)
      return {
        reason: 'Renewing',
        message: `Renewing certificate as renewal was scheduled at ${status?.renewalTime ?? '<nil>'}`,
      };
    return undefined;
  }

  /** All is well: says until when, and looks again when it is to be renewed. */
  #keep(certificate: KubeObject, issued: Certificate): void {
    const renewal = renewalOf(certificate.spec, issued);
    const verdict: Verdict = { status: 'True', reason: 'Ready', message: UP_TO_DATE };
    const { nextPrivateKeySecretName: next, ...status } = certificate.status ?? {};
    if (next !== undefined && this.#secret(certificate, next))
      this.#agent.client.delete(RESOURCES.secrets, next, certificate.metadata.namespace);
    writeStatus(this.#agent, CERTIFICATES, certificate, {
      ...status,
      conditions: this.#conditions(certificate, verdict, undefined),
      notAfter: timestamp(issued.notAfter),
      notBefore: timestamp(issued.notBefore),
      renewalTime: timestamp(renewal),
    });
    this.#queue.addAfter(keyOf(certificate), renewal - this.#agent.context.now);
  }

  #conditions(certificate: KubeObject, ready: Verdict, issuing: Verdict | undefined): any[] {
    const agent = this.#agent;
    const known = certificate.status?.conditions ?? [];
    const conditions = withCondition(agent, certificate, known, ['Ready', ready]);
    return withCondition(agent, certificate, conditions, ['Issuing', issuing]);
  }

  /** One step on the way to a certificate: a private key, a request, the secret. */
  #issue(certificate: KubeObject, trouble: Trouble): void {
    const { metadata, status = {} } = certificate;
    if (conditionOf(certificate, 'Issuing')?.status !== 'True') {
      this.#event('trigger', certificate, 'Issuing', trouble.message);
      const isValid = trouble.reason === 'Renewing' || trouble.reason === 'SecretMismatch';
      const ready: Verdict = isValid
        ? { status: 'True', reason: 'Ready', message: UP_TO_DATE }
        : { status: 'False', ...trouble };
      const nextPrivateKeySecretName = `${metadata.name}-${this.#agent.context.host.random.hex(5)}`;
      writeStatus(this.#agent, CERTIFICATES, certificate, {
        ...status,
        conditions: this.#conditions(certificate, ready, { status: 'True', ...trouble }),
        nextPrivateKeySecretName,
      });
      return;
    }
    const key = this.#secret(certificate, status.nextPrivateKeySecretName);
    if (!key) this.#makeKey(certificate);
    else this.#request(certificate, dataOf(key, 'tls.key'));
  }

  #makeKey(certificate: KubeObject): void {
    const { metadata, spec, status } = certificate;
    const { algorithm = 'RSA', size = 2048 } = spec.privateKey ?? {};
    const { random } = this.#agent.context.host;
    const key = algorithm === 'ECDSA' ? generateEcKey(random) : generateRsaKey(random, size as RsaBits);
    const name = status.nextPrivateKeySecretName as string;
    const secret = {
      metadata: {
        name,
        labels: { [`${ANNOTATION}next-private-key`]: 'true', [`controller.${GROUP}/fao`]: 'true' },
        annotations: { [`${ANNOTATION}certificate-name`]: metadata.name },
        ownerReferences: [ownerOf(certificate)],
      },
      type: 'Opaque',
      data: { 'tls.key': Buffer.from(key).toString('base64') },
    };
    this.#agent.client.create(RESOURCES.secrets, secret, metadata.namespace);
    const message = `Stored new private key in temporary Secret resource ${JSON.stringify(name)}`;
    this.#event('key-manager', certificate, 'Generated', message);
  }

  #request(certificate: KubeObject, key: string): void {
    const { metadata, spec, status } = certificate;
    const revision = (status.revision ?? 0) + 1;
    const name = `${metadata.name}-${revision}`;
    const request = this.#agent.watch(REQUESTS).get(`${metadata.namespace}/${name}`);
    if (request) {
      if (conditionOf(request, 'Ready')?.status === 'True')
        this.#store(certificate, { request, key, revision });
      return;
    }
    const made = {
      apiVersion: `${GROUP}/v1`,
      kind: 'CertificateRequest',
      metadata: {
        name,
        annotations: {
          [`${ANNOTATION}certificate-name`]: metadata.name,
          [`${ANNOTATION}certificate-revision`]: String(revision),
          [KEY_ANNOTATION]: status.nextPrivateKeySecretName,
        },
        ownerReferences: [ownerOf(certificate)],
      },
      spec: {
        ...(spec.duration ? { duration: spec.duration } : {}),
        ...(spec.isCA ? { isCA: true } : {}),
        issuerRef: spec.issuerRef,
        request: Buffer.from(requestText(spec, key)).toString('base64'),
        ...(spec.usages ? { usages: spec.usages } : {}),
        username: `system:serviceaccount:${this.#agent.context.env.get('POD_NAMESPACE') ?? ''}:cert-manager`,
      },
    };
    this.#agent.client.create(REQUESTS, made, metadata.namespace);
    const message = `Created new CertificateRequest resource ${JSON.stringify(name)}`;
    this.#event('request-manager', certificate, 'Requested', message);
  }

  #store(certificate: KubeObject, done: { request: KubeObject; key: string; revision: number }): void {
    const { metadata, spec, status } = certificate;
    const { request, key, revision } = done;
    const { client } = this.#agent;
    const data = {
      'tls.crt': request.status.certificate,
      'tls.key': Buffer.from(key).toString('base64'),
      ...(request.status.ca ? { 'ca.crt': request.status.ca } : {}),
    };
    const known = client.find(RESOURCES.secrets, spec.secretName, metadata.namespace);
    const notes = { ...spec.secretTemplate?.annotations, ...annotationsOf(certificate) };
    const labels = { ...spec.secretTemplate?.labels, [`controller.${GROUP}/fao`]: 'true' };
    if (known) {
      const { annotations = {}, labels: before = {} } = known.metadata;
      const meta = {
        ...known.metadata,
        annotations: { ...annotations, ...notes },
        labels: { ...before, ...labels },
      };
      client.update(RESOURCES.secrets, { ...known, metadata: meta, data: { ...known['data'], ...data } });
    } else {
      const meta = { name: spec.secretName, annotations: notes, labels };
      client.create(
        RESOURCES.secrets,
        { metadata: meta, type: 'kubernetes.io/tls', data },
        metadata.namespace,
      );
    }
    this.#event('issuing', certificate, 'Issuing', IS_ISSUED);
    writeStatus(this.#agent, CERTIFICATES, certificate, { ...status, revision });
  }
}

/** The certificate in a secret. Undefined where it does not belong to the key beside it, or one of them is none. */
function issuedIn(secret: KubeObject): Certificate | undefined {
  try {
    const issued = parseCertificate(dataOf(secret, 'tls.crt'));
    return issued.publicKey.equals(publicKeyOf(dataOf(secret, 'tls.key'))) ? issued : undefined;
  } catch {
    return undefined;
  }
}

function same(a: readonly string[], b: readonly string[] = []): boolean {
  return [...a].sort().join() === [...b].sort().join();
}

function renewalOf(spec: any, { notBefore, notAfter }: Certificate): number {
  const early = spec.renewBefore ? durationMs(spec.renewBefore) : (notAfter - notBefore) * RENEW_SHARE;
  return Math.floor((notAfter - early) / 1000) * 1000;
}

function ownerOf({ metadata }: KubeObject): object {
  const { name, uid } = metadata;
  const controlled = { blockOwnerDeletion: true, controller: true };
  return { apiVersion: `${GROUP}/v1`, kind: 'Certificate', name, uid, ...controlled };
}

function annotationsOf({ metadata, spec }: KubeObject): Record<string, string> {
  const { kind = 'Issuer', name, group = GROUP } = spec.issuerRef;
  return {
    [`${ANNOTATION}alt-names`]: (spec.dnsNames ?? []).join(','),
    [`${ANNOTATION}certificate-name`]: metadata.name,
    [`${ANNOTATION}common-name`]: spec.commonName ?? '',
    [`${ANNOTATION}ip-sans`]: (spec.ipAddresses ?? []).join(','),
    [`${ANNOTATION}issuer-group`]: group,
    [`${ANNOTATION}issuer-kind`]: kind,
    [`${ANNOTATION}issuer-name`]: name,
    [`${ANNOTATION}uri-sans`]: (spec.uris ?? []).join(','),
  };
}

/** The parts of a name that certificates may have here, in the order in which Go writes them. */
const NAME_FIELDS = [
  ['C', 'countries'],
  ['O', 'organizations'],
  ['OU', 'organizationalUnits'],
  ['L', 'localities'],
  ['ST', 'provinces'],
] as const;

function requestText(spec: any, key: string): string {
  const subject: NameParts = [
    ...NAME_FIELDS.flatMap(([type, field]) =>
      (spec.subject?.[field] ?? []).map((value: string) => [type, value] as const),
    ),
    ...(spec.commonName ? [['CN', spec.commonName] as const] : []),
    ...(spec.subject?.serialNumber ? [['serialNumber', spec.subject.serialNumber] as const] : []),
  ];
  const { dnsNames = [], ipAddresses = [], isCA = false } = spec;
  return createRequest({ subject, dnsNames, ipAddresses, ...(isCA ? { isCa: true } : {}) }, key);
}
