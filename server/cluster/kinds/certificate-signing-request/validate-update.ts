import type { FieldErrors } from '../../../objects/field-error.ts';
import { equalValues } from '../../../objects/values.ts';

interface Condition {
  readonly type?: string;
  readonly status?: string;
}

const CONDITIONS = 'status.conditions';
const CERTIFICATE = 'status.certificate';
const DECISIONS = ['Approved', 'Denied'];
/** Conditions that are never taken back. */
const LASTING = [...DECISIONS, 'Failed'];
const STATUSES = ['False', 'True', 'Unknown'];
const EXCLUSIVE = 'Approved and Denied conditions are mutually exclusive';

/** Who approves adds conditions, who signs the certificate. Models validateCertificateSigningRequestUpdate */
export function validateSubresource(object: any, old: any, errors: FieldErrors, subresource: string): void {
  const now: Condition[] = object.status?.conditions ?? [];
  const before: Condition[] = old.status?.conditions ?? [];
  validateConditions(now, before, errors);
  const certificate: string = object.status?.certificate ?? '';
  const held: string = old.status?.certificate ?? '';
  if (certificate !== held) validateCertificate(certificate, errors);
  for (const type of LASTING) {
    if (ofType(now, type).length < ofType(before, type).length)
      errors.forbidden(CONDITIONS, `updates may not remove a condition of type "${type}"`);
  }
  if (subresource !== 'approval') keepDecisions(now, before, errors);
  if (certificate === held) return;
  if (subresource !== 'status') errors.forbidden(CERTIFICATE, 'updates may not set certificate content');
  else if (held !== '') errors.forbidden(CERTIFICATE, 'updates may not modify existing certificate content');
}

function ofType(conditions: readonly Condition[], wanted: string): Condition[] {
  return conditions.filter(({ type }) => type === wanted);
}

function keepDecisions(now: readonly Condition[], before: readonly Condition[], errors: FieldErrors): void {
  for (const type of DECISIONS) {
    const [left, right] = [ofType(before, type), ofType(now, type)];
    if (right.length > left.length)
      errors.forbidden(CONDITIONS, `updates may not add a condition of type "${type}"`);
    else if (right.length === left.length && !equalValues(left, right))
      errors.forbidden(CONDITIONS, `updates may not modify a condition of type "${type}"`);
  }
}

/** What was wrong before may stay so. Models validateConditions */
function validateConditions(
  now: readonly Condition[],
  before: readonly Condition[],
  errors: FieldErrors,
): void {
  const has = (list: readonly Condition[], type: string) => ofType(list, type).length > 0;
  const mixed = DECISIONS.every((type) => has(before, type));
  const repeated = before.some(({ type = '' }) => ofType(before, type).length > 1);
  now.forEach(({ type = '', status = '' }, i) => {
    const field = `${CONDITIONS}[${i}]`;
    const seen = now.slice(0, i);
    if (type === '') errors.required(`${field}.type`);
    const allowed = LASTING.includes(type) ? ['True'] : STATUSES;
    if (status === '') errors.required(`${field}.status`);
    else if (!allowed.includes(status)) errors.notSupported(`${field}.status`, status, allowed);
    const other = DECISIONS.find((decision) => decision !== type) as string;
    if (!mixed && DECISIONS.includes(type) && has(seen, other))
      errors.invalid(`${field}.type`, type, EXCLUSIVE);
    if (!repeated && has(seen, type)) errors.duplicate(`${field}.type`, type);
  });
}

/** Models validateCertificate, as far as the envelope tells. */
function validateCertificate(certificate: string, errors: FieldErrors): void {
  if (certificate === '') return;
  const pem = Buffer.from(certificate, 'base64').toString('latin1');
  const blocks = [...pem.matchAll(/-----BEGIN ([A-Z0-9 ]{1,64})-----\n([^-]*)-----END \1-----/g)];
  const why = blocks.map(([, type, body = '']) => {
    if (type !== 'CERTIFICATE')
      return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`;
    return Buffer.from(body, 'base64')[0] === 0x30 ? undefined : 'x509: malformed certificate';
  });
  const wrong =
    blocks.length === 0
      ? 'must contain at least one CERTIFICATE PEM block'
      : why.find((text) => text !== undefined);
  if (wrong !== undefined) errors.invalid(CERTIFICATE, '<certificate data>', wrong);
}
