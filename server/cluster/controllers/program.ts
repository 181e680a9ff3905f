import { type Context, isSystemError, type Main, programVersion } from '../../host/index.ts';
import { parseRange } from '../../objects/address-range.ts';
import { ApiError } from '../../objects/api-error.ts';
import type { Steps } from '../../sim/index.ts';
import {
  checkDelegation,
  checkPort,
  componentLog,
  componentMain,
  electionFromFlags,
  electionProblem,
  kubeconfigAccess,
  type Log,
  lead,
  serveSecurely,
} from '../client/component.ts';
import { HttpClient, type ServerAccess } from '../client/http-client.ts';
import { durationMs, readNamed, StartError } from '../client/program-start.ts';
import { ServiceAccountClient } from '../client/service-account-client.ts';
import type { FeatureGates } from '../feature-gates.ts';
import { type FlagValues, flagList, flagTrue } from '../flags.ts';
import { NOT_HERE } from './absent.ts';
import type { Controller, ManagerSettings } from './controller.ts';
import { CONTROLLERS } from './index.ts';
import { ControllerManager } from './manager.ts';
import { FLAGS } from './program-flags.ts';
import { recyclingOf } from './program-recycling.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

const USER_AGENT = 'kube-controller-manager/v1.33.1 (linux/amd64) kubernetes/8adc0f0';
const ELECTION = {
  'lease-duration': '15s',
  'renew-deadline': '10s',
  'retry-period': '2s',
  'resource-name': 'kube-controller-manager',
  'resource-namespace': 'kube-system',
};

/** Off by default, and of no use here: it warns of labels that nothing here has. */
const UNSIMULATED = 'selinux-warning-controller';

/** kube-controller-manager. */
export const kubeControllerManager: Main = componentMain({
  name: 'kube-controller-manager',
  flags: FLAGS,
  startMs: 400,
  run,
});

function* run(context: Context, flags: FlagValues, gates: FeatureGates): Steps<number> {
  checkPort(flags, 10_257);
  const enabled = chosen(flagList(flags, 'controllers'));
  const skipped = flagTrue(flags, 'enable-garbage-collector', true) ? [] : ['garbage-collector-controller'];
  const log = componentLog(context);
  log('I', 'serving.go:386', 'Generated self-signed cert in-memory');
  const access = accessOf(context, flags);
  const client = new HttpClient(context, access);
  const announceServing = serveSecurely(context, flags, 10_257, log);
  checkDelegation(context, flags);
  log('I', 'controllermanager.go:188', `"Starting" version="${programVersion(context) || 'v1.33.1'}"`);
  announceServing();
  const election = electionFromFlags(flags, ELECTION);
  const problem = electionProblem(election);
  if (problem) {
    yield* context.err(`panic: ${problem}\n\ngoroutine 1 [running]:\n`);
    return 2;
  }
  const leading = yield* lead(context, { client, component: 'kube-controller-manager', election, log });
  if (!leading) return 1;
  const { clock, wake, random } = leading;
  const settings = startSettings(context, flags, gates, log);
  if (!settings) return 1;
  const own = flagTrue(flags, 'use-service-account-credentials');
  const manager = new ControllerManager({
    client,
    clientFor: (account) =>
      own ? clientOf(new ServiceAccountClient({ context, root: client, access, account })) : client,
    clock,
    random,
    wake,
    controllers: enabled.filter(({ name }) => !skipped.includes(name)),
    settings,
    log,
  });
  announce(enabled, skipped, log);
  if (leading.election) manager.add(leading.election);
  yield* manager.run(context.process, leading.over);
  leading.election?.end();
  log('E', 'controllermanager.go:353', '"leaderelection lost"');
  return 1;
}

/** With its account made, or, when that fails now, at the first request. */
function clientOf(client: ServiceAccountClient): ServiceAccountClient {
  try {
    client.ensureAccount();
  } catch (error) {
    if (!(error instanceof ApiError) && !isSystemError(error)) throw error;
  }
  return client;
}

/** Models app.ControllerContext.IsControllerEnabled: `*` is all that are on by default, `-name` takes one away. */
function chosen(names: readonly string[]): Controller[] {
  const wanted = names.length > 0 ? names : ['*'];
  for (const name of wanted) {
    const bare = name.replace(/^-/, '');
    if (bare === '*' || [...CONTROLLERS, ...NOT_HERE].some((one) => isCalled(one, bare))) continue;
    if (bare !== UNSIMULATED) throw new StartError(`"${bare}" is not in the list of known controllers`);
    if (bare === name) throw new StartError(`controller "${name}" is not simulated`);
  }
  return CONTROLLERS.filter((controller) => {
    if (wanted.some((name) => isCalled(controller, name))) return true;
    if (wanted.some((name) => name.startsWith('-') && isCalled(controller, name.slice(1)))) return false;
    return wanted.includes('*') && !controller.offByDefault;
  });
}

function isCalled({ name, alias }: Pick<Controller, 'name' | 'alias'>, called: string): boolean {
  return name === called || alias === called;
}

/** Says which controllers run, and why others do not. Models app.StartControllers */
function announce(enabled: readonly Controller[], skipped: readonly string[], log: Log): void {
  const names = new Set(enabled.map(({ name }) => name));
  for (const name of new Set(CONTROLLERS.map((one) => one.name))) {
    const [line, text] = !names.has(name)
      ? [741, 'Warning: controller is disabled']
      : skipped.includes(name)
        ? [769, 'Warning: skipping controller']
        : [778, 'Started controller'];
    log('I', `controllermanager.go:${line}`, `"${text}" controller="${name}"`);
  }
  for (const { name, gates } of NOT_HERE) {
    if (gates) {
      const text = `"Controller is disabled by a feature gate" controller="${name}"`;
      log(
        'I',
        'controllermanager.go:730',
        `${text} requiredFeatureGates=[${gates.map((gate) => `"${gate}"`)}]`,
      );
    } else {
      log('I', 'controllermanager.go:736', `"Skipping a cloud provider controller" controller="${name}"`);
    }
  }
}

function accessOf(context: Context, flags: FlagValues): ServerAccess {
  const path = flags.get('kubeconfig');
  if (path) return kubeconfigAccess(context, path, USER_AGENT);
  throw new StartError(
    'invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable',
  );
}

/** Models cmd/kube-controller-manager/app/core.go startNodeIpamController */
function networkOf(flags: FlagValues): string {
  const cidrs = flagList(flags, 'cluster-cidr');
  const controller = 'node-ipam-controller';
  if (!flagTrue(flags, 'allocate-node-cidrs')) return '';
  for (const cidr of cidrs) {
    if (/^[\d.]+\/\d+$/.test(cidr) && parseRange(cidr)) continue;
    if (!cidr.includes(':')) throw new ControllerStartError(controller, `invalid CIDR address: ${cidr}`);
  }
  return cidrs.join(',');
}

function maskOf(flags: FlagValues): number {
  return Number(flags.get('node-cidr-mask-size-ipv4') ?? flags.get('node-cidr-mask-size') ?? 24);
}

/** Models cmd/kube-controller-manager/app/options/endpointslicecontroller.go Validate */
function endpointsPerSlice(flags: FlagValues): number {
  const most = Number(flags.get('max-endpoints-per-slice') ?? DEFAULT_SETTINGS.maxEndpointsPerSlice);
  const wrong = (how: string) =>
    new StartError(`max-endpoints-per-slice must not be ${how}, but got ${most}`);
  if (most < 1) throw wrong('less than 1');
  if (most > 1000) throw wrong('more than 1000');
  return most;
}

/** A controller cannot start, and with it the manager. */
class ControllerStartError extends StartError {
  readonly controller: string;

  constructor(controller: string, message: string) {
    super(message);
    this.controller = controller;
  }
}

/** Files and networks are looked at only by the manager that leads; undefined: the log says what is wrong. */
function startSettings(
  context: Context,
  flags: FlagValues,
  gates: FeatureGates,
  log: Log,
): ManagerSettings | undefined {
  try {
    return { ...settingsOf(context, flags), isOn: gates.isOn };
  } catch (error) {
    if (!(error instanceof ControllerStartError)) throw error;
    const what = JSON.stringify(error.message);
    log(
      'E',
      'controllermanager.go:763',
      `"Error starting controller" err=${what} controller="${error.controller}"`,
    );
    log('E', 'controllermanager.go:251', `"Error starting controllers" err=${what}`);
    return undefined;
  }
}

function settingsOf(context: Context, flags: FlagValues): Omit<ManagerSettings, 'isOn'> {
  const file = (name: string, controller: string, what: (path: string) => string) => {
    const path = flags.get(name);
    if (!path) return undefined;
    try {
      return readNamed(context, path, what(path));
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      throw new ControllerStartError(controller, error.message);
    }
  };
  const duration = (name: string, fallback: number) => {
    const text = flags.get(name);
    return text === undefined ? fallback : durationMs(text);
  };
  const signing = () =>
    'failed to start kubernetes.io/kubelet-serving certificate controller: error reading CA cert file ' +
    `${JSON.stringify(flags.get('cluster-signing-cert-file') ?? '')}: `;
  const signer = 'certificatesigningrequest-signing-controller';
  const tokens = 'serviceaccount-token-controller';
  const recycling = () => {
    try {
      return recyclingOf(context, flags);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      const text = `failed to probe volume plugins when starting persistentvolume controller: ${error.message}`;
      throw new ControllerStartError('persistentvolume-binder-controller', text);
    }
  };
  const d = DEFAULT_SETTINGS;
  const number = (name: string, fallback: number) => Number(flags.get(name) ?? fallback);
  return {
    clusterName: flags.get('cluster-name') ?? d.clusterName,
    allocateNodeCidrs: flagTrue(flags, 'allocate-node-cidrs'),
    clusterCidr: networkOf(flags),
    nodeCidrMaskSize: maskOf(flags),
    nodeMonitorGraceMs: duration('node-monitor-grace-period', d.nodeMonitorGraceMs),
    nodeEvictionRate: number('node-eviction-rate', d.nodeEvictionRate),
    secondaryNodeEvictionRate: number('secondary-node-eviction-rate', d.secondaryNodeEvictionRate),
    largeClusterSize: number('large-cluster-size-threshold', d.largeClusterSize),
    unhealthyZoneThreshold: number('unhealthy-zone-threshold', d.unhealthyZoneThreshold),
    terminatedPodGcThreshold: number('terminated-pod-gc-threshold', d.terminatedPodGcThreshold),
    hpaSyncMs: duration('horizontal-pod-autoscaler-sync-period', d.hpaSyncMs),
    claimBinderSyncMs: duration('pvclaimbinder-sync-period', d.claimBinderSyncMs),
    recycling: recycling(),
    hpaDownscaleStabilizationMs: duration(
      'horizontal-pod-autoscaler-downscale-stabilization',
      d.hpaDownscaleStabilizationMs,
    ),
    hpaTolerance: number('horizontal-pod-autoscaler-tolerance', d.hpaTolerance),
    hpaCpuInitializationMs: duration(
      'horizontal-pod-autoscaler-cpu-initialization-period',
      d.hpaCpuInitializationMs,
    ),
    hpaReadinessDelayMs: duration('horizontal-pod-autoscaler-initial-readiness-delay', d.hpaReadinessDelayMs),
    maxEndpointsPerSlice: endpointsPerSlice(flags),
    provisions: flagTrue(flags, 'enable-dynamic-provisioning', d.provisions),
    legacyTokenCleanUpMs: duration('legacy-service-account-token-clean-up-period', d.legacyTokenCleanUpMs),
    accountKey: file(
      'service-account-private-key-file',
      tokens,
      () => 'error reading key for service account token controller: ',
    ),
    rootCa: file('root-ca-file', tokens, (path) => `error parsing root-ca-file at ${path}: `),
    signingCertificate: file('cluster-signing-cert-file', signer, signing),
    signingKey: file('cluster-signing-key-file', signer, signing),
    signingDurationMs: duration('cluster-signing-duration', d.signingDurationMs),
  };
}
