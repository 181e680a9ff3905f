import { DEFAULT_ARGS } from './default-args.ts';
import type { Plugin, PluginArgs } from './framework.ts';
import { PLUGINS } from './plugins/index.ts';

/** One scheduler name with its plugins. */
export interface Profile {
  readonly schedulerName: string;
  readonly filters: readonly Plugin[];
  readonly scores: readonly { readonly plugin: Plugin; readonly weight: number }[];
  readonly preempts: boolean;
  readonly args: PluginArgs;
  /** Percent; 0: as many as the cluster's size calls for. */
  readonly percentageOfNodesToScore: number;
}

export const DEFAULT_PROFILE: Profile = {
  schedulerName: 'default-scheduler',
  filters: PLUGINS.filter(({ plugin }) => plugin.filter).map(({ plugin }) => plugin),
  scores: PLUGINS.filter(({ plugin, weight }) => plugin.score && weight > 0),
  preempts: true,
  args: DEFAULT_ARGS,
  percentageOfNodesToScore: 0,
};
