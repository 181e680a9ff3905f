import type { DescribeWriter } from '../describe/writer.ts';
import { described } from '../describe/writer.ts';

/** What the scopes mean, in kubectl's words. */
const MEANING: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
};

/** Models kubectl pkg/describe describeQuota. */
export function describeResourceQuota({ metadata, spec = {}, status = {} }: any): string {
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    w.line(0, `Namespace:\t${metadata.namespace}`);
    scopeLines(w, 0, spec.scopes);
    w.line(0, 'Resource\tUsed\tHard');
    w.line(0, '--------\t----\t----');
    usageLines(w, 0, status);
  });
}

function scopeLines(w: DescribeWriter, level: number, scopes: readonly string[] = []): void {
  if (scopes.length === 0) return;
  const sorted = [...scopes].sort();
  w.line(level, `Scopes:\t${sorted.join(', ')}`);
  for (const scope of sorted) if (MEANING[scope]) w.line(level, ` * ${MEANING[scope]}`);
}

function usageLines(w: DescribeWriter, level: number, { hard = {}, used = {} }: any): void {
  for (const name of Object.keys(hard).sort()) w.line(level, `${name}\t${used[name] ?? '0'}\t${hard[name]}`);
}

/** The quotas of a namespace. Models kubectl pkg/describe DescribeResourceQuotas. */
export function quotaLines(w: DescribeWriter, quotas: readonly any[]): void {
  if (quotas.length === 0) {
    w.line(0, 'No resource quota.');
    return;
  }
  w.line(0, 'Resource Quotas');
  for (const { metadata, spec = {}, status = {} } of quotas) {
    w.line(1, `Name:\t${metadata.name}`);
    scopeLines(w, 1, spec.scopes);
    w.line(1, 'Resource\tUsed\tHard');
    w.line(1, '--------\t---\t---');
    usageLines(w, 1, status);
  }
}
