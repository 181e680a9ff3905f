import { parseCertificate, publicKeyHash } from '../../../../host/pki/index.ts';
import type { Steps } from '../../../../sim/index.ts';
import { PKI } from '../../phases/certs.ts';
import { serverUrl } from '../../plan.ts';
import { Refusal, type Subcommand } from '../call.ts';
import { newToken } from '../token.ts';
import { PHASES, type Phase, type PhaseRun, runPhase } from './phases.ts';
import { INIT_FLAGS, initPlan, phasePlan } from './plan.ts';

// Models cmd/kubeadm/app/cmd/init.go
const init: Subcommand = {
  path: 'init',
  flags: INIT_FLAGS,
  *run(call) {
    const wanted = initPlan(call);
    const token = wanted.token ?? newToken(call.context.host.random.fork(`kubeadm/init/${call.context.now}`));
    const run: PhaseRun = { ...wanted, token, call, whole: true };
    yield* call.say(`[init] Using Kubernetes version: ${run.plan.kubernetesVersion}`);
    const skipped = new Set((call.flags.get('skip-phases') ?? '').split(','));
    for (const name of skipped)
      if (name !== '' && !PHASES.some((phase) => isNamed(phase, name)))
        throw new Refusal(`invalid phase name: ${name}`);
    for (const phase of PHASES) yield* runSome(phase, run, skipped);
    yield* call.say(farewell(run, token));
  },
};

function isNamed(phase: Phase, name: string): boolean {
  return phase.name === name || (phase.parts ?? []).some((part) => `${phase.name}/${part.name}` === name);
}

function* runSome(phase: Phase, run: PhaseRun, skipped: ReadonlySet<string>): Steps<void> {
  if (skipped.has(phase.name)) return;
  const parts = phase.parts?.filter((part) => !skipped.has(`${phase.name}/${part.name}`));
  yield* runPhase(parts ? { ...phase, parts } : phase, run);
}

/** `kubeadm init phase certs apiserver`, `… certs all`, `… preflight`. */
function* phaseCommands(): Generator<Subcommand> {
  const one = (path: string, phase: Phase): Subcommand => ({
    path: `init phase ${path}`,
    flags: INIT_FLAGS,
    run: (call) => runPhase(phase, { ...phasePlan(call), call, whole: false }),
  });
  for (const phase of PHASES) {
    if (!phase.parts) yield one(phase.name, phase);
    else yield one(`${phase.name} all`, phase);
    for (const part of phase.parts ?? []) {
      const { intro } = phase;
      yield one(`${phase.name} ${part.name}`, intro && phase.name !== 'certs' ? { ...part, intro } : part);
    }
  }
}

export const INIT: readonly Subcommand[] = [...phaseCommands(), init];

function farewell({ call, plan }: PhaseRun, token: string): string {
  const hash = publicKeyHash(parseCertificate(call.context.fs.read(`${PKI}/ca.crt`)));
  const server = serverUrl(plan).replace('https://', '');
  return `
Your Kubernetes control-plane has initialized successfully!

To start using your cluster, you need to run the following as a regular user:

  mkdir -p $HOME/.kube
  sudo cp -i /etc/kubernetes/admin.conf $HOME/.kube/config
  sudo chown $(id -u):$(id -g) $HOME/.kube/config

Alternatively, if you are the root user, you can run:

  export KUBECONFIG=/etc/kubernetes/admin.conf

You should now deploy a pod network to the cluster.
Run "kubectl apply -f [podnetwork].yaml" with one of the options listed at:
  https://kubernetes.io/docs/concepts/cluster-administration/addons/

Then you can join any number of worker nodes by running the following on each as root:

kubeadm join ${server} --token ${call.is('skip-token-print') ? '<value withheld>' : token} \\
\t--discovery-token-ca-cert-hash ${call.is('skip-token-print') ? '<value withheld>' : hash} `;
}
