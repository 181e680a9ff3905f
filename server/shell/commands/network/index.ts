import type { Command } from '../../command.ts';
import { arp } from './arp.ts';
import { brctl, bridge } from './bridge.ts';
import { busybox } from './busybox.ts';
import { conntrack } from './conntrack.ts';
import { curl } from './curl.ts';
import { dig, host } from './dig.ts';
import { ethtool } from './ethtool.ts';
import { ip } from './ip.ts';
import { iptables, iptablesRestore, iptablesSave } from './iptables.ts';
import { ipvsadm } from './ipvsadm.ts';
import { mtr } from './mtr.ts';
import { nc } from './nc.ts';
import { ifconfig, route } from './net-tools.ts';
import { netstat } from './netstat.ts';
import { nft } from './nft.ts';
import { nmap } from './nmap.ts';
import { nslookup } from './nslookup.ts';
import { ping, traceroute } from './ping.ts';
import { REFUSED_TOOLS } from './refused-tools.ts';
import { resolvectl } from './resolvectl.ts';
import { ss } from './ss.ts';
import { tcpdump } from './tcpdump.ts';
import { telnet } from './telnet.ts';
import { tracepath } from './tracepath.ts';
import { ufw } from './ufw.ts';
import { wget } from './wget.ts';

/** Interfaces, routes, sockets, and clients of the network. */
export const NETWORK_COMMANDS: readonly Command[] = [
  arp,
  brctl,
  bridge,
  busybox,
  conntrack,
  curl,
  dig,
  ethtool,
  host,
  ifconfig,
  ip,
  iptables,
  iptablesRestore,
  iptablesSave,
  ipvsadm,
  mtr,
  nc,
  netstat,
  nmap,
  nslookup,
  ping,
  resolvectl,
  route,
  ss,
  tcpdump,
  telnet,
  tracepath,
  traceroute,
  ufw,
  wget,
  nft,
  ...REFUSED_TOOLS,
];
