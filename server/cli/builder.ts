import { publications } from '../cluster/manifests/publications.ts';
import { clusterPrograms } from '../cluster/programs.ts';
import type { WorldBuilder } from '../exam/boot.ts';
import { isAnswering, isReady, provision } from '../exam/cluster.ts';
import { installedDisk } from '../exam/install.ts';
import { programSet } from '../exam/programs.ts';
import { IDLE_DAEMONS, idleDaemon, sshd } from '../host/index.ts';
import { bothSites, packageSites } from '../host/packages/index.ts';
import type { Command } from '../shell/command.ts';
import { COMMANDS as LINUX } from '../shell/programs.ts';
import { COMMANDS as TOOLS } from '../tools/index.ts';

/** Daemons that every Ubuntu server has. */
const DAEMONS: readonly Command[] = [
  { name: 'sshd', summary: 'OpenSSH daemon', paths: ['/usr/sbin/sshd'], main: sshd },
  { name: 'idle-daemon', summary: 'a daemon that waits', paths: IDLE_DAEMONS, main: idleDaemon },
];

const COMMANDS: readonly Command[] = [...LINUX, ...TOOLS, ...DAEMONS];

/** The one place that knows which programs and add-ons worlds are made of. */
export const worldBuilder: WorldBuilder = {
  programs: (logs) => programSet(COMMANDS, clusterPrograms({ logs })),
  sites() {
    const sites = new Map(publications());
    for (const [name, site] of packageSites()) sites.set(name, bothSites(sites.get(name), site));
    return sites;
  },
  disk: ({ commands }, nowMs) => installedDisk(commands, nowMs),
  provision,
  ready: isReady,
  answers: isAnswering,
};
