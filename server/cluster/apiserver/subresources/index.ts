import type { HttpResponse } from '../../../host/index.ts';
import type { ResourceCall } from '../call.ts';
import { approval } from './approval.ts';
import { binding } from './binding.ts';
import { eviction } from './eviction.ts';
import { finalize } from './finalize.ts';
import { ephemeralContainers, resize } from './pod-parts.ts';
import { attach, exec, log, portForward } from './pod-streams.ts';
import { proxy } from './proxy.ts';
import { scale } from './scale.ts';
import { token } from './token.ts';

/** What answers below an object, beside its status. */
export const SUBRESOURCE_HANDLERS: Readonly<Record<string, (call: ResourceCall) => HttpResponse>> = {
  approval,
  attach,
  binding,
  ephemeralcontainers: ephemeralContainers,
  eviction,
  exec,
  finalize,
  log,
  portforward: portForward,
  proxy,
  resize,
  scale,
  token,
};
