import { type Context, isSystemError, type Main, programVersion, wasResumed } from '../../host/index.ts';
import { type Clock, Random, type Steps, WaitQueue } from '../../sim/index.ts';
import type { FeatureGates } from '../feature-gates.ts';
import {
  askedInstead,
  FlagError,
  type FlagKind,
  type FlagValues,
  flagTrue,
  flagUsages,
  parseFlags,
  usageText,
} from '../flags.ts';
import { klogLine } from '../klog.ts';
import type { Client } from './client.ts';
import { accessFromKubeconfig, type ServerAccess } from './http-client.ts';
import { LeaderElection } from './leader-election.ts';
import { durationMs, gatesOfFlags, logger, lowerFirst, StartError, stopOnSignals } from './program-start.ts';

/** A program of the control plane that speaks to the API server, but for its work. */
export interface Component {
  readonly name: 'kube-controller-manager' | 'kube-scheduler';
  readonly about: string;
  readonly flags: Readonly<Record<string, FlagKind>>;
  /** Those that only some releases have. */
  flagsOf?(version: string): Readonly<Record<string, FlagKind>>;
  /** What `--help` says of flags that people look up. */
  readonly texts: Readonly<Record<string, string>>;
  /** What reading flags and files takes. */
  readonly startMs: number;
  /** What is wrong with values that are well-formed. */
  problems(flags: FlagValues): string[];
  run(context: Context, flags: FlagValues, gates: FeatureGates): Steps<number>;
}

/** The release that the program is of. */
export function componentVersion(context: Context): string {
  return programVersion(context) || 'v1.33.1';
}

/** After a fork the API server listens again before its clients look for it. */
const RESUME_MS = 15;

/** The main of a component: it says what was wrong with its flags and files, and exits with 1. */
export function componentMain(component: Component): Main {
  const { name: program } = component;
  return function* main(context) {
    const version = componentVersion(context);
    const flags = { ...component.flags, ...component.flagsOf?.(version) };
    const usage = { ...component, program, flags };
    const args = context.args.slice(1);
    const asked = askedInstead(args);
    if (asked === 'version') yield* context.out(`Kubernetes ${version}\n`);
    if (asked === 'help') yield* context.out(usageText(usage));
    if (asked) return 0;
    let values: FlagValues;
    try {
      values = parseFlags(args, flags, program);
    } catch (error) {
      if (!(error instanceof FlagError)) throw error;
      yield* context.err(`${error.isUsage ? `${flagUsages(usage)}\n` : ''}Error: ${error.message}\n`);
      return 1;
    }
    try {
      return yield* start(component, context, values);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      const text = `"command failed" err=${JSON.stringify(error.message)}`;
      yield* context.err(klogLine(context, 'E', 'run.go:72', text));
      return 1;
    }
  };
}

function* start(component: Component, context: Context, flags: FlagValues): Steps<number> {
  const gates = gatesOfFlags(context, component.name, flags);
  const format = flags.get('logging-format') ?? 'text';
  if (format !== 'text' && format !== 'json') {
    // Models k8s.io/component-base/logs/api/v1 Validate
    const wrong = `format: Invalid value: ${JSON.stringify(format)}: Unsupported log format`;
    if (component.name !== 'kube-scheduler') throw new StartError(wrong);
    // The scheduler has no log yet to say it in.
    yield* context.err(`${wrong}\n`);
    return 1;
  }
  yield* context.sleep(wasResumed(context) ? RESUME_MS : component.startMs);
  const problems = component.problems(flags);
  if (problems.length > 0) throw new StartError(aggregated(problems));
  return yield* component.run(context, flags, gates);
}

/** Models k8s.io/apimachinery/pkg/util/errors NewAggregate */
function aggregated(problems: readonly string[]): string {
  return problems.length === 1 ? (problems[0] as string) : `[${problems.join(', ')}]`;
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

/** Who a kubeconfig file says that its reader is; `--master` has the last word about the server. */
export function kubeconfigAccess(
  context: Context,
  path: string,
  { userAgent, master }: { userAgent: string; master: string | undefined },
): ServerAccess {
  try {
    const access = { ...accessFromKubeconfig(context, path), userAgent };
    return master ? { ...access, server: serverOf(master) } : access;
  } catch (error) {
    if (isSystemError(error)) throw new StartError(`stat ${path}: ${lowerFirst(error.message)}`);
    throw new StartError((error as Error).message);
  }
}

/** Models client-go rest/url_utils.go DefaultServerURL: a bare address is one of plain HTTP. */
function serverOf(master: string): string {
  return /^https?:\/\//.test(master) ? master.replace(/\/$/, '') : `http://${master}`;
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

/** What is wrong with the kind of lock that is asked for. Models client-go tools/leaderelection/resourcelock New */
export function lockProblem(kind = 'leases'): string | undefined {
  if (kind === 'leases') return undefined;
  return REMOVED_LOCKS[kind] ?? `Invalid lock-type ${kind}`;
}

const REMOVED_LOCKS: Readonly<Record<string, string>> = {
  endpoints: 'endpoints lock is removed, migrate to endpointsleases (using version v0.27.x)',
  configmaps: 'configmaps lock is removed, migrate to configmapsleases (using version v0.27.x)',
  endpointsleases: 'endpointsleases lock is removed, migrate to leases',
  configmapsleases: 'configmapsleases lock is removed, migrated to leases',
};

/** The election that a component's flags ask for. */
export function electionFromFlags(
  flags: FlagValues,
  defaults: Readonly<Record<Parameters<ElectionText>[0], string>>,
  elects = true,
): ElectionText | undefined {
  if (!flagTrue(flags, 'leader-elect', elects)) return undefined;
  return (setting) => flags.get(`leader-elect-${setting}`) ?? defaults[setting];
}
