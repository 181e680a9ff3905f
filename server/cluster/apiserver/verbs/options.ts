import { ApiError } from '../../../objects/api-error.ts';
import type { Call } from '../call.ts';
import { badRequest } from '../errors.ts';

/** True when nothing is to be stored. */
export function isDryRun(call: Call, bodyOption?: unknown): boolean {
  const asked = call.info.query.getAll('dryRun');
  const given = Array.isArray(bodyOption) && asked.length === 0 ? bodyOption.map(String) : asked;
  for (const value of given) {
    if (value === 'All') continue;
    throw new ApiError(
      422,
      'Invalid',
      `PatchOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ${JSON.stringify(value)}: supported values: "All"`,
    );
  }
  return given.length > 0;
}

/** Who owns the fields that a request sets. Models the default of apiserver/pkg/endpoints/handlers managerOrUserAgent. */
export function fieldManager(call: Call): string {
  const given = call.info.query.get('fieldManager');
  if (given && given.length > 128) {
    throw badRequest(`fieldManager: Too long: may not be more than 128 bytes`);
  }
  if (given) return given;
  const agent = call.request.headers['user-agent'] ?? '';
  const slash = agent.indexOf('/');
  return (slash < 0 ? agent : agent.slice(0, slash)) || 'unknown';
}
