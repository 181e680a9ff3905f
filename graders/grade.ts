import { z } from 'zod';
import type { CheckType, HostPath } from './checks/check.ts';
import { CHECKS } from './checks/index.ts';
import { type Evidence, EvidenceError, type ObjectReference } from './evidence.ts';
import { checkExpression } from './expression.ts';
import type { Finding, Verdict } from './verdict.ts';

/** A check of a lab, as `lab.yaml` has it. */
export interface Check {
  readonly type: CheckType;
  readonly says: string;
  readonly 'says.ko'?: string;
  readonly points: number;
  readonly why?: string;
  readonly 'why.ko'?: string;
  readonly spec: unknown;
}

/** How a check is written: the key that names its type tells which rules hold. */
export const checkSchema = z.record(z.string(), z.unknown()).transform((value, context): Check => {
  const type = CHECKS.find((check) => check.name in value);
  if (!type) {
    const names = CHECKS.map((check) => check.name).join(', ');
    context.addIssue({ code: 'custom', message: `expected a check of one of these types: ${names}` });
    return z.NEVER;
  }
  const parsed = type.schema.safeParse(value);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) context.addIssue(issue as never);
    return z.NEVER;
  }
  const spec = parsed.data as Omit<Check, 'type' | 'spec'> & { cel?: readonly string[] };
  for (const expression of spec.cel ?? []) {
    try {
      checkExpression(expression);
    } catch (error) {
      context.addIssue({ code: 'custom', path: ['cel'], message: `not CEL: ${(error as Error).message}` });
    }
  }
  return { ...spec, type, spec };
});

/** Judges every check. One that has nothing to look at is never a pass. */
export async function grade(checks: readonly Check[], evidence: Evidence): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const check of checks) {
    const finding = await judge(check, evidence);
    verdicts.push({
      ...finding,
      says: check.says,
      points: check.points,
      earned: finding.outcome === 'pass' ? check.points : 0,
      why: check.why,
    });
  }
  return verdicts;
}

async function judge(check: Check, evidence: Evidence): Promise<Finding> {
  try {
    return await check.type.judge(check.spec, evidence);
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    return { outcome: 'ungradable', expected: check.says, actual: error.message };
  }
}

/** What must be kept from the start of the task so that these checks can be judged. */
export function remembered(checks: readonly Check[]): { objects: ObjectReference[]; files: HostPath[] } {
  return {
    objects: checks.flatMap((check) => [...(check.type.remembers?.(check.spec) ?? [])]),
    files: checks.flatMap((check) => [...(check.type.remembersFiles?.(check.spec) ?? [])]),
  };
}
