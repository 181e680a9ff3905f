// "Who reaches whom on which port" as graders ask it, against what nc inside the pods sees.
import { beforeAll, expect, test } from 'vitest';
import { bootWorld, forkWorld } from '../exam/boot.ts';
import { takeBaseline, WorldEvidence } from '../exam/evidence.ts';
import { StepShell } from '../exam/shell-run.ts';
import { loadTopology } from '../exam/topology.ts';
import type { Snapshot } from '../exam/world.ts';
import { Random } from '../sim/index.ts';
import { worldBuilder } from './builder.ts';

const START_MS = Date.UTC(2026, 10, 21, 9);
const NAMESPACES = ['red', 'blue'];
const TEAMS = ['a', 'b'];
const PODS = 6;
const SERVICES = 3;
const POLICIES = 2;
const QUESTIONS = 18;
const PORTS = [80, 80, 80, 8080];

interface Named {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** Pods that listen on 80, or that only sleep; services that may name the wrong port or nobody; policies at random. */
function randomObjects(random: Random) {
  const namespaceOf = () => random.pick(NAMESPACES);
  const labels = () => ({ team: random.pick(TEAMS) });
  const peers = () =>
    random.pick([
      [{ podSelector: { matchLabels: labels() } }],
      [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespaceOf() } } }],
      [{ namespaceSelector: {}, podSelector: { matchLabels: labels() } }],
      [{ ipBlock: { cidr: '10.244.0.0/16' } }],
      [{ ipBlock: { cidr: '10.244.0.0/16', except: ['10.244.128.0/17'] } }],
    ]);
  const ports = () =>
    random.pick([
      undefined,
      [{ port: 80 }],
      [{ port: 8080, protocol: 'TCP' }],
      [{ port: 'http' }],
      [
        { port: 100, endPort: 8100 },
        { port: 53, protocol: 'UDP' },
      ],
    ]);
  const pods = Array.from({ length: PODS }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `p${i}`, namespace: namespaceOf(), labels: labels() },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'c',
          ...(i % 5 < 4
            ? { image: 'nginx:alpine', ports: [{ name: 'http', containerPort: 80 }] }
            : { image: 'alpine', command: ['sleep', '1d'] }),
        },
      ],
    },
  }));
  const services = Array.from({ length: SERVICES }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `s${i}`, namespace: namespaceOf() },
    spec: { selector: labels(), ports: [{ port: 80, targetPort: random.pick([...PORTS, 'http']) }] },
  }));
  const policies = Array.from({ length: POLICIES }, (_, i) => {
    const egress = random.below(2) === 0;
    const rule = { [egress ? 'to' : 'from']: peers(), ...(ports() ? { ports: ports() } : {}) };
    return {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `n${i}`, namespace: namespaceOf() },
      spec: {
        podSelector: random.pick([{}, { matchLabels: labels() }]),
        policyTypes: [egress ? 'Egress' : 'Ingress'],
        [egress ? 'egress' : 'ingress']: random.pick([[], [rule], [rule]]),
      },
    };
  });
  return { pods, services, policies };
}

const named = ({
  kind,
  metadata,
}: {
  kind: string;
  metadata: { name: string; namespace: string };
}): Named => ({
  kind,
  name: metadata.name,
  namespace: metadata.namespace,
});

let snapshot: Snapshot;

beforeAll(async () => {
  const options = { seed: 'reachability', startMs: START_MS };
  const booted = await bootWorld(worldBuilder, loadTopology('labs', 'calico'), options);
  snapshot = booted.snapshot();
  booted.close();
}, 120_000);

test('agrees with nc on random pods, services and policies', async () => {
  const seen = { open: 0, closed: 0 };
  for (const seed of ['one', 'two']) {
    const random = new Random(seed);
    const world = await forkWorld(worldBuilder, snapshot, { seed, startMs: START_MS });
    const shell = new StepShell(world);
    const { pods, services, policies } = randomObjects(random);
    const list = { apiVersion: 'v1', kind: 'List', items: [...pods, ...services, ...policies] };
    const setup = await shell.run(
      `${NAMESPACES.map((name) => `kubectl create ns ${name}`).join('; ')}; kubectl apply -f - <<'X'\n${JSON.stringify(list)}\nX
for n in ${NAMESPACES.join(' ')}; do kubectl wait -n $n --for=condition=Ready pod --all --timeout=120s; done; sleep 3`,
    );
    expect(setup.exit, setup.stderr).toBe(0);
    const evidence = new WorldEvidence(world, takeBaseline(world, []), () => {
      throw new Error('no commands here');
    });
    for (let i = 0; i < QUESTIONS; i++) {
      const from = named(random.pick(pods));
      const to = named(random.below(3) === 0 ? random.pick(services) : random.pick(pods));
      const port = to.kind === 'Service' ? 80 : random.pick(PORTS);
      const why = evidence.blocked({ from, to, port });
      const field = to.kind === 'Service' ? '{.spec.clusterIP}' : '{.status.podIP}';
      const { exit } = await shell.run(
        `kubectl exec -n ${from.namespace} ${from.name} -- nc -z -w 2 $(kubectl get ${to.kind} -n ${to.namespace} ${to.name} -o jsonpath='${field}') ${port}`,
      );
      // A service of several pods may let one connection through and not the next.
      if (to.kind === 'Service' && why !== undefined && exit === 0) continue;
      expect({ from, to, port, open: exit === 0 }, why ?? 'open').toEqual({
        from,
        to,
        port,
        open: why === undefined,
      });
      seen[why === undefined ? 'open' : 'closed']++;
    }
    world.close();
  }
  expect(Math.min(seen.open, seen.closed)).toBeGreaterThan(5);
});

test('a policy that forgets DNS takes names away, not addresses', async () => {
  const world = await forkWorld(worldBuilder, snapshot, { seed: 'dns', startMs: START_MS });
  const shell = new StepShell(world);
  const run = async (step: string) => {
    const { stdout, stderr } = await shell.run(step);
    return stdout + stderr;
  };
  await run(`kubectl create deployment web --image=nginx; kubectl expose deployment web --port=80
kubectl run client --image=busybox -l run=client --command -- sleep infinity
kubectl rollout status deployment web; kubectl wait --for=condition=Ready pod/client`);
  const byName = 'kubectl exec client -- wget -qO- -T 3 web 2>&1';
  const byAddress =
    "kubectl exec client -- wget -qO- -T 3 $(kubectl get service web -o jsonpath='{.spec.clusterIP}') 2>&1";
  expect(await run(byName)).toContain('Welcome to nginx');
  const policy = (rules: string) => `kubectl apply -f - <<'X'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: client}
spec: {podSelector: {matchLabels: {run: client}}, policyTypes: [Egress], egress: [${rules}]}
X
sleep 3`;
  const toWeb = '{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 80}]}';
  await run(policy(toWeb));
  expect(await run(byName)).toMatch(/bad address|timed out/);
  expect(await run(byAddress)).toContain('Welcome to nginx');
  await run('kubectl -n kube-system rollout restart deployment coredns; sleep 20');
  expect(await run(byName)).toMatch(/bad address|timed out/);
  await run(policy(`${toWeb}, {ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}`));
  expect(await run(byName)).toContain('Welcome to nginx');
  world.close();
});
