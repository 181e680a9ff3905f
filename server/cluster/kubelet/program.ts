import {
  type Context,
  isSystemError,
  type Main,
  type Program,
  programVersion,
  wasResumed,
} from '../../host/index.ts';
import { socketKey } from '../client/cri.ts';
import { dialRuntime } from '../client/cri-dial.ts';
import { Answers } from '../client/delegated-access.ts';
import { FlagError } from '../flags.ts';
import { klogLine } from '../klog.ts';
import { tlsProblems } from '../tls-settings.ts';
import { type KubeletSettings, readSettings } from './config.ts';
import { KubeletConfigError } from './config-file.ts';
import { quoted } from './core.ts';
import { Kubelet } from './kubelet.ts';
import { BootstrapError } from './node/certificate-request.ts';
import { type ClientFiles, ensureClient, kubeletClient, rotateClient } from './node/client-certificate.ts';
import { cpuManagerProblem, cpuStateProblem } from './node/cpu-manager.ts';
import { makeDirectories } from './node/directories.ts';
import { showUtilityChains } from './node/iptables.ts';
import { kernelProblem } from './node/kernel-flags.ts';
import { reservationProblem } from './node/node-status.ts';
import { ensureServingCertificate, rotateServing } from './node/serving-certificate.ts';
import { KubeletServer } from './server.ts';
import { deprecations, tellConnected, tellPreparing, tellRunning } from './start-lines.ts';

/** Between two attempts to reach containerd at the start; systemd's restart delay comes on top. */
const RUNTIME_WAIT_MS = 2000;
const RESUME_WAIT_MS = 2;

class StartError extends Error {
  override name = 'StartError';
}

const main: Main = function* (context) {
  // Models pkg/kubelet/qos/policy.go KubeletOOMScoreAdj.
  context.process.oomScoreAdj = -999;
  const version = programVersion(context) || 'v1.33.1';
  const write = logger(context);
  const log: Log = (severity, source, message) => {
    if (severity !== 'I' || !wasResumed(context) || context.now > context.process.startedAt)
      write(severity, source, message);
  };
  if (context.args.includes('--version')) {
    yield* context.out(`Kubernetes ${version}\n`);
    return 0;
  }
  let settings: KubeletSettings;
  try {
    settings = readSettings(context.args.slice(1), context.fs, (problem) =>
      log('I', 'codec.go:105', `"Using lenient decoding as strict decoding failed" err="${quoted(problem)}"`),
    );
  } catch (error) {
    if (error instanceof FlagError) return fail(log, `failed to parse kubelet flag: ${error.message}`);
    if (error instanceof KubeletConfigError) return fail(log, error.message);
    throw error;
  }
  // Who takes up a restored world, or only pretends to run containers, has nothing to tell of its start.
  const isTold = !wasResumed(context) && context.env.get('HOLLOW_NODE') !== 'true';
  if (isTold) for (const line of deprecations(context.args)) yield* context.err(line);
  const missing = dependencyProblem(context, settings);
  if (missing !== undefined) return fail(log, `failed to construct kubelet dependencies: ${missing}`);
  log('I', 'server.go:530', `"Kubelet version" kubeletVersion="${version}"`);
  const start: Log = isTold ? log : () => {};
  tellPreparing(start, settings);
  try {
    yield* waitForRuntime(context, settings);
    return yield* run(context, { settings, version, log, start });
  } catch (error) {
    if (error instanceof StartError) return fail(log, error.message);
    if (error instanceof BootstrapError) return fail(log, `failed to run Kubelet: ${error.message}`);
    throw error;
  }
};

type Log = (severity: 'I' | 'W' | 'E', source: string, message: string) => void;

/** Writes klog lines without waiting: the journal always takes them. */
function logger(context: Context): Log {
  return (severity, source, message) => {
    try {
      context.fd(2).write(klogLine(context, severity, source, message));
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  };
}

function fail(log: Log, message: string): number {
  log('E', 'run.go:72', `"command failed" err="${message.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`);
  return 1;
}

function* waitForRuntime(context: Context, { runtimeEndpoint }: KubeletSettings) {
  const { host } = context;
  const first = dialRuntime(host, runtimeEndpoint);
  if (first.runtime) return;
  const isThere = host.network.network.unix.has(socketKey(host.hostname, pathOf(runtimeEndpoint)));
  if (!isThere) yield* context.sleep(wasResumed(context) ? RESUME_WAIT_MS : RUNTIME_WAIT_MS);
  const { problem } = dialRuntime(host, runtimeEndpoint);
  if (problem !== undefined) throw new StartError(`failed to run Kubelet: ${problem}`);
}

function pathOf(endpoint: string): string {
  return endpoint.replace(/^unix:\/\//, '');
}

interface Run {
  readonly settings: KubeletSettings;
  readonly version: string;
  readonly log: Log;
  /** Takes what is said of the start alone. */
  readonly start: Log;
}

function* run(context: Context, { settings, version, log, start }: Run) {
  const { process } = context;
  checkSwap(context, settings, log);
  const unmanaged = cpuManagerProblem(settings);
  if (unmanaged !== undefined) throw new StartError(`failed to run Kubelet: ${unmanaged}`);
  const impossible =
    cpuStateProblem(context.fs, settings) ??
    reservationProblem({ host: context.host, settings }) ??
    kernelProblem(context.fs, settings.protectKernelDefaults);
  if (impossible !== undefined) {
    log(
      'E',
      'kubelet.go:1635',
      `"Failed to start ContainerManager" err="${impossible.replaceAll('"', '\\"')}"`,
    );
    return 1;
  }
  const address = settings.nodeIp ?? context.network.primaryAddress() ?? '127.0.0.1';
  const nodeName = settings.nodeName ?? context.hostname;
  const files = clientFiles(settings, nodeName, version);
  if (files) yield* ensureClient(context, files, log);
  const client = files && connect(context, files);
  const { runtime } = dialRuntime(context.host, settings.runtimeEndpoint);
  tellConnected(start, settings, { nodeName, version: runtime?.version().version ?? '' });
  makeDirectories(context.fs);
  if (settings.utilityChains) showUtilityChains(context.network);
  ensureServingCertificate(context, settings, nodeName);
  const kubelet = new Kubelet({
    context,
    settings,
    version,
    nodeName,
    address,
    client,
    server: client && `https://${client.address}`,
    hollow: context.env.get('HOLLOW_NODE') === 'true',
    log,
  });
  const server = new KubeletServer({ context, settings, nodeName, client, answers: new Answers() }, kubelet);
  let stopped = false;
  for (const signal of ['TERM', 'INT'] as const) {
    process.handlers.set(signal, () => {
      stopped = true;
    });
  }
  const problem = server.start();
  if (problem) throw new StartError(`failed to run Kubelet: ${problem}`);
  process.onExit.push(() => kubelet.close());
  if (files && client && settings.rotateCertificates)
    kubelet.spawn(rotateClient(context, client, files, log));
  if (client && settings.serving.bootstrap)
    kubelet.spawn(rotateServing(context, client, settings, { nodeName, address }, log));
  tellRunning(start, settings);
  yield* kubelet.run(() => stopped);
  return 0;
}

/** What the kubelet does not even begin with: its TLS settings, the CA of its clients. */
function dependencyProblem(context: Context, settings: KubeletSettings): string | undefined {
  const { clientCaFile } = settings;
  const [problem] = tlsProblems(settings.serving);
  if (problem) return problem;
  return clientCaFile !== undefined && !context.fs.isFile(clientCaFile)
    ? `unable to load client CA file ${clientCaFile}: open ${clientCaFile}: no such file or directory`
    : undefined;
}

/** Models pkg/kubelet/util/swap/swap_util.go IsSwapOn. */
function checkSwap({ fs }: Context, settings: KubeletSettings, log: Log): void {
  const swaps = settings.failSwapOn && fs.isFile('/proc/swaps') ? fs.read('/proc/swaps').trimEnd() : '';
  if (swaps.split('\n').length < 2) return;
  const contents = swaps.replace(/^/gm, '\t');
  log('I', 'swap_util.go:115', `"Swap is on" /proc/swaps contents=<\n${contents}\n >`);
  throw new StartError(
    'failed to run Kubelet: running with swap on is not supported, please disable swap or set --fail-swap-on flag to false',
  );
}

function clientFiles(
  { kubeconfig, bootstrapKubeconfig, certDir }: KubeletSettings,
  nodeName: string,
  version: string,
): ClientFiles | undefined {
  const userAgent = `kubelet/${version} (linux/amd64)`;
  return kubeconfig === undefined
    ? undefined
    : { kubeconfig, bootstrapKubeconfig, certDir, nodeName, userAgent };
}

function connect(context: Context, files: ClientFiles) {
  try {
    return kubeletClient(context, files);
  } catch (error) {
    const why = isSystemError(error)
      ? `open ${error.path}: ${error.message.toLowerCase()}`
      : (error as Error).message;
    throw new StartError(`failed to run Kubelet: invalid kubeconfig: ${why}`);
  }
}

export const KUBELET: Program = { name: 'kubelet', main };
