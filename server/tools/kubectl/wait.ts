import { isApiError } from '../../objects/api-error.ts';
import { JsonPath, JsonPathError, relaxedJsonPath } from '../../objects/jsonpath.ts';
import type { Steps } from '../../sim/index.ts';
import { fileFlags, type Info, select } from './builder.ts';
import { isGone } from './delete.ts';
import { KubectlError, throwAll } from './errors.ts';
import { goPrint } from './go-json.ts';
import type { Kubectl } from './kubectl.ts';
import { operation, printerFor } from './printers.ts';
import { pathOf } from './resources.ts';
import { watch } from './watch.ts';

type Fields = Record<string, any>;

type Condition =
  | { type: 'delete' }
  | { type: 'create' }
  | { type: 'holds'; test: (object: Fields) => boolean };

const WEEK_MS = 7 * 24 * 3_600_000;

/** Models kubectl/pkg/cmd/wait/wait.go. */
export function* wait(k: Kubectl): Steps<void> {
  const { flags } = k;
  const condition = parseCondition(flags.string('for'));
  const timeout = flags.duration('timeout');
  const until = k.now + (timeout < 0 ? WEEK_MS : timeout);
  const printer = printerFor(k, yield* operation(k, 'condition met'));
  const selection = {
    args: k.args,
    ...fileFlags(k),
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    selectAll: flags.bool('all'),
    allNamespaces: flags.bool('all-namespaces'),
    latest: true,
  };
  if (condition.type === 'create') yield* waitForCreation(k, selection, until);
  const { infos, errors } = yield* select(k, selection);
  const forGone = condition.type === 'delete';
  const failures = forGone ? errors.filter((error) => !isApiError(error, 'NotFound')) : [...errors];
  if (infos.length === 0 && failures.length === 0) {
    if (forGone) return;
    throw new KubectlError('no matching resources found');
  }
  for (const info of infos) {
    try {
      yield* waitFor(k, info, condition, until);
      yield* k.out(printer.print(info.object as Fields));
    } catch (error) {
      failures.push(error);
    }
  }
  throwAll(failures);
}

function parseCondition(text: string): Condition {
  const lower = text.toLowerCase();
  if (lower === 'delete') return { type: 'delete' };
  if (lower === 'create') return { type: 'create' };
  if (text.startsWith('condition=')) {
    const [name = '', ...rest] = lower.slice('condition='.length).split('=');
    const wanted = rest.length > 0 ? rest.join('=') : 'true';
    return { type: 'holds', test: (object) => conditionHolds(object, name, wanted) };
  }
  if (text.startsWith('jsonpath=')) return jsonPathCondition(text.slice('jsonpath='.length));
  throw new KubectlError(`unrecognized condition: ${JSON.stringify(text)}`);
}

function conditionHolds(object: Fields, name: string, wanted: string): boolean {
  for (const condition of object['status']?.conditions ?? []) {
    if (String(condition.type).toLowerCase() !== name) continue;
    if (
      condition.observedGeneration !== undefined &&
      condition.observedGeneration < object['metadata'].generation
    )
      return false;
    const observed = object['status'].observedGeneration;
    if (observed !== undefined && observed < (object['metadata'].generation ?? 0)) return false;
    return String(condition.status).toLowerCase() === wanted;
  }
  return false;
}

const JSONPATH_FORM =
  "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'";

/** `{.path}=value`, or `{.path}` for a field that is there. */
function jsonPathCondition(text: string): Condition {
  const [expression = '', value, more] = splitAtEquals(text);
  if (more !== undefined) throw new KubectlError(JSONPATH_FORM);
  if (expression === '') throw new KubectlError('jsonpath expression cannot be empty');
  const path = compile(expression);
  const wanted = value?.replace(/^['"]+|['"]+$/g, '');
  if (wanted === '')
    throw new KubectlError(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    );
  return {
    type: 'holds',
    test: (object) => {
      const results = path.results(object);
      const [values = []] = results;
      if (values.length === 0) return false;
      if (results.length > 1) throw new KubectlError('given jsonpath expression matches more than one list');
      if (values.length > 1) throw new KubectlError('given jsonpath expression matches more than one value');
      if (wanted === undefined) return true;
      const [found] = values;
      if (typeof found === 'object' && found !== null)
        throw new KubectlError('jsonpath leads to a nested object or list which is not supported');
      return goPrint(found).trim() === wanted.trim();
    },
  };
}

/** Cuts at single equals signs; a double one belongs to a filter. */
function splitAtEquals(text: string): string[] {
  const out = [''];
  for (const part of text.match(/==|=|[^=]+/g) ?? []) {
    if (part === '=') out.push('');
    else out[out.length - 1] += part;
  }
  return out;
}

function compile(expression: string): JsonPath {
  try {
    return new JsonPath(relaxedJsonPath(expression));
  } catch (error) {
    if (error instanceof JsonPathError) throw new KubectlError(error.message);
    throw error;
  }
}

/** Waits until what was named is there at all. */
function* waitForCreation(k: Kubectl, selection: Parameters<typeof select>[1], until: number): Steps<void> {
  for (;;) {
    const { infos, errors } = yield* select(k, selection);
    const other = errors.filter((error) => !isApiError(error, 'NotFound'));
    throwAll(other);
    if (infos.length > 0 && errors.length === 0) return;
    if (k.now >= until) throw new KubectlError('timed out waiting for the condition');
    yield* k.context.sleep(Math.min(500, until - k.now));
  }
}

function* waitFor(k: Kubectl, info: Info, condition: Condition, until: number): Steps<void> {
  const timedOut = () =>
    new KubectlError(`timed out waiting for the condition on ${info.resource.name}/${info.name}`);
  if (condition.type === 'create') return;
  if (condition.type === 'delete') {
    if (!(yield* isGone(k, info, until))) throw timedOut();
    return;
  }
  if (condition.test(info.object as Fields)) return;
  if (k.flags.duration('timeout') === 0)
    throw new KubectlError(`condition not met for ${info.resource.name}/${info.name}`);
  const watcher = yield* watch(k, pathOf(info.resource, info.namespace), {
    query: {
      fieldSelector: `metadata.name=${info.name}`,
      resourceVersion: info.object?.['metadata'].resourceVersion,
    },
  });
  try {
    for (;;) {
      const event = yield* watcher.next(k, until);
      if (!event) throw timedOut();
      if (event.type === 'DELETED') continue;
      info.object = event.object;
      if (condition.test(event.object)) return;
    }
  } finally {
    watcher.close();
  }
}
