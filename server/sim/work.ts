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
