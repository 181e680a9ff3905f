import type { FieldErrors } from '../../../objects/field-error.ts';
import { driverName } from '../validation/driver-name.ts';
import { immutable, oneOf } from '../validation/fields.ts';

const MIN_TOKEN_SECONDS = 600;
const MAX_TOKEN_SECONDS = 2 ** 32;

/** Models pkg/apis/storage/validation ValidateCSIDriver. */
export function validate({ metadata, spec = {} }: any, errors: FieldErrors): void {
  driverName(errors, 'metadata.name', metadata.name);
  oneOf(errors, 'spec.fsGroupPolicy', spec.fsGroupPolicy, ['File', 'None', 'ReadWriteOnceWithFSType']);
  const audiences = new Set<string>();
  (spec.tokenRequests ?? []).forEach(({ audience = '', expirationSeconds }: any, i: number) => {
    const place = `spec.tokenRequests[${i}]`;
    if (audiences.has(audience)) errors.duplicate(`${place}.audience`, audience);
    audiences.add(audience);
    if (expirationSeconds < MIN_TOKEN_SECONDS) {
      const why = 'may not specify a duration less than 10 minutes';
      errors.invalid(`${place}.expirationSeconds`, expirationSeconds, why);
    }
    if (expirationSeconds > MAX_TOKEN_SECONDS) {
      const why = 'may not specify a duration larger than 2^32 seconds';
      errors.invalid(`${place}.expirationSeconds`, expirationSeconds, why);
    }
  });
  for (const mode of spec.volumeLifecycleModes ?? []) {
    if (!['Ephemeral', 'Persistent'].includes(mode))
      errors.notSupported('spec.volumeLifecycleModes', mode, ['Ephemeral', 'Persistent']);
  }
}

export function validateUpdate({ spec = {} }: any, old: any, errors: FieldErrors): void {
  for (const field of ['attachRequired', 'volumeLifecycleModes']) {
    immutable(errors, `spec.${field}`, spec[field], old.spec?.[field]);
  }
}
