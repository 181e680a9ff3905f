import { createHash } from 'node:crypto';
import { type ServicePort, usable } from './rules.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Models pkg/proxy/iptables portProtoHash: the first sixteen letters of a hash in base 32. */
function hash(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  let letters = '';
  for (let i = 0; i < 16; i++) {
    const bit = i * 5;
    const word = ((digest[bit >> 3] as number) << 8) | (digest[(bit >> 3) + 1] as number);
    letters += ALPHABET[(word >> (11 - (bit & 7))) & 31];
  }
  return letters;
}

/** Rules of kube-proxy as `iptables-save` shows them in the table nat. Models syncProxyRules. */
export function natRules(ports: readonly ServicePort[]): string[] {
  const chains = [
    ':KUBE-MARK-MASQ - [0:0]',
    ':KUBE-NODEPORTS - [0:0]',
    ':KUBE-POSTROUTING - [0:0]',
    ':KUBE-SERVICES - [0:0]',
  ];
  const rules = [
    '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
    '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
  ];
  for (const port of ports) {
    const endpoints = usable(port.endpoints);
    if (endpoints.length === 0) continue;
    const protocol = port.protocol.toLowerCase();
    const service = `KUBE-SVC-${hash(port.name + protocol)}`;
    chains.push(`:${service} - [0:0]`);
    const [clusterIp] = port.addresses;
    const where = `-p ${protocol} -m comment --comment "${port.name} cluster IP" -m ${protocol} --dport ${port.port}`;
    rules.push(`-A KUBE-SERVICES -d ${clusterIp}/32 ${where} -j ${service}`);
    if (port.nodePort) {
      const external = `KUBE-EXT-${hash(port.name + protocol)}`;
      chains.push(`:${external} - [0:0]`);
      rules.push(
        `-A KUBE-NODEPORTS -p ${protocol} -m comment --comment "${port.name}" -m ${protocol} --dport ${port.nodePort} -j ${external}`,
        `-A ${external} -j ${service}`,
      );
    }
    endpoints.forEach((endpoint, i) => {
      const target = `${endpoint.address}:${endpoint.port}`;
      const chain = `KUBE-SEP-${hash(port.name + protocol + target)}`;
      chains.push(`:${chain} - [0:0]`);
      const left = endpoints.length - i;
      const chance = left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(11)}` : '';
      rules.push(
        `-A ${service} -m comment --comment "${port.name} -> ${target}"${chance} -j ${chain}`,
        `-A ${chain} -p ${protocol} -m comment --comment "${port.name}" -m ${protocol} -j DNAT --to-destination ${target}`,
      );
    });
  }
  rules.push(
    '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS',
  );
  return [...chains.sort(), ...rules];
}
