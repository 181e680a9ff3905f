import { fieldValue, resourceValue } from '../../../cluster/kinds/pod/describe-containers.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Info, selectAll } from '../builder.ts';
import { KubectlError, throwAll } from '../errors.ts';
import type { Kubectl } from '../kubectl.ts';
import { builtIn, pathOf } from '../resources.ts';
import { chosen, nameMatches, noTemplate, objectName, podSpecOf, save } from './templates.ts';

type Fields = Record<string, any>;

interface Change {
  readonly add: readonly Fields[];
  readonly remove: readonly string[];
}

const NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

/** Models kubectl/pkg/cmd/set/set_env.go. */
export function* setEnv(k: Kubectl): Steps<void> {
  const { flags } = k;
  const resources: string[] = [];
  const words: string[] = [];
  for (const arg of k.args) {
    const env = arg.indexOf('=') > 0 || (arg.endsWith('-') && !arg.includes('/'));
    if (env) words.push(arg);
    else if (words.length > 0)
      throw new KubectlError(`all resources must be specified before environment changes: ${arg}`);
    else resources.push(arg);
  }
  if (resources.length === 0 && flags.list('filename').length === 0)
    throw new KubectlError(
      'one or more resources must be specified as <resource> <name> or <resource>/<name>',
    );
  const list = flags.bool('list');
  const from = flags.string('from');
  if (list && flags.string('output') !== '')
    throw new KubectlError('--list and --output may not be specified together');
  if (flags.string('keys') !== '' && from === '' && flags.list('keys').length > 0)
    throw new KubectlError('when specifying --keys, a configmap or secret must be provided with --from');
  const change = parseEnv(yield* withInput(k, [...flags.list('env'), ...words]));
  if (from !== '') (change.add as Fields[]).push(...(yield* fromSource(k, from)));
  const { infos, errors } = yield* chosen(k, resources);
  const failures: unknown[] = [...errors];
  for (const info of infos) {
    try {
      yield* changeOne(k, info, change, list);
    } catch (error) {
      failures.push(error);
    }
  }
  throwAll(failures);
}

/** `-` stands for the variables on standard input, each in a line. */
function* withInput(k: Kubectl, words: readonly string[]): Steps<string[]> {
  const out: string[] = [];
  for (const word of words) {
    if (word !== '-') out.push(word);
    else
      for (const line of (yield* k.stdin()).split('\n'))
        out.push(...[line.replace(/#.*/, '')].filter((text) => text.includes('=')));
  }
  return out;
}

function parseEnv(words: readonly string[]): Change {
  const add: Fields[] = [];
  const remove: string[] = [];
  for (const word of words) {
    const at = word.indexOf('=');
    if (at >= 0) {
      const name = word.slice(0, at);
      if (!NAME.test(name))
        throw new KubectlError(
          `${JSON.stringify(name)} is not a valid key name: a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')`,
        );
      add.push({ name, value: word.slice(at + 1) });
    } else if (word.endsWith('-')) remove.push(word.slice(0, -1));
    else throw new KubectlError(`unknown environment variable: ${word}`);
  }
  const both = add.find(({ name }) => remove.includes(name));
  if (both)
    throw new KubectlError(
      'can not both modify and remove the same environment variable in the same command',
    );
  return { add, remove };
}

/** --from: every key of a config map or secret as a reference. */
function* fromSource(k: Kubectl, from: string): Steps<Fields[]> {
  const infos = yield* selectAll(k, { args: [from] });
  const [info] = infos as [Info];
  const { kind } = info.resource;
  if (kind !== 'Secret' && kind !== 'ConfigMap')
    throw new KubectlError(`unsupported resource specified in --from`);
  const keys = k.flags.list('keys');
  const prefix = k.flags.string('prefix');
  const field = kind === 'Secret' ? 'secretKeyRef' : 'configMapKeyRef';
  const out: Fields[] = [];
  for (const key of Object.keys(info.object?.['data'] ?? {}).sort()) {
    if (keys.length > 0 && !keys.includes(key)) continue;
    const name = key.replace(/[^a-zA-Z0-9_]/g, '_').toUpperCase();
    if (name !== key) yield* k.err(`Warning: key ${key} transferred to ${name}\n`);
    out.push({ name: `${prefix}${name}`, valueFrom: { [field]: { name: info.name, key } } });
  }
  return out;
}

function* changeOne(k: Kubectl, info: Info, change: Change, list: boolean): Steps<void> {
  const next = structuredClone(info.object as Fields);
  const spec = podSpecOf(next);
  if (!spec) throw noTemplate(k, info);
  const pattern = k.flags.string('containers');
  const containers: Fields[] = [...(spec['containers'] ?? []), ...(spec['initContainers'] ?? [])].filter(
    (container: Fields) => nameMatches(pattern, container['name']),
  );
  if (containers.length === 0) {
    yield* k.err(
      `Warning: ${info.resource.kind}/${info.name} does not have any containers matching ${JSON.stringify(pattern)}\n`,
    );
    return;
  }
  for (const container of containers) applyEnv(k, objectName(k, info), container, change);
  if (list) {
    for (const container of containers) yield* listEnv(k, info, container);
    return;
  }
  yield* save(k, info, next, { word: 'env updated', told: 'env update to pod template:' });
}

function applyEnv(k: Kubectl, where: string, container: Fields, { add, remove }: Change): void {
  const list = k.flags.bool('list');
  const env: Fields[] = [...(container['env'] ?? [])];
  for (const entry of add) {
    const at = env.findIndex((other) => other['name'] === entry['name']);
    const differs = at >= 0 && env[at]?.['value'] !== entry['value'];
    if (differs && !k.flags.bool('overwrite') && !list)
      throw new KubectlError(
        `${where} '${entry['name']}' already has a value (${env[at]?.['value']}), and --overwrite is false`,
      );
    if (at >= 0) env[at] = entry;
    else env.push(entry);
  }
  const left = env.filter((entry) => !remove.includes(entry['name']));
  if (left.length > 0) container['env'] = left;
  else delete container['env'];
}

function* listEnv(k: Kubectl, info: Info, container: Fields): Steps<void> {
  yield* k.out(`# ${info.resource.kind} ${info.name}, container ${container['name']}\n`);
  for (const { name, value, valueFrom } of container['env'] ?? []) {
    if (!valueFrom) yield* k.out(`${name}=${value ?? ''}\n`);
    else if (k.flags.bool('resolve'))
      yield* k.out(`${name}=${yield* resolve(k, info, container, valueFrom)}\n`);
    else yield* k.out(`# ${name} from ${reference(valueFrom)}\n`);
  }
}

function reference(from: Fields): string {
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = from;
  if (configMapKeyRef) return `configmap ${configMapKeyRef.name}, key ${configMapKeyRef.key}`;
  if (secretKeyRef) return `secret ${secretKeyRef.name}, key ${secretKeyRef.key}`;
  if (fieldRef) return `field path ${fieldRef.fieldPath}`;
  return `resource field ${resourceFieldRef?.containerName ? `${resourceFieldRef.containerName}.` : ''}${resourceFieldRef?.resource}`;
}

function* resolve(k: Kubectl, info: Info, container: Fields, from: Fields): Steps<string> {
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = from;
  const wanted = configMapKeyRef ?? secretKeyRef;
  if (fieldRef) return fieldValue(info.object as Fields, fieldRef.fieldPath);
  if (resourceFieldRef) return resourceValue(container, resourceFieldRef);
  if (!wanted) return reference(from);
  const resource = builtIn(configMapKeyRef ? 'configmaps' : 'secrets');
  const object = yield* k.api.get<Fields>(pathOf(resource, info.namespace, wanted.name));
  const value = String(object['data']?.[wanted.key] ?? '');
  return secretKeyRef ? atob(value) : value;
}
