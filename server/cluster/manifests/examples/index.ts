import type { Manifest } from '../manifest.ts';
import { ADMIN_EXAMPLES } from './admin.ts';
import { POD_EXAMPLES } from './pods.ts';
import { SERVICE_EXAMPLES } from './services.ts';
import { WORKLOAD_EXAMPLES } from './workloads.ts';
import { type Examples, objectsOf } from './yaml.ts';

const ALL: Examples = { ...POD_EXAMPLES, ...WORKLOAD_EXAMPLES, ...SERVICE_EXAMPLES, ...ADMIN_EXAMPLES };

/** The files that pages of the documentation of Kubernetes have their readers apply, by their path. */
export const EXAMPLE_PATHS: readonly string[] = Object.keys(ALL);

/** What `https://k8s.io/examples/<path>.yaml` holds. */
export function exampleObjects(path: string): Manifest[] | undefined {
  return Object.hasOwn(ALL, path) ? objectsOf(ALL[path] as readonly string[]) : undefined;
}
