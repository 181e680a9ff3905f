import type { Command } from '../../command.ts';
import { curl } from './curl.ts';
import { ip } from './ip.ts';
import { netstat, ss } from './ss.ts';

/** Interfaces, routes, sockets, and clients of the network. */
export const NETWORK_COMMANDS: readonly Command[] = [curl, ip, netstat, ss];
