import { type Context, isSystemError, type Main } from '../../host/index.ts';
import { Random, type Steps, WaitQueue } from '../../sim/index.ts';
import type { Client } from '../client/client.ts';
import { ControlLoop } from '../client/control-loop.ts';
import { accessFromKubeconfig, clientInCluster, HttpClient } from '../client/http-client.ts';
import { Informers } from '../client/informer.ts';
import { LeaderElection } from '../client/leader-election.ts';
import {
  durationMs,
  logger,
  lowerFirst,
  readNamed,
  StartError,
  serveHealth,
  stopOnSignals,
} from '../client/program-start.ts';
import { FlagError, type FlagKind, type FlagValues, flagTrue, parseFlags } from '../flags.ts';
import { klogLine } from '../klog.ts';
import { ConfigError, defaultConfig, parseConfig, type SchedulerConfig } from './config.ts';
import { Scheduler } from './scheduler.ts';

const USER_AGENT = 'kube-scheduler/v1.33.1 (linux/amd64) kubernetes/8adc0f0';
/** What reading flags and files takes. */
const START_MS = 300;

/** The flags of kube-scheduler v1.33 that are known here; some only have an effect on a real machine. */
const FLAGS: Readonly<Record<string, FlagKind>> = {
  'allow-metric-labels': 'string',
  'authentication-kubeconfig': 'string',
  'authentication-skip-lookup': 'bool',
  'authentication-token-webhook-cache-ttl': 'duration',
  'authentication-tolerate-lookup-failure': 'bool',
  'authorization-always-allow-paths': 'list',
  'authorization-kubeconfig': 'string',
  'authorization-webhook-cache-authorized-ttl': 'duration',
  'authorization-webhook-cache-unauthorized-ttl': 'duration',
  'bind-address': 'string',
  'cert-dir': 'string',
  'client-ca-file': 'string',
  config: 'string',
  'contention-profiling': 'bool',
  'feature-gates': 'list',
  'http2-max-streams-per-connection': 'int',
  'kube-api-burst': 'int',
  'kube-api-content-type': 'string',
  'kube-api-qps': 'string',
  kubeconfig: 'string',
  'leader-elect': 'bool',
  'leader-elect-lease-duration': 'duration',
  'leader-elect-renew-deadline': 'duration',
  'leader-elect-resource-lock': 'string',
  'leader-elect-resource-name': 'string',
  'leader-elect-resource-namespace': 'string',
  'leader-elect-retry-period': 'duration',
  'log-flush-frequency': 'duration',
  'logging-format': 'string',
  master: 'string',
  'permit-address-sharing': 'bool',
  'permit-port-sharing': 'bool',
  'pod-max-in-unschedulable-pods-duration': 'duration',
  profiling: 'bool',
  'requestheader-allowed-names': 'list',
  'requestheader-client-ca-file': 'string',
  'secure-port': 'int',
  'show-hidden-metrics-for-version': 'string',
  'tls-cert-file': 'string',
  'tls-cipher-suites': 'list',
  'tls-min-version': 'string',
  'tls-private-key-file': 'string',
  v: 'int',
  vmodule: 'string',
};

/** kube-scheduler. */
export const kubeScheduler: Main = function* main(context) {
  try {
    return yield* run(context, parseFlags(context.args.slice(1), FLAGS));
  } catch (error) {
    if (error instanceof FlagError) {
      yield* context.err(`Error: ${error.message}\n`);
      return 1;
    }
    if (!(error instanceof StartError) && !(error instanceof ConfigError)) throw error;
    const text = `"command failed" err=${JSON.stringify(error.message)}`;
    yield* context.err(klogLine(context, 'E', 'run.go:72', text));
    return 1;
  }
};

function* run(context: Context, flags: FlagValues): Steps<number> {
  const log = logger(context);
  yield* context.sleep(START_MS);
  log('I', 'serving.go:386', 'Generated self-signed cert in-memory');
  const path = flags.get('config');
  const config = path ? parseConfig(readNamed(context, path)) : defaultConfig();
  const client = clientOf(context, flags, config);
  log('I', 'server.go:171', '"Starting Kubernetes Scheduler" version="v1.33.1"');
  const address = flags.get('bind-address') ?? '0.0.0.0';
  const port = Number(flags.get('secure-port') ?? 10_259);
  serveHealth(context, address, port, () => true);
  log(
    'I',
    'secure_serving.go:211',
    `Serving securely on ${address === '0.0.0.0' ? '[::]' : address}:${port}`,
  );
  const wake = new WaitQueue();
  const stopped = stopOnSignals(context, wake);
  const election = electionOf(context, flags, { client, wake, config });
  if (election && !(yield* election.acquire(stopped))) return 0;
  const { clock } = context.process;
  const informers = new Informers({
    client,
    clock,
    wake,
    onError: (resource, error) =>
      log(
        'E',
        'reflector.go:200',
        `"Failed to watch" err="failed to list ${resource.kind}: ${(error as Error).message}"`,
      ),
  });
  const loop = new ControlLoop({ clock, wake, informers });
  const random = new Random(`${context.hostname}/${context.process.pid}/${context.now}`);
  loop.workers.push(
    new Scheduler({
      client,
      informers,
      clock,
      random,
      wake,
      profiles: config.profiles,
      host: context.hostname,
      backoff: config.backoff,
    }),
  );
  if (election) loop.workers.push(election);
  context.process.onExit.push(() => informers.close());
  yield* loop.run(context.process, () => stopped() || (election?.lost ?? false));
  election?.end();
  if (stopped()) {
    log('I', 'server.go:306', '"Requested to terminate, exiting"');
    return 0;
  }
  log('E', 'server.go:310', '"Leaderelection lost"');
  return 1;
}

function clientOf(context: Context, flags: FlagValues, config: SchedulerConfig): HttpClient {
  const path = flags.get('config') ? config.kubeconfig : flags.get('kubeconfig');
  try {
    if (!path) return clientInCluster(context, USER_AGENT);
    return new HttpClient(context, { ...accessFromKubeconfig(context, path), userAgent: USER_AGENT });
  } catch (error) {
    if (isSystemError(error))
      throw new StartError(`stat ${path ?? error.path}: ${lowerFirst(error.message)}`);
    throw new StartError((error as Error).message);
  }
}

function electionOf(
  context: Context,
  flags: FlagValues,
  { client, wake, config }: { client: Client; wake: WaitQueue; config: SchedulerConfig },
): LeaderElection | undefined {
  // A configuration file has the last word over the deprecated flags.
  const fromFile = flags.get('config') !== undefined;
  const { leaderElection } = config;
  const elects = fromFile ? leaderElection.leaderElect : flagTrue(flags, 'leader-elect', true);
  if (!elects) return undefined;
  const text = (flag: string, configured: string) =>
    fromFile ? configured : (flags.get(`leader-elect-${flag}`) ?? configured);
  const election = new LeaderElection({
    client,
    clock: context.process.clock,
    wake,
    identity: `${context.hostname}_${new Random(`${context.hostname}/${context.process.pid}/${context.now}`).uuid()}`,
    namespace: text('resource-namespace', leaderElection.resourceNamespace),
    name: text('resource-name', leaderElection.resourceName),
    component: config.profiles[0]?.schedulerName ?? 'default-scheduler',
    durationSeconds: durationMs(text('lease-duration', leaderElection.leaseDuration)) / 1000,
    renewDeadlineMs: durationMs(text('renew-deadline', leaderElection.renewDeadline)),
    retryMs: durationMs(text('retry-period', leaderElection.retryPeriod)),
    releases: true,
    log: logger(context),
  });
  return election;
}
