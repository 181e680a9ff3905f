import { createHash } from 'node:crypto';
import { rebound, stateOf, unsettled, violations } from './invariants.ts';
import { mend, operate } from './operations.ts';
import { startPrograms, startWorld, type World } from './world.ts';

const STEPS = 18;
/** Operations between two looks. */
const LOOK_EVERY = 6;
const PAUSES_MS = [1, 50, 700, 10_000] as const;
/** How long controllers take to react. */
const REACTION_MS = 5000;
/** Enough for back-offs of minutes to run out. */
const REST_MS = 1_800_000;
/** How often it is waited that long: where a quota holds pods back, a set tries again every 1,000 s, for a pod or two. */
const MOST_RESTS = 12;

export interface Outcome {
  readonly problems: readonly string[];
  /** Of the whole log. */
  readonly digest: string;
  /** What was done. */
  readonly trace: readonly string[];
}

/** Does random things to a control plane, and says what does not hold then. */
export function simulate(seed: string, steps = STEPS): Outcome {
  const world = startWorld(seed);
  const { c, random, problems } = world;
  const trace: string[] = [];
  for (let step = 1; step <= steps && problems.length === 0; step++) {
    const name = operate(world);
    trace.push(name);
    c.settle(random.pick(PAUSES_MS));
    if (step % LOOK_EVERY !== 0) continue;
    c.settle(120_000);
    problems.push(...lasting(world).map((text) => `after step ${step} (${name}): ${text}`));
  }
  if (problems.length === 0) problems.push(...ending(world));
  world.stopManager();
  world.stopScheduler();
  return { problems, digest: digestOf(world), trace };
}

/** What does not hold, nor a little later: cron jobs go on while they are looked at, and clear away what is over. */
function lasting(world: World): string[] {
  if (violations(world).length === 0) return [];
  world.c.settle(REACTION_MS);
  return violations(world);
}

/** Left alone, the cluster comes to what is wanted; programs that are built anew find nothing to do. */
function ending(world: World): string[] {
  const { c } = world;
  mend(world);
  for (let i = 0; i < MOST_RESTS && (i === 0 || unsettled(world).length > 0); i++) c.settle(REST_MS);
  const problems = [...violations(world), ...unsettled(world), ...rebound(world)];
  const before = stateOf(world);
  world.stopManager();
  world.stopScheduler();
  Object.assign(world, startPrograms(c));
  c.settle(REST_MS);
  if (stateOf(world) !== before) problems.push('a restart changes the state');
  return problems;
}

function digestOf({ c }: World): string {
  const digest = createHash('sha256');
  for (const { key, revision, value } of c.log.since(c.log.compacted, '')) {
    digest.update(`${revision} ${key} ${value?.metadata.uid ?? ''}\n`);
  }
  return digest.digest('hex');
}
