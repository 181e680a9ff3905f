import { byteLength, isSystemError, packTar, type TarEntry, unpackTar } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { waitOn } from '../../sim/index.ts';
import { KubectlError } from './errors.ts';
import { checkPhase } from './exec.ts';
import type { Kubectl } from './kubectl.ts';
import { containerOf } from './pods.ts';
import { openRemote } from './remote.ts';
import { builtIn, pathOf } from './resources.ts';

type Fields = Record<string, any>;

interface Spec {
  readonly pod: string;
  readonly namespace: string;
  /** The namespace in the words of the command line; often none. */
  readonly given: string;
  readonly path: string;
}

/** `ns/pod:path`, `pod:path` or a local path. Models kubectl/pkg/cmd/cp extractFileSpec. */
function parseSpec(k: Kubectl, text: string): Spec {
  const at = text.indexOf(':');
  if (at === 0)
    throw new KubectlError('filespec must match the canonical format: [[namespace/]pod:]file/path');
  if (at < 0) return { pod: '', namespace: '', given: '', path: text };
  const [first = '', second, ...more] = text.slice(0, at).split('/');
  if (more.length > 0)
    throw new KubectlError('filespec must match the canonical format: [[namespace/]pod:]file/path');
  const path = text.slice(at + 1);
  return second === undefined
    ? { pod: first, namespace: k.namespace, given: '', path }
    : { pod: second, namespace: first, given: first, path };
}

/** Models kubectl/pkg/cmd/cp/cp.go: tar runs in the container. */
export function* copy(k: Kubectl): Steps<void> {
  if (k.args.length !== 2) throw new KubectlError('source and destination are required');
  const from = parseSpec(k, k.args[0] as string);
  const to = parseSpec(k, k.args[1] as string);
  if (from.pod !== '' && to.pod !== '')
    throw new KubectlError('one of src or dest must be a local file specification');
  if (from.pod === '' && to.pod === '')
    throw new KubectlError('one of src or dest must be a remote file specification');
  if (from.path === '' || to.path === '') throw new KubectlError('filepath can not be empty');
  if (from.pod !== '') yield* copyFrom(k, from, to);
  else yield* copyTo(k, from, to);
}

/** Runs a command in the pod and returns what it wrote. */
function* runIn(
  k: Kubectl,
  spec: Spec,
  command: readonly string[],
  input: string,
): Steps<{ out: string; err: string; failure: string; broken: boolean }> {
  const pods = builtIn('pods');
  const pod = yield* k.api.get<Fields>(pathOf(pods, spec.namespace, spec.pod));
  checkPhase(pod, 'exec');
  // A name that is given is the server's to judge.
  const given = k.flags.string('container');
  const { name: container, note } = given === '' ? containerOf(pod, '', false) : { name: given, note: '' };
  // It is told once: of the first look where files go there, and where they come from the pod, as output.
  if (note !== '' && command[0] === 'test') yield* k.err(note);
  else if (note !== '' && input === '') yield* k.out(note);
  const duplex = yield* openRemote(k, pathOf(pods, spec.namespace, spec.pod, 'exec'), [
    ...command.map((word): [string, string] => ['command', word]),
    ['container', container],
    ...(input !== '' ? [['stdin', 'true'] as [string, string]] : []),
    ['stdout', 'true'],
    ['stderr', 'true'],
  ]);
  if (input !== '') {
    duplex.send(0, input);
    duplex.send(0, '');
  }
  const result = { out: '', err: '', failure: '', broken: false };
  for (;;) {
    const frame = duplex.receive();
    if (frame?.channel === 1) result.out += frame.data;
    else if (frame?.channel === 2) result.err += frame.data;
    else if (frame?.channel === 3) {
      const status = JSON.parse(frame.data || '{}');
      if (status.status === 'Failure') result.failure = failureText(status);
      break;
    } else if (duplex.ended) {
      result.broken = true;
      break;
    } else yield* waitOn([duplex.ready]);
  }
  duplex.close();
  return result;
}

function failureText(status: Fields): string {
  const code = status['details']?.causes?.find((cause: Fields) => cause['reason'] === 'ExitCode')?.message;
  return code ? `command terminated with exit code ${code}` : String(status['message']);
}

function* copyTo(k: Kubectl, from: Spec, to: Spec): Steps<void> {
  const { fs } = k.context;
  if (!fs.exists(from.path)) throw new KubectlError(`${from.path} doesn't exist in local filesystem`);
  const isDirectory = (yield* runIn(k, to, ['test', '-d', to.path], '')).failure === '';
  const base = from.path.replace(/\/+$/, '').split('/').at(-1) as string;
  const target = isDirectory ? `${to.path.replace(/\/+$/, '')}/${base}` : to.path.replace(/(.)\/+$/, '$1');
  const slash = target.lastIndexOf('/');
  const name = target.slice(slash + 1);
  const directory = slash < 0 ? '.' : target.slice(0, slash) || '/';
  const command = [
    'tar',
    ...(k.flags.bool('no-preserve') ? ['--no-same-permissions', '--no-same-owner'] : []),
    '-xmf',
    '-',
    '-C',
    directory,
  ];
  const { err, out, failure } = yield* runIn(k, to, command, packTar(collect(k, from.path, name)));
  yield* k.out(out);
  yield* k.err(err);
  if (failure !== '') throw new KubectlError(failure, { plain: failure.startsWith('command terminated') });
}

function collect(k: Kubectl, path: string, name: string): TarEntry[] {
  const { fs } = k.context;
  const stat = fs.lstat(path);
  const mode = stat.mode;
  if (stat.type === 'symlink') return [{ name, type: 'symlink', mode, data: stat.data }];
  if (stat.type !== 'directory') return [{ name, type: 'file', mode, data: fs.read(path) }];
  const inner = fs
    .list(path)
    .sort()
    .flatMap((child) => collect(k, `${path}/${child}`, `${name}/${child}`));
  return inner.length > 0
    ? [{ name: `${name}/`, type: 'directory', mode, data: '' }, ...inner]
    : [{ name: `${name}/`, type: 'directory', mode, data: '' }];
}

/** The archive of a path in the pod. Where a connection breaks, --retries goes on behind what has come. */
function* fetch(k: Kubectl, from: Spec): Steps<{ out: string; err: string; failure: string }> {
  const retries = k.flags.int('retries');
  const result = yield* runIn(k, from, ['tar', 'cf', '-', from.path], '');
  let { out } = result;
  let last = result;
  for (let retry = 1; last.broken && (retries < 0 || retry <= retries); retry++) {
    const bytes = byteLength(out);
    yield* k.err(`Resuming copy at ${bytes} bytes, retry ${retry}/${retries} - unexpected EOF\n`);
    const script = `tar cf - ${from.path} | tail -c+${bytes + 1}`;
    last = yield* runIn(k, from, ['sh', '-c', script], '');
    out += last.out;
  }
  return { out, err: last.err, failure: last.broken ? 'unexpected EOF' : last.failure };
}

function* copyFrom(k: Kubectl, from: Spec, to: Spec): Steps<void> {
  const { fs } = k.context;
  const { out, err, failure } = yield* fetch(k, from);
  if (err !== '') yield* k.out(err);
  const prefix = from.path.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
  // Given with the first link only.
  let advice = ` (consider using "kubectl exec -n ${JSON.stringify(from.given)} ${JSON.stringify(from.pod)} -- tar cf - ${JSON.stringify(from.path)} | tar xf -")`;
  // What is named is what is written, whether or not it is a directory.
  const root = to.path;
  for (const entry of unpackTar(out)) {
    const inner = entry.name
      .replace(/^(\.?\/)+/, '')
      .slice(prefix.length)
      .replace(/\/+$/, '');
    if (inner.split('/').includes('..')) continue;
    const target = inner === '' ? root : `${root}${inner}`;
    try {
      if (entry.type === 'directory') fs.mkdirAll(target);
      else if (entry.type === 'file') {
        const parent = target.replace(/\/[^/]*$/, '');
        if (target.includes('/') && parent !== '') fs.mkdirAll(parent);
        fs.write(target, entry.data, entry.mode);
      } else {
        const link = `${JSON.stringify(target)} -> ${JSON.stringify(entry.data)}`;
        yield* k.err(`warning: skipping symlink: ${link}${advice}\n`);
        advice = '';
      }
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new KubectlError(`open ${target}: ${error.message.toLowerCase()}`);
    }
  }
  if (failure !== '') throw new KubectlError(failure, { plain: failure.startsWith('command terminated') });
}
