/** Virtual time that things take on a node. */
export interface Latencies {
  readonly sandboxMs: number;
  readonly createMs: number;
  /** Between a container's start or end and the kubelet's notice of it. */
  readonly relistMs: number;
  /** Between the end of a pod's last container and the pod's own. */
  readonly statusMs: number;
}

export const REALISTIC: Latencies = { sandboxMs: 300, createMs: 80, relistMs: 300, statusMs: 15 };
/** Nodes that only pretend to run containers; that a pod started or has ended is seen by the next relist, as ever. */
export const INSTANT: Latencies = { sandboxMs: 800, createMs: 2, relistMs: 5, statusMs: 700 };

// Models pkg/kubelet/kubelet.go MaxContainerBackOff and backOffPeriod
export const FIRST_BACKOFF_MS = 10_000;
export const MAX_BACKOFF_MS = 300_000;
/** How long after a failed sync the next one comes. */
export const RESYNC_MS = 12_000;
