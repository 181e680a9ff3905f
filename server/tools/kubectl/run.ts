import type { Steps } from '../../sim/index.ts';
import type { Info } from './builder.ts';
import { finish, LAST_APPLIED, metadata, sortedMap } from './create/send.ts';
import { deletedLine, deleteInfo, deletionFlags, isGone } from './delete.ts';
import { isFailure, KubectlError } from './errors.ts';
import { attachOrLog, copyLog } from './exec.ts';
import { parseLabels } from './expose.ts';
import { goJson } from './go-json.ts';
import type { Kubectl } from './kubectl.ts';
import { override } from './overrides.ts';
import { containerOf, podTimeout, waitRunning } from './pods.ts';
import { operation, outputFormat, printerFor } from './printers.ts';
import { recorded } from './record.ts';
import { builtIn, pathOf } from './resources.ts';

type Fields = Record<string, any>;

/** Host, path, tag and digest. Models distribution/reference regexp.go */
export const IMAGE_NAME =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$/;

/** Models kubectl/pkg/cmd/run/run.go. */
export function* run(k: Kubectl): Steps<number | undefined> {
  const { flags } = k;
  const before = k.dash >= 0 ? k.dash : k.args.length;
  if (k.args.length === 0 || before === 0) throw k.usage('NAME is required for run');
  const timeout = podTimeout(k);
  const image = flags.string('image');
  if (image === '') throw new KubectlError('--image is required');
  if (!IMAGE_NAME.test(image))
    throw new KubectlError(`Invalid image name ${JSON.stringify(image)}: invalid reference format`);
  const tty = flags.bool('tty');
  if (tty && !flags.bool('stdin')) throw k.usage('-i/--stdin is required for containers with -t/--tty=true');
  if (flags.bool('expose') && flags.int('port') === 0 && flags.string('port') === '')
    throw k.usage('--port must be set when exposing a service');
  const dryRun = yield* k.dryRun();
  const attaching = flags.changed('attach') ? flags.bool('attach') : flags.bool('stdin');
  if (attaching && dryRun !== 'none')
    throw k.usage(
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
    );
  const policy = restartPolicy(k);
  if (flags.bool('rm') && !attaching) throw k.usage('--rm should only be used for attached containers');
  if (attaching && dryRun !== 'none')
    throw k.usage("--dry-run can't be used with attached containers options (--attach, --stdin, or --tty)");
  yield* k.resources.all();
  const pod = podOf(k, policy);
  const objects: { service?: Fields; pod: Fields } = {
    pod: override(pod, flags.string('overrides'), flags.string('override-type')),
  };
  if (flags.bool('expose')) objects.service = serviceOf(k, pod);
  if (attaching) return yield* runAttached(k, objects.pod, objects.service, timeout);
  if (objects.service) yield* sendBoth(k, objects.pod, objects.service);
  else yield* finish(k, { object: objects.pod, root: 'api/v1', plural: 'pods', namespaced: true });
  return undefined;
}

function restartPolicy(k: Kubectl): string {
  const policy = k.flags.string('restart');
  if (policy === '') return k.flags.bool('stdin') ? 'OnFailure' : 'Always';
  if (!['Always', 'OnFailure', 'Never'].includes(policy)) throw k.usage(`invalid restart policy: ${policy}`);
  return policy;
}

function podOf(k: Kubectl, restart: string): Fields {
  const { flags } = k;
  const name = k.args[0] as string;
  const labels = flags.string('labels') !== '' ? parseLabels(flags.string('labels')) : { run: name };
  const rest = k.args.slice(1);
  const env = flags.list('env').map((text) => {
    const at = text.indexOf('=');
    if (at <= 0) throw new KubectlError(`invalid env: ${text}`);
    return { name: text.slice(0, at), ...(at === text.length - 1 ? {} : { value: text.slice(at + 1) }) };
  });
  const port = flags.string('port');
  if (port !== '' && !/^\d+$/.test(port))
    throw new KubectlError(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`);
  const pull = flags.string('image-pull-policy');
  if (pull !== '' && !['Always', 'IfNotPresent', 'Never'].includes(pull))
    throw k.usage(`invalid image pull policy: ${pull}`);
  const stdin = flags.bool('stdin');
  const container = {
    name,
    image: flags.string('image'),
    ...(rest.length > 0 ? (flags.bool('command') ? { command: [...rest] } : { args: [...rest] }) : {}),
    ...(port !== '' && port !== '0' ? { ports: [{ containerPort: Number(port) }] } : {}),
    ...(env.length > 0 ? { env } : {}),
    resources: {},
    ...(pull !== '' ? { imagePullPolicy: pull } : {}),
    ...(flags.bool('privileged') ? { securityContext: { privileged: true } } : {}),
    ...(stdin ? { stdin: true } : {}),
    ...(stdin && !flags.bool('leave-stdin-open') ? { stdinOnce: true } : {}),
    ...(flags.bool('tty') ? { tty: true } : {}),
  };
  const meta = metadata(k, name, { labels });
  const annotations = annotationsOf(flags.list('annotations'));
  if (Object.keys(annotations).length > 0) meta['annotations'] = annotations;
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: meta,
    spec: { containers: [container], restartPolicy: restart, dnsPolicy: 'ClusterFirst' },
    status: {},
  };
}

function annotationsOf(list: readonly string[]): Fields {
  const out: Fields = {};
  for (const pair of list) {
    const at = pair.indexOf('=');
    if (at <= 0) throw new KubectlError(`unexpected annotations: ${pair}`);
    out[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return sortedMap(out);
}

function serviceOf(k: Kubectl, pod: Fields): Fields {
  const port = Number(k.flags.string('port'));
  if (!(port > 0)) throw new KubectlError('--port must be a positive integer when exposing a service');
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: metadata(k, k.args[0] as string),
    spec: { ports: [{ protocol: 'TCP', port, targetPort: port }], selector: pod['metadata'].labels },
    status: { loadBalancer: {} },
  };
}

/** The pod is made first and told of last, with a line between them where objects are printed. */
function* sendBoth(k: Kubectl, pod: Fields, service: Fields): Steps<void> {
  const made = yield* send(k, pod, 'pods');
  const printer = printerFor(k, yield* operation(k, 'created'));
  let failure: unknown;
  try {
    yield* k.out(printer.print(yield* send(k, service, 'services'), { typed: true }));
    if (outputFormat(k).format === 'yaml') yield* k.out('---\n');
  } catch (error) {
    if (!isFailure(error)) throw error;
    failure = error;
  }
  yield* k.out(printer.print(made, { typed: true }));
  if (failure) throw failure;
}

/** What the server makes of an object, or the object where it is not asked. */
function* send(k: Kubectl, object: Fields, plural: string): Steps<Fields> {
  const dryRun = yield* k.dryRun();
  const wanted = recorded(k, object);
  const saved = k.flags.bool('save-config') ? saveConfig(wanted) : wanted;
  if (dryRun === 'client') return saved;
  return yield* k.api.post<Fields>(`/api/v1/namespaces/${k.namespace}/${plural}`, saved, {
    query: {
      dryRun: dryRun === 'server' ? 'All' : undefined,
      fieldManager: k.flags.string('field-manager'),
    },
  });
}

function saveConfig(object: Fields): Fields {
  const annotations = {
    ...object['metadata'].annotations,
    [LAST_APPLIED]: `${goJson(object, { sorted: false })}\n`,
  };
  return { ...object, metadata: { ...object['metadata'], annotations: sortedMap(annotations) } };
}

/** Creates the pod, waits until it runs, joins its terminal, and with --rm takes away afterwards what was made. */
function* runAttached(k: Kubectl, pod: Fields, service: Fields | undefined, timeout: number): Steps<number> {
  const quiet = k.flags.bool('quiet');
  const created = yield* send(k, pod, 'pods');
  const made = [infoOf(k, 'pods', created)];
  if (service) {
    const object = yield* send(k, service, 'services');
    made.push(infoOf(k, 'services', object));
    yield* k.out(printerFor(k, 'created').print(object, { typed: true }));
  }
  let ended = { code: 0, message: '' };
  try {
    ended = yield* joinPod(k, yield* waitRunning(k, created, timeout), quiet);
  } finally {
    if (k.flags.bool('rm')) for (const info of made) yield* remove(k, info, quiet);
  }
  yield* k.err(ended.message);
  return ended.code;
}

function infoOf(k: Kubectl, plural: 'pods' | 'services', object: Fields): Info {
  const { name } = object['metadata'];
  return { resource: builtIn(plural), namespace: k.namespace, name, source: '', object };
}

function* remove(k: Kubectl, info: Info, quiet: boolean): Steps<void> {
  yield* deleteInfo(k, info, deletionFlags(k));
  if (!quiet) yield* k.out(deletedLine(info, { output: '' }));
  yield* isGone(k, info, k.now + 60_000);
}

interface Ended {
  readonly code: number;
  readonly message: string;
}

function* joinPod(k: Kubectl, pod: Fields, quiet: boolean): Steps<Ended> {
  const phase = pod['status']?.phase;
  const { name: container } = containerOf(pod, '', true);
  if (phase === 'Succeeded' || phase === 'Failed') yield* copyLog(k, pod, container);
  else yield* attachOrLog(k, pod, { quiet, container });
  if (k.flags.bool('leave-stdin-open')) return { code: 0, message: '' };
  return yield* exitCode(k, pod);
}

/** The exit code of a pod that is not restarted. */
function* exitCode(k: Kubectl, pod: Fields): Steps<Ended> {
  const fine = { code: 0, message: '' };
  if (pod['spec'].restartPolicy !== 'Never') return fine;
  const pods = builtIn('pods');
  const { name, namespace } = pod['metadata'];
  for (let i = 0; i < 100; i++) {
    const current = yield* k.api.get<Fields>(pathOf(pods, namespace, name));
    const phase = current['status']?.phase;
    if (phase === 'Succeeded') return fine;
    if (phase === 'Failed') {
      const { exitCode: code = 1, reason = 'Error' } =
        current['status'].containerStatuses?.[0]?.state?.terminated ?? {};
      return { code, message: `pod ${namespace}/${name} terminated (${reason})\n` };
    }
    yield* k.context.sleep(100);
  }
  return fine;
}
