/** `--runtime-config`: which groups, versions and resources are served. */
export interface RuntimeConfig {
  isOn(group: string, version: string, resource: string): boolean;
}

/** All versions that v1.33 knows of, served or not. Models pkg/api/legacyscheme. */
const KNOWN: Readonly<Record<string, string>> = {
  '': 'v1',
  'admissionregistration.k8s.io': 'v1 v1beta1 v1alpha1',
  'apiextensions.k8s.io': 'v1 v1beta1',
  'apiregistration.k8s.io': 'v1 v1beta1',
  apps: 'v1 v1beta1 v1beta2',
  'authentication.k8s.io': 'v1 v1beta1 v1alpha1',
  'authorization.k8s.io': 'v1 v1beta1',
  autoscaling: 'v1 v2 v2beta1 v2beta2',
  batch: 'v1 v1beta1',
  'certificates.k8s.io': 'v1 v1beta1 v1alpha1',
  'coordination.k8s.io': 'v1 v1beta1 v1alpha2',
  'discovery.k8s.io': 'v1 v1beta1',
  'events.k8s.io': 'v1 v1beta1',
  extensions: 'v1beta1',
  'flowcontrol.apiserver.k8s.io': 'v1 v1beta1 v1beta2 v1beta3',
  'imagepolicy.k8s.io': 'v1alpha1',
  'internal.apiserver.k8s.io': 'v1alpha1',
  'networking.k8s.io': 'v1 v1beta1',
  'node.k8s.io': 'v1 v1beta1 v1alpha1',
  policy: 'v1 v1beta1',
  'rbac.authorization.k8s.io': 'v1 v1beta1 v1alpha1',
  'resource.k8s.io': 'v1alpha3 v1beta1 v1beta2',
  'scheduling.k8s.io': 'v1 v1beta1 v1alpha1',
  'storage.k8s.io': 'v1 v1beta1 v1alpha1',
  'storagemigration.k8s.io': 'v1alpha1',
};

/** Versions that are served when somebody asks for them. */
const ON_DEMAND: ReadonlySet<string> = new Set([
  'admissionregistration.k8s.io/v1beta1',
  'authentication.k8s.io/v1alpha1',
  'authentication.k8s.io/v1beta1',
  'networking.k8s.io/v1beta1',
]);

/** Versions that v1.33 serves when it is asked to, and that are not simulated. */
const NOT_SIMULATED: ReadonlySet<string> = new Set([
  'admissionregistration.k8s.io/v1alpha1',
  'certificates.k8s.io/v1alpha1',
  'certificates.k8s.io/v1beta1',
  'coordination.k8s.io/v1alpha2',
  'coordination.k8s.io/v1beta1',
  'internal.apiserver.k8s.io/v1alpha1',
  'resource.k8s.io/v1alpha3',
  'resource.k8s.io/v1beta1',
  'resource.k8s.io/v1beta2',
  'storage.k8s.io/v1alpha1',
  'storage.k8s.io/v1beta1',
  'storagemigration.k8s.io/v1alpha1',
]);

/** The switches of whole stages, in the order in which they count. */
const STAGES: Readonly<Record<string, (version: string) => boolean>> = {
  'api/all': () => true,
  'api/ga': (version) => /^v\d+$/.test(version),
  'api/beta': (version) => version.includes('beta'),
  'api/alpha': (version) => version.includes('alpha'),
};

type Settings = readonly (readonly [key: string, on: boolean])[];

/** `batch/v1=false,api/all=true`. Throws Error in the server's words. Models apiserver/pkg/server/resourceconfig. */
export function parseRuntimeConfig(flags: readonly string[]): RuntimeConfig {
  const settings = flags.map(setting);
  const only = settings.length === 1 && settings[0]?.[0] === 'api/all' && !settings[0][1];
  if (only) throw new Error('invalid key with only api/all=false');
  const own = settings.filter(([key]) => !(key in STAGES));
  checkGroups(own);
  for (const [key, on] of own) checkVersion(key, on);
  return { isOn: (group, version, resource) => isOn(settings, group, version, resource) };
}

/** What is served when no flag says anything. */
export const BY_DEFAULT: RuntimeConfig = parseRuntimeConfig([]);

/** A key alone switches on. Models cliflag.ConfigurationMap. */
function setting(text: string): readonly [string, boolean] {
  const [key = '', value = 'true'] = text.split('=').map((part) => part.trim());
  if (/^(1|t|true)$/i.test(value)) return [key, true];
  if (/^(0|f|false)$/i.test(value)) return [key, false];
  throw new Error(
    `invalid value of ${key}: ${value}, err: strconv.ParseBool: parsing "${value}": invalid syntax`,
  );
}

function versionOf(key: string): [group: string, version: string, resource: string | undefined] {
  const [group = '', version = '', resource] = key.split('/');
  // The core group goes by the path it is found at.
  return [group === 'api' ? '' : group, version, resource];
}

function checkGroups(settings: Settings): void {
  for (const [key] of settings) {
    const parts = key.split('/').length;
    if (parts < 2 || parts > 3) throw new Error(`runtime-config invalid key ${key}`);
  }
  const unknown = settings.map(([key]) => versionOf(key)[0]).filter((group) => !Object.hasOwn(KNOWN, group));
  if (unknown.length > 0) throw new Error(`unknown api groups ${[...new Set(unknown)].join(',')}`);
}

function checkVersion(key: string, on: boolean): void {
  const [group, version] = versionOf(key);
  if (!KNOWN[group]?.split(' ').includes(version))
    throw new Error(`group version ${group}/${version} that has not been registered`);
  if (on && NOT_SIMULATED.has(`${group}/${version}`))
    throw new Error(`--runtime-config=${key} is not simulated`);
}

/** The most specific setting counts. */
function isOn(settings: Settings, group: string, version: string, resource: string): boolean {
  let on = !ON_DEMAND.has(`${group}/${version}`);
  for (const [stage, holds] of Object.entries(STAGES)) {
    for (const [key, value] of settings) if (key === stage && holds(version)) on = value;
  }
  const same = settings.filter(([key]) => {
    const [ownGroup, ownVersion] = versionOf(key);
    return !(key in STAGES) && ownGroup === group && ownVersion === version;
  });
  for (const [key, value] of same) {
    // To switch on a resource switches on its version, to switch it off is about it alone.
    if (versionOf(key)[2] === undefined || value) on = value;
  }
  for (const [key, value] of same) if (versionOf(key)[2] === resource) on = value;
  return on;
}
