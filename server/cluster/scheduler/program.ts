import { type Context, isSystemError, type Main, programVersion } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import {
  checkDelegation,
  checkPort,
  componentLog,
  componentMain,
  type ElectionText,
  electionFromFlags,
  electionProblem,
  kubeconfigAccess,
  lead,
  serveSecurely,
} from '../client/component.ts';
import { ControlLoop } from '../client/control-loop.ts';
import { clientInCluster, HttpClient, requestFailure, watchFailure } from '../client/http-client.ts';
import { Informers } from '../client/informer.ts';
import { durationMs, lowerFirst, readNamed, StartError } from '../client/program-start.ts';
import type { FlagKind, FlagValues } from '../flags.ts';
import { defaultConfig, type LeaderElectionConfig, parseConfig, type SchedulerConfig } from './config.ts';
import { Extender, type ExtenderConfig, ExtenderError, type Send } from './extender.ts';
import { Scheduler } from './scheduler.ts';

const USER_AGENT = 'kube-scheduler/v1.33.1 (linux/amd64) kubernetes/8adc0f0';

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
  'bind-address': 'ip',
  'cert-dir': 'string',
  'client-ca-file': 'string',
  config: 'string',
  'contention-profiling': 'bool',
  'feature-gates': 'list',
  'http2-max-streams-per-connection': 'int',
  'kube-api-burst': 'int',
  'kube-api-content-type': 'string',
  'kube-api-qps': 'float',
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
export const kubeScheduler: Main = componentMain({ name: 'kube-scheduler', flags: FLAGS, startMs: 300, run });

function* run(context: Context, flags: FlagValues): Steps<number> {
  checkPort(flags, 10_259);
  const log = componentLog(context);
  log('I', 'serving.go:386', 'Generated self-signed cert in-memory');
  const path = flags.get('config');
  const config = path ? parseConfig(readNamed(context, path)) : defaultConfig();
  const client = clientOf(context, flags, config);
  const announceServing = serveSecurely(context, flags, 10_259, log);
  checkDelegation(context, flags);
  const version = programVersion(context) || 'v1.33.1';
  log('I', 'server.go:171', `"Starting Kubernetes Scheduler" version="${version}"`);
  log('I', 'server.go:173', '"Golang settings" GOGC="" GOMAXPROCS="" GOTRACEBACK=""');
  announceServing();
  const component = config.profiles[0]?.schedulerName ?? 'default-scheduler';
  const election = electionOf(flags, config.leaderElection);
  const problem = electionProblem(election);
  if (problem) throw new StartError(`couldn't create leader elector: ${problem}`);
  const leading = yield* lead(context, { client, component, election, releases: true, log });
  if (!leading) return 0;
  const { clock, wake, random } = leading;
  const informers = new Informers({
    client,
    clock,
    wake,
    onError: (resource, error) => log('E', 'reflector.go:200', watchFailure(resource, error)),
  });
  const loop = new ControlLoop({ clock, wake, informers });
  const { profiles } = config;
  const host = context.hostname;
  const stuckMs = durationMs(flags.get('pod-max-in-unschedulable-pods-duration') ?? '5m');
  const extenders = config.extenders.map((one) => new Extender(one, senderTo(context, one)));
  const retries = { ...config.backoff, stuckMs };
  const shared = { client, informers, clock, random, wake };
  loop.workers.push(new Scheduler({ ...shared, profiles, host, retries, extenders, log }));
  if (leading.election) loop.workers.push(leading.election);
  context.process.onExit.push(() => informers.close());
  yield* loop.run(context.process, leading.over);
  leading.election?.end();
  if (leading.stopped()) {
    log('I', 'server.go:306', '"Requested to terminate, exiting"');
    return 0;
  }
  log('E', 'server.go:310', '"Leaderelection lost"');
  return 1;
}

/** Models pkg/scheduler/extender.go makeTransport: who names no authority is not particular. */
function senderTo(context: Context, { urlPrefix, enableHTTPS, tlsConfig = {} }: ExtenderConfig): Send {
  const { host } = new URL(urlPrefix);
  const ca = tlsConfig.caData && Buffer.from(tlsConfig.caData, 'base64').toString();
  const { serverName } = tlsConfig;
  const client = new HttpClient(context, {
    server: `${enableHTTPS ? 'https' : new URL(urlPrefix).protocol.slice(0, -1)}://${host}`,
    ca,
    insecure: !ca,
    ...(serverName ? { serverName } : {}),
    userAgent: 'Go-http-client/1.1',
  });
  return (request) => {
    try {
      return client.request(request);
    } catch (error) {
      throw new ExtenderError(requestFailure(error));
    }
  };
}

function clientOf(context: Context, flags: FlagValues, config: SchedulerConfig): HttpClient {
  const path = flags.get('config') ? config.kubeconfig : flags.get('kubeconfig');
  if (path) return new HttpClient(context, kubeconfigAccess(context, path, USER_AGENT));
  try {
    return clientInCluster(context, USER_AGENT);
  } catch (error) {
    if (isSystemError(error)) throw new StartError(`stat ${error.path}: ${lowerFirst(error.message)}`);
    throw new StartError((error as Error).message);
  }
}

/** Flags that were given have the last word over the configuration file. */
function electionOf(flags: FlagValues, config: LeaderElectionConfig): ElectionText | undefined {
  const settings = {
    'lease-duration': config.leaseDuration,
    'renew-deadline': config.renewDeadline,
    'retry-period': config.retryPeriod,
    'resource-name': config.resourceName,
    'resource-namespace': config.resourceNamespace,
  };
  return electionFromFlags(flags, settings, config.leaderElect);
}
