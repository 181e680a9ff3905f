import type { Host, Translation } from '../../../host/index.ts';
import type { SandboxConfig } from '../../client/cri.ts';

function keyOf(sandboxId: string): string {
  return `portmap-${sandboxId}`;
}

/** Leads ports of the host to a pod. Models containernetworking/plugins portmap. */
export function publishPorts(host: Host, sandboxId: string, config: SandboxConfig, podIp: string): void {
  const { hostPorts } = config;
  if (hostPorts.length === 0 || config.hostNetwork) return;
  const translate: Translation = ({ address, port, protocol }, from) => {
    const isLoopback = address.startsWith('127.');
    // A pod's own loopback is not the host's.
    if (isLoopback ? from !== host.network : !host.network.has(address)) return undefined;
    const found = hostPorts.find(
      (p) => p.hostPort === port && p.protocol === protocol && ['', '0.0.0.0', address].includes(p.hostIp),
    );
    return found && { address: podIp, port: found.containerPort };
  };
  host.network.translations.set(keyOf(sandboxId), translate);
}

export function unpublishPorts(host: Host, sandboxId: string): void {
  host.network.translations.delete(keyOf(sandboxId));
}
