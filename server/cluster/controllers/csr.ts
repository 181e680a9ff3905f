import {
  type CertificateRequest,
  type ExtendedUsage,
  KEY_USAGES,
  type KeyUsage,
  parseCertificate,
  parseRequest,
  signCertificate,
} from '../../host/pki/index.ts';
import { type KubeObject, timestamp } from '../../objects/object.ts';
import { errorOf } from '../client/request-client.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import { findCondition } from './conditions.ts';
import type { Controller, ControllerContext, KeyPair, Result } from './controller.ts';

const SERVING = 'kubernetes.io/kubelet-serving';
const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet';
const CLIENT = 'kubernetes.io/kube-apiserver-client';
/** Certificates are valid a little before they are made, for clocks that are behind. */
const BACKDATE_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}

function requestOf(csr: KubeObject): CertificateRequest | undefined {
  try {
    return parseRequest(decode(csr.spec.request ?? ''));
  } catch {
    return undefined;
  }
}

function isApproved(csr: KubeObject): boolean {
  const conditions = csr.status?.conditions;
  return (
    findCondition(conditions, 'Approved') !== undefined && findCondition(conditions, 'Denied') === undefined
  );
}

function isFailed(csr: KubeObject): boolean {
  return findCondition(csr.status?.conditions, 'Failed') !== undefined;
}

function watchRequests({ informers, queue }: ControllerContext) {
  const requests = informers.for(RESOURCES.certificatesigningrequests);
  const changed = ({ metadata }: KubeObject) => queue.add(metadata.name);
  requests.on({ added: changed, updated: changed });
  return requests;
}

/** A controller that looks at each request when it changes. Models pkg/controller/certificates/certificate_controller.go */
function requestController(
  names: Pick<Controller, 'name' | 'alias'>,
  start: (context: ControllerContext) => (csr: KubeObject) => Result | undefined,
): Controller {
  return {
    ...names,
    account: 'certificate-controller',
    start: (context) => {
      const requests = watchRequests(context);
      const look = start(context);
      return {
        reconcile(key) {
          const csr = requests.get(key);
          return csr && look(csr);
        },
      };
    },
  };
}

// Models pkg/controller/certificates/approver/sarapprove.go
export const csrApprovingController = requestController(
  { name: 'certificatesigningrequest-approving-controller', alias: 'csrapproving' },
  (context) => (csr) => {
    if (csr.status?.certificate || (csr.status?.conditions ?? []).length > 0) return undefined;
    if (csr.spec.signerName !== KUBELET_CLIENT) return undefined;
    const request = requestOf(csr);
    if (!request || kubeletClientProblem(csr, request)) return undefined;
    const self = csr.spec.username === request.commonName;
    const subresource = self ? 'selfnodeclient' : 'nodeclient';
    if (!mayApprove(context, csr, subresource)) return undefined;
    const time = timestamp(context.clock.now);
    const condition = {
      type: 'Approved',
      status: 'True',
      reason: 'AutoApproved',
      message: `Auto approving ${self ? 'self ' : ''}kubelet client certificate after SubjectAccessReview.`,
      lastUpdateTime: time,
      lastTransitionTime: time,
    };
    putApproval(context.client, { ...csr, status: { ...csr.status, conditions: [condition] } });
    return undefined;
  },
);

function putApproval(client: ControllerContext['client'], csr: KubeObject): void {
  const response = client.request({
    method: 'PUT',
    path: `/apis/certificates.k8s.io/v1/certificatesigningrequests/${csr.metadata.name}/approval`,
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    value: csr,
  });
  if (response.status >= 400) throw errorOf(response);
}

function mayApprove({ client }: ControllerContext, csr: KubeObject, subresource: string): boolean {
  const { username, uid, groups, extra } = csr.spec;
  const review = client.create<KubeObject>(RESOURCES.subjectaccessreviews, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: username,
      ...(uid ? { uid } : {}),
      groups: groups ?? [],
      ...(extra ? { extra } : {}),
      resourceAttributes: {
        group: 'certificates.k8s.io',
        resource: 'certificatesigningrequests',
        verb: 'create',
        subresource,
        version: '*',
      },
    },
  });
  return review.status?.allowed === true;
}

/** Models pkg/apis/certificates/v1/helpers.go ValidateKubeletClientCSR */
function kubeletClientProblem(csr: KubeObject, request: CertificateRequest): string | undefined {
  const nodes = request.organizations.length === 1 && request.organizations[0] === 'system:nodes';
  if (!nodes) return 'subject organization is not system:nodes';
  if (!request.commonName.startsWith('system:node:'))
    return 'subject common name does not begin with system:node:';
  if ((request.dnsNames ?? []).length > 0) return 'DNS subjectAltNames are not allowed';
  if (request.emailAddresses.length > 0) return 'Email subjectAltNames are not allowed';
  if ((request.ipAddresses ?? []).length > 0) return 'IP subjectAltNames are not allowed';
  return usagesProblem(csr, ['client auth', 'digital signature', 'key encipherment'], 'client auth');
}

function usagesProblem(csr: KubeObject, allowed: readonly string[], needed: string): string | undefined {
  const usages: string[] = csr.spec.usages ?? [];
  if (!usages.includes(needed) || usages.some((usage) => !allowed.includes(usage))) {
    return `usages did not match [${allowed.filter((usage) => usage !== 'key encipherment').join(' ')}]`;
  }
  return undefined;
}

/** Why a signer will not sign. Models pkg/controller/certificates/signer/signer.go getCSRVerificationFuncForSignerName */
function problemOf(csr: KubeObject, request: CertificateRequest): string | undefined {
  switch (csr.spec.signerName) {
    case KUBELET_CLIENT:
      return kubeletClientProblem(csr, request);
    case SERVING:
      return servingProblem(csr, request);
    case CLIENT: {
      const usages: string[] = csr.spec.usages ?? [];
      const allowed = ['client auth', 'digital signature', 'key encipherment'];
      const invalid = usages.filter((usage) => !allowed.includes(usage));
      if (invalid.length > 0) return `invalid usage for client certificate: ${invalid.join(',')}`;
      return usages.includes('client auth') ? undefined : 'usages did not contain client auth';
    }
    default:
      return undefined;
  }
}

function servingProblem(csr: KubeObject, request: CertificateRequest): string | undefined {
  const nodes = request.organizations.length === 1 && request.organizations[0] === 'system:nodes';
  if (!nodes) return 'subject organization is not system:nodes';
  if (!request.commonName.startsWith('system:node:'))
    return 'subject common name does not begin with system:node:';
  if ((request.dnsNames ?? []).length + (request.ipAddresses ?? []).length === 0) {
    return 'DNS or IP subjectAltName is required';
  }
  return usagesProblem(csr, ['server auth', 'digital signature', 'key encipherment'], 'server auth');
}

// Models pkg/controller/certificates/signer/signer.go
export const csrSigningController = requestController(
  { name: 'certificatesigningrequest-signing-controller', alias: 'csrsigning' },
  (context) => (csr) => {
    const { client, clock, settings } = context;
    if (!isApproved(csr) || isFailed(csr) || csr.status?.certificate) return undefined;
    const pair = settings.signers[csr.spec.signerName];
    const request = requestOf(csr);
    if (!pair || !request) return undefined;
    const write = (status: object) =>
      client.updateStatus(RESOURCES.certificatesigningrequests, {
        ...csr,
        status: { ...csr.status, ...status },
      });
    const problem = problemOf(csr, request);
    if (problem === undefined) {
      const pem = signed(context, csr, request, pair);
      write({ certificate: Buffer.from(pem, 'latin1').toString('base64') });
      return undefined;
    }
    const time = timestamp(clock.now);
    const condition = {
      type: 'Failed',
      status: 'True',
      reason: 'SignerValidationFailure',
      message: problem,
      lastUpdateTime: time,
      lastTransitionTime: time,
    };
    write({ conditions: [...(csr.status?.conditions ?? []), condition] });
    return undefined;
  },
);

function signed(
  { settings, clock, random }: ControllerContext,
  csr: KubeObject,
  request: CertificateRequest,
  ca: KeyPair,
): string {
  const asked = csr.spec.expirationSeconds;
  const wanted = asked === undefined ? settings.signingDurationMs : asked * 1000;
  const notBefore = clock.now - BACKDATE_MS;
  const limit = parseCertificate(ca.certificate).notAfter;
  const notAfter = Math.min(limit, clock.now + Math.min(wanted, settings.signingDurationMs));
  const usages: string[] = csr.spec.usages ?? [];
  return signCertificate(
    {
      subject: request.subject,
      publicKey: request.publicKey,
      notBefore,
      notAfter,
      dnsNames: request.dnsNames ?? [],
      ipAddresses: request.ipAddresses ?? [],
      keyUsages: usages.filter(isKeyUsage),
      extendedUsages: usages.filter((usage) => EXTENDED.includes(usage)) as ExtendedUsage[],
      random: random.fork(csr.metadata.uid),
    },
    ca,
  );
}

function isKeyUsage(usage: string): usage is KeyUsage {
  return (KEY_USAGES as readonly string[]).includes(usage);
}

const EXTENDED: readonly string[] = [
  'server auth',
  'client auth',
  'code signing',
  'email protection',
  'timestamping',
  'ocsp signing',
  'any',
];

// Models pkg/controller/certificates/cleaner/cleaner.go
const LIFETIMES_MS = { approved: HOUR_MS, pending: 24 * HOUR_MS, denied: HOUR_MS };

export const csrCleanerController = requestController(
  { name: 'certificatesigningrequest-cleaner-controller', alias: 'csrcleaner' },
  ({ client, clock }) =>
    (csr) => {
      const due = endOf(csr);
      if (due > clock.now) return { requeueAfterMs: due - clock.now };
      ifThere(() => client.delete(RESOURCES.certificatesigningrequests, csr.metadata.name));
      return undefined;
    },
);

function endOf(csr: KubeObject): number {
  const conditions: any[] = csr.status?.conditions ?? [];
  const since = (condition: any) => Date.parse(condition.lastUpdateTime ?? csr.metadata.creationTimestamp);
  const denied = conditions.find(({ type }) => type === 'Denied' || type === 'Failed');
  if (denied) return since(denied) + LIFETIMES_MS.denied;
  const approved = findCondition(conditions, 'Approved');
  if (approved) return since(approved) + LIFETIMES_MS.approved;
  return Date.parse(csr.metadata.creationTimestamp) + LIFETIMES_MS.pending;
}
