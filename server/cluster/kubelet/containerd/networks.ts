import type { Host, NetworkNamespace } from '../../../host/index.ts';
import type { SandboxConfig } from '../../client/cri.ts';
import { addBridgeNetwork, addPodNetwork, bridgeNamespace, type CniNetwork, podNamespace } from './cni.ts';
import type { SandboxRecord } from './records.ts';

/** The network of a new sandbox: the host's, an engine's bridge, or the one that is configured for pods. */
export function joinNetwork(
  host: Host,
  id: string,
  config: SandboxConfig,
  pods: { readonly cidr: string | undefined; readonly network: CniNetwork | undefined },
): { namespace: NetworkNamespace; ip: string } {
  if (config.hostNetwork) return { namespace: host.network, ip: '' };
  if (config.engine) return addBridgeNetwork(host, config.engine);
  return addPodNetwork(host, id, pods.cidr, pods.network);
}

/** The network of a sandbox that has its address already. */
export function networkAgain(
  host: Host,
  { id, config, ip }: SandboxRecord,
  network: CniNetwork | undefined,
): NetworkNamespace {
  if (config.hostNetwork) return host.network;
  if (config.engine) return bridgeNamespace(host, config.engine, ip);
  return podNamespace(host, id, ip, { network });
}
