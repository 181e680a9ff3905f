import type { Clock } from '../../../sim/index.ts';
import { type Steps, waitOn } from '../../../sim/index.ts';
import type { ContainerRuntime, RegistryAuth } from '../../client/cri.ts';
import { referenceProblem } from '../../images/index.ts';
import { FIRST_BACKOFF_MS, MAX_BACKOFF_MS, RESYNC_MS } from '../latencies.ts';
import type { PullLimits } from './pull-limits.ts';
import type { Waiting } from './status.ts';

/** How long a failed pull is told as such, before it is told that the next is put off. */
const ERROR_SHOWN_MS = 3000;

interface Failure {
  readonly backoffMs: number;
  /** When the pull failed last. */
  readonly at: number;
  readonly error: string;
}

export interface PullRequest {
  readonly image: string;
  readonly policy: string;
  /** What is tried one after the other; without any, the registry is asked as nobody. */
  readonly accounts: readonly RegistryAuth[];
  readonly event: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
}

/** What came of it: the image is there, or why not and when to look again. */
export type PullOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly waiting: Waiting; readonly retryAt: number };

/** Gets images for one pod, with the back-off of failed pulls. Models pkg/kubelet/images/image_manager.go. */
export class ImagePuller {
  readonly #runtime: () => ContainerRuntime;
  readonly #clock: Clock;
  readonly #limits: PullLimits;
  readonly #failures = new Map<string, Failure>();

  constructor(runtime: () => ContainerRuntime, clock: Clock, limits: PullLimits) {
    this.#runtime = runtime;
    this.#clock = clock;
    this.#limits = limits;
  }

  *ensure({ image, policy, accounts, event }: PullRequest): Steps<PullOutcome> {
    const invalid = referenceProblem(image);
    if (invalid !== undefined) {
      const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${invalid}`;
      event('Warning', 'InspectFailed', message);
      return this.#again({ reason: 'InvalidImageName', message });
    }
    const present = this.#runtime().image(image) !== undefined;
    if (present && policy !== 'Always') {
      event('Normal', 'Pulled', `Container image "${image}" already present on machine`);
      return { ok: true };
    }
    if (policy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      event('Warning', 'ErrImageNeverPull', message);
      return this.#again({ reason: 'ErrImageNeverPull', message });
    }
    const failure = this.#failures.get(image);
    if (failure && this.#clock.now < failure.at + failure.backoffMs)
      return this.#backOff(image, failure, event);
    return yield* this.#pull(image, accounts, event);
  }

  /** Nothing but somebody's change will help: it is looked at again as often as all pods are. */
  #again(waiting: Waiting): PullOutcome {
    return { ok: false, waiting, retryAt: this.#clock.now + RESYNC_MS };
  }

  #backOff(image: string, failure: Failure, event: PullRequest['event']): PullOutcome {
    const message = `Back-off pulling image "${image}"`;
    event('Normal', 'BackOff', message);
    const waiting = { reason: 'ImagePullBackOff', message: `${message}: ErrImagePull: ${failure.error}` };
    const retryAt = Math.min(failure.at + failure.backoffMs, this.#clock.now + RESYNC_MS);
    return { ok: false, waiting, retryAt };
  }

  *#pull(image: string, accounts: PullRequest['accounts'], event: PullRequest['event']): Steps<PullOutcome> {
    event('Normal', 'Pulling', `Pulling image "${image}"`);
    const asked = this.#clock.now;
    yield* this.#limits.turn();
    const started = this.#clock.now;
    let error: string | undefined;
    try {
      error = this.#limits.accepts() ? yield* this.#fetch(image, accounts) : 'pull QPS exceeded';
    } finally {
      this.#limits.done();
    }
    if (error === undefined) {
      this.#failures.delete(image);
      const [took, all] = [started, asked].map((since) => duration(this.#clock.now - since));
      const size = this.#runtime().image(image)?.size ?? 0;
      event(
        'Normal',
        'Pulled',
        `Successfully pulled image "${image}" in ${took} (${all} including waiting). Image size: ${size} bytes.`,
      );
      return { ok: true };
    }
    const before = this.#failures.get(image);
    const backoffMs = before ? Math.min(before.backoffMs * 2, MAX_BACKOFF_MS) : FIRST_BACKOFF_MS;
    this.#failures.set(image, { backoffMs, at: this.#clock.now, error });
    event('Warning', 'Failed', `Failed to pull image "${image}": ${error}`);
    return {
      ok: false,
      waiting: { reason: 'ErrImagePull', message: error },
      retryAt: this.#clock.now + ERROR_SHOWN_MS,
    };
  }

  /** Asks with each account until one of them is let in; else what all of them were told. */
  *#fetch(image: string, accounts: PullRequest['accounts']): Steps<string | undefined> {
    const errors = new Set<string>();
    for (const account of accounts.length > 0 ? accounts : [undefined]) {
      const pull = this.#runtime().pullImage(image, account);
      while (!pull.done) yield* waitOn([pull.finished]);
      if (pull.error === undefined) return undefined;
      errors.add(pull.error);
    }
    return errors.size > 1 ? `[${[...errors].join(', ')}]` : [...errors][0];
  }
}

/** As Go prints a duration rounded to milliseconds: `1.234s`, `12ms`, `0s`. */
export function duration(ms: number): string {
  const whole = Math.round(ms);
  if (whole === 0) return '0s';
  if (whole < 1000) return `${whole}ms`;
  const minutes = Math.floor(whole / 60_000);
  const seconds = (whole % 60_000) / 1000;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
