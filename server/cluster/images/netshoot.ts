import { alpineBase } from './bases/unix.ts';
import { type ImageFamily, PATH } from './image.ts';

const NETWORK_TOOLS = [
  ...['arp', 'bash', 'brctl', 'bridge', 'conntrack', 'curl', 'dig', 'ethtool', 'getent', 'host', 'ifconfig'],
  ...['ip', 'iperf3', 'iptables', 'iptables-restore', 'iptables-save', 'ipvsadm', 'jq', 'lsof', 'mtr', 'nc'],
  ...['ncat', 'netcat', 'netstat', 'nft', 'ngrep', 'nmap', 'nslookup', 'openssl', 'ping', 'route', 'scp'],
  ...['socat', 'ss', 'ssh', 'tcpdump', 'telnet', 'traceroute', 'tracepath', 'tshark', 'vim', 'wget'],
];

export const NETSHOOT: ImageFamily = {
  repository: 'nicolaka/netshoot',
  tags: ['latest', 'v0.14', 'v0.13', 'v0.12', 'v0.11'],
  sizeBytes: 201_000_000,
  config: () => ({ cmd: ['zsh'], env: { PATH }, workingDir: '/root' }),
  files(into) {
    alpineBase(into, '3.21.3');
    for (const name of NETWORK_TOOLS) into.install(`/usr/bin/${name}`, name);
    into.install('/bin/zsh', 'bash');
  },
};
