/**
 * Work that plain functions (a regular expression, a sort) do for the process that runs. It is counted here, where no
 * generator is needed, and charged to the process with its next `spend`.
 */
let owed = 0;

/** Counts `steps` for the process that runs at this moment. */
export function charge(steps: number): void {
  owed += steps;
}

/** Takes what was counted since the last time. */
export function takeCharge(): number {
  const steps = owed;
  owed = 0;
  return steps;
}

let allocated = 0;

/** Counts bytes that the process which runs at this moment takes, or may take: what it holds is measured now and then. */
export function allocate(bytes: number): void {
  allocated += bytes;
}

/** Takes what was counted since the last time. */
export function takeAllocated(): number {
  const bytes = allocated;
  allocated = 0;
  return bytes;
}
