import { type Context, isSystemError, type Main } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import {
  componentLog,
  componentMain,
  componentVersion,
  type ElectionText,
  electionFromFlags,
  electionProblem,
  kubeconfigAccess,
  lead,
  lockProblem,
} from '../client/component.ts';
import { COMPONENT_FLAGS, COMPONENT_TEXTS, COMPONENT_UNSIMULATED } from '../client/component-flags.ts';
import { announceOwnCertificate, serveSecurely, servingProblems } from '../client/component-serving.ts';
import { ControlLoop } from '../client/control-loop.ts';
import { detailLog } from '../client/detail.ts';
import { clientInCluster, HttpClient, watchFailure } from '../client/http-client.ts';
import { Informers } from '../client/informer.ts';
import { durationMs, lowerFirst, readNamed, StartError } from '../client/program-start.ts';
import type { FeatureGates } from '../feature-gates.ts';
import { type FlagKind, type FlagValues, unsimulatedFlags } from '../flags.ts';
import { defaultConfig, type LeaderElectionConfig, parseConfig, type SchedulerConfig } from './config.ts';
import { Extender } from './extender.ts';
import { senderTo } from './extender-transport.ts';
import { isLegacy, LEGACY_FLAGS, renamed, serveInsecurely } from './legacy-flags.ts';
import { Scheduler } from './scheduler.ts';

const USER_AGENT = 'kube-scheduler/v1.33.1 (linux/amd64) kubernetes/8adc0f0';

/** The flags of kube-scheduler v1.33. */
const FLAGS: Readonly<Record<string, FlagKind>> = {
  ...COMPONENT_FLAGS,
  config: 'string',
  'pod-max-in-unschedulable-pods-duration': 'duration',
  'write-config-to': 'string',
};

const UNSIMULATED = { ...COMPONENT_UNSIMULATED, 'write-config-to': [] };

const TEXTS = {
  ...COMPONENT_TEXTS,
  config: 'The path to the configuration file.',
  kubeconfig: 'DEPRECATED: the kubeconfig file; ignored if there is a --config.',
  'pod-max-in-unschedulable-pods-duration':
    'DEPRECATED: when pods that found no node are tried again at the latest. (default 5m0s)',
};

const ABOUT = `The Kubernetes scheduler gives each pod a node: it finds the nodes that can take
the pod, ranks them, and binds the pod to the best. A cluster may have several.`;

const SERVING = {
  userAgent: USER_AGENT,
  defaultPort: 10_259,
  health: ['/healthz', '/livez', '/readyz'],
};

/** kube-scheduler. */
export const kubeScheduler: Main = componentMain({
  name: 'kube-scheduler',
  about: ABOUT,
  flags: FLAGS,
  flagsOf: (version) => (isLegacy(version) ? LEGACY_FLAGS : {}),
  texts: TEXTS,
  startMs: 300,
  problems: (flags) => [...unsimulatedFlags(flags, FLAGS, UNSIMULATED), ...servingProblems(flags, SERVING)],
  run,
});

function* run(context: Context, given: FlagValues, gates: FeatureGates): Steps<number> {
  const version = componentVersion(context);
  const flags = renamed(given);
  const log = componentLog(context);
  announceOwnCertificate(flags, log);
  const path = flags.get('config');
  const config = path ? parseConfig(readNamed(context, path)) : defaultConfig(flags.get('scheduler-name'));
  const client = clientOf(context, flags, config);
  const extenders = config.extenders.map((one) => new Extender(one, senderTo(context, one)));
  const announceServing = serveSecurely(context, flags, { ...SERVING, gates }, log);
  if (isLegacy(version)) serveInsecurely(context, flags);
  log('I', 'server.go:171', `"Starting Kubernetes Scheduler" version="${version}"`);
  log('I', 'server.go:173', '"Golang settings" GOGC="" GOMAXPROCS="" GOTRACEBACK=""');
  announceServing();
  const component = config.profiles[0]?.schedulerName ?? 'default-scheduler';
  const election = electionOf(flags, config.leaderElection);
  const wrongLock = lockProblem(
    flags.get('leader-elect-resource-lock') ?? config.leaderElection.resourceLock,
  );
  if (election && wrongLock) throw new StartError(`couldn't create resource lock: ${wrongLock}`);
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
  const retries = { ...config.backoff, stuckMs };
  const shared = { client, informers, clock, random, wake };
  loop.workers.push(
    new Scheduler({ ...shared, profiles, host, retries, extenders, log, detail: detailLog(flags, log) }),
  );
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

function clientOf(context: Context, flags: FlagValues, config: SchedulerConfig): HttpClient {
  const path = flags.get('config') ? config.kubeconfig : flags.get('kubeconfig');
  const master = flags.get('master');
  if (path)
    return new HttpClient(context, kubeconfigAccess(context, path, { userAgent: USER_AGENT, master }));
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
