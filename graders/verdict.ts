/** What a check found, before its points are known. */
export interface Finding {
  readonly outcome: 'pass' | 'fail' | 'ungradable';
  /** What had to be, in words. */
  readonly expected: string;
  /** What is. */
  readonly actual: string;
}

/** A finding with the check's text and points: one line of a report. */
export interface Verdict extends Finding {
  readonly says: string;
  readonly points: number;
  readonly earned: number;
  readonly why: string | undefined;
}

export function pass(expected: string, actual = 'as expected'): Finding {
  return { outcome: 'pass', expected, actual };
}

export function fail(expected: string, actual: string): Finding {
  return { outcome: 'fail', expected, actual };
}

/** Pass when nothing is wrong, else fail with all that is. */
export function passUnless(
  problems: readonly Pick<Finding, 'expected' | 'actual'>[],
  expected: string,
): Finding {
  if (problems.length === 0) return pass(expected);
  return fail(problems.map((p) => p.expected).join('\n'), problems.map((p) => p.actual).join('\n'));
}
