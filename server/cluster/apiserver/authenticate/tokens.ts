import type { Log } from '../../store/log.ts';
import type { User } from '../user.ts';

/** Users by the lines of `--token-auth-file`: `token,user,uid,"group1,group2"`. */
export function readTokenFile(text: string): ReadonlyMap<string, User> {
  const users = new Map<string, User>();
  for (const line of text.split('\n')) {
    const [token = '', name = '', uid = '', groups = ''] = csvFields(line);
    if (token === '' || name === '') continue;
    users.set(token, {
      name,
      uid,
      groups: groups
        .split(',')
        .map((g) => g.trim())
        .filter((g) => g !== ''),
    });
  }
  return users;
}

function csvFields(line: string): string[] {
  const fields = line.trim().match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? [];
  return fields.map((field) =>
    field
      .replace(/,$/, '')
      .trim()
      .replace(/^"(.*)"$/s, '$1')
      .replaceAll('""', '"'),
  );
}

/** The user of a bootstrap token (`abcdef.0123456789abcdef`), which is a Secret in kube-system. */
export function bootstrapUser(token: string, log: Log, now: number): User | undefined {
  const match = /^([a-z0-9]{6})\.([a-z0-9]{16})$/.exec(token);
  if (!match) return undefined;
  const [, id = '', secret] = match;
  const object = log.get(`/registry/secrets/kube-system/bootstrap-token-${id}`)?.value;
  if (object?.['type'] !== 'bootstrap.kubernetes.io/token' || object.metadata.deletionTimestamp)
    return undefined;
  const field = (name: string) => {
    const data = object['data']?.[name];
    return data === undefined ? '' : Buffer.from(data, 'base64').toString();
  };
  if (field('token-id') !== id || field('token-secret') !== secret) return undefined;
  const expiration = field('expiration');
  if (expiration !== '' && !(Date.parse(expiration) > now)) return undefined;
  if (field('usage-bootstrap-authentication') !== 'true') return undefined;
  const extra = field('auth-extra-groups')
    .split(',')
    .map((g) => g.trim())
    .filter((g) => g !== '');
  return { name: `system:bootstrap:${id}`, groups: ['system:bootstrappers', ...extra] };
}
