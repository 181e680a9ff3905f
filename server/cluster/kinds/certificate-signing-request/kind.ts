import { humanDuration } from '../../../objects/human-duration.ts';
import { AGE, age, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate, validateCreate } from './validate.ts';
import { validateSubresource } from './validate-update.ts';

export const CERTIFICATE_SIGNING_REQUEST: Kind = {
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  singular: 'certificatesigningrequest',
  shortNames: ['csr'],
  namespaced: false,
  schema: 'io.k8s.api.certificates.v1.CertificateSigningRequest',
  hasStatus: true,
  columns: [NAME, AGE, text('SignerName'), text('Requestor'), text('RequestedDuration'), text('Condition')],
  row,
  prepareForCreate,
  fieldSelectors: { 'spec.signerName': ({ spec }) => spec?.signerName ?? '' },
  /** The request itself never changes. */
  prepareForUpdate: (object, old) => {
    object.spec = old.spec;
  },
  validate,
  validateCreate,
  validateSubresource,
  nameRule: 'path-segment',
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, spec = {} } = object;
  return [
    metadata.name,
    age(object, context),
    spec.signerName || '<none>',
    spec.username ?? '',
    spec.expirationSeconds === undefined ? '<none>' : humanDuration(spec.expirationSeconds * 1000),
    requestState(object),
  ];
}

/** Models pkg/printers/internalversion extractCSRStatus. */
export function requestState({ status = {} }: any): string {
  const has = (wanted: string) => (status.conditions ?? []).some(({ type }: any) => type === wanted);
  const state = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return `${state}${has('Failed') ? ',Failed' : ''}${status.certificate ? ',Issued' : ''}`;
}

function prepareForCreate(object: any): void {
  object.status = {};
}
