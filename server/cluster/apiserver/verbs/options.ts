import { FieldErrors } from '../../../objects/field-error.ts';
import { goStrings } from '../../kinds/validation/go-values.ts';
import type { Call } from '../call.ts';
import { invalid } from '../errors.ts';

const OPTIONS: Readonly<Record<string, string>> = {
  create: 'CreateOptions',
  update: 'UpdateOptions',
  patch: 'PatchOptions',
};
const VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn'];
const MANAGER_LENGTH = 128;
const APPLY = 'application/apply-patch';

/**
 * Refuses the options of a create, update or patch that are none. Models apimachinery/pkg/apis/meta/v1/validation
 * ValidateCreateOptions and its like.
 */
export function checkWriteOptions({ info, request }: Call): void {
  const kind = OPTIONS[info.verb];
  const { query } = info;
  const patches = info.verb === 'patch';
  if (!kind || (query.size === 0 && !patches)) return;
  const errors = new FieldErrors();
  const applies = patches && (request.headers['content-type'] ?? '').startsWith(APPLY);
  const manager = query.get('fieldManager') ?? '';
  if (patches && !applies && query.has('force'))
    errors.forbidden('force', 'may not be specified for non-apply patch');
  if (applies && manager === '') errors.required('fieldManager', 'is required for apply patch');
  checkManager(manager, errors);
  checkDryRun(query.getAll('dryRun'), errors);
  const validation = query.get('fieldValidation') ?? '';
  if (!VALIDATIONS.includes(validation)) errors.notSupported('fieldValidation', validation, VALIDATIONS);
  if (!errors.empty) throw invalidOptions(kind, errors);
}

export function invalidOptions(kind: string, errors: FieldErrors): Error {
  return invalid({ group: 'meta.k8s.io', kind }, '', errors.list);
}

function checkManager(manager: string, errors: FieldErrors): void {
  if (manager.length > MANAGER_LENGTH) errors.tooLong('fieldManager', MANAGER_LENGTH);
  if (/[^\P{C}]/u.test(manager))
    errors.invalid('fieldManager', manager, 'should only contain printable characters');
}

export function checkDryRun(values: readonly string[], errors: FieldErrors): void {
  if (values.some((value) => value !== 'All')) errors.notSupported('dryRun', goStrings(values), ['All']);
}

/** True when nothing is to be stored. `bodyOption`: of options that came in the body. */
export function isDryRun({ info }: Call, bodyOption?: unknown): boolean {
  return dryRunOf(info.query, bodyOption).length > 0;
}

export function dryRunOf(query: URLSearchParams, bodyOption?: unknown): string[] {
  const asked = query.getAll('dryRun');
  return Array.isArray(bodyOption) && asked.length === 0 ? bodyOption.map(String) : asked;
}

/** Who owns the fields that a request sets. Models the default of apiserver/pkg/endpoints/handlers managerOrUserAgent. */
export function fieldManager(call: Call): string {
  const given = call.info.query.get('fieldManager');
  if (given) return given;
  const agent = call.request.headers['user-agent'] ?? '';
  const slash = agent.indexOf('/');
  return (slash < 0 ? agent : agent.slice(0, slash)) || 'unknown';
}
