import { type KubeObject, timestamp } from '../../../objects/object.ts';
import { equalValues } from '../../../objects/values.ts';
import type { Log } from '../../store/log.ts';

export const DEFINITIONS = '/registry/apiextensions.k8s.io/customresourcedefinitions/';

interface Names {
  readonly plural?: string;
  readonly singular?: string;
  readonly kind?: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

/** What keeps a name from being accepted. */
interface Conflict {
  readonly reason: string;
  readonly message: string;
}

/** A definition with the names that it gets and what is said of them. Models apiextensions-apiserver/pkg/controller/status. */
export function withAcceptedNames(log: Log, definition: KubeObject, now: number): KubeObject {
  const { names, conflict } = acceptedNames(log, definition);
  const time = timestamp(now);
  const before: any[] = definition.status?.conditions ?? [];
  const condition = (type: string, status: string, reason: string, message: string) => {
    const next = { type, status, reason, message };
    const known = before.find((one) => one.type === type);
    const { lastTransitionTime = time } = known?.status === status ? known : {};
    return { ...next, lastTransitionTime };
  };
  const accepted = conflict
    ? condition('NamesAccepted', 'False', conflict.reason, conflict.message)
    : condition('NamesAccepted', 'True', 'NoConflicts', 'no conflicts found');
  const was = before.find(({ type }) => type === 'Established');
  // What was established once stays so.
  const established =
    was?.status === 'True'
      ? was
      : conflict
        ? condition('Established', 'False', 'NotAccepted', 'not all names are accepted')
        : condition('Established', 'True', 'InitialNamesAccepted', 'the initial names have been accepted');
  const others = before.filter(({ type }) => type !== 'NamesAccepted' && type !== 'Established');
  return {
    ...definition,
    status: { ...definition.status, conditions: [accepted, established, ...others], acceptedNames: names },
  };
}

/** Every name is accepted for itself; of several conflicts the last is told. Models calculateNamesAndConditions. */
function acceptedNames(log: Log, definition: KubeObject): { names: object; conflict?: Conflict } {
  const requested: Names = definition.spec.names;
  const had: Names = definition.status?.acceptedNames ?? {};
  const { resources, kinds } = takenNames(log, definition);
  let conflict: Conflict | undefined;
  const single = (field: 'plural' | 'singular' | 'kind' | 'listKind', taken: ReadonlySet<string>) => {
    const name = requested[field] ?? '';
    if (name === (had[field] ?? '') || !taken.has(name)) return name;
    const what = field.charAt(0).toUpperCase() + field.slice(1);
    conflict = { reason: `${what}Conflict`, message: `${JSON.stringify(name)} is already in use` };
    return had[field] ?? '';
  };
  const plural = single('plural', resources);
  const singular = single('singular', resources);
  let { shortNames } = requested;
  if (!equalValues(shortNames ?? [], had.shortNames ?? [])) {
    const clashes = (shortNames ?? []).filter(
      (name) => !had.shortNames?.includes(name) && resources.has(name),
    );
    if (clashes.length > 0) {
      const texts = clashes.map((name) => `${JSON.stringify(name)} is already in use`);
      const message = texts.length === 1 ? (texts[0] as string) : `[${texts.join(', ')}]`;
      conflict = { reason: 'ShortNamesConflict', message };
      shortNames = had.shortNames;
    }
  }
  const kind = single('kind', kinds);
  const listKind = single('listKind', kinds);
  const { categories } = requested;
  const names = {
    plural,
    ...(singular ? { singular } : {}),
    ...(shortNames?.length ? { shortNames } : {}),
    kind,
    ...(listKind ? { listKind } : {}),
    ...(categories?.length ? { categories } : {}),
  };
  return conflict ? { names, conflict } : { names };
}

/** What the other definitions of the group have got. */
function takenNames(log: Log, { metadata, spec }: KubeObject) {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const { value } of log.list(DEFINITIONS)) {
    if (value.spec.group !== spec.group || value.metadata.name === metadata.name) continue;
    const { plural, singular, kind, listKind, shortNames }: Names = value.status?.acceptedNames ?? {};
    for (const name of [plural, singular, ...(shortNames ?? [])]) if (name) resources.add(name);
    for (const name of [kind, listKind]) if (name) kinds.add(name);
  }
  return { resources, kinds };
}
