import type { KubeObject } from '../../../objects/object.ts';

/** Where objects are asked for. */
export interface DescribedResource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

/** What a describer may ask for beside its object. Failures are thrown as the client throws them. */
export interface DescribeContext {
  /** Virtual ms since the epoch. */
  readonly now: number;
  list(resource: DescribedResource, options?: DescribeListOptions): KubeObject[];
  get(resource: DescribedResource, namespace: string, name: string): KubeObject;
  /** The events of an object, or undefined with `--show-events=false`. */
  events(object: KubeObject): KubeObject[] | undefined;
}

export interface DescribeListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export type Describer = (object: any, context: DescribeContext) => string;

export const PODS: DescribedResource = { group: '', version: 'v1', plural: 'pods' };
export const SERVICES: DescribedResource = { group: '', version: 'v1', plural: 'services' };
export const ENDPOINT_SLICES: DescribedResource = {
  group: 'discovery.k8s.io',
  version: 'v1',
  plural: 'endpointslices',
};
export const REPLICA_SETS: DescribedResource = { group: 'apps', version: 'v1', plural: 'replicasets' };
export const QUOTAS: DescribedResource = { group: '', version: 'v1', plural: 'resourcequotas' };
export const LIMIT_RANGES: DescribedResource = { group: '', version: 'v1', plural: 'limitranges' };
export const LEASES: DescribedResource = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases' };
export const SECRETS: DescribedResource = { group: '', version: 'v1', plural: 'secrets' };

/** The answer, or undefined where the server refuses. */
export function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
