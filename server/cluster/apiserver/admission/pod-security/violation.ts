/** What of a pod a check does not allow. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** A pod as the checks look at it; `containers` are all of them, whatever they are for. */
export interface Checked {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: any;
  readonly containers: readonly any[];
}

type Subject = 'capabilities' | 'volumes' | 'seccomp';

/** One rule of the Pod Security Standards. */
export interface Check {
  /** The minor version of the standards that has it first. */
  readonly since?: number;
  /** Of a baseline check: what a stricter one is about that takes its place. */
  readonly replacedBy?: Subject;
  /** Of a restricted check: the baseline check whose place it takes. */
  readonly replaces?: Subject;
  readonly violation: (checked: Checked, minor: number) => Violation | undefined;
}

// The words of pod-security-admission/policy/helpers.go.

export function joinQuoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

export function plural(one: string, count: number, many = `${one}s`): string {
  return count === 1 ? one : many;
}

export function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

/** `container "a"`, `containers "a", "b"`. */
export function named(containers: readonly any[]): string {
  return `${plural('container', containers.length)} ${joinQuoted(containers.map(({ name }) => name))}`;
}

/** `pod and containers "a", "b"`: who sets something bad; '' for nobody. */
export function setters(pod: boolean, containers: readonly any[]): string {
  const parts = [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [named(containers)] : [])];
  return parts.join(' and ');
}
