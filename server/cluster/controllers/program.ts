import { type Context, isSystemError, type Main } from '../../host/index.ts';
import { Random, type Steps, WaitQueue } from '../../sim/index.ts';
import type { Client } from '../client/client.ts';
import { accessFromKubeconfig, HttpClient } from '../client/http-client.ts';
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
import { ServiceAccountClient } from '../client/service-account-client.ts';
import { FlagError, type FlagValues, flagList, flagTrue, parseFlags } from '../flags.ts';
import { klogLine } from '../klog.ts';
import type { Controller, ManagerSettings } from './controller.ts';
import { CONTROLLERS } from './index.ts';
import { KNOWN_NAMES } from './known-names.ts';
import { ControllerManager } from './manager.ts';
import { FLAGS } from './program-flags.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

const USER_AGENT = 'kube-controller-manager/v1.33.1 (linux/amd64) kubernetes/8adc0f0';
/** What reading flags and files takes. */
const START_MS = 400;

/** kube-controller-manager. */
export const kubeControllerManager: Main = function* main(context) {
  try {
    return yield* run(context, parseFlags(context.args.slice(1), FLAGS));
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

function* run(context: Context, flags: FlagValues): Steps<number> {
  const controllers = chosen(flagList(flags, 'controllers'));
  const log = logger(context);
  yield* context.sleep(START_MS);
  log('I', 'serving.go:386', 'Generated self-signed cert in-memory');
  const client = clientOf(context, flags);
  for (const flag of ['client-ca-file', 'requestheader-client-ca-file']) {
    const path = flags.get(flag);
    if (path) readNamed(context, path, 'unable to load client CA provider: ');
  }
  log('I', 'controllermanager.go:188', '"Starting" version="v1.33.1"');
  const address = flags.get('bind-address') ?? '0.0.0.0';
  const port = Number(flags.get('secure-port') ?? 10_257);
  serveHealth(context, address, port, () => true);
  log(
    'I',
    'secure_serving.go:211',
    `Serving securely on ${address === '0.0.0.0' ? '[::]' : address}:${port}`,
  );
  const wake = new WaitQueue();
  const stopped = stopOnSignals(context, wake);
  const election = electionOf(context, flags, { client, wake });
  if (election && !(yield* election.acquire(stopped))) return 1;
  const settings = settingsOf(context, flags);
  const manager = new ControllerManager({
    client,
    clientFor: (account) => clientFor(context, flags, { client, account }),
    clock: context.process.clock,
    random: new Random(`${context.hostname}/${context.process.pid}/${context.now}`),
    wake,
    controllers,
    settings,
    log,
  });
  if (election) manager.add(election);
  yield* manager.run(context.process, () => stopped() || (election?.lost ?? false));
  election?.end();
  log('E', 'controllermanager.go:353', '"leaderelection lost"');
  return 1;
}

/** Models app.ControllerContext.IsControllerEnabled: `*` is all that are on by default, `-name` takes one away. */
function chosen(names: readonly string[]): Controller[] {
  const wanted = names.length > 0 ? names : ['*'];
  for (const name of wanted) {
    const bare = name.replace(/^-/, '');
    if (bare === '*' || KNOWN_NAMES.has(bare)) continue;
    throw new StartError(`"${bare}" is not in the list of known controllers`);
  }
  return CONTROLLERS.filter(({ name, alias, offByDefault }) => {
    if (wanted.includes(name) || wanted.includes(alias)) return true;
    if (wanted.includes(`-${name}`) || wanted.includes(`-${alias}`)) return false;
    return wanted.includes('*') && !offByDefault;
  });
}

function accessOf(context: Context, flags: FlagValues) {
  const path = flags.get('kubeconfig');
  if (!path) {
    throw new StartError(
      'invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable',
    );
  }
  try {
    return { ...accessFromKubeconfig(context, path), userAgent: USER_AGENT };
  } catch (error) {
    if (isSystemError(error)) throw new StartError(`stat ${path}: ${lowerFirst(error.message)}`);
    throw new StartError((error as Error).message);
  }
}

function clientOf(context: Context, flags: FlagValues): HttpClient {
  return new HttpClient(context, accessOf(context, flags));
}

function clientFor(
  context: Context,
  flags: FlagValues,
  { client, account }: { client: Client; account: string },
): Client {
  if (!flagTrue(flags, 'use-service-account-credentials')) return client;
  return new ServiceAccountClient({ context, root: client, access: accessOf(context, flags), account });
}

function electionOf(
  context: Context,
  flags: FlagValues,
  { client, wake }: { client: Client; wake: WaitQueue },
): LeaderElection | undefined {
  if (!flagTrue(flags, 'leader-elect', true)) return undefined;
  const duration = (name: string, fallback: string) =>
    durationMs(flags.get(`leader-elect-${name}`) ?? fallback);
  const election = new LeaderElection({
    client,
    clock: context.process.clock,
    wake,
    identity: `${context.hostname}_${new Random(`${context.hostname}/${context.process.pid}/${context.now}`).uuid()}`,
    namespace: flags.get('leader-elect-resource-namespace') ?? 'kube-system',
    name: flags.get('leader-elect-resource-name') ?? 'kube-controller-manager',
    component: 'kube-controller-manager',
    durationSeconds: duration('lease-duration', '15s') / 1000,
    renewDeadlineMs: duration('renew-deadline', '10s'),
    retryMs: duration('retry-period', '2s'),
    log: logger(context),
  });
  return election;
}

function settingsOf(context: Context, flags: FlagValues): ManagerSettings {
  const file = (name: string, what: string) => {
    const path = flags.get(name);
    return path ? readNamed(context, path, what) : undefined;
  };
  const duration = (name: string, fallback: number) => {
    const text = flags.get(name);
    return text === undefined ? fallback : durationMs(text);
  };
  const signing = 'Failed to start certificate controller: ';
  const d = DEFAULT_SETTINGS;
  return {
    clusterName: flags.get('cluster-name') ?? d.clusterName,
    allocateNodeCidrs: flagTrue(flags, 'allocate-node-cidrs'),
    clusterCidr: flags.get('cluster-cidr') ?? '',
    nodeCidrMaskSize: Number(flags.get('node-cidr-mask-size-ipv4') ?? flags.get('node-cidr-mask-size') ?? 24),
    nodeMonitorGraceMs: duration('node-monitor-grace-period', d.nodeMonitorGraceMs),
    terminatedPodGcThreshold: Number(flags.get('terminated-pod-gc-threshold') ?? d.terminatedPodGcThreshold),
    hpaSyncMs: duration('horizontal-pod-autoscaler-sync-period', d.hpaSyncMs),
    hpaDownscaleStabilizationMs: duration(
      'horizontal-pod-autoscaler-downscale-stabilization',
      d.hpaDownscaleStabilizationMs,
    ),
    hpaTolerance: Number(flags.get('horizontal-pod-autoscaler-tolerance') ?? d.hpaTolerance),
    accountKey: file(
      'service-account-private-key-file',
      'error reading key for service account token controller: ',
    ),
    rootCa: file('root-ca-file', 'error reading root-ca-file at '),
    signingCertificate: file('cluster-signing-cert-file', signing),
    signingKey: file('cluster-signing-key-file', signing),
    signingDurationMs: duration('cluster-signing-duration', d.signingDurationMs),
  };
}
