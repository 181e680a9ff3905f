import type { KubeObject } from '../../../objects/object.ts';
import { RESOURCES } from '../../client/resources.ts';
import type { Agent } from '../agent.ts';
import type { Settings } from './settings.ts';

/** The addresses that an ingress shows. Models internal/ingress/status runningAddresses */
export function addresses(agent: Agent, settings: Settings): { ip?: string; hostname?: string }[] {
  if (settings.publishAddress) return settings.publishAddress.split(',').map(addressEntry);
  const { publishService } = settings;
  if (publishService === undefined) return [...new Set(ofNodes(agent))].sort().map(addressEntry);
  const service = agent.watch(RESOURCES.services).get(publishService);
  const { spec = {}, status = {} } = service ?? {};
  const external: string[] = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'LoadBalancer':
      return [...(status.loadBalancer?.ingress ?? []), ...external.map(addressEntry)];
    case 'NodePort':
      return (external.length > 0 ? external : [spec.clusterIP]).map(addressEntry);
    case 'ExternalName':
      return [addressEntry(spec.externalName)];
    default:
      return spec.clusterIP ? [addressEntry(spec.clusterIP)] : [];
  }
}

function addressEntry(address: string): { ip?: string; hostname?: string } {
  return /^[\d.]+$/.test(address) ? { ip: address } : { hostname: address };
}

/** The nodes on which the controller's pods run. */
function ofNodes(agent: Agent): string[] {
  const { env } = agent.context;
  const namespace = env.get('POD_NAMESPACE') ?? '';
  const own = agent.client.find(RESOURCES.pods, env.get('POD_NAME') ?? '', namespace);
  const labels = Object.entries(own?.metadata.labels ?? {}).filter(([key]) => !key.endsWith('-hash'));
  const labelSelector = labels.map(([key, value]) => `${key}=${value}`).join(',');
  return agent.client.list(RESOURCES.pods, { namespace, labelSelector }).items.flatMap((pod) => {
    if (pod.status?.phase !== 'Running') return [];
    return pod.status.hostIP ?? [];
  });
}

/** Writes the addresses into ingresses that do not show them. */
export function publish(agent: Agent, ingresses: readonly KubeObject[], wanted: readonly object[]): void {
  for (const ingress of ingresses) {
    const shown = ingress.status?.loadBalancer?.ingress ?? [];
    if (JSON.stringify(shown) === JSON.stringify(wanted)) continue;
    agent.client.patch(
      RESOURCES.ingresses,
      ingress.metadata.name,
      { type: 'merge', body: { status: { loadBalancer: { ingress: wanted } } }, subresource: 'status' },
      ingress.metadata.namespace,
    );
  }
}
