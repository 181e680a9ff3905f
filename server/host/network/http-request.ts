import { SystemError } from '../errors.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from './http.ts';
import type { NetworkNamespace } from './namespace.ts';

/**
 * Sends a request to an address and returns the answer at once. Throws ECONNREFUSED, ETIMEDOUT, ENETUNREACH as
 * `SystemError`; whether the failure takes time is the caller's to simulate.
 */
export function httpRequest(
  from: NetworkNamespace,
  target: { address: string; port: number; certificates?: readonly string[] },
  request: HttpRequest,
): HttpResponse {
  const found = from.connect(target.address, target.port);
  if (!found.ok) throw connectError(found.failure);
  const handler: HttpHandler | undefined = found.listener.http;
  if (!handler) throw new SystemError('ECONNRESET');
  const peer = { address: found.from, port: from.ephemeralPort(), certificates: target.certificates ?? [] };
  return handler({ ...request, peer });
}

export function connectError(failure: 'refused' | 'timeout' | 'unreachable' | 'no-route'): SystemError {
  const codes = {
    refused: 'ECONNREFUSED',
    timeout: 'ETIMEDOUT',
    unreachable: 'ENETUNREACH',
    'no-route': 'EHOSTUNREACH',
  } as const;
  return new SystemError(codes[failure]);
}
