import type { Steps } from '../../sim/index.ts';
import { KubectlError } from './errors.ts';
import type { Kubectl } from './kubectl.ts';

export function* debug(_k: Kubectl): Steps<void> {
  throw new KubectlError('this command is not simulated');
}
