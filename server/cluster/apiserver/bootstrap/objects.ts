import type { KubeObject } from '../../../objects/object.ts';
import generated from './objects.generated.json' with { type: 'json' };

/** What a fresh server creates on its own account: namespaces, roles, flow schemas, priority classes … */
export function bootstrapObjects(): KubeObject[] {
  return JSON.parse(generated as string) as KubeObject[];
}
