import { type Context, isSystemError, type NetworkNamespace } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Asked } from './ip-devices.ts';

/** Stacks by the names under which they are mounted: those that somebody has made, and those of pods. */
function namedStacks({ host }: Context): Map<string, NetworkNamespace> {
  const pods = host.network.links.flatMap(({ peerNamespace, pod }): [string, NetworkNamespace][] =>
    peerNamespace && pod ? [[peerNamespace, pod]] : [],
  );
  return new Map([...[...host.stacks].reverse(), ...pods]);
}

export function stackNamed(context: Context, name: string): NetworkNamespace | undefined {
  return namedStacks(context).get(name);
}

/** `ip netns`: those that a cable of this stack leads to have a number here. */
export function* listStacks({ call, network }: Asked): Steps<number> {
  let id = 0;
  for (const [name, stack] of namedStacks(call.context)) {
    const isWired =
      network.links.some(({ pod }) => pod === stack) ||
      network.interfaces.some(({ cable }) => cable?.stack === stack);
    yield* call.print(`${name}${isWired ? ` (id: ${id++})` : ''}\n`);
  }
  return 0;
}

/** Runs a command in a stack. */
export function* runIn(context: Context, network: NetworkNamespace, words: readonly string[]): Steps<number> {
  const [file = ''] = words;
  try {
    return yield* context.run(file, words, { network });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* context.err(`exec of "${file}" failed: ${error.message}\n`);
    return 255;
  }
}
