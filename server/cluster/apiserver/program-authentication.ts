import { parse as parseYaml } from 'yaml';
import { type Context, isSystemError } from '../../host/index.ts';
import { isObject } from '../../objects/values.ts';
import { StartError } from '../client/program-start.ts';
import type { FeatureGates } from '../feature-gates.ts';
import { type FlagValues, flagTrue } from '../flags.ts';
import type { AuthenticationOptions } from './authenticate/authenticator.ts';

const CONFIG = 'authentication-config';
const VERSIONS = ['apiserver.config.k8s.io/v1beta1', 'apiserver.config.k8s.io/v1alpha1'];

/**
 * Who may ask without saying who they are: a flag, or a file that may narrow it to some paths. Throws StartError. Models
 * pkg/kubeapiserver/options BuiltInAuthenticationOptions and apis/apiserver/validation ValidateAuthenticationConfiguration.
 */
export function anonymousAccess(
  context: Context,
  flags: FlagValues,
  gates: FeatureGates,
): AuthenticationOptions['anonymous'] {
  const byFlag = flagTrue(flags, 'anonymous-auth', true);
  const path = flags.get(CONFIG);
  if (!path) return byFlag;
  if (!gates.isOn('StructuredAuthenticationConfiguration'))
    throw new StartError(
      `set --feature-gates=StructuredAuthenticationConfiguration=true to use ${CONFIG} file`,
    );
  if ([...flags.keys()].some((name) => name.startsWith('oidc-')))
    throw new StartError(`${CONFIG} file and oidc-* flags are mutually exclusive`);
  const { anonymous, jwt } = readFile(context, path);
  checkIssuers(jwt);
  if (!isObject(anonymous)) return byFlag;
  if (!gates.isOn('AnonymousAuthConfigurableEndpoints'))
    throw new StartError(
      'anonymous: Forbidden: anonymous is not supported when AnonymousAuthConfigurableEndpoints feature gate is disabled',
    );
  if (flags.has('anonymous-auth'))
    throw new StartError(
      '--anonymous-auth flag cannot be set when anonymous field is configured in authentication configuration file',
    );
  return conditionsOf(anonymous);
}

function conditionsOf(anonymous: Record<string, unknown>): AuthenticationOptions['anonymous'] {
  const conditions = Array.isArray(anonymous['conditions']) ? anonymous['conditions'] : [];
  const enabled = anonymous['enabled'] === true;
  if (!enabled && conditions.length > 0)
    throw new StartError(
      'anonymous.conditions: Invalid value: []: enabled should be set to true when conditions are defined',
    );
  return enabled && conditions.length > 0
    ? { paths: conditions.map((one) => (isObject(one) ? String(one['path'] ?? '') : '')) }
    : enabled;
}

function readFile(context: Context, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseYaml(context.fs.read(path));
  } catch (error) {
    const why = isSystemError(error) ? `open ${path}: no such file or directory` : (error as Error).message;
    throw new StartError(why.split('\n')[0] as string);
  }
  const found = isObject(value) ? value : {};
  const { kind = '', apiVersion = '' } = found;
  if (kind !== 'AuthenticationConfiguration' || !VERSIONS.includes(String(apiVersion)))
    throw new StartError(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "k8s.io/apiserver/pkg/apis/apiserver/install/install.go"`,
    );
  return found;
}

/** Issuers are named and cannot be reached: their tokens are nobody's. */
function checkIssuers(listed: unknown): void {
  const all: unknown[] = Array.isArray(listed) ? listed : [];
  all.forEach((one, i) => {
    const { issuer, claimMappings } = Object(one) as { issuer?: any; claimMappings?: any };
    const url = String(issuer?.url ?? '');
    const place = `jwt[${i}].issuer`;
    if (url === '') throw new StartError(`${place}.url: Required value: URL is required`);
    if (!url.startsWith('https://'))
      throw new StartError(`${place}.url: Invalid value: ${JSON.stringify(url)}: URL scheme must be https`);
    if (!issuer.audiences?.length)
      throw new StartError(`${place}.audiences: Required value: at least one ${place}.audiences is required`);
    const { claim, expression } = claimMappings?.username ?? {};
    if (!claim && !expression)
      throw new StartError(
        `jwt[${i}].claimMappings.username: Required value: claim or expression is required`,
      );
  });
}
