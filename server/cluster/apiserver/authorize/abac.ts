import { isObject } from '../../../objects/values.ts';
import type { Access, Authorizer } from './access.ts';
import { NO_OPINION } from './access.ts';

/** `abac.authorization.kubernetes.io/v1beta1` Policy, a line of the file. */
interface Policy {
  readonly user?: string;
  readonly group?: string;
  readonly namespace?: string;
  readonly resource?: string;
  readonly apiGroup?: string;
  readonly nonResourcePath?: string;
  readonly readonly?: boolean;
}

const VERSION = /^abac\.authorization\.kubernetes\.io\/v(0|1beta1)$/;
const READING = ['get', 'list', 'watch'];

/** Reads `--authorization-policy-file`. Throws Error in the server's words. Models pkg/auth/authorizer/abac NewFromFile. */
export function readAbacPolicies(text: string, path: string): Authorizer {
  const policies: Policy[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    policies.push(
      policyOf(
        trimmed,
        (why) => new Error(`error reading policy file ${path}, line ${i + 1}: ${trimmed}: ${why}`),
      ),
    );
  }
  return {
    decide: (access) =>
      policies.some((policy) => allows(policy, access))
        ? { allowed: true, reason: '' }
        : { ...NO_OPINION, reason: 'No policy matched.' },
  };
}

function policyOf(line: string, wrong: (why: string) => Error): Policy {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw wrong("couldn't get version/kind; json parse error: invalid character");
  }
  if (!isObject(value)) throw wrong("couldn't get version/kind; json parse error: cannot unmarshal");
  const { apiVersion = '', kind = '', spec } = value;
  // The form of old has no version, and its fields stand at the top.
  if (apiVersion === '' && kind === '') return value as Policy;
  if (kind !== 'Policy' || !VERSION.test(String(apiVersion)))
    throw wrong(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`);
  return isObject(spec) ? (spec as Policy) : {};
}

const fits = (wanted: string | undefined, value: string) => wanted === '*' || (wanted ?? '') === value;

function allows(policy: Policy, access: Access): boolean {
  if (!isSubject(policy, access)) return false;
  if (policy.readonly && !READING.includes(access.verb)) return false;
  if (!access.isResource) {
    const path = String(policy.nonResourcePath ?? '');
    if (fits(path, access.path)) return true;
    return path.endsWith('*') && access.path.startsWith(path.replace(/\*+$/, ''));
  }
  return (
    fits(policy.namespace, access.namespace) &&
    fits(policy.resource, access.resource) &&
    fits(policy.apiGroup, access.group)
  );
}

/** Who is named must be who asks, and in the group that is named; a policy without names is about nobody. */
function isSubject({ user, group }: Policy, access: Access): boolean {
  if (!user && !group) return false;
  if (user && !fits(user, access.user.name)) return false;
  return !group || group === '*' || access.user.groups.includes(group);
}
