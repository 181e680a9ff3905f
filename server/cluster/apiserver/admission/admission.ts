import type { KubeObject } from '../../../objects/object.ts';
import type { ResourceCall } from '../call.ts';
import type { Served } from '../served.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** What an admission plugin is asked about. */
export interface Review {
  readonly call: ResourceCall;
  readonly operation: Operation;
  readonly served: Served;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** The new state, in its stored form; mutating plugins change it in place. Undefined for deletions. */
  readonly object: KubeObject | undefined;
  readonly old: KubeObject | undefined;
  readonly dryRun: boolean;
}

/** One gate before the store: changes the object (`admit`), or refuses it by throwing (`validate`). */
export interface AdmissionPlugin {
  readonly name: string;
  admit?(review: Review): void;
  validate?(review: Review): void;
}
