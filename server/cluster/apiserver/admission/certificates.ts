import { parseRequest } from '../../../host/pki/index.ts';
import { equalValues } from '../../../objects/values.ts';
import type { Access } from '../authorize/access.ts';
import { forbidden } from '../errors.ts';
import type { AdmissionPlugin, Review } from './admission.ts';

const isRequest = ({ served }: Review) =>
  served.resource === 'certificatesigningrequests' && served.group === 'certificates.k8s.io';

/** Models plugin/pkg/admission/certificates IsAuthorizedForSignerName. */
function mayUseSigner({ call }: Review, verb: string, signer: string): boolean {
  const ask = (name: string): Access => ({
    user: call.user,
    verb,
    isResource: true,
    path: '',
    group: 'certificates.k8s.io',
    version: '*',
    resource: 'signers',
    subresource: '',
    namespace: '',
    name,
  });
  const { authorizer } = call.server;
  return (
    authorizer.decide(ask(signer)).allowed || authorizer.decide(ask(`${signer.split('/')[0]}/*`)).allowed
  );
}

/** Approving needs a right to the signer. */
export const certificateApproval: AdmissionPlugin = {
  name: 'CertificateApproval',
  validate(review) {
    const { served, subresource, operation, old, name } = review;
    if (!isRequest(review) || subresource !== 'approval' || operation !== 'UPDATE' || !old) return;
    const signer = old.spec?.signerName ?? '';
    if (mayUseSigner(review, 'approve', signer)) return;
    throw forbidden(
      served,
      name,
      `user not permitted to approve requests with signerName ${JSON.stringify(signer)}`,
    );
  },
};

/** So does handing out the certificate. */
export const certificateSigning: AdmissionPlugin = {
  name: 'CertificateSigning',
  validate(review) {
    const { served, subresource, operation, old, object, name } = review;
    if (!isRequest(review) || subresource !== 'status' || operation !== 'UPDATE' || !old || !object) return;
    const failed = (o: any) => (o.status?.conditions ?? []).some((c: any) => c.type === 'Failed');
    const same =
      equalValues(old.status?.certificate, object.status?.certificate) && failed(old) === failed(object);
    if (same) return;
    const signer = old.spec?.signerName ?? '';
    if (mayUseSigner(review, 'sign', signer)) return;
    throw forbidden(
      served,
      name,
      `user not permitted to sign requests with signerName ${JSON.stringify(signer)}`,
    );
  },
};

/** Nobody gets a certificate of the group that may do everything. */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  validate(review) {
    const { served, operation, object, name, subresource } = review;
    if (!isRequest(review) || operation !== 'CREATE' || subresource !== '' || !object) return;
    if (object.spec?.signerName !== 'kubernetes.io/kube-apiserver-client') return;
    if (!organizationsOf(object.spec.request).includes('system:masters')) return;
    throw forbidden(
      served,
      name,
      `use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed`,
    );
  },
};

function organizationsOf(request: string | undefined): readonly string[] {
  try {
    return parseRequest(Buffer.from(request ?? '', 'base64').toString()).organizations;
  } catch {
    // What cannot be read is refused by validation.
    return [];
  }
}
