import type { KernelRules, NetworkNamespace } from '../../../host/index.ts';

const CANARY = '-N KUBE-KUBELET-CANARY';
const LOCALNET =
  '-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP';
const RULES: KernelRules = {
  mangle: ['-N KUBE-IPTABLES-HINT', CANARY],
  nat: [CANARY],
  filter: [CANARY, '-A INPUT -j KUBE-FIREWALL', '-A OUTPUT -j KUBE-FIREWALL', LOCALNET],
};

/** Shows the kubelet's own chains; they stay when it ends. Models pkg/kubelet/kubelet_network_linux.go initNetworkUtil */
export function showUtilityChains(network: NetworkNamespace): void {
  network.kernelRules.set('kubelet', () => RULES);
}
