import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ADDONS } from '../tools/kubeadm/plan.ts';
import { readDocument } from './document.ts';

const UNITS: Record<string, number> = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 };

const bytes = z
  .string()
  .regex(/^\d+(Ki|Mi|Gi)$/, 'expected an amount such as 4Gi or 4005732Ki')
  .transform((text) => Number(text.slice(0, -2)) * (UNITS[text.slice(-2)] as number));

const cidr = z
  .string()
  .regex(/^\d+(\.\d+){3}\/\d+$/, 'expected an address with prefix length: 172.30.1.2/24');

const hostSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'expected a host name'),
  address: cidr,
  role: z.enum(['none', 'control-plane', 'worker']).default('none'),
  cpu: z.number().int().positive().default(2),
  // What Linux sees of a machine with 4 GiB, and of a root partition on a disk of 20 GiB.
  memory: bytes.default(4_005_732 * 1024),
  disk: bytes.default(20_348_860 * 1024),
  /** Packages of Ubuntu's archive that are installed from the start. */
  packages: z.array(z.string()).default([]),
  /** Version of the control groups. */
  cgroups: z.enum(['v1', 'v2']).default('v2'),
});

const topologySchema = z.strictObject({
  title: z.string(),
  kubernetes: z.string().regex(/^v\d+\.\d+\.\d+$/, 'expected a version such as v1.33.1'),
  candidate: z.strictObject({
    host: z.string(),
    user: z.string(),
    /** Groups beyond those of every candidate. */
    groups: z.array(z.string()).default([]),
    /** Where scripts run. Default: the user's home. */
    directory: z.string().optional(),
  }),
  podNetwork: cidr,
  serviceNetwork: cidr,
  /** `instant`: every image is on every node, and containers stop at once. */
  images: z.enum(['realistic', 'instant']).default('realistic'),
  /** What runs in the cluster from the start; without one of the networks its nodes are not ready. */
  addons: z.array(z.enum(ADDONS)).default(['coredns', 'kube-proxy', 'flannel']),
  hosts: z.array(hostSchema).min(1),
});

export type TopologyHost = z.output<typeof hostSchema>;
export type Topology = z.output<typeof topologySchema> & { readonly name: string };

export class UnknownTopologyError extends Error {
  override name = 'UnknownTopologyError';
}

/** Reads `labs/topologies/<name>.yaml`. Throws `DocumentError` or `UnknownTopologyError`. */
export function loadTopology(labsDirectory: string, name: string): Topology {
  const file = join(labsDirectory, 'topologies', `${name}.yaml`);
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(file)) {
    throw new UnknownTopologyError(
      `no topology "${name}"; there are: ${topologyNames(labsDirectory).join(', ')}`,
    );
  }
  return { ...readDocument(file, topologySchema), name };
}

export function topologyNames(labsDirectory: string): string[] {
  return readdirSync(join(labsDirectory, 'topologies'))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -5))
    .sort();
}

/** The host that terminals open on. */
export function candidateHost(topology: Topology): TopologyHost {
  return (
    topology.hosts.find((host) => host.name === topology.candidate.host) ??
    (topology.hosts[0] as TopologyHost)
  );
}
