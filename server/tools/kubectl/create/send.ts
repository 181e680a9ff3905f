import { ApiError } from '../../../objects/api-error.ts';
import type { Steps } from '../../../sim/index.ts';
import { ConnectionError, KubectlError } from '../errors.ts';
import { goJson } from '../go-json.ts';
import type { Kubectl } from '../kubectl.ts';
import { operation, printerFor } from '../printers.ts';
import { recorded } from '../record.ts';

type Fields = Record<string, any>;

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export interface Generated {
  /** Fields in the order of Kubernetes' structs. */
  readonly object: Fields;
  /** The collection below the group's root: `apis/apps/v1` and `deployments`. */
  readonly root: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** What is said to be done. Default: created. */
  readonly word?: string;
  /** What stands before the server's message: `failed to create deployment: `; undefined: its error as it is. */
  readonly failure?: string;
}

/** Metadata of a generated object, in struct order. */
export function metadata(
  k: Kubectl,
  name: string,
  options: { labels?: Fields; namespaced?: boolean } = {},
): Fields {
  const namespace = options.namespaced !== false && k.namespaceGiven ? { namespace: k.namespace } : {};
  return {
    name,
    ...namespace,
    creationTimestamp: null,
    ...(options.labels ? { labels: sortedMap(options.labels) } : {}),
  };
}

export function sortedMap(map: Fields): Fields {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** The one argument NAME of a generator. Models create.NameFromCommandArgs. */
export function nameArgument(k: Kubectl): string {
  const count = k.dash >= 0 ? k.dash : k.args.length;
  if (count !== 1) throw k.usage(`exactly one NAME is required, got ${count}`);
  return k.args[0] as string;
}

/** Prints or creates a generated object, as the flags say. */
export function* finish(k: Kubectl, generated: Generated): Steps<void> {
  const dryRun = yield* k.dryRun();
  const validation = k.fieldValidation();
  const printer = printerFor(k, yield* operation(k, generated.word ?? 'created'));
  let object = recorded(k, generated.object);
  if (k.flags.has('save-config') && k.flags.bool('save-config')) object = withSavedConfig(object);
  if (dryRun !== 'client')
    object = yield* send(k, { ...generated, object }, { dryRun: dryRun === 'server', validation });
  yield* k.out(printer.print(object, { typed: true }));
}

function withSavedConfig(object: Fields): Fields {
  const annotated = {
    ...object['metadata'].annotations,
    [LAST_APPLIED]: `${goJson(object, { sorted: false })}\n`,
  };
  return { ...object, metadata: { ...object['metadata'], annotations: sortedMap(annotated) } };
}

function* send(
  k: Kubectl,
  { object, root, plural, namespaced, failure }: Generated,
  options: { dryRun: boolean; validation: string },
): Steps<Fields> {
  const space = namespaced ? `/namespaces/${k.namespace}` : '';
  try {
    return yield* k.api.post<Fields>(`/${root}${space}/${plural}`, object, {
      query: {
        dryRun: options.dryRun ? 'All' : undefined,
        fieldManager: k.flags.string('field-manager'),
        fieldValidation: options.validation,
      },
    });
  } catch (error) {
    if (failure === undefined) throw error;
    if (error instanceof ConnectionError) throw new KubectlError(`${failure}${error.asUrlError()}`);
    if (!(error instanceof ApiError)) throw error;
    throw new KubectlError(`${failure}${error.message}`);
  }
}
