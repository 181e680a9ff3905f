import { classAnnotationWarnings } from '../persistent-volume-claim/warnings.ts';
import { nodeTermWarnings } from '../pod/warnings/placement.ts';
import { sourceWarnings } from '../pod/warnings/volumes.ts';

/** Models pkg/api/persistentvolume/util.go GetWarningsForPersistentVolume */
export function volumeWarnings(volume: any): string[] {
  const terms: any[] = volume.spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  return [
    ...classAnnotationWarnings(volume),
    ...terms.flatMap((term, i) =>
      nodeTermWarnings(`spec.nodeAffinity.required.nodeSelectorTerms[${i}]`, term),
    ),
    ...sourceWarnings('spec', volume.spec),
  ];
}
