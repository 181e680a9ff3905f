import type { Command } from '../../command.ts';
import { busybox } from './busybox.ts';
import { curl } from './curl.ts';
import { dig, host } from './dig.ts';
import { ip } from './ip.ts';
import { nc } from './nc.ts';
import { nslookup } from './nslookup.ts';
import { ping, traceroute } from './ping.ts';
import { netstat, ss } from './ss.ts';
import { wget } from './wget.ts';

/** Interfaces, routes, sockets, and clients of the network. */
export const NETWORK_COMMANDS: readonly Command[] = [
  busybox,
  curl,
  dig,
  host,
  ip,
  nc,
  netstat,
  nslookup,
  ping,
  ss,
  traceroute,
  wget,
];
