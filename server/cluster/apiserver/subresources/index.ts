import type { HttpResponse } from '../../../host/index.ts';
import type { ResourceCall } from '../call.ts';
import { approval } from './approval.ts';
import { binding } from './binding.ts';
import { finalize } from './finalize.ts';
import { scale } from './scale.ts';
import { token } from './token.ts';

/** What answers below an object, beside its status. The object is known to exist, except for `binding`. */
export const SUBRESOURCE_HANDLERS: Readonly<Record<string, (call: ResourceCall) => HttpResponse>> = {
  approval,
  binding,
  finalize,
  scale,
  token,
};
