import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ApiBridge, endpointCertificates, endpointKubeconfig } from '../exam/api-bridge.ts';
import { bootWorld, forkWorld } from '../exam/boot.ts';
import { Pace, type Paced } from '../exam/pace.ts';
import { loadTopology } from '../exam/topology.ts';
import { serveKubernetes } from '../http/kubernetes-endpoint.ts';
import { flagInteger, flagValue, PORTS, parseArguments, UsageError } from './arguments.ts';
import { worldBuilder } from './builder.ts';
import type { Surroundings } from './surroundings.ts';

/** How long the cluster claims to have been up. */
const AGE_MS = 10 * 60_000;

/** `examlet cluster [--topology NAME] [--port N] [--kubeconfig FILE]`: a cluster for clients of your own. */
export async function clusterCommand(args: readonly string[], around: Surroundings): Promise<number> {
  const parsed = parseArguments(args, { values: ['topology', 'port', 'kubeconfig', 'seed'] });
  if (parsed.rest.length > 0) throw new UsageError(`cluster takes no "${parsed.rest[0]}"`);
  const port = flagInteger(parsed, 'port', 6443, PORTS);
  const topology = loadTopology(around.labs, flagValue(parsed, 'topology') ?? 'three-nodes');
  const seed = flagValue(parsed, 'seed') ?? 'examlet';
  const now = Date.now();
  const booted = await bootWorld(worldBuilder, topology, { seed, startMs: now - AGE_MS });
  const world = await forkWorld(worldBuilder, booted.snapshot(), {
    seed: `${seed}/run`,
    startMs: now,
    onCrash: (host, error) => around.err(`examlet: a program on ${host.hostname} crashed: ${error}\n`),
  });
  booted.close();
  const pace = new Pace();
  const paced: Paced = { clock: world.clock, flush: () => {} };
  pace.add(paced);
  const { ca, serving, admin } = endpointCertificates(world, now);
  const endpoint = await serveKubernetes({
    bridge: new ApiBridge(world, pace, paced),
    ca,
    certificate: serving.certificate,
    key: serving.key,
    port,
  });
  const file = flagValue(parsed, 'kubeconfig') ?? 'examlet.kubeconfig';
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, endpointKubeconfig(endpoint.url, ca, admin), { mode: 0o600 });
  around.out(`The cluster is at ${endpoint.url}\nexport KUBECONFIG=${file}\n`);
  await around.interrupted();
  await endpoint.close();
  pace.remove(paced);
  world.close();
  return 0;
}
