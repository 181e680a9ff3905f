import { ConfigError, only, problemsIn } from './config-error.ts';
import type { ExtenderConfig } from './extender.ts';
import type { Profile } from './profile.ts';

const FIELDS = [
  'urlPrefix',
  'filterVerb',
  'preemptVerb',
  'prioritizeVerb',
  'weight',
  'bindVerb',
  'enableHTTPS',
  'tlsConfig',
  'httpTimeout',
  'nodeCacheCapable',
  'managedResources',
  'ignorable',
];
const TLS_FIELDS = [
  'insecure',
  'serverName',
  'certFile',
  'keyFile',
  'caFile',
  'certData',
  'keyData',
  'caData',
];

/** Models pkg/scheduler/apis/config/validation validateExtenders */
export function checkExtenders(extenders: readonly ExtenderConfig[]): void {
  const list: string[] = [];
  const { invalid } = problemsIn(list);
  const managed = new Set<string>();
  extenders.forEach((extender, i) => {
    const path = `extenders[${i}].`;
    checkFields(extender, path);
    const { prioritizeVerb, weight = 0 } = extender;
    if (prioritizeVerb && weight <= 0)
      invalid(`${path}weight`, weight, 'must have a positive weight applied to it');
    (extender.managedResources ?? []).forEach(({ name }, at) => {
      const where = `${path}managedResources[${at}].name`;
      if (!name.includes('/')) invalid(where, JSON.stringify(name), 'is an invalid extended resource name');
      if (managed.has(name)) invalid(where, JSON.stringify(name), 'duplicate extender managed resource name');
      managed.add(name);
    });
  });
  const binders = extenders.filter(({ bindVerb }) => bindVerb).length;
  if (binders > 1)
    invalid(
      'extenders',
      JSON.stringify(`found ${binders} extenders implementing bind`),
      'only one extender can implement bind',
    );
  if (list.length > 0)
    throw new ConfigError(list.length === 1 ? (list[0] as string) : `[${list.join(', ')}]`);
}

function checkFields(extender: ExtenderConfig, path: string): void {
  only(extender, FIELDS, path);
  only(extender.tlsConfig, TLS_FIELDS, `${path}tlsConfig.`);
}

/** What extenders look after for the scheduler, it leaves to them. */
export function withoutManaged(profile: Profile, extenders: readonly ExtenderConfig[]): Profile {
  const names = extenders.flatMap(({ managedResources = [] }) =>
    managedResources.flatMap(({ name, ignoredByScheduler }) => (ignoredByScheduler ? [name] : [])),
  );
  if (names.length === 0) return profile;
  const ignoredResources = new Set([...profile.args.ignoredResources, ...names]);
  return { ...profile, args: { ...profile.args, ignoredResources } };
}
