/**
 * Every hard limit of a world in one place. Past them a candidate sees what a real machine says; the server and the
 * other worlds notice nothing.
 */
export const LIMITS = {
  /** Processes of one host. Past it: `fork: retry: Resource temporarily unavailable`. */
  processesPerHost: 4096,
  /** Depth of processes below each other (fork recursion). */
  processDepth: 200,
  /** Bytes of all files of a world that are not shared with its snapshot. Past it: `No space left on device`. */
  diskBytes: 256 * 1024 * 1024,
  /** Bytes of one file. */
  fileBytes: 128 * 1024 * 1024,
  /** Files a process may hold open. */
  openFiles: 1024,
  /** Bytes a pipe buffers. */
  pipeBytes: 64 * 1024,
  /** Program steps in one slice, and the virtual milliseconds that a slice takes on an idle CPU. */
  sliceSteps: 400,
  sliceMs: 1,
  /** What it costs to start a process. */
  spawnSteps: 100,
  /** Bytes of one variable or of the output of one command substitution. */
  stringBytes: 32 * 1024 * 1024,
  /** Bytes that the processes of a host may hold of the real computer. Past it the kernel kills the largest. */
  heldBytes: 384 * 1024 * 1024,
  /** Bytes that processes take before it is measured what they hold. */
  allocationBytes: 64 * 1024 * 1024,
  /** Bytes of an object in the store, as JSON. */
  objectBytes: 1_572_864,
  /** Bytes of the store. Past it: `etcdserver: mvcc: database space exceeded`. */
  storeBytes: 256 * 1024 * 1024,
  /** Watches open at once on one API server. */
  watches: 2000,
} as const;
