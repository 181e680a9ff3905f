import type { FieldErrors } from '../../../objects/field-error.ts';
import { report } from '../validation/fields.ts';
import { goBytes } from '../validation/go-values.ts';
import { dnsSubdomain } from '../validation/names.ts';

const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

/** Models pkg/apis/certificates/validation ValidateCertificateSigningRequestCreate. */
export function validate({ spec = {} }: any, errors: FieldErrors): void {
  validateRequest(errors, spec.request ?? '');
  const usages: string[] = spec.usages ?? [];
  if (usages.length === 0) errors.required('spec.usages');
  usages.forEach((usage, i) => {
    if (!USAGES.includes(usage)) errors.notSupported(`spec.usages[${i}]`, usage, USAGES);
  });
  usages.forEach((usage, i) => {
    if (usages.indexOf(usage) !== i) errors.duplicate(`spec.usages[${i}]`, usage);
  });
  validateSigner(errors, 'spec.signerName', spec.signerName ?? '');
  const seconds = spec.expirationSeconds;
  if (seconds !== undefined && seconds < 600) {
    const why = 'may not specify a duration less than 600 seconds (10 minutes)';
    errors.invalid('spec.expirationSeconds', seconds, why);
  }
}

/** New requests are no longer sent to the signer of old; those that were stay valid. */
export function validateCreate({ spec = {} }: any, errors: FieldErrors): void {
  if (spec.signerName !== 'kubernetes.io/legacy-unknown') return;
  const why = 'the legacy signerName is not allowed via this API version';
  errors.invalid('spec.signerName', spec.signerName, why);
}

/** Models pkg/apis/certificates ParseCSR, as far as the envelope tells. */
function validateRequest(errors: FieldErrors, request: string): void {
  const bytes = Buffer.from(request, 'base64');
  const block = /-----BEGIN ([A-Z0-9 ]+)-----\n([\s\S]*?)-----END \1-----/.exec(bytes.toString('latin1'));
  if (block?.[1] !== 'CERTIFICATE REQUEST') {
    errors.invalid('spec.request', goBytes(bytes), 'PEM block type must be CERTIFICATE REQUEST');
    return;
  }
  const der = Buffer.from(block[2] as string, 'base64');
  if (der[0] !== 0x30)
    errors.invalid('spec.request', goBytes(bytes), "asn1: structure error: tags don't match");
}

/** Models pkg/apis/certificates/validation ValidateSignerName. */
function validateSigner(errors: FieldErrors, field: string, name: string): void {
  if (name === '') {
    errors.required(field);
    return;
  }
  const slash = name.indexOf('/');
  if (slash < 0 || slash !== name.lastIndexOf('/')) {
    errors.invalid(
      field,
      name,
      "must be a fully qualified domain and path of the form 'example.com/signer-name'",
    );
    return;
  }
  const domain = name.slice(0, slash);
  const path = name.slice(slash + 1);
  report(errors, field, domain, dnsSubdomain(domain));
  if (!domain.includes('.')) {
    errors.invalid(field, domain, 'should be a domain with at least two segments separated by dots');
  }
  report(errors, field, path, path.split('.').flatMap(dnsSubdomain));
}
