import { createHash } from 'node:crypto';
import { isApiError } from '../../../objects/api-error.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Info, listAll } from '../builder.ts';
import { clientVersion } from '../client-version.ts';
import { deleteInfo } from '../delete.ts';
import { KubectlError } from '../errors.ts';
import { goJson } from '../go-json.ts';
import type { Kubectl } from '../kubectl.ts';
import { operation, printerFor } from '../printers.ts';
import { type ApiResource, builtIn, groupKind, groupVersion, pathOf } from '../resources.ts';

type Fields = Record<string, any>;

const TOOL = 'kubectl';
const MANAGER = `${TOOL}-applyset`;
const PART_OF = 'applyset.kubernetes.io/part-of';
const ID = 'applyset.kubernetes.io/id';
const TOOLING = 'applyset.kubernetes.io/tooling';
const KINDS = 'applyset.kubernetes.io/contains-group-kinds';
const NAMESPACES = 'applyset.kubernetes.io/additional-namespaces';
const PARENT_TYPE = 'applyset.kubernetes.io/is-parent-type';

/** Alpha features of kubectl are switched on by the environment. Models cmdutil.FeatureGate. */
export function applySetsAreOn(k: Kubectl): boolean {
  return k.context.env.get('KUBECTL_APPLYSET')?.toLowerCase() === 'true';
}

/** The kinds and namespaces of a set's objects. */
interface Extent {
  readonly kinds: Map<string, ApiResource>;
  readonly namespaces: Set<string>;
}

/**
 * Objects that are applied together, and a parent object that knows where they are: what is not applied any more is
 * pruned. Models kubectl/pkg/cmd/apply/applyset.go
 */
export class ApplySet {
  readonly #k: Kubectl;
  readonly #parent: ApiResource;
  readonly #name: string;
  readonly #namespace: string;
  /** Before this command, and after it. */
  #before: Extent = { kinds: new Map(), namespaces: new Set() };
  readonly #after: Extent = { kinds: new Map(), namespaces: new Set() };

  private constructor(k: Kubectl, parent: ApiResource, name: string) {
    this.#k = k;
    this.#parent = parent;
    this.#name = name;
    this.#namespace = parent.namespaced && k.namespaceGiven ? k.namespace : '';
  }

  /** The set that `--applyset=[TYPE[.GROUP]/]NAME` names. Throws KubectlError. */
  static *parse(k: Kubectl): Steps<ApplySet | undefined> {
    const reference = k.flags.string('applyset');
    if (reference === '') return undefined;
    const cut = reference.indexOf('/');
    const type = cut < 0 ? 'secrets' : reference.slice(0, cut);
    const name = reference.slice(cut + 1);
    const invalid = (why: string) =>
      new KubectlError(`invalid parent reference ${JSON.stringify(reference)}: ${why}`);
    if (name === '') throw invalid('name cannot be blank');
    const parent = yield* k.resources.find(type);
    const [resource = '', ...group] = type.split('.');
    if (!parent) throw invalid(`no matches for ${group.join('.')}/, Resource=${resource}`);
    return new ApplySet(k, parent, name);
  }

  /** Whether the parent may be one. Throws KubectlError. */
  *validate(): Steps<void> {
    const parent = this.#parent;
    if (parent.namespaced && this.#namespace === '')
      throw new KubectlError('namespace is required to use namespace-scoped ApplySet');
    if (this.#isBuiltIn()) return;
    const definitions = yield* listAll(this.#k, builtIn('customresourcedefinitions'), {
      namespace: '',
      labelSelector: PARENT_TYPE,
    });
    if (definitions.items.some(({ metadata }) => metadata.name === `${parent.name}.${parent.group}`)) return;
    const shown = `${parent.group}/${parent.version}, Resource=${parent.name}`;
    throw new KubectlError(`resource ${JSON.stringify(shown)} is not permitted as an ApplySet parent`);
  }

  #isBuiltIn(): boolean {
    return this.#parent.group === '' && ['secrets', 'configmaps'].includes(this.#parent.name);
  }

  get #id(): string {
    const { kind, group } = this.#parent;
    const text = [this.#name, this.#namespace, kind, group].join('.');
    return `applyset-${createHash('sha256').update(text).digest('base64url')}-v1`;
  }

  /** `secrets./web`, as messages name the parent. */
  get #shown(): string {
    return JSON.stringify(`${this.#parent.name}.${this.#parent.group}/${this.#name}`);
  }

  /** Marks what is to be applied as part of the set. Throws KubectlError where files do so themselves. */
  addLabels(infos: readonly Info[]): void {
    for (const info of infos) {
      const metadata = info.object?.['metadata'];
      if (metadata?.labels?.[PART_OF] !== undefined)
        throw new KubectlError(`ApplySet label ${JSON.stringify(PART_OF)} already set in input data`);
      info.object = {
        ...info.object,
        metadata: { ...metadata, labels: { ...metadata?.labels, [PART_OF]: this.#id } },
      };
    }
  }

  /** Lets the parent know of all there is and will be, so that nothing is lost when the rest fails. */
  *beforeApply(infos: readonly Info[]): Steps<void> {
    yield* this.#readParent();
    for (const { resource, namespace } of infos) {
      this.#after.kinds.set(groupKind(resource), resource);
      if (resource.namespaced && namespace !== '') this.#after.namespaces.add(namespace);
    }
    yield* this.#writeParent({
      kinds: new Map([...this.#before.kinds, ...this.#after.kinds]),
      namespaces: new Set([...this.#before.namespaces, ...this.#after.namespaces]),
    });
  }

  *#readParent(): Steps<void> {
    let parent: Fields;
    try {
      parent = yield* this.#k.api.get<Fields>(pathOf(this.#parent, this.#namespace, this.#name));
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
      if (this.#isBuiltIn()) return;
      throw new KubectlError('custom resource ApplySet parents cannot be created automatically');
    }
    const { labels = {}, annotations = {} } = parent['metadata'];
    const exists = `ApplySet parent object ${this.#shown}`;
    const tooling: string | undefined = annotations[TOOLING];
    if (tooling === undefined)
      throw new KubectlError(
        `${exists} already exists and is missing required annotation ${JSON.stringify(TOOLING)}`,
      );
    const tool = tooling.replace(/\/[^/]*$/, '');
    if (tool !== TOOL)
      throw new KubectlError(
        `${exists} already exists and is managed by tooling ${JSON.stringify(tool)} instead of "${TOOL}"`,
      );
    if (labels[ID] === undefined)
      throw new KubectlError(`${exists} exists and does not have required label ${ID}`);
    if (labels[ID] !== this.#id)
      throw new KubectlError(
        `${exists} exists and has incorrect value for label "${ID}" (got: ${labels[ID]}, want: ${this.#id})`,
      );
    yield* this.#readExtent(annotations);
  }

  *#readExtent(annotations: Readonly<Record<string, string>>): Steps<void> {
    const parsing = `parsing ApplySet annotation on ${this.#shown}`;
    const text = annotations[KINDS];
    if (text === undefined)
      throw new KubectlError(
        `${parsing}: kubectl requires the "${KINDS}" annotation to be set on all ApplySet parent objects`,
      );
    const all = yield* this.#k.resources.all();
    const kinds = new Map<string, ApiResource>();
    for (const name of text === '' ? [] : text.split(',')) {
      const resource = all.find((one) => groupKind(one) === name);
      if (!resource)
        throw new KubectlError(
          `${parsing}: could not find mapping for kind in "${KINDS}" annotation: no matches for kind ${JSON.stringify(name.split('.')[0])} in group ${JSON.stringify(name.split('.').slice(1).join('.'))}`,
        );
      kinds.set(name, resource);
    }
    const others = annotations[NAMESPACES] ? annotations[NAMESPACES].split(',') : [];
    const own = this.#parent.namespaced ? [this.#namespace] : [];
    this.#before = { kinds, namespaces: new Set([...others, ...own]) };
  }

  *#writeParent({ kinds, namespaces }: Extent): Steps<void> {
    const k = this.#k;
    const dryRun = yield* k.dryRun();
    if (dryRun === 'client') return;
    const others = [...namespaces].filter((namespace) => namespace !== this.#namespace);
    const body = {
      kind: this.#parent.kind,
      apiVersion: groupVersion(this.#parent),
      metadata: {
        name: this.#name,
        ...(this.#namespace === '' ? {} : { namespace: this.#namespace }),
        creationTimestamp: null,
        labels: { [ID]: this.#id },
        annotations: {
          [NAMESPACES]: others.sort().join(','),
          [KINDS]: [...kinds.keys()].sort().join(','),
          [TOOLING]: `${TOOL}/${clientVersion(k.context).gitVersion}`,
        },
      },
    };
    const send = (force: boolean) =>
      k.api.patch(
        pathOf(this.#parent, this.#namespace, this.#name),
        'application/apply-patch+yaml',
        goJson(body),
        {
          query: {
            dryRun: dryRun === 'server' ? 'All' : undefined,
            fieldManager: MANAGER,
            fieldValidation: k.fieldValidation(),
            force,
          },
        },
      );
    try {
      yield* send(false);
    } catch (error) {
      if (!isApiError(error, 'Conflict')) throw this.#notUpdated(error);
      yield* k.klog(
        'W',
        'applyset.go:448',
        `WARNING: failed to update ApplySet: ${(error as Error).message}\nApplySet field manager ${MANAGER} should own these fields. Retrying with conflicts forced.`,
      );
      yield* send(true);
    }
  }

  #notUpdated(error: unknown): unknown {
    return error instanceof Error ? new KubectlError(`failed to update ApplySet: ${error.message}`) : error;
  }

  /** Deletes what was part of the set and was not applied now, and makes the parent forget its kinds. */
  *prune(applied: readonly Info[]): Steps<void> {
    const k = this.#k;
    const dryRun = yield* k.dryRun();
    const uids = new Set(applied.map((info) => info.object?.['metadata'].uid));
    for (const resource of this.#before.kinds.values()) {
      const namespaces = resource.namespaced ? [...this.#before.namespaces] : [''];
      for (const namespace of namespaces) {
        const { items } = yield* listAll(k, resource, { namespace, labelSelector: `${PART_OF}=${this.#id}` });
        for (const object of items.filter(({ metadata }) => !uids.has(metadata.uid))) {
          const info = { resource, namespace, name: object['metadata'].name, source: '', object };
          if (dryRun !== 'client') yield* deleteInfo(k, info, { gracePeriod: k.flags.int('grace-period') });
          yield* k.out(printerFor(k, yield* operation(k, 'pruned')).print(object));
        }
      }
    }
    yield* this.#writeParent(this.#after);
  }
}
