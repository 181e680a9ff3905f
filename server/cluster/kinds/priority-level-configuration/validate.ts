import type { FieldErrors } from '../../../objects/field-error.ts';

const MAX_QUEUES = 10_000_000;

/** Models pkg/apis/flowcontrol/validation ValidatePriorityLevelConfiguration. */
export function validate({ metadata, spec = {} }: any, errors: FieldErrors): void {
  const { type, limited, exempt } = spec;
  if ((metadata.name === 'exempt') !== (type === 'Exempt')) {
    errors.invalid('spec.type', type ?? '', "type must be 'Exempt' if and only if `name` is 'exempt'");
  }
  if (type === 'Exempt') {
    if (limited) errors.forbidden('spec.limited', 'must be nil if the type is not Limited');
    if (exempt) validateShares(errors, 'spec.exempt', exempt);
  } else if (type === 'Limited') {
    if (exempt) errors.forbidden('spec.exempt', 'must be nil if the type is Limited');
    if (limited) validateLimited(errors, 'spec.limited', limited);
    else errors.required('spec.limited', 'must not be empty when type is Limited');
  } else errors.notSupported('spec.type', type ?? '', ['Exempt', 'Limited']);
}

function validateShares(errors: FieldErrors, field: string, one: any): void {
  const { nominalConcurrencyShares: shares, lendablePercent: percent } = one;
  if (shares < 0)
    errors.invalid(`${field}.nominalConcurrencyShares`, shares, 'must be a non-negative integer');
  if (percent < 0 || percent > 100)
    errors.invalid(`${field}.lendablePercent`, percent, 'must be between 0 and 100, inclusive');
}

function validateLimited(errors: FieldErrors, field: string, limited: any): void {
  validateShares(errors, field, limited);
  const { type, queuing } = limited.limitResponse ?? {};
  const place = `${field}.limitResponse`;
  if (type === 'Reject') {
    if (queuing)
      errors.forbidden(`${place}.queuing`, 'must be nil if limited.limitResponse.type is not Limited');
  } else if (type === 'Queue') {
    if (queuing) validateQueuing(errors, `${place}.queuing`, queuing);
    else errors.required(`${place}.queuing`, 'must not be empty if limited.limitResponse.type is Limited');
  } else errors.notSupported(`${place}.type`, type ?? '', ['Queue', 'Reject']);
  const borrowing = limited.borrowingLimitPercent;
  if (borrowing < 0)
    errors.invalid(
      `${field}.borrowingLimitPercent`,
      borrowing,
      'if specified, must be a non-negative integer',
    );
}

function validateQueuing(errors: FieldErrors, field: string, queuing: any): void {
  const { queues = 0, handSize = 0, queueLengthLimit = 0 } = queuing;
  const positive = (name: string, value: number) => {
    if (value <= 0) errors.invalid(`${field}.${name}`, value, 'must be positive');
  };
  positive('queueLengthLimit', queueLengthLimit);
  positive('queues', queues);
  if (queues > MAX_QUEUES)
    errors.invalid(`${field}.queues`, queues, `must not be greater than ${MAX_QUEUES}`);
  positive('handSize', handSize);
  if (handSize > queues)
    errors.invalid(`${field}.handSize`, handSize, `should not be greater than queues (${queues})`);
}
