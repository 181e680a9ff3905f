import { parse as parseYaml } from 'yaml';
import { FieldErrors } from '../../../../objects/field-error.ts';
import { isObject } from '../../../../objects/values.ts';
import { aggregate } from '../../errors.ts';
import type { EventLimit } from '../event-rate-limit.ts';
import type { ImagePolicy } from '../image-policy.ts';
import { checkPodSecurityConfiguration, type PodSecurityConfiguration } from '../pod-security.ts';
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
  const plugins: Settings[] = Array.isArray(value['plugins']) ? value['plugins'] : [];
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
  if (found !== kind || !versions.includes(apiVersion)) {
    const named = `no kind ${JSON.stringify(found)} is registered for version ${JSON.stringify(apiVersion)}`;
    throw failed(`${named} ${scheme}`);
  }
  return own;
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
      return { nodeSelectors: settings['podNodeSelectorPluginConfig'] ?? {} };
    case 'PodTolerationRestriction': {
      const { default: byDefault = [], whitelist = [] } = settings;
      return { tolerations: { byDefault, whitelist } };
    }
    case 'ResourceQuota':
      return { limitedResources: settings['limitedResources'] ?? [] };
    default:
      return {};
  }
}

function podSecurity(settings: Settings): PodSecurityConfiguration {
  const kind = 'PodSecurityConfiguration';
  const group = 'pod-security.admission.config.k8s.io';
  if (settings['kind'] !== kind || !/^v1(alpha1|beta1)?$/.test(settings['apiVersion']?.split('/')[1] ?? '')) {
    const { kind: found = '', apiVersion = '' } = settings;
    const named = `no kind ${JSON.stringify(found)} is registered for version ${JSON.stringify(apiVersion)}`;
    throw initFailure(
      'PodSecurity',
      `${named} in scheme "k8s.io/pod-security-admission/admission/api/scheme/scheme.go:28"`,
    );
  }
  const unknown = Object.keys(settings).find(
    (name) => !['apiVersion', 'kind', 'defaults', 'exemptions'].includes(name),
  );
  if (unknown)
    throw initFailure('PodSecurity', `strict decoding error: unknown field ${JSON.stringify(unknown)}`);
  if (!settings['apiVersion'].startsWith(`${group}/`))
    throw initFailure(
      'PodSecurity',
      `no kind "${kind}" is registered for version "${settings['apiVersion']}"`,
    );
  const { defaults = {}, exemptions = {} } = settings;
  const configuration = { defaults: defaults ?? {}, exemptions: exemptions ?? {} };
  const errors = new FieldErrors();
  checkPodSecurityConfiguration(errors, configuration);
  if (!errors.empty) throw initFailure('PodSecurity', aggregate(errors.list));
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
function eventLimits({ limits = [] }: Settings): EventLimit[] {
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
  return limits;
}
