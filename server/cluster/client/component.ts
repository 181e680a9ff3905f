import { type Context, isSystemError, type Main, wasResumed } from '../../host/index.ts';
import { type Clock, Random, type Steps, WaitQueue } from '../../sim/index.ts';
import type { FeatureGates } from '../feature-gates.ts';
import { FlagError, type FlagKind, type FlagValues, flagTrue, parseFlags } from '../flags.ts';
import { klogLine } from '../klog.ts';
import type { Client } from './client.ts';
import { accessFromKubeconfig, type ServerAccess } from './http-client.ts';
import { LeaderElection } from './leader-election.ts';
import {
  durationMs,
  gatesOfFlags,
  logger,
  lowerFirst,
  readNamed,
  StartError,
  serveHealth,
  stopOnSignals,
} from './program-start.ts';

/** A program of the control plane that speaks to the API server, but for its work. */
export interface Component {
  readonly name: 'kube-controller-manager' | 'kube-scheduler';
  readonly flags: Readonly<Record<string, FlagKind>>;
  /** What reading flags and files takes. */
  readonly startMs: number;
  run(context: Context, flags: FlagValues, gates: FeatureGates): Steps<number>;
}

/** After a fork the API server listens again before its clients look for it. */
const RESUME_MS = 15;

/** The main of a component: it says what was wrong with its flags and files, and exits with 1. */
export function componentMain({ name, flags, startMs, run }: Component): Main {
  return function* main(context) {
    try {
      const values = parseFlags(context.args.slice(1), flags);
      const gates = gatesOfFlags(context, name, values);
      const unsupported = formatProblem(values);
      if (unsupported) {
        // The scheduler has no log yet to say it in.
        if (name !== 'kube-scheduler') throw new StartError(unsupported);
        yield* context.err(`${unsupported}\n`);
        return 1;
      }
      yield* context.sleep(wasResumed(context) ? RESUME_MS : startMs);
      return yield* run(context, values, gates);
    } catch (error) {
      if (error instanceof FlagError) {
        yield* context.err(`Error: ${error.message}\n`);
        return 1;
      }
      if (!(error instanceof StartError)) throw error;
      const text = `"command failed" err=${JSON.stringify(error.message)}`;
      yield* context.err(klogLine(context, 'E', 'run.go:72', text));
      return 1;
    }
  };
}

/** Models k8s.io/component-base/logs/api/v1 Validate */
function formatProblem(flags: FlagValues): string | undefined {
  const format = flags.get('logging-format') ?? 'text';
  if (format === 'text') return undefined;
  if (format === 'json') return '--logging-format=json is not simulated';
  return `format: Invalid value: ${JSON.stringify(format)}: Unsupported log format`;
}

export type Log = (severity: 'I' | 'W' | 'E', source: string, text: string) => void;

/** The component's log; a program that goes on in a forked world does not tell again that it started. */
export function componentLog(context: Context): Log {
  const write = logger(context);
  const { startedAt } = context.process;
  return (severity, source, text) => {
    const starting = wasResumed(context) && context.now <= startedAt + RESUME_MS;
    if (!starting || severity !== 'I') write(severity, source, text);
  };
}

/** Who a kubeconfig file says that its reader is. */
export function kubeconfigAccess(context: Context, path: string, userAgent: string): ServerAccess {
  try {
    return { ...accessFromKubeconfig(context, path), userAgent };
  } catch (error) {
    if (isSystemError(error)) throw new StartError(`stat ${path}: ${lowerFirst(error.message)}`);
    throw new StartError((error as Error).message);
  }
}

/** Models k8s.io/apiserver/pkg/server/options SecureServingOptions.Validate */
export function checkPort(flags: FlagValues, defaultPort: number): void {
  const port = Number(flags.get('secure-port') ?? defaultPort);
  if (port >= 0 && port <= 65_535) return;
  throw new StartError(
    `--secure-port ${port} must be between 0 and 65535, inclusive. 0 for turning off secure port`,
  );
}

/**
 * Reads what says who may ask this server. Models k8s.io/apiserver/pkg/server/options
 * DelegatingAuthenticationOptions.ApplyTo and DelegatingAuthorizationOptions.ApplyTo
 */
export function checkDelegation(context: Context, flags: FlagValues): void {
  const inFile = (flag: string, what: string) => {
    const path = flags.get(flag);
    if (path) readNamed(context, path, what);
  };
  const inKubeconfig = (flag: string, what: string) => {
    const path = flags.get(flag);
    if (path && !context.fs.exists(path))
      throw new StartError(`${what}stat ${path}: no such file or directory`);
  };
  const authentication = 'failed to get delegated authentication kubeconfig: ';
  inKubeconfig('authentication-kubeconfig', authentication + authentication);
  inFile('client-ca-file', 'unable to load client CA provider: ');
  inFile('requestheader-client-ca-file', 'unable to create request header authentication config: ');
  inKubeconfig('authorization-kubeconfig', 'failed to get delegated authorization kubeconfig: ');
}

/** Serves health where `--bind-address` and `--secure-port` say; the returned function says so in the log. */
export function serveSecurely(
  context: Context,
  flags: FlagValues,
  defaultPort: number,
  log: Log,
): () => void {
  const address = flags.get('bind-address') ?? '0.0.0.0';
  const port = Number(flags.get('secure-port') ?? defaultPort);
  if (port === 0) return () => {};
  serveHealth(context, address, port, () => true);
  const shown = address === '0.0.0.0' ? '[::]' : address;
  return () => log('I', 'secure_serving.go:211', `Serving securely on ${shown}:${port}`);
}

/** A program that works while it holds a lease. */
export interface Leading {
  readonly clock: Clock;
  readonly wake: WaitQueue;
  readonly random: Random;
  readonly election: LeaderElection | undefined;
  /** The program is to end: it was told to, or somebody else leads. */
  over(): boolean;
  /** It was told to. */
  stopped(): boolean;
}

/** Leader election as flags spell it; `undefined` where `--leader-elect=false`. */
export type ElectionText = (
  setting: 'lease-duration' | 'renew-deadline' | 'retry-period' | 'resource-name' | 'resource-namespace',
) => string;

export interface LeadOptions {
  readonly client: Client;
  readonly component: string;
  /** Absent: the program works without a lease. */
  readonly election: ElectionText | undefined;
  readonly releases?: boolean;
  readonly log: Log;
}

/** Waits until the program leads; undefined: it was told to end before. */
export function* lead(context: Context, options: LeadOptions): Steps<Leading | undefined> {
  const { clock } = context.process;
  const wake = new WaitQueue();
  const stopped = stopOnSignals(context, wake);
  const random = new Random(instanceOf(context));
  const election = electionOf(context, options, { wake, identity: `${context.hostname}_${random.uuid()}` });
  // Also of a program that is killed: nobody renews a lease after its holder's end.
  if (election) context.process.onExit.push(() => election.abandon());
  if (election && !(yield* election.acquire(stopped))) return undefined;
  return {
    clock,
    wake,
    random,
    election,
    stopped,
    over: () => stopped() || (election?.lost ?? false),
  };
}

function electionOf(
  context: Context,
  { client, component, election: text, releases = false, log }: LeadOptions,
  { wake, identity }: { wake: WaitQueue; identity: string },
): LeaderElection | undefined {
  if (!text) return undefined;
  return new LeaderElection({
    client,
    clock: context.process.clock,
    wake,
    identity,
    namespace: text('resource-namespace'),
    name: text('resource-name'),
    component,
    durationSeconds: durationMs(text('lease-duration')) / 1000,
    renewDeadlineMs: durationMs(text('renew-deadline')),
    retryMs: durationMs(text('retry-period')),
    releases,
    log,
  });
}

/**
 * What tells this run of the program from any other. In a container that is the container: it goes on as the same one
 * in a forked world, and so still holds the lease that it held.
 */
function instanceOf({ hostname, process, now }: Context): string {
  const container = /[0-9a-f]{64}/.exec(process.cgroup.path)?.[0];
  return container ?? `${hostname}/${process.pid}/${now}`;
}

/** What is wrong with an election's times. Models client-go tools/leaderelection NewLeaderElector */
export function electionProblem(election: ElectionText | undefined): string | undefined {
  if (!election) return undefined;
  const [lease = 0, renew = 0, retry = 0] = (
    ['lease-duration', 'renew-deadline', 'retry-period'] as const
  ).map((setting) => durationMs(election(setting)));
  if (lease <= renew) return 'leaseDuration must be greater than renewDeadline';
  if (renew <= 1.2 * retry) return 'renewDeadline must be greater than retryPeriod*JitterFactor';
  if (retry < 1) return 'retryPeriod must be greater than zero';
  return undefined;
}

/** The election that a component's flags ask for. */
export function electionFromFlags(
  flags: FlagValues,
  defaults: Readonly<Record<Parameters<ElectionText>[0], string>>,
  elects = true,
): ElectionText | undefined {
  if (!flagTrue(flags, 'leader-elect', elects)) return undefined;
  return (setting) => flags.get(`leader-elect-${setting}`) ?? defaults[setting];
}
