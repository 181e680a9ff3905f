import type {
  AccessQuestion,
  CommandEvidence,
  Connection,
  Evidence,
  FileEvidence,
  ObjectReference,
  ObjectSelection,
  UnitEvidence,
} from '../../graders/evidence.ts';
import { EvidenceError } from '../../graders/evidence.ts';
import { type Check, remembered } from '../../graders/grade.ts';
import { showReference } from '../../graders/reference.ts';
import { connectError, type Host, type NetworkNamespace } from '../host/index.ts';
import type { KubeObject } from '../objects/object.ts';
import { ApiReader, adminCertificate } from './api-reader.ts';
import type { World } from './world.ts';

/** What was kept when the task began, so that changes can be told. Plain JSON. */
export interface Baseline {
  /** Of kubernetes-admin, from before the candidate could touch it. */
  readonly certificate: string | undefined;
  readonly objects: Readonly<Record<string, KubeObject | null>>;
  readonly files: Readonly<Record<string, FileEvidence | null>>;
}

/** Keeps what the checks will need of a world in which the task has not been begun. */
export function takeBaseline(world: World, checks: readonly Check[]): Baseline {
  const certificate = adminCertificate(world);
  const wanted = remembered(checks);
  const reader = new ApiReader(world, certificate);
  const objects = wanted.objects.map((reference) => {
    const object = reader.find(reference.kind, reference.name, reference.namespace);
    return [showReference(reference), object ?? null] as const;
  });
  const files = wanted.files.map(
    ({ host, path }) => [`${host}:${path}`, readFile(world, host, path) ?? null] as const,
  );
  return { certificate, objects: Object.fromEntries(objects), files: Object.fromEntries(files) };
}

/** The evidence of a world that belongs to the grader: a fork that has come to rest. */
export class WorldEvidence implements Evidence {
  readonly #world: World;
  readonly #baseline: Baseline;
  readonly #reader: ApiReader;
  readonly #runCommand: (host: string, script: string) => Promise<CommandEvidence>;

  constructor(
    world: World,
    baseline: Baseline,
    runCommand: (host: string, script: string) => Promise<CommandEvidence>,
  ) {
    this.#world = world;
    this.#baseline = baseline;
    this.#reader = new ApiReader(world, baseline.certificate);
    this.#runCommand = runCommand;
  }

  object({ kind, name, namespace }: ObjectReference): KubeObject | undefined {
    return this.#reader.find(kind, name, namespace);
  }

  objects({ kind, namespace, selector }: ObjectSelection): KubeObject[] {
    return this.#reader.list(kind, namespace, selector);
  }

  before(reference: ObjectReference): KubeObject | undefined {
    return this.#baseline.objects[showReference(reference)] ?? undefined;
  }

  file(host: string, path: string): FileEvidence | undefined {
    return readFile(this.#world, host, path);
  }

  fileBefore(host: string, path: string): FileEvidence | undefined {
    return this.#baseline.files[`${host}:${path}`] ?? undefined;
  }

  unit(host: string, name: string): UnitEvidence {
    const { systemd } = hostOf(this.#world, host);
    return { active: systemd.service(name).active, enabled: systemd.enabled(name) };
  }

  blocked({ from, to, port }: Connection): string | undefined {
    const source = 'host' in from ? hostOf(this.#world, from.host).network : this.#podNetwork(from);
    const target = 'address' in to ? { address: to.address, port: Number(port) } : this.#target(to, port);
    if (typeof target === 'string') return target;
    // A service that only some of its pods answer for is not reachable.
    const failed = source.waysTo(target.address, target.port).find((way) => !way.ok);
    return !failed || failed.ok ? undefined : `${connectError(failed.failure).message} (${failed.why})`;
  }

  allowed({ user, groups, verb, resource, group, subresource, namespace, name }: AccessQuestion): boolean {
    const served = this.#reader.resource(group === '' ? resource : `${resource}.${group}`);
    const resourceAttributes = {
      verb,
      resource: served.plural,
      group: served.group,
      subresource,
      namespace,
      name,
    };
    const account = /^system:serviceaccount:([^:]+):/.exec(user);
    const own = account ? ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`] : [];
    const review = this.#reader.post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, groups: [...own, ...groups, 'system:authenticated'], resourceAttributes },
    }) as { status?: { allowed?: boolean } } | undefined;
    return review?.status?.allowed === true;
  }

  command(host: string, script: string): Promise<CommandEvidence> {
    return this.#runCommand(host, script);
  }

  #podNetwork(reference: ObjectReference): NetworkNamespace {
    const pod = this.object(reference);
    const address = pod?.status?.podIP as string | undefined;
    const owner = address === undefined ? undefined : this.#world.network.owner(address);
    if (!owner) throw new EvidenceError(`${showReference(reference)} does not run`);
    return owner;
  }

  #target(reference: ObjectReference, port: number | string): { address: string; port: number } | string {
    const object = this.object(reference);
    if (!object) return `there is no ${showReference(reference)}`;
    const address = (object.spec?.clusterIP ?? object.status?.podIP) as string | undefined;
    if (address === undefined || address === 'None') return `${showReference(reference)} has no address`;
    const named = (object.spec?.ports as { name?: string; port: number }[] | undefined)?.find(
      (p) => p.name === port,
    );
    return { address, port: named?.port ?? Number(port) };
  }
}

function hostOf(world: World, name: string): Host {
  const host = world.hosts.get(name);
  if (!host) throw new EvidenceError(`there is no host ${name}`);
  return host;
}

function readFile(world: World, hostName: string, path: string): FileEvidence | undefined {
  const host = hostOf(world, hostName);
  const stat = host.init.fs.tryStat(path);
  if (!stat) return undefined;
  const type = stat.type === 'file' || stat.type === 'directory' ? stat.type : 'other';
  return {
    type,
    text: stat.type === 'file' ? stat.data : '',
    mode: stat.mode,
    owner: host.users.user(stat.uid)?.name ?? String(stat.uid),
    group: host.users.group(stat.gid)?.name ?? String(stat.gid),
  };
}
