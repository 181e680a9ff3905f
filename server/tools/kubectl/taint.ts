import type { Steps } from '../../sim/index.ts';
import { type Info, selectAll } from './builder.ts';
import { KubectlError, throwAll } from './errors.ts';
import { goJson } from './go-json.ts';
import type { Kubectl } from './kubectl.ts';
import { printerFor } from './printers.ts';
import { pathOf } from './resources.ts';

type Fields = Record<string, any>;

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

interface Taints {
  add: Fields[];
  remove: Fields[];
}

/** Models kubectl/pkg/cmd/taint. */
export function* taint(k: Kubectl): Steps<void> {
  const { flags } = k;
  const at = k.args.findIndex(
    (arg) =>
      arg.includes('=') ||
      arg.endsWith('-') ||
      (arg.includes(':') && !arg.includes('/')) ||
      /:(NoSchedule|PreferNoSchedule|NoExecute)/.test(arg),
  );
  const resources = at < 0 ? k.args : k.args.slice(0, at);
  const specs = at < 0 ? [] : k.args.slice(at);
  if (resources.length === 0)
    throw new KubectlError('one or more resources must be specified as <resource> <name>');
  if (specs.length === 0) throw new KubectlError('at least one taint update is required');
  const taints = parseTaints(k, specs);
  if (!['node', 'nodes', 'no'].includes((resources[0] as string).split('/')[0] as string)) {
    throw new KubectlError(`invalid resource type ${resources[0]}, only node types are supported`);
  }
  const conflict = taints.add.find((t) =>
    taints.remove.some((r) => r['key'] === t['key'] && r['effect'] === t['effect']),
  );
  if (conflict)
    throw new KubectlError(
      `can not both modify and remove the following taint(s) in the same command: ${conflict['key']}`,
    );
  if (
    resources.length < 2 &&
    !(resources[0] as string).includes('/') &&
    !flags.bool('all') &&
    flags.string('selector') === ''
  )
    throw new KubectlError("at least one resource name must be specified since 'all' parameter is not set");
  const dryRun = yield* k.dryRun();
  const infos = yield* selectAll(k, {
    args: resources,
    labelSelector: flags.string('selector'),
    selectAll: flags.bool('all'),
  });
  for (const info of infos) yield* taintOne(k, info, taints, dryRun);
}

/** Models kubectl/pkg/cmd/taint/utils.go parseTaints. */
function parseTaints(k: Kubectl, specs: readonly string[]): Taints {
  const out: Taints = { add: [], remove: [] };
  for (const spec of specs) {
    const { key, value, effect } = parseTaint(k, spec.endsWith('-') ? spec.slice(0, -1) : spec);
    if (spec.endsWith('-')) {
      out.remove.push({ key, effect });
      continue;
    }
    if (effect === '') throw k.usage(`invalid taint spec: ${spec}`);
    if (out.add.some((t) => t['key'] === key && t['effect'] === effect))
      throw k.usage(
        `duplicated taints with the same key and effect: {Key:${key} Value:${value} Effect:${effect} TimeAdded:<nil>}`,
      );
    out.add.push({ key, ...(value !== '' ? { value } : {}), effect });
  }
  return out;
}

const QUALIFIED = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

/** `key`, `key:effect` or `key=value:effect`. */
function parseTaint(k: Kubectl, spec: string): { key: string; value: string; effect: string } {
  const invalid = (why = '') => k.usage(`invalid taint spec: ${spec}${why === '' ? '' : `, ${why}`}`);
  const [pair = '', effect, ...rest] = spec.split(':');
  if (rest.length > 0) throw invalid();
  let key = pair;
  let value = '';
  if (effect !== undefined) {
    if (!EFFECTS.includes(effect)) throw k.usage(`invalid taint effect: ${effect}, unsupported taint effect`);
    const words = pair.split('=');
    if (words.length > 2) throw invalid();
    [key = '', value = ''] = words;
    if (!LABEL_VALUE.test(value))
      throw invalid(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
      );
  }
  if (!QUALIFIED.test(key))
    throw invalid(
      "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    );
  return { key, value, effect: effect ?? '' };
}

function* taintOne(k: Kubectl, info: Info, taints: Taints, dryRun: string): Steps<void> {
  const old: Fields[] = info.object?.['spec']?.taints ?? [];
  const same = (a: Fields, b: Fields) => a['key'] === b['key'] && a['effect'] === b['effect'];
  if (!k.flags.bool('overwrite')) {
    const taken = taints.add.filter((t) => old.some((o) => same(o, t)));
    if (taken.length > 0) {
      throw new KubectlError(
        `node ${info.name} already has ${taken.map((t) => t['key']).join(',')} taint(s) with same effect(s) and --overwrite is false`,
      );
    }
  }
  let next = [...taints.add, ...old.filter((o) => !taints.add.some((t) => same(o, t)))];
  const added = next.length !== old.length;
  let removed = false;
  const missing: KubectlError[] = [];
  for (const { key, effect } of taints.remove) {
    const left = next.filter((o) => o['key'] !== key || (effect !== '' && o['effect'] !== effect));
    removed = left.length < next.length;
    if (!removed)
      missing.push(new KubectlError(`taint "${key}${effect === '' ? '' : `:${effect}`}" not found`));
    next = left;
  }
  throwAll(missing);
  const overwrite = k.flags.bool('overwrite');
  const word = (added && removed) || overwrite ? 'modified' : added ? 'tainted' : 'untainted';
  if (dryRun === 'client') {
    const node = info.object as Fields;
    info.object = { ...node, spec: { ...node['spec'], taints: next.length > 0 ? next : undefined } };
  } else {
    info.object = yield* k.api.patch(
      pathOf(info.resource, '', info.name),
      'application/merge-patch+json',
      goJson({ spec: { taints: next.length > 0 ? next : null } }),
      {
        query: {
          dryRun: dryRun === 'server' ? 'All' : undefined,
          fieldManager: k.flags.string('field-manager'),
        },
      },
    );
  }
  yield* k.out(printerFor(k, word).print(info.object as Fields));
}
