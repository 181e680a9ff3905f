import type { KubeObject } from '../../objects/object.ts';
import type { ResourceCall } from './call.ts';

/** Notes who set which fields. */
export function trackUpdate(
  _call: ResourceCall,
  _object: KubeObject,
  _old: KubeObject | undefined,
  _manager: string,
): void {}
