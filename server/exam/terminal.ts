import type { Master, WindowSize } from '../host/index.ts';
import type { Process } from '../sim/index.ts';
import { userOf } from './shell.ts';
import type { World } from './world.ts';

/** A terminal somebody sits at. */
export interface Terminal {
  readonly host: string;
  readonly master: Master;
  readonly process: Process;
}

/** Opens a terminal on a host with the candidate's login shell. */
export function openTerminal(world: World, hostName: string, size: WindowSize): Terminal {
  const host = world.host(hostName);
  const user = userOf(host, world.topology.candidate.user);
  const { process, master } = host.login({ user, terminal: { ...size, term: 'xterm-256color' } });
  return { host: hostName, master: master as Master, process };
}
