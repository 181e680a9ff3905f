import type { Clock, Random } from '../../sim/index.ts';
import type { Client } from '../client/client.ts';
import type { EventRecorder } from '../client/events.ts';
import type { Informers } from '../client/informer.ts';
import type { WorkQueue } from '../client/work-queue.ts';

/** When to look at the key again although nothing has changed. */
export interface Result {
  readonly requeueAfterMs?: number;
}

/** Level-based: gets a key, reads the world, brings it nearer to what is wanted. Throws to be tried again later. */
export interface Reconciler {
  reconcile(key: string): Result | undefined;
}

/** What kube-controller-manager's flags say that controllers care about. */
export interface ManagerSettings {
  /** Whether a feature gate is on. */
  readonly isOn: (gate: string) => boolean;
  readonly clusterName: string;
  readonly allocateNodeCidrs: boolean;
  readonly clusterCidr: string;
  readonly nodeCidrMaskSize: number;
  /** No node gets addresses of these. */
  readonly serviceCidrs: readonly string[];
  readonly nodeMonitorGraceMs: number;
  /** Nodes are given this long to come up. */
  readonly nodeStartupGraceMs: number;
  /** Nodes a second and zone that are marked for eviction, and so many in a zone that fails for the most part. */
  readonly nodeEvictionRate: number;
  readonly secondaryNodeEvictionRate: number;
  /** Smaller zones that fail for the most part are left alone. */
  readonly largeClusterSize: number;
  readonly unhealthyZoneThreshold: number;
  readonly terminatedPodGcThreshold: number;
  readonly hpaSyncMs: number;
  readonly hpaDownscaleStabilizationMs: number;
  readonly hpaTolerance: number;
  /** How long after its start a pod's processor use does not count until it is Ready, and how long it counts as starting. */
  readonly hpaCpuInitializationMs: number;
  readonly hpaReadinessDelayMs: number;
  readonly maxEndpointsPerSlice: number;
  readonly maxMirroredPerSubset: number;
  /** How long changes of pods and endpoints are waited for, so that one update tells of many. */
  readonly batchMs: Readonly<Record<'endpoints' | 'slices' | 'mirrors', number>>;
  /** Whether provisioners are asked for volumes. */
  readonly provisions: boolean;
  /** How often volumes and claims that are not bound are looked at again. */
  readonly claimBinderSyncMs: number;
  /** How volumes of a kind are emptied. */
  readonly recycling: Readonly<Record<'hostPath' | 'nfs', Recycling>>;
  readonly legacyTokenCleanUpMs: number;
  /** Signs tokens of service accounts. */
  readonly accountKey: string | undefined;
  /** PEM files as read at the start; undefined where no flag names them. */
  readonly rootCa: string | undefined;
  /** What each signer that is on signs with. */
  readonly signers: Readonly<Record<string, KeyPair>>;
  readonly signingDurationMs: number;
}

/** PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Recycling {
  /** How long the pod gets at least, and for each GiB of the volume. */
  readonly leastSeconds: number;
  readonly perGiB: number;
  /** The specification of the pod that does it; undefined: the one that is built in. */
  readonly template: object | undefined;
}

export interface ControllerContext {
  /** With the controller's own identity. */
  readonly client: Client;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  readonly queue: WorkQueue;
  readonly settings: ManagerSettings;
  recorder(component: string): EventRecorder;
  /** Writes a line to the log. */
  log(severity: 'I' | 'W' | 'E', source: string, text: string): void;
}

/** One controller of kube-controller-manager. */
export interface Controller {
  /** As in `--controllers`: `deployment-controller`. */
  readonly name: string;
  /** The older short name that `--controllers` takes as well: `deployment`. */
  readonly alias: string;
  /**
   * Service account in kube-system with `--use-service-account-credentials`; absent: the manager's own identity, for
   * what must work before there are tokens.
   */
  readonly account?: string;
  /** Not part of `*`. */
  readonly offByDefault?: boolean;
  /** Delay from a change to the reaction, where it differs from the usual. */
  readonly latencyMs?: number;
  /** Back-off of keys that fail, where it differs from the usual 5 ms to 1,000 s. */
  readonly retryMs?: { readonly first: number; readonly max: number };
  /** Registers with the informers it needs, which feed `context.queue`. */
  start(context: ControllerContext): Reconciler;
}
