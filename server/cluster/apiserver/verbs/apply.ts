import type { ResourceCall } from '../call.ts';
import { unsupportedMediaType } from '../errors.ts';
import type { Updated } from './update.ts';

/** Server-side apply. */
export function apply(_call: ResourceCall, _body: unknown): Updated {
  throw unsupportedMediaType('server-side apply is not served yet');
}
