import { fractionWarnings } from '../../validation/fractions.ts';

interface Placed {
  readonly field: string;
  readonly container: any;
}

/** Init containers first, as the server visits them. */
export function containersOf(field: string, spec: any): Placed[] {
  const placed: Placed[] = [];
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
    for (const [i, container] of (spec[list] ?? []).entries())
      placed.push({ field: `${field}.${list}[${i}]`, container });
  }
  return placed;
}

/** What is dubious in one container by itself. */
export function containerWarnings({ field, container }: Placed): string[] {
  const warnings = envWarnings(`${field}.env`, container.env ?? []);
  const { limits, requests } = container.resources ?? {};
  if (!limits && !requests) return warnings;
  const amounts = ['memory', 'ephemeral-storage'].flatMap((resource) => [
    ...fractionWarnings(`${field}.resources.limits[${resource}]`, limits?.[resource]),
    ...fractionWarnings(`${field}.resources.requests[${resource}]`, requests?.[resource]),
  ]);
  return [...amounts, ...warnings];
}

/** A later definition may build on an earlier one, as `X=$(X)123` does; anything else hides it. */
function envWarnings(field: string, env: readonly any[]): string[] {
  const seen = new Set<string>();
  const warnings: string[] = [];
  for (const [i, { name, value = '', valueFrom }] of env.entries()) {
    const reference = `$(${name})`;
    const builds = !valueFrom && value !== reference && value.includes(reference);
    if (seen.has(name) && !builds) {
      warnings.push(
        `${field}[${i}]: hides previous definition of "${name}", which may be dropped when using apply`,
      );
    }
    seen.add(name);
  }
  return warnings;
}

/** Ports that several containers, or one twice, claim. */
export function portWarnings(containers: readonly Placed[]): string[] {
  const warnings: string[] = [];
  const known: { field: string; port: any }[] = [];
  for (const { field, container } of containers) {
    for (const [i, port] of (container.ports ?? []).entries()) {
      const at = `${field}.ports[${i}]`;
      if (port.hostIP && !port.hostPort) warnings.push(`${at}: hostIP set without hostPort: ${goPort(port)}`);
      for (const other of known) {
        const relation = relationOf(port, other.port);
        if (relation) warnings.push(`${at}: ${relation} port definition with ${other.field}`);
      }
      known.push({ field: at, port });
    }
  }
  return warnings;
}

function relationOf(a: any, b: any): string | undefined {
  if (a.containerPort !== b.containerPort || a.protocol !== b.protocol) return undefined;
  const [hostA, hostB] = [a.hostPort ?? 0, b.hostPort ?? 0];
  const [ipA, ipB] = [a.hostIP ?? '', b.hostIP ?? ''];
  if (hostA === hostB && ipA === ipB) return 'duplicate';
  if (hostA === 0 || hostB === 0) return 'overlapping';
  return hostA === hostB && (ipA === '') !== (ipB === '') ? 'dangerously ambiguous' : undefined;
}

/** A port as Go prints the structure. */
function goPort({ name = '', hostPort = 0, containerPort, protocol = '', hostIP = '' }: any): string {
  return `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
}
