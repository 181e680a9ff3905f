import { bodyText, type HttpStream } from '../../host/index.ts';
import { ApiError, isApiError } from '../../objects/api-error.ts';
import { type Steps, waitOn } from '../../sim/index.ts';
import { queryText } from './api.ts';
import { type Info, listAll, selectAll } from './builder.ts';
import { KubectlError } from './errors.ts';
import type { Kubectl } from './kubectl.ts';
import { containerOf, NO_TIME, podsOf, podTimeout } from './pods.ts';
import { type ApiResource, builtIn, pathOf } from './resources.ts';

type Fields = Record<string, any>;

interface Source {
  readonly pod: Fields;
  readonly container: string;
}

const USAGE = `expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.
POD or TYPE/NAME is a required argument for the logs command`;

/** Models kubectl/pkg/cmd/logs/logs.go. */
export function* logs(k: Kubectl): Steps<void> {
  const { flags } = k;
  const selector = flags.string('selector');
  let args = [...k.args];
  let container = flags.string('container');
  if (args.length === 0 && selector === '') throw k.usage(USAGE);
  if (args.length > 2 || (args.length > 1 && selector !== '')) throw k.usage(USAGE);
  if (selector !== '' && args.length > 0) throw k.usage('only a selector (-l) or a POD name is allowed');
  if (args.length === 2) {
    if (container !== '') throw k.usage(USAGE);
    container = args[1] as string;
    args = [args[0] as string];
  }
  validate(k, container);
  const sources = yield* sourcesOf(k, args, { selector, container });
  const prefix = flags.bool('prefix') || flags.bool('all-pods');
  if (flags.bool('follow') && sources.length > 1) {
    const limit = flags.int('max-log-requests');
    if (sources.length > limit)
      throw new KubectlError(
        `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${limit}, use --max-log-requests to increase the limit`,
      );
  }
  yield* copyAll(k, sources, { prefix, selector });
}

function validate(k: Kubectl, container: string): void {
  const { flags } = k;
  if (flags.duration('pod-running-timeout') <= 0) throw new KubectlError(NO_TIME);
  const since = flags.changed('since') && flags.duration('since') !== 0;
  if (since && flags.string('since-time') !== '')
    throw new KubectlError('at most one of `sinceTime` or `sinceSeconds` may be specified');
  if (flags.bool('all-containers') && container !== '')
    throw new KubectlError('--all-containers=true should not be specified with container name ' + container);
  const time = flags.string('since-time');
  if (time !== '' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(time))
    throw new KubectlError(
      `parsing time ${JSON.stringify(time)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(time)} as "2006"`,
    );
  if (flags.int('tail') < -1) throw new KubectlError('--tail must be greater than or equal to -1');
  if (flags.changed('since') && flags.duration('since') < 0)
    throw new KubectlError('--since must be greater than 0');
  if (flags.int('limit-bytes') < 0) throw new KubectlError('--limit-bytes must be greater than 0');
}

function* sourcesOf(
  k: Kubectl,
  args: readonly string[],
  { selector, container }: { selector: string; container: string },
): Steps<Source[]> {
  let pods: Fields[];
  if (selector !== '') {
    const list = yield* listAll(k, builtIn('pods'), {
      namespace: k.namespace,
      labelSelector: selector,
    });
    pods = list.items;
    if (pods.length === 0) {
      yield* k.err(`No resources found in ${k.namespace} namespace.\n`);
      return [];
    }
  } else pods = yield* namedPods(k, args[0] as string);
  const out: Source[] = [];
  const all = k.flags.bool('all-containers');
  for (const pod of pods) {
    if (all) {
      const { initContainers = [], containers = [], ephemeralContainers = [] } = pod['spec'];
      for (const { name } of [...initContainers, ...containers, ...ephemeralContainers])
        out.push({ pod, container: name });
      continue;
    }
    const chosen = pickContainer(pod, container);
    if (chosen.note !== '') yield* k.err(chosen.note);
    out.push({ pod, container: chosen.name });
  }
  return out;
}

function pickContainer(pod: Fields, wanted: string): { name: string; note: string } {
  try {
    return containerOf(pod, wanted, false);
  } catch {
    throw new KubectlError(`container ${wanted} is not valid for pod ${pod['metadata'].name}`);
  }
}

function* namedPods(k: Kubectl, word: string): Steps<Fields[]> {
  const timeoutMs = podTimeout(k);
  const args = [word.includes('/') ? word : `pods/${word}`];
  let infos: Info[];
  try {
    infos = yield* selectAll(k, { args });
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error;
    throw new KubectlError(
      `error from server (NotFound): ${error.message} in namespace ${JSON.stringify(k.namespace)}`,
    );
  }
  const [info] = infos as [Info];
  const pods = yield* podsOf(k, info, 'get the logs from', timeoutMs);
  if (pods.length > 1 && !k.flags.bool('all-pods')) {
    yield* k.err(`Found ${pods.length} pods, using pod/${pods[0]?.['metadata'].name}\n`);
    return [pods[0] as Fields];
  }
  return pods;
}

function logPath(k: Kubectl, resource: ApiResource, { pod, container }: Source, selector: string): string {
  const { flags } = k;
  const { name, namespace } = pod['metadata'];
  const tail = flags.int('tail');
  const wanted = tail >= 0 ? tail : selector !== '' && !flags.changed('tail') ? 10 : undefined;
  const since = flags.changed('since') ? Math.ceil(flags.duration('since') / 1000) : 0;
  const query = {
    container,
    follow: flags.bool('follow') || undefined,
    previous: flags.bool('previous') || undefined,
    timestamps: flags.bool('timestamps') || undefined,
    tailLines: wanted,
    sinceSeconds: since > 0 ? since : undefined,
    sinceTime: flags.string('since-time'),
    limitBytes: flags.int('limit-bytes') > 0 ? flags.int('limit-bytes') : undefined,
    insecureSkipTLSVerifyBackend: flags.bool('insecure-skip-tls-verify-backend') || undefined,
  };
  return `${pathOf(resource, namespace, name, 'log')}${queryText(query)}`;
}

function* copyAll(
  k: Kubectl,
  sources: readonly Source[],
  options: { prefix: boolean; selector: string },
): Steps<void> {
  const resource = builtIn('pods');
  const open: { stream: HttpStream; head: string; rest: string }[] = [];
  for (const source of sources) {
    const head = options.prefix ? `[pod/${source.pod['metadata'].name}/${source.container}] ` : '';
    try {
      const response = yield* k.api.request('GET', logPath(k, resource, source, options.selector), {
        raw: true,
      });
      if (response.stream) open.push({ stream: response.stream, head, rest: '' });
      else yield* k.out(prefixed(bodyText(response), head));
    } catch (error) {
      if (!k.flags.bool('ignore-errors') || !(error instanceof ApiError)) throw error;
      yield* k.out(`error: ${error.message}\n`);
    }
  }
  yield* follow(k, open);
}

function prefixed(text: string, head: string): string {
  if (head === '' || text === '') return text;
  const ended = text.endsWith('\n');
  const lines = (ended ? text.slice(0, -1) : text).split('\n');
  return lines.map((line) => head + line).join('\n') + (ended ? '\n' : '');
}

/** Prints what comes, whole lines at a time where lines carry their source. */
function* follow(k: Kubectl, open: { stream: HttpStream; head: string; rest: string }[]): Steps<void> {
  try {
    while (open.length > 0) {
      let moved = false;
      for (const entry of [...open]) {
        for (;;) {
          const piece = entry.stream.next();
          if (piece === undefined) break;
          moved = true;
          yield* k.out(takeLines(entry, String(piece)));
        }
        if (entry.stream.ended) {
          yield* k.out(prefixed(entry.rest, entry.head));
          open.splice(open.indexOf(entry), 1);
          moved = true;
        }
      }
      if (!moved) yield* waitOn(open.map((entry) => entry.stream.ready));
    }
  } finally {
    for (const { stream } of open) stream.close();
  }
}

function takeLines(entry: { head: string; rest: string }, piece: string): string {
  if (entry.head === '') return piece;
  const text = entry.rest + piece;
  const end = text.lastIndexOf('\n') + 1;
  entry.rest = text.slice(end);
  return prefixed(text.slice(0, end), entry.head);
}
