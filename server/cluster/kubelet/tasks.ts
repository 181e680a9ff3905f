import type { Clock, Steps, Timer, Wait, WaitQueue, Wake } from '../../sim/index.ts';

interface Task {
  readonly steps: Steps<void>;
  unsubscribe: (() => void)[];
  timer: Timer | undefined;
  next: Wake | undefined;
}

/** Goroutines of one program: pieces of work that wait on their own and end when the program does. */
export class Tasks {
  readonly #clock: Clock;
  /** Notified when a task can go on. */
  readonly wake: WaitQueue;
  readonly #tasks = new Set<Task>();
  #ready: Task[] = [];

  constructor(clock: Clock, wake: WaitQueue) {
    this.#clock = clock;
    this.wake = wake;
  }

  /** Starts a task; it first runs at the next `run`. Returns a function that ends it. */
  spawn(steps: Steps<void>): () => void {
    const task: Task = { steps, unsubscribe: [], timer: undefined, next: undefined };
    this.#tasks.add(task);
    this.#wakeUp(task, 'event');
    return () => this.#end(task, true);
  }

  /** True while a task can go on now. */
  get ready(): boolean {
    return this.#ready.length > 0;
  }

  /** Lets one task that can go on do so, until it waits again. */
  runOne(): void {
    const task = this.#ready.shift();
    const wake = task?.next;
    if (!task || wake === undefined || !this.#tasks.has(task)) return;
    task.next = undefined;
    const result = task.steps.next(wake);
    if (result.done) this.#end(task, false);
    else this.#wait(task, result.value);
  }

  close(): void {
    for (const task of [...this.#tasks]) this.#end(task, true);
  }

  #wait(task: Task, wait: Wait): void {
    if (!this.#tasks.has(task)) return;
    if (wait.preempt) {
      this.#wakeUp(task, 'event');
      return;
    }
    task.unsubscribe = (wait.on ?? []).map((queue) => queue.subscribe(() => this.#wakeUp(task, 'event')));
    if (wait.until !== undefined && Number.isFinite(wait.until)) {
      task.timer = this.#clock.at(wait.until, () => this.#wakeUp(task, 'timeout'));
    }
  }

  #wakeUp(task: Task, why: Wake): void {
    for (const unsubscribe of task.unsubscribe) unsubscribe();
    task.unsubscribe = [];
    this.#clock.cancel(task.timer);
    task.timer = undefined;
    if (task.next !== undefined) return;
    task.next = why;
    this.#ready.push(task);
    this.wake.notify();
  }

  #end(task: Task, unwind: boolean): void {
    if (!this.#tasks.delete(task)) return;
    for (const unsubscribe of task.unsubscribe) unsubscribe();
    this.#clock.cancel(task.timer);
    if (unwind) task.steps.return();
  }
}
