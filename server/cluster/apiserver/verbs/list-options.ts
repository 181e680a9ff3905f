import { FieldErrors } from '../../../objects/field-error.ts';
import { badRequest, invalid } from '../errors.ts';

const NOT_OLDER = 'NotOlderThan';
const MATCHES = ['Exact', NOT_OLDER, ''];

/**
 * Refuses parameters of a list or watch that do not go together. Models
 * apimachinery/pkg/apis/meta/internalversion/validation ValidateListOptions.
 */
export function checkListOptions(query: URLSearchParams, watches: boolean): void {
  if (query.size === 0) return;
  for (const name of ['limit', 'timeoutSeconds']) integer(query, name);
  const errors = new FieldErrors();
  if (watches) checkWatch(query, errors);
  else checkList(query, errors);
  if (!errors.empty) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors.list);
  const version = query.get('resourceVersion');
  if (query.get('continue') && version && version !== '0' && !watches)
    throw badRequest('specifying resource version is not allowed when using continue');
}

function checkList(query: URLSearchParams, errors: FieldErrors): void {
  const match = query.get('resourceVersionMatch');
  const field = 'resourceVersionMatch';
  if (match) {
    const version = query.get('resourceVersion');
    if (!version) errors.forbidden(field, `${field} is forbidden unless resourceVersion is provided`);
    if (query.get('continue')) errors.forbidden(field, `${field} is forbidden when continue is provided`);
    if (!MATCHES.includes(match)) errors.notSupported(field, match, MATCHES);
    if (match === 'Exact' && version === '0')
      errors.forbidden(field, `${field} "exact" is forbidden for resourceVersion "0"`);
  }
  if (query.has('sendInitialEvents'))
    errors.forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list');
}

function checkWatch(query: URLSearchParams, errors: FieldErrors): void {
  const match = query.get('resourceVersionMatch');
  const initial = query.has('sendInitialEvents');
  const field = 'resourceVersionMatch';
  if (initial && match !== NOT_OLDER)
    errors.forbidden(field, `sendInitialEvents requires setting ${field} to ${NOT_OLDER}`);
  if (!match) return;
  if (!initial)
    errors.forbidden(field, `${field} is forbidden for watch unless sendInitialEvents is provided`);
  if (match !== NOT_OLDER) errors.notSupported(field, match, [NOT_OLDER]);
  if (query.get('continue')) errors.forbidden(field, `${field} is forbidden when continue is provided`);
}

/** A whole number of the query; 0 when it is not given. */
export function integer(query: URLSearchParams, name: string): number {
  const text = query.get(name);
  if (!text) return 0;
  if (/^-?\d{1,18}$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}
