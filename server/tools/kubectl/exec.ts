import type { Steps } from '../../sim/index.ts';
import { fileFlags, hasFiles, type Info, selectAll } from './builder.ts';
import { KubectlError, messageOf } from './errors.ts';
import type { Kubectl } from './kubectl.ts';
import { attachableOf, attachablePod, containerOf, podTimeout } from './pods.ts';
import { openRemote, RemoteExit, stream } from './remote.ts';
import { builtIn, pathOf } from './resources.ts';

type Fields = Record<string, any>;

/** Models kubectl/pkg/cmd/exec/exec.go. */
export function* exec(k: Kubectl): Steps<number> {
  const { flags, args, dash } = k;
  const files = hasFiles(k);
  if ((args.length === 0 || dash === 0) && !files)
    throw new KubectlError('pod, type/name or --filename must be specified');
  if (args.length === 0 && files && dash < 0)
    throw new KubectlError('you must specify at least one command for the container');
  if (dash < 0 && args.length > 1 && !files) {
    throw new KubectlError(
      `exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples`,
    );
  }
  const command = dash >= 0 ? args.slice(dash) : args.slice(1);
  if (dash > 1) throw k.usage('expected at most one resource');
  if (command.length === 0) throw new KubectlError('you must specify at least one command for the container');
  const timeout = podTimeout(k);
  const pod = files ? yield* filePod(k, timeout) : yield* attachablePod(k, args, timeout);
  checkPhase(pod, 'exec');
  // A name that is given is the server's to judge.
  const given = flags.string('container');
  const { name: container, note } =
    given === '' ? containerOf(pod, '', flags.bool('quiet')) : { name: given, note: '' };
  if (note !== '') yield* k.err(note);
  const { stdin, tty } = yield* terminalFlags(k);
  const pods = builtIn('pods');
  const { name, namespace } = pod['metadata'];
  const query: [string, string][] = [
    ...command.map((word): [string, string] => ['command', word]),
    ['container', container],
    ...(stdin ? [['stdin', 'true'] as [string, string]] : []),
    ['stdout', 'true'],
    ...(tty ? [['tty', 'true'] as [string, string]] : [['stderr', 'true'] as [string, string]]),
  ];
  const duplex = yield* openRemote(k, pathOf(pods, namespace, name, 'exec'), query);
  return yield* stream(k, duplex, { stdin, tty });
}

export function checkPhase(pod: Fields, what: string): void {
  const phase = pod['status']?.phase;
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw new KubectlError(
      what === 'exec'
        ? `cannot exec into a container in a completed pod; current phase is ${phase}`
        : `cannot attach a container in a completed pod; current phase is ${phase}`,
    );
  }
}

function* filePod(k: Kubectl, timeoutMs: number): Steps<Fields> {
  const [info] = yield* selectAll(k, { ...fileFlags(k), latest: true });
  return yield* attachableOf(k, info as Info, timeoutMs);
}

/** -i and -t; -t without a terminal says so and goes without. */
export function* terminalFlags(k: Kubectl): Steps<{ stdin: boolean; tty: boolean }> {
  const stdin = k.flags.bool('stdin');
  let tty = k.flags.bool('tty');
  if (tty && !stdin) tty = false;
  if (tty && !k.context.isTerminal(0)) {
    tty = false;
    if (!k.flags.bool('quiet'))
      yield* k.err('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  }
  return { stdin, tty };
}

/** Models kubectl/pkg/cmd/attach/attach.go. */
export function* attach(k: Kubectl): Steps<number> {
  const { flags, args } = k;
  if (args.length === 0) throw new KubectlError('at least 1 argument is required for attach');
  if (args.length > 2)
    throw k.usage(
      `expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: ${JSON.stringify(args)}`,
    );
  const timeout = podTimeout(k);
  const words = args.length === 2 ? [`${args[0]}/${args[1]}`] : args;
  const pod = yield* attachablePod(k, words, timeout);
  checkPhase(pod, 'attach');
  return yield* attachTo(k, pod, { quiet: flags.bool('quiet'), container: flags.string('container') });
}

function attachable(pod: Fields, options: { quiet: boolean; container: string }) {
  try {
    return containerOf(pod, options.container, options.quiet);
  } catch (error) {
    throw new KubectlError(`cannot attach to the container: ${messageOf(error)}`);
  }
}

export function* attachTo(
  k: Kubectl,
  pod: Fields,
  options: { quiet: boolean; container: string },
): Steps<number> {
  const { name: container, note } = attachable(pod, options);
  if (note !== '') yield* k.err(note);
  let { stdin, tty } = yield* terminalFlags(k);
  const spec = [...(pod['spec'].containers ?? []), ...(pod['spec'].ephemeralContainers ?? [])].find(
    (c: Fields) => c['name'] === container,
  );
  if (tty && spec && !spec.tty) {
    tty = false;
    if (!options.quiet)
      yield* k.err(`error: Unable to use a TTY - container ${container} did not allocate one\n`);
  } else if (!tty && spec?.tty) tty = k.flags.bool('tty');
  if (stdin && spec && !spec.stdin) stdin = false;
  if (!options.quiet) yield* k.err("If you don't see a command prompt, try pressing enter.\n");
  const pods = builtIn('pods');
  const { name, namespace } = pod['metadata'];
  const query: [string, string][] = [
    ['container', container],
    ...(stdin ? [['stdin', 'true'] as [string, string]] : []),
    ['stdout', 'true'],
    ...(tty ? [['tty', 'true'] as [string, string]] : [['stderr', 'true'] as [string, string]]),
  ];
  const duplex = yield* openRemote(k, pathOf(pods, namespace, name, 'attach'), query);
  return yield* stream(k, duplex, { stdin, tty });
}

/** Joins a container, or shows what it wrote when it ended before that. How it ends is not ours to tell. */
export function* attachOrLog(
  k: Kubectl,
  pod: Fields,
  options: { quiet: boolean; container: string },
): Steps<void> {
  try {
    yield* attachTo(k, pod, options);
  } catch (error) {
    if (error instanceof RemoteExit) return;
    yield* k.err(
      `warning: couldn't attach to pod/${pod['metadata'].name}, falling back to streaming logs: ${messageOf(error)}\n`,
    );
    yield* copyLog(k, pod, options.container);
  }
}

/** All that a container has written. */
export function* copyLog(k: Kubectl, pod: Fields, container: string): Steps<void> {
  const pods = builtIn('pods');
  const { name, namespace } = pod['metadata'];
  const path = pathOf(pods, namespace, name, 'log');
  const { body } = yield* k.api.request('GET', path, { query: { container }, raw: true });
  yield* k.out(body ?? '');
}
