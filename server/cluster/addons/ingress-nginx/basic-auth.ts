import type { HttpRequest } from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { RESOURCES } from '../../client/resources.ts';
import { userOf } from '../../images/programs/htpasswd.ts';
import type { Agent } from '../agent.ts';
import { annotation } from './locations.ts';

/** Whether a request has the password that an ingress asks for. The secret is a file of htpasswd in its key `auth`. */
export function authorized(
  agent: Agent,
  ingress: KubeObject,
  namespace: string,
  request: HttpRequest,
): boolean {
  const name = annotation(ingress, 'auth-secret') ?? '';
  const secret = agent.client.find(RESOURCES.secrets, name.split('/').at(-1) ?? '', namespace);
  const file = Buffer.from(secret?.['data']?.auth ?? '', 'base64').toString();
  return userOf(request, file) !== undefined;
}
