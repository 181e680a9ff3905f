import { BASELINE } from './baseline.ts';
import type { LevelVersion } from './policy.ts';
import { RESTRICTED } from './restricted.ts';
import type { Check, Checked, Violation } from './violation.ts';

/** The checks of a level, baseline ones first. Models pod-security-admission/policy populate. */
function checksOf(level: string, minor: number): readonly Check[] {
  if (level === 'baseline') return BASELINE;
  if (level !== 'restricted') return [];
  const restricted = RESTRICTED.filter(({ since = 0 }) => since <= minor);
  const replaced = new Set(restricted.map(({ replaces }) => replaces));
  const kept = BASELINE.filter(({ replacedBy }) => !replacedBy || !replaced.has(replacedBy));
  return [...kept, ...restricted];
}

/** What of a pod, or of a pod's template, a policy does not allow. */
export function violations(
  { level, version }: LevelVersion,
  pod: { metadata?: any; spec?: any },
): Violation[] {
  const minor = version === 'latest' ? Number.MAX_SAFE_INTEGER : Number(version.slice('v1.'.length));
  const spec = pod.spec ?? {};
  const { initContainers = [], containers = [], ephemeralContainers = [] } = spec;
  const checked: Checked = {
    annotations: pod.metadata?.annotations ?? {},
    spec,
    containers: [...initContainers, ...containers, ...ephemeralContainers],
  };
  return checksOf(level, minor).flatMap((check) => check.violation(checked, minor) ?? []);
}

/** `reason (detail), reason (detail)`. */
export function showViolations(found: readonly Violation[]): string {
  return found.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ');
}
