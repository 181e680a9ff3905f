import { parse as parseYaml } from 'yaml';
import { FieldErrors } from '../../../../objects/field-error.ts';
import { isObject } from '../../../../objects/values.ts';
import { aggregate } from '../../errors.ts';
import type { EventLimit } from '../event-rate-limit.ts';
import type { ImagePolicy } from '../image-policy.ts';
import { checkPodSecurityConfiguration, type PodSecurityConfiguration } from '../pod-security/policy.ts';
import type { LimitedResource } from '../resource-quota.ts';
import type { AdmissionConfiguration } from './configuration.ts';

/** How the server reaches what a configuration names. */
export interface Reader {
  /** Throws in the words of the file system. */
  read(path: string): string;
  /** Who answers about images, by a kubeconfig file. */
  imageReviewer(kubeconfig: string): ImagePolicy['ask'];
}

const GROUP = 'apiserver.config.k8s.io';
const SCHEME = 'in scheme "k8s.io/apiserver/pkg/admission/config.go:41"';
type Settings = Record<string, any>;

/** Throws Error in the server's words. Models apiserver/pkg/admission ReadAdmissionConfiguration. */
export function readAdmissionConfiguration(
  path: string,
  enabled: ReadonlySet<string>,
  reader: Reader,
): AdmissionConfiguration {
  let text: string;
  try {
    text = reader.read(path);
  } catch (error) {
    const named = JSON.stringify(path);
    throw failed(
      `unable to read admission control configuration from ${named} [${(error as Error).message}]`,
    );
  }
  const value = decoded(text, [`${GROUP}/v1`, `${GROUP}/v1alpha1`], 'AdmissionConfiguration', SCHEME);
  const folder = path.slice(0, path.lastIndexOf('/'));
  const plugins = itemsOf(value['plugins']);
  const read = (plugin: Settings) => settingsOf(plugin, folder, reader);
  const found: Partial<Record<string, Settings>> = {};
  for (const plugin of plugins) if (enabled.has(plugin['name'])) found[plugin['name']] ??= read(plugin);
  return Object.assign({}, ...Object.entries(found).map(([name, own]) => partOf(name, own ?? {}, reader)));
}

/** A plugin that is on must have heard of what it cannot do without. */
export function checkConfigured(enabled: ReadonlySet<string>, configuration: AdmissionConfiguration): void {
  if (enabled.has('ImagePolicyWebhook') && !configuration.imagePolicy)
    throw initFailure('ImagePolicyWebhook', 'no config specified');
  if (enabled.has('EventRateLimit') && !configuration.eventLimits)
    throw initFailure(
      'EventRateLimit',
      'limits: Invalid value: []eventratelimit.Limit(nil): must not be empty',
    );
}

function failed(why: string): Error {
  return new Error(`failed to apply admission: failed to read plugin config: ${why}`);
}

function initFailure(plugin: string, why: string): Error {
  return new Error(
    `failed to apply admission: couldn't init admission plugin ${JSON.stringify(plugin)}: ${why}`,
  );
}

function decoded(text: string, versions: readonly string[], kind: string, scheme: string): Settings {
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (error) {
    throw failed(`couldn't get version/kind; json parse error: ${(error as Error).message.split('\n')[0]}`);
  }
  const own: Settings = isObject(value) ? value : {};
  const { apiVersion = '', kind: found = '' } = own;
  if (found === '') throw failed("Object 'Kind' is missing in the configuration");
  if (found !== kind || !versions.includes(apiVersion))
    throw failed(`${unregistered(found, apiVersion)} ${scheme}`);
  return own;
}

function unregistered(kind: string, apiVersion: string): string {
  return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`;
}

/** What stands in the file itself, or in the one that it names. */
function settingsOf({ name, configuration, path }: Settings, folder: string, reader: Reader): Settings {
  if (isObject(configuration)) return configuration;
  if (typeof path !== 'string' || path === '') return {};
  const file = path.startsWith('/') ? path : `${folder}/${path}`;
  let text: string;
  try {
    text = reader.read(file);
  } catch {
    const error = `&fs.PathError{Op:"open", Path:${JSON.stringify(file)}, Err:0x2}`;
    throw new Error(`Couldn't open admission plugin configuration ${file}: ${error}`);
  }
  try {
    const value: unknown = parseYaml(text);
    return isObject(value) ? value : {};
  } catch (error) {
    throw initFailure(name, (error as Error).message.split('\n')[0] ?? '');
  }
}

/** The objects of a list that somebody wrote. */
function itemsOf(value: unknown): Settings[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function textsOf(value: unknown): Record<string, string> {
  const entries = isObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.map(([name, one]) => [name, String(one ?? '')]));
}

/** What a plugin makes of its settings. */
function partOf(plugin: string, settings: Settings, reader: Reader): AdmissionConfiguration {
  switch (plugin) {
    case 'PodSecurity':
      return { podSecurity: podSecurity(settings) };
    case 'ImagePolicyWebhook':
      return { imagePolicy: imagePolicy(settings, reader) };
    case 'EventRateLimit':
      return { eventLimits: eventLimits(settings) };
    case 'PodNodeSelector':
      return { nodeSelectors: textsOf(settings['podNodeSelectorPluginConfig']) };
    case 'PodTolerationRestriction': {
      const { default: byDefault, whitelist } = settings;
      return { tolerations: { byDefault: itemsOf(byDefault), whitelist: itemsOf(whitelist) } };
    }
    case 'ResourceQuota':
      return { limitedResources: itemsOf(settings['limitedResources']).map(limitedResource) };
    default:
      return {};
  }
}

function limitedResource({ apiGroup, resource, matchContains, matchScopes }: Settings): LimitedResource {
  return {
    apiGroup: String(apiGroup ?? ''),
    resource: String(resource ?? ''),
    matchContains: Array.isArray(matchContains) ? matchContains.map(String) : [],
    matchScopes: itemsOf(matchScopes) as unknown as NonNullable<LimitedResource['matchScopes']>,
  };
}

const SECURITY_FIELDS = ['apiVersion', 'kind', 'defaults', 'exemptions'];
const SECURITY_VERSION = /^pod-security\.admission\.config\.k8s\.io\/v1(alpha1|beta1)?$/;

function podSecurity(settings: Settings): PodSecurityConfiguration {
  const { kind = '', apiVersion = '' } = settings;
  const refused = (why: string) => initFailure('PodSecurity', why);
  if (kind !== 'PodSecurityConfiguration' || !SECURITY_VERSION.test(apiVersion)) {
    const scheme = 'in scheme "k8s.io/pod-security-admission/admission/api/scheme/scheme.go:28"';
    throw refused(`${unregistered(kind, apiVersion)} ${scheme}`);
  }
  const unknown = Object.keys(settings).find((name) => !SECURITY_FIELDS.includes(name));
  if (unknown) throw refused(`strict decoding error: unknown field ${JSON.stringify(unknown)}`);
  const lists = isObject(settings['exemptions']) ? Object.entries(settings['exemptions']) : [];
  const exemptions = Object.fromEntries(
    lists.map(([name, list]) => [name, Array.isArray(list) ? list.map(String) : []]),
  );
  const configuration = { defaults: textsOf(settings['defaults']), exemptions };
  const errors = new FieldErrors();
  checkPodSecurityConfiguration(errors, configuration);
  if (!errors.empty) throw refused(aggregate(errors.list));
  return configuration;
}

function imagePolicy({ imagePolicy: settings }: Settings, reader: Reader): ImagePolicy {
  const path = settings?.kubeConfigFile;
  const missing =
    'invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable';
  if (typeof path !== 'string' || path === '') throw initFailure('ImagePolicyWebhook', missing);
  try {
    return { defaultAllow: settings.defaultAllow === true, ask: reader.imageReviewer(path) };
  } catch (error) {
    throw initFailure('ImagePolicyWebhook', (error as Error).message);
  }
}

const LIMIT_TYPES = ['Namespace', 'Server', 'SourceAndObject', 'User'];

/** Models plugin/pkg/admission/eventratelimit/apis/eventratelimit/validation ValidateConfiguration. */
function eventLimits(settings: Settings): EventLimit[] {
  const limits = itemsOf(settings['limits']);
  const errors = new FieldErrors();
  if (limits.length === 0) {
    const why = 'limits: Invalid value: []eventratelimit.Limit(nil): must not be empty';
    throw initFailure('EventRateLimit', why);
  }
  limits.forEach(({ type = '', qps = 0, burst = 0, cacheSize = 0 }: Settings, i: number) => {
    const place = `limits[${i}]`;
    if (!LIMIT_TYPES.includes(type)) errors.notSupported(`${place}.type`, type, LIMIT_TYPES);
    if (burst <= 0) errors.invalid(`${place}.burst`, burst, 'must be positive');
    if (qps <= 0) errors.invalid(`${place}.qps`, qps, 'must be positive');
    if (cacheSize < 0) errors.invalid(`${place}.cacheSize`, cacheSize, 'must not be negative');
  });
  if (!errors.empty) throw initFailure('EventRateLimit', aggregate(errors.list));
  return limits as unknown as EventLimit[];
}
