import type { Steps } from '../../sim/index.ts';
import { fileFlags, hasFiles, type Info, select } from './builder.ts';
import { KubectlError, throwAll } from './errors.ts';
import { goJson } from './go-json.ts';
import type { Kubectl } from './kubectl.ts';
import { operation, printerFor } from './printers.ts';
import { changeCause } from './record.ts';
import { pathOf } from './resources.ts';

type Fields = Record<string, any>;

interface Pairs {
  readonly resources: readonly string[];
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

/** Resources first, then `key=value` and `key-`. Models cmdutil.GetResourcesAndPairs. */
function parsePairs(args: readonly string[], what: 'label' | 'annotation'): Pairs {
  const resources: string[] = [];
  const set = new Map<string, string>();
  const remove: string[] = [];
  let pairs = false;
  for (const word of args) {
    const equals = word.indexOf('=');
    const pair = equals > 0 || (word.endsWith('-') && word !== '-');
    if (!pair && pairs)
      throw new KubectlError(`all resources must be specified before ${what} changes: ${word}`);
    if (!pair) resources.push(word);
    else {
      pairs = true;
      if (equals > 0) {
        const value = word.slice(equals + 1);
        if (what === 'label' && value.includes('=')) throw new KubectlError(`invalid label spec: ${word}`);
        if (what === 'label') checkLabelValue(word, value);
        set.set(word.slice(0, equals), value);
      } else remove.push(word.slice(0, -1));
    }
  }
  const both = [...new Set(remove.filter((key) => set.has(key)))];
  if (both.length > 0 && what === 'label')
    throw new KubectlError('can not both modify and remove a label in the same command');
  if (both.length > 0)
    throw new KubectlError(
      `can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`,
    );
  return { resources, set, remove };
}

function checkLabelValue(pair: string, value: string): void {
  const problems: string[] = [];
  if (value.length > 63) problems.push('must be no more than 63 characters');
  if (!/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value))
    problems.push(
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    );
  if (problems.length > 0)
    throw new KubectlError(`invalid label value: ${JSON.stringify(pair)}: ${problems.join(';')}`);
}

/** Models kubectl/pkg/cmd/label. */
export function label(k: Kubectl): Steps<void> {
  return change(k, 'label');
}

/** Models kubectl/pkg/cmd/annotate. */
export function annotate(k: Kubectl): Steps<void> {
  return change(k, 'annotation');
}

function* change(k: Kubectl, what: 'label' | 'annotation'): Steps<void> {
  const { flags } = k;
  const list = flags.bool('list');
  const pairs = parsePairs(k.args, what);
  if (list && flags.string('output') !== '')
    throw new KubectlError('--list and --output may not be specified together');
  if (flags.bool('all') && flags.string('selector') !== '')
    throw new KubectlError('cannot set --all and --selector at the same time');
  if (flags.bool('all') && flags.string('field-selector') !== '')
    throw new KubectlError('cannot set --all and --field-selector at the same time');
  const local = flags.bool('local');
  if (local && pairs.resources.length > 0)
    throw new KubectlError(
      'can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set',
    );
  if (pairs.resources.length < 1 && !hasFiles(k)) {
    throw new KubectlError(
      `one or more resources must be specified as <resource> <name> or <resource>/<name>`,
    );
  }
  if (pairs.set.size === 0 && pairs.remove.length === 0 && !list)
    throw new KubectlError(`at least one ${what} update is required`);
  const dryRun = yield* k.dryRun();
  const { infos, errors, single } = yield* select(k, {
    args: pairs.resources,
    ...fileFlags(k),
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    // A name is stronger than --all.
    selectAll: flags.bool('all') && pairs.resources.length < 2,
    allNamespaces: flags.bool('all-namespaces'),
    local,
    latest: !local,
  });
  if (flags.string('resource-version') !== '' && !single)
    throw new KubectlError('--resource-version may only be used with a single resource');
  const failures = [...errors];
  for (const info of infos) {
    try {
      if (list) yield* showPairs(k, info, { what, pairs, many: infos.length > 1 });
      else yield* changeOne(k, info, { what, pairs, dryRun, local });
    } catch (error) {
      failures.push(error);
    }
  }
  throwAll(failures);
}

function field(what: 'label' | 'annotation'): 'labels' | 'annotations' {
  return what === 'label' ? 'labels' : 'annotations';
}

/** What the object would have: nothing is sent. */
function* showPairs(
  k: Kubectl,
  info: Info,
  { what, pairs, many }: { what: 'label' | 'annotation'; pairs: Pairs; many: boolean },
): Steps<void> {
  const { kind, group } = info.resource;
  const shown: Fields = { ...info.object?.['metadata']?.[field(what)] };
  checkOverwrite(k, what, shown, pairs);
  Object.assign(shown, Object.fromEntries(pairs.set));
  for (const key of pairs.remove) delete shown[key];
  if (many) yield* k.out(`Listing ${field(what)} for ${kind}.${group}/${info.name}:\n`);
  for (const [key, value] of Object.entries(shown)) yield* k.out(`${many ? ' ' : ''}${key}=${value}\n`);
}

interface Change {
  what: 'label' | 'annotation';
  pairs: Pairs;
  dryRun: string;
  local: boolean;
}

function* changeOne(k: Kubectl, info: Info, { what, pairs, dryRun, local }: Change): Steps<void> {
  const object = info.object as Fields;
  const old: Fields = object['metadata']?.[field(what)] ?? {};
  checkOverwrite(k, what, old, pairs);
  if (what === 'label' && dryRun !== 'client' && !local) {
    for (const key of pairs.remove) if (!(key in old)) yield* k.out(`label "${key}" not found.\n`);
  }
  const cause = changeCause(k);
  const isAnnotation = what === 'annotation';
  const next: Fields = { ...old, ...Object.fromEntries(pairs.set), ...(isAnnotation ? cause : {}) };
  for (const key of pairs.remove) delete next[key];
  const patch: Fields = isAnnotation ? { ...cause } : {};
  for (const [key, value] of pairs.set) if (old[key] !== value) patch[key] = value;
  for (const key of pairs.remove) if (key in old) patch[key] = null;
  const version = k.flags.string('resource-version');
  const changed = Object.keys(patch).length > 0;
  if (dryRun === 'client' || local) {
    info.object = { ...object, metadata: { ...object['metadata'], [field(what)]: next } };
  } else if (changed || version !== '') {
    const metadata = {
      ...(isAnnotation || Object.keys(cause).length === 0 ? {} : { annotations: cause }),
      ...(changed ? { [field(what)]: patch } : {}),
      ...(version ? { resourceVersion: version } : {}),
    };
    info.object = yield* k.api.patch<Fields>(
      pathOf(info.resource, info.namespace, info.name),
      'application/merge-patch+json',
      goJson({ metadata }),
      {
        query: {
          dryRun: dryRun === 'server' ? 'All' : undefined,
          fieldManager: k.flags.string('field-manager'),
        },
      },
    );
  }
  const word = what === 'annotation' ? 'annotated' : labelWord(changed, pairs);
  yield* k.out(printerFor(k, yield* operation(k, word)).print(info.object as Fields));
}

function labelWord(changed: boolean, pairs: Pairs): string {
  if (!changed) return 'not labeled';
  return pairs.set.size === 0 ? 'unlabeled' : 'labeled';
}

function checkOverwrite(k: Kubectl, what: 'label' | 'annotation', old: Fields, pairs: Pairs): void {
  if (k.flags.bool('overwrite')) return;
  const taken = [...pairs.set].filter(([key, value]) => key in old && old[key] !== value);
  if (taken.length === 0) return;
  const said = taken.map(([key]) => `'${key}' already has a value (${old[key]})`);
  if (what === 'label')
    throw new KubectlError(said.map((text) => `${text}, and --overwrite is false`).join(', '));
  throw new KubectlError(
    `--overwrite is false but found the following declared annotation(s): ${said.join('; ')}`,
  );
}
