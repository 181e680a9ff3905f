import { type Context, type Main, programVersion } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import {
  componentLog,
  componentMain,
  electionFromFlags,
  kubeconfigAccess,
  lead,
  serveSecurely,
} from '../client/component.ts';
import { HttpClient, type ServerAccess } from '../client/http-client.ts';
import { durationMs, readNamed, StartError } from '../client/program-start.ts';
import { ServiceAccountClient } from '../client/service-account-client.ts';
import { type FlagValues, flagList, flagTrue } from '../flags.ts';
import type { Controller, ManagerSettings } from './controller.ts';
import { CONTROLLERS } from './index.ts';
import { KNOWN_NAMES } from './known-names.ts';
import { ControllerManager } from './manager.ts';
import { FLAGS } from './program-flags.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

const USER_AGENT = 'kube-controller-manager/v1.33.1 (linux/amd64) kubernetes/8adc0f0';
const ELECTION = {
  'lease-duration': '15s',
  'renew-deadline': '10s',
  'retry-period': '2s',
  'resource-name': 'kube-controller-manager',
  'resource-namespace': 'kube-system',
};

/** kube-controller-manager. */
export const kubeControllerManager: Main = componentMain({ flags: FLAGS, startMs: 400, run });

function* run(context: Context, flags: FlagValues): Steps<number> {
  const controllers = chosen(flagList(flags, 'controllers'));
  const log = componentLog(context);
  log('I', 'serving.go:386', 'Generated self-signed cert in-memory');
  const access = accessOf(context, flags);
  const client = new HttpClient(context, access);
  for (const flag of ['client-ca-file', 'requestheader-client-ca-file']) {
    const path = flags.get(flag);
    if (path) readNamed(context, path, 'unable to load client CA provider: ');
  }
  log('I', 'controllermanager.go:188', `"Starting" version="${programVersion(context) || 'v1.33.1'}"`);
  serveSecurely(context, flags, 10_257, log);
  const election = electionFromFlags(flags, ELECTION);
  const leading = yield* lead(context, { client, component: 'kube-controller-manager', election, log });
  if (!leading) return 1;
  const { clock, wake, random } = leading;
  const own = flagTrue(flags, 'use-service-account-credentials');
  const manager = new ControllerManager({
    client,
    clientFor: (account) =>
      own ? new ServiceAccountClient({ context, root: client, access, account }) : client,
    clock,
    random,
    wake,
    controllers,
    settings: settingsOf(context, flags),
    log,
  });
  if (leading.election) manager.add(leading.election);
  yield* manager.run(context.process, leading.over);
  leading.election?.end();
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
  const missing = wanted.find(
    (name) => /^[^*-]/.test(name) && !CONTROLLERS.some((one) => isCalled(one, name)),
  );
  if (missing) throw new StartError(`controller "${missing}" is not simulated`);
  return CONTROLLERS.filter((controller) => {
    if (wanted.some((name) => isCalled(controller, name))) return true;
    if (wanted.some((name) => name.startsWith('-') && isCalled(controller, name.slice(1)))) return false;
    return wanted.includes('*') && !controller.offByDefault;
  });
}

function isCalled({ name, alias }: Controller, called: string): boolean {
  return name === called || alias === called;
}

function accessOf(context: Context, flags: FlagValues): ServerAccess {
  const path = flags.get('kubeconfig');
  if (path) return kubeconfigAccess(context, path, USER_AGENT);
  throw new StartError(
    'invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable',
  );
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
