import { parse as parseYaml } from 'yaml';
import { type Context, isSystemError } from '../../host/index.ts';
import { checkCel, DYN } from '../../objects/cel-check.ts';
import { isObject } from '../../objects/values.ts';
import { StartError } from '../client/program-start.ts';
import { type FlagValues, flagList } from '../flags.ts';
import type { AuthorizationMode } from './api-server.ts';
import { readAbacPolicies } from './authorize/abac.ts';
import type { Authorizer } from './authorize/access.ts';
import { onlyWhere, webhookAuthorizer } from './authorize/webhook.ts';
import { webhookOfKubeconfig } from './program-admission.ts';

const MODES = ['AlwaysAllow', 'AlwaysDeny', 'ABAC', 'Webhook', 'RBAC', 'Node'];
const BUILT_IN: readonly string[] = ['Node', 'RBAC', 'AlwaysAllow', 'AlwaysDeny'];
const POLICY = 'authorization-policy-file';
const WEBHOOK = 'authorization-webhook-config-file';
const CONFIG = 'authorization-config';

/** Who decides, in order. Throws StartError. Models pkg/kubeapiserver/options BuiltInAuthorizationOptions. */
export function authorizers(context: Context, flags: FlagValues): (AuthorizationMode | Authorizer)[] {
  const config = flags.get(CONFIG);
  if (config) return configured(context, flags, config);
  const modes = flagList(flags, 'authorization-mode');
  checkModes(flags, modes);
  return (modes.length > 0 ? modes : ['AlwaysAllow']).map((mode) => {
    if (mode === 'ABAC') return abac(context, flags.get(POLICY) as string);
    if (mode !== 'Webhook') return mode as AuthorizationMode;
    const version = flags.get('authorization-webhook-version') ?? 'v1beta1';
    return webhook(context, flags.get(WEBHOOK) as string, version);
  });
}

function checkModes(flags: FlagValues, modes: readonly string[]): void {
  for (const mode of modes) {
    if (!MODES.includes(mode))
      throw new StartError(`authorization-mode ${JSON.stringify(mode)} is not a valid mode`);
    if (mode === 'ABAC' && !flags.get(POLICY))
      throw new StartError("authorization-mode ABAC's authorization policy file not passed");
    if (mode === 'Webhook' && !flags.get(WEBHOOK))
      throw new StartError("authorization-mode Webhook's authorization config file not passed");
  }
  for (const [flag, mode] of [
    [POLICY, 'ABAC'],
    [WEBHOOK, 'Webhook'],
  ] as const) {
    if (flags.get(flag) && !modes.includes(mode))
      throw new StartError(`cannot specify --${flag} without mode ${mode}`);
  }
  const twice = modes.find((mode, i) => modes.indexOf(mode) !== i);
  if (twice) {
    const named = `authorization-mode [${modes.map((mode) => JSON.stringify(mode)).join(' ')}]`;
    throw new StartError(`${named} has mode specified more than once`);
  }
}

function abac(context: Context, path: string): Authorizer {
  try {
    return readAbacPolicies(context.fs.read(path), path);
  } catch (error) {
    if (isSystemError(error)) throw new StartError(`open ${path}: no such file or directory`);
    throw new StartError((error as Error).message);
  }
}

function webhook(
  context: Context,
  kubeconfig: string,
  version: string,
  onFailure?: 'NoOpinion' | 'Deny',
): Authorizer {
  try {
    return webhookAuthorizer(webhookOfKubeconfig(context, kubeconfig), version, onFailure);
  } catch (error) {
    throw new StartError((error as Error).message);
  }
}

/** Models apiserver/pkg/apis/apiserver/load and validation, as far as the fields that are simulated. */
function configured(context: Context, flags: FlagValues, path: string): (AuthorizationMode | Authorizer)[] {
  for (const flag of ['authorization-mode', POLICY, WEBHOOK]) {
    if (flags.get(flag)) {
      const names = '--authorization-mode or any --authorization-webhook-* flags';
      throw new StartError(`--${CONFIG} can not be specified when ${names} are specified`);
    }
  }
  const failed = (why: string) =>
    new StartError(`failed to load AuthorizationConfiguration from file ${JSON.stringify(path)}: ${why}`);
  let value: unknown;
  try {
    value = parseYaml(context.fs.read(path));
  } catch (error) {
    const why = isSystemError(error) ? `open ${path}: no such file or directory` : (error as Error).message;
    throw failed(why.split('\n')[0] as string);
  }
  const { kind = '', apiVersion = '', authorizers: listed } = isObject(value) ? value : {};
  if (
    kind !== 'AuthorizationConfiguration' ||
    !/^apiserver\.config\.k8s\.io\/v1(alpha1|beta1)?$/.test(String(apiVersion))
  )
    throw failed(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`);
  const all = Array.isArray(listed) ? listed.map((one) => (isObject(one) ? one : {})) : [];
  if (all.length === 0)
    throw failed('authorizers: Required value: at least one authorization mode must be defined');
  return all.map((one, i) => configuredAuthorizer(context, one, (why) => failed(`authorizers[${i}]${why}`)));
}

function configuredAuthorizer(
  context: Context,
  { type = '', name, webhook: settings }: any,
  failed: (why: string) => StartError,
): AuthorizationMode | Authorizer {
  const known = ['Webhook', ...BUILT_IN].map((mode) => JSON.stringify(mode)).join(', ');
  if (type === '') throw failed('.type: Required value');
  if (!name) throw failed('.name: Required value');
  if (BUILT_IN.includes(type)) return type;
  if (type !== 'Webhook')
    throw failed(`.type: Unsupported value: ${JSON.stringify(type)}: supported values: ${known}`);
  const {
    connectionInfo,
    subjectAccessReviewVersion = '',
    failurePolicy,
    matchConditions,
  } = Object(settings);
  const { type: connection, kubeConfigFile } = Object(connectionInfo);
  if (!['v1', 'v1beta1'].includes(subjectAccessReviewVersion))
    throw failed(
      `.webhook.subjectAccessReviewVersion: Unsupported value: ${JSON.stringify(subjectAccessReviewVersion)}: supported values: "v1", "v1beta1"`,
    );
  if (!['NoOpinion', 'Deny'].includes(failurePolicy))
    throw failed(
      `.webhook.failurePolicy: Unsupported value: ${JSON.stringify(failurePolicy ?? '')}: supported values: "NoOpinion", "Deny"`,
    );
  if (connection !== 'KubeConfigFile' || !kubeConfigFile)
    throw failed('.webhook.connectionInfo.kubeConfigFile: Required value');
  const conditions = conditionsOf(matchConditions, failed);
  const asked = webhook(context, String(kubeConfigFile), subjectAccessReviewVersion, failurePolicy);
  return conditions.length > 0 ? onlyWhere(conditions, asked, failurePolicy) : asked;
}

/** The expressions of conditions. Models apis/apiserver/validation ValidateAndCompileMatchConditions. */
function conditionsOf(listed: unknown, failed: (why: string) => StartError): string[] {
  const all: unknown[] = Array.isArray(listed) ? listed : [];
  const seen = new Set<string>();
  return all.map((one, i) => {
    const place = `.webhook.matchConditions[${i}].expression`;
    const expression = isObject(one) ? String(one['expression'] ?? '').trim() : '';
    if (expression === '') throw failed(`${place}: Required value`);
    const shown = JSON.stringify(expression);
    if (seen.has(expression)) throw failed(`${place}: Duplicate value: ${shown}`);
    seen.add(expression);
    const { problem, type } = checkCel(expression, { request: DYN });
    if (problem) throw failed(`${place}: Invalid value: ${shown}: compilation failed: ${problem}`);
    if (type !== 'bool' && type !== 'dyn')
      throw failed(`${place}: Invalid value: ${shown}: must evaluate to bool`);
    return expression;
  });
}
