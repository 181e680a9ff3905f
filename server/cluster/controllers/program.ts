import { type Context, isSystemError, type Main } from '../../host/index.ts';
import { ApiError } from '../../objects/api-error.ts';
import type { Steps } from '../../sim/index.ts';
import {
  componentLog,
  componentMain,
  componentVersion,
  electionFromFlags,
  electionProblem,
  kubeconfigAccess,
  type Log,
  lead,
  lockProblem,
} from '../client/component.ts';
import { announceOwnCertificate, serveSecurely, servingProblems } from '../client/component-serving.ts';
import { detailLog } from '../client/detail.ts';
import { HttpClient, type ServerAccess } from '../client/http-client.ts';
import { StartError } from '../client/program-start.ts';
import { ServiceAccountClient } from '../client/service-account-client.ts';
import type { FeatureGates } from '../feature-gates.ts';
import { type FlagValues, flagList, flagTrue } from '../flags.ts';
import { NOT_HERE } from './absent.ts';
import type { Controller, ManagerSettings } from './controller.ts';
import { CONTROLLERS } from './index.ts';
import { ControllerManager } from './manager.ts';
import { flagProblems, SIGNER_FLAGS } from './program-checks.ts';
import { FLAGS, TEXTS } from './program-flags.ts';
import { ControllerStartError, settingsOf } from './program-settings.ts';

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

const ABOUT = `The Kubernetes controller manager runs the loops that bring a cluster from the
state it is in to the state that its objects ask for: replicas, endpoints,
namespaces, service accounts, nodes, volumes and others.`;

const SERVING = {
  userAgent: USER_AGENT,
  defaultPort: 10_257,
  health: ['/healthz'],
};

/** kube-controller-manager. */
export const kubeControllerManager: Main = componentMain({
  name: 'kube-controller-manager',
  about: ABOUT,
  flags: FLAGS,
  texts: TEXTS,
  startMs: 400,
  problems: (flags) => [...flagProblems(flags), ...servingProblems(flags, SERVING)],
  run,
});

function* run(context: Context, flags: FlagValues, gates: FeatureGates): Steps<number> {
  const enabled = chosen(flagList(flags, 'controllers'));
  const log = componentLog(context);
  announceOwnCertificate(flags, log);
  const access = accessOf(context, flags);
  const client = new HttpClient(context, access);
  const announceServing = serveSecurely(context, flags, { ...SERVING, gates }, log);
  log('I', 'controllermanager.go:188', `"Starting" version="${componentVersion(context)}"`);
  announceServing();
  const election = electionFromFlags(flags, ELECTION);
  const problem = electionProblem(election);
  if (problem) {
    yield* context.err(`panic: ${problem}\n\ngoroutine 1 [running]:\n`);
    return 2;
  }
  const wrongLock = lockProblem(flags.get('leader-elect-resource-lock'));
  if (election && wrongLock) {
    log('E', 'controllermanager.go:864', `"Error creating lock" err="${wrongLock}"`);
    return 1;
  }
  const leading = yield* lead(context, { client, component: 'kube-controller-manager', election, log });
  if (!leading) return 1;
  const { clock, wake, random } = leading;
  const settings = startSettings(context, flags, { gates, log, access });
  if (!settings) return 1;
  const skipped = skippedControllers(flags, settings, log);
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
    detail: detailLog(flags, log),
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
  if (path) return kubeconfigAccess(context, path, { userAgent: USER_AGENT, master: flags.get('master') });
  throw new StartError(
    'invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable',
  );
}

/** Undefined: the log says what is wrong. */
function startSettings(
  context: Context,
  flags: FlagValues,
  { gates, log, access }: { gates: FeatureGates; log: Log; access: ServerAccess },
): ManagerSettings | undefined {
  try {
    const settings = settingsOf(context, flags);
    // Who is told of no authority takes that of the API server.
    return { ...settings, rootCa: settings.rootCa ?? access.ca, isOn: gates.isOn };
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

/** Those that have nothing to work with. Models the controllers' start functions in cmd/kube-controller-manager/app */
function skippedControllers(flags: FlagValues, { accountKey, signers }: ManagerSettings, log: Log): string[] {
  const skipped: string[] = [];
  if (!flagTrue(flags, 'enable-garbage-collector', true)) skipped.push('garbage-collector-controller');
  if (!accountKey) {
    const name = 'serviceaccount-token-controller';
    const why = 'Controller is disabled because there is no private key';
    log('W', 'controllermanager.go:800', `"${why}" controller="${name}"`);
    skipped.push(name);
  }
  const skips = '"Skipping CSR signer controller because';
  const idle = Object.keys(SIGNER_FLAGS).filter((signer) => !signers[signer]);
  if (idle.length === Object.keys(SIGNER_FLAGS).length) {
    log('I', 'certificates.go:55', `${skips} no csr cert/key was specified"`);
    return [...skipped, 'certificatesigningrequest-signing-controller'];
  }
  for (const signer of idle) {
    const why = 'specific files were specified for other signers and not this one';
    log('I', 'certificates.go:74', `${skips} ${why}" controller="${signer}"`);
  }
  return skipped;
}
