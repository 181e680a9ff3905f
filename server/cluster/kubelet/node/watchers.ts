import type { Steps } from '../../../sim/index.ts';
import type { KubeletCore } from '../core.ts';
import type { PodWorker } from '../pods/worker.ts';
import { Evictions } from './eviction.ts';
import { ImageCollector } from './image-collector.ts';
import { LogRotation } from './log-rotation.ts';
import type { NodeAgent } from './node-agent.ts';
import { NodeShutdown } from './shutdown.ts';

/** Who watches over the machine that the kubelet runs on, each for as long as it lives. */
export function nodeWatchers(
  core: KubeletCore,
  { agent, workers }: { agent: NodeAgent; workers: ReadonlyMap<string, PodWorker> },
): Steps<void>[] {
  const images = new ImageCollector(core, agent);
  return [
    images.watch(),
    new Evictions(core, { agent, images, workers }).watch(),
    new LogRotation(core).watch(),
    new NodeShutdown(core, { agent, workers }).watch(),
  ];
}
