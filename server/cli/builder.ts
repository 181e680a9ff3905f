import type { WorldBuilder } from '../exam/boot.ts';
import { bareDisk } from '../exam/install.ts';
import { programSet } from '../exam/programs.ts';

/** The one place that knows which programs, disks and add-ons worlds are made of. */
export const worldBuilder: WorldBuilder = {
  programs: () => programSet([], []),
  disk: (_host, _topology, { commands }, nowMs) => bareDisk(commands, nowMs),
  provision: () => {},
  powerOn: () => {},
  ready: () => true,
};
