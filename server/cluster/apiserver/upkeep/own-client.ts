import { DirectClient } from '../../client/direct-client.ts';
import type { ApiServer } from '../api-server.ts';
import { LOOPBACK } from '../user.ts';

/** The server as a client of itself. Its requests may be refused, by a webhook say: `ApiError`. */
export function ownClient(server: ApiServer): DirectClient {
  return new DirectClient((request) => server.handle(request, LOOPBACK), 'kube-apiserver/v1.33.1');
}
