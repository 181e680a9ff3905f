import { equalValues } from '../../../objects/values.ts';
import type { Steps } from '../../../sim/index.ts';
import { hasFiles, type Info, MISSING_RESOURCE } from '../builder.ts';
import { subjectList } from '../create/rbac.ts';
import { labelSelectorOf, resourceList } from '../create/simple.ts';
import { ExitError, KubectlError, throwAll } from '../errors.ts';
import type { Kubectl } from '../kubectl.ts';
import { chosen, nameMatches, noTemplate, objectName, podSpecOf, save } from './templates.ts';

type Fields = Record<string, any>;

/** Splits `resources key=value…`. Models kubectl/pkg/cmd/util GetResourcesAndPairs. */
function splitPairs(args: readonly string[]): { resources: string[]; pairs: string[] } {
  const isPair = (arg: string) => arg.indexOf('=') > 0 || (arg.endsWith('-') && arg !== '-');
  const first = args.findIndex(isPair);
  const resources = first < 0 ? [...args] : args.slice(0, first);
  const pairs = first < 0 ? [] : args.slice(first);
  const late = pairs.find((arg) => !isPair(arg));
  if (late !== undefined)
    throw new KubectlError(`all resources must be specified before image changes: ${late}`);
  const removal = pairs.filter((pair) => !pair.includes('='));
  if (removal.length > 0) throw new KubectlError(`invalid image format: ${removal.join(', ')}`);
  return { resources, pairs };
}

/** Models kubectl/pkg/cmd/set/set_image.go. */
export function* setImage(k: Kubectl): Steps<void> {
  const { resources, pairs } = splitPairs(k.args);
  const problems: string[] = [];
  const { infos, errors } = yield* chosen(k, resources);
  throwAll(errors);
  if (pairs.length === 0) problems.push('at least one image update is required');
  else if (pairs.length > 1 && pairs.some((pair) => pair.startsWith('*=')))
    problems.push(
      'all containers are already specified by *, but saw more than one container_name=container_image pairs',
    );
  if (problems.length > 0)
    throw new KubectlError(problems.length === 1 ? (problems[0] as string) : `[${problems.join(', ')}]`);
  const images = pairs.map((pair) => {
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), image: pair.slice(at + 1) };
  });
  const failures: unknown[] = [];
  for (const info of infos) {
    try {
      yield* setImageOf(k, info, images, failures);
    } catch (error) {
      failures.push(error);
    }
  }
  for (const failure of failures.filter((f) => typeof f === 'string')) yield* k.err(`error: ${failure}\n`);
  const rest = failures.filter((failure) => typeof failure !== 'string');
  throwAll(rest);
  if (failures.length > 0) throw new ExitError(1);
}

function* setImageOf(
  k: Kubectl,
  info: Info,
  images: readonly { name: string; image: string }[],
  failures: unknown[],
): Steps<void> {
  const next = structuredClone(info.object as Fields);
  const spec = podSpecOf(next);
  if (!spec) throw noTemplate(k, info);
  for (const { name, image } of images) {
    const containers: Fields[] = [...(spec['initContainers'] ?? []), ...(spec['containers'] ?? [])];
    const found = containers.filter((container) => name === '*' || container['name'] === name);
    for (const container of found) container['image'] = image;
    if (found.length === 0) failures.push(`unable to find container named ${JSON.stringify(name)}`);
  }
  // What was found is written, whatever else was not.
  yield* save(k, info, next, { word: 'image updated', told: 'image update to pod template:' });
}

/** Models set_resources.go. */
export function* setResources(k: Kubectl): Steps<void> {
  const { flags } = k;
  const limitsText = flags.string('limits');
  const requestsText = flags.string('requests');
  const { infos, errors } = yield* chosen(k, k.args);
  if (limitsText === '' && requestsText === '')
    throw new KubectlError(
      'you must specify an update to requests or limits (in the form of --requests/--limits)',
    );
  const limits = resourceList(limitsText);
  const requests = resourceList(requestsText);
  const failures: unknown[] = [...errors];
  for (const info of infos) {
    const next = structuredClone(info.object as Fields);
    const spec = podSpecOf(next);
    if (!spec) {
      failures.push(noTemplate(k, info));
      continue;
    }
    const all: Fields[] = [...(spec['containers'] ?? []), ...(spec['initContainers'] ?? [])];
    const containers = all.filter(({ name }) => nameMatches(flags.string('containers'), name));
    if (containers.length === 0) {
      failures.push(new KubectlError(`unable to find container named ${flags.string('containers')}`));
      continue;
    }
    for (const container of containers) {
      container['resources'] = {
        ...container['resources'],
        ...merged('limits', container['resources']?.limits, limits),
        ...merged('requests', container['resources']?.requests, requests),
      };
    }
    try {
      yield* save(k, info, next, {
        word: 'resource requirements updated',
        told: 'resources update to pod template',
      });
    } catch (error) {
      failures.push(error);
    }
  }
  throwAll(failures);
}

function merged(field: string, before: Fields | undefined, change: Fields): Fields {
  return Object.keys(change).length === 0 ? {} : { [field]: { ...before, ...change } };
}

/** Models set_serviceaccount.go. */
export function* setServiceAccount(k: Kubectl): Steps<void> {
  if (k.args.length === 0) throw new KubectlError('serviceaccount is required');
  const name = k.args.at(-1) as string;
  const resources = k.args.slice(0, -1);
  if (resources.length === 0 && !hasFiles(k)) throw new KubectlError(MISSING_RESOURCE);
  const { infos, errors } = yield* chosen(k, resources);
  const failures = [...errors];
  for (const info of infos) {
    const next = structuredClone(info.object as Fields);
    const spec = podSpecOf(next);
    if (!spec) {
      failures.push(noTemplate(k, info));
      continue;
    }
    spec['serviceAccountName'] = name;
    if (spec['serviceAccount'] !== undefined) spec['serviceAccount'] = name;
    try {
      yield* save(k, info, next, { word: 'serviceaccount updated', told: 'ServiceAccountName' });
    } catch (error) {
      failures.push(error);
    }
  }
  throwAll(failures);
}

/** Models set_selector.go. */
export function* setSelector(k: Kubectl): Steps<void> {
  if (k.args.length === 0) throw new KubectlError('one selector is required');
  const selector = labelSelectorOf(k.args.at(-1) as string);
  const { infos, errors } = yield* chosen(k, k.args.slice(0, -1));
  const failures = [...errors];
  const [expression] = selector['matchExpressions'] ?? [];
  for (const info of infos) {
    if (info.resource.kind !== 'Service') {
      failures.push(new KubectlError('setting a selector is only supported for Services'));
      continue;
    }
    if (expression) {
      const { key, operator, values = [] } = expression;
      failures.push(
        new KubectlError(
          `match expression [{${key} ${operator} [${values.join(' ')}]}] not supported on this object`,
        ),
      );
      continue;
    }
    const next = structuredClone(info.object as Fields);
    const version = k.flags.string('resource-version');
    if (version !== '') next['metadata'].resourceVersion = version;
    next['spec'].selector = selector['matchLabels'] ?? {};
    try {
      yield* save(k, info, next, { word: 'selector updated' });
    } catch (error) {
      failures.push(error);
    }
  }
  throwAll(failures);
}

/** Models set_subject.go. */
export function* setSubject(k: Kubectl): Steps<void> {
  const { flags } = k;
  const users = flags.list('user');
  const groups = flags.list('group');
  const accounts = flags.list('serviceaccount');
  if (k.args.length === 0 && !hasFiles(k)) throw new KubectlError(MISSING_RESOURCE);
  if (users.length + groups.length + accounts.length === 0)
    throw new KubectlError('you must specify at least one value of user, group or serviceaccount');
  for (const account of accounts) {
    const [namespace, name, ...more] = account.split(':');
    if (!namespace || !name || more.length > 0)
      throw new KubectlError('serviceaccount must be <namespace>:<name>');
  }
  const { infos, errors } = yield* chosen(k, k.args);
  const failures = [...errors];
  const subjects = subjectList({ users, groups, accounts });
  for (const info of infos) {
    if (!info.resource.kind.endsWith('RoleBinding')) {
      failures.push(
        new KubectlError(
          `error: ${objectName(k, info)} setting subjects is only supported for RoleBinding/ClusterRoleBinding`,
        ),
      );
      continue;
    }
    const next = structuredClone(info.object as Fields);
    const list: Fields[] = [...(next['subjects'] ?? [])];
    for (const subject of subjects)
      if (!list.some((other) => sameSubject(other, subject))) list.push(subject);
    if (equalValues(next['subjects'] ?? [], list)) continue;
    next['subjects'] = list;
    try {
      yield* save(k, info, next, { word: 'subjects updated', told: 'subjects to rolebinding:' });
    } catch (error) {
      failures.push(error);
    }
  }
  throwAll(failures);
}

function sameSubject(a: Fields, b: Fields): boolean {
  return (
    a['kind'] === b['kind'] && a['name'] === b['name'] && (a['namespace'] ?? '') === (b['namespace'] ?? '')
  );
}
