import { timestamp } from '../../../objects/object.ts';
import type { StorageHook } from '../hooks.ts';

/** Volumes tell since when they are in their phase. Models pkg/registry/core/persistentvolume strategy. */
export const persistentVolumeHook: StorageHook = {
  beforeCreate: (call, volume) => {
    volume.status = { ...volume.status, lastPhaseTransitionTime: timestamp(call.now) };
  },
  beforeStatus: (call, volume, old) => {
    const [now, before] = [volume.status ?? {}, old.status ?? {}];
    const given = now.lastPhaseTransitionTime;
    if (now.phase === before.phase || (given && given !== before.lastPhaseTransitionTime)) return;
    volume.status = { ...now, lastPhaseTransitionTime: timestamp(call.now) };
  },
};
