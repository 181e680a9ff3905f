import type { ContainerStatus } from '../../client/cri.ts';
import type { RestartBackoff } from '../config-limits.ts';
import { BACKOFF } from './container-config.ts';

/** How long the start of a container was put off before its latest attempt. */
export function backoffOf(latest: ContainerStatus): number {
  return Number(latest.config.annotations[BACKOFF] ?? 0);
}

// Models client-go util/flowcontrol Backoff Next, as kuberuntime doBackOff calls it
export function nextBackoff(
  latest: ContainerStatus,
  now: number,
  { firstMs, maxMs }: RestartBackoff,
): number {
  const before = backoffOf(latest);
  const ranMs = now - (latest.startedAt ?? latest.createdAt);
  if (before === 0 || ranMs > 2 * maxMs) return firstMs;
  return Math.min(before * 2, maxMs);
}

/** As Go prints it: `500ms`, `40s`, `2m40s`. */
export function backoffText(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  if (ms < 60_000) return `${ms / 1000}s`;
  return `${Math.floor(ms / 60_000)}m${(ms % 60_000) / 1000}s`;
}
