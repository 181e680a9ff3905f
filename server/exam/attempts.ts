import { type ExamReport, examReport, type Report, report } from '../../graders/report.ts';
import type { Attempt, AttemptRecords, AttemptTask } from './attempt.ts';
import { type Catalog, labOf, UnknownLabError } from './catalog.ts';
import type { Worlds } from './worlds/worlds.ts';

/** A request that the state of the attempt does not allow. */
export class AttemptError extends Error {
  override name = 'AttemptError';
}

export interface AttemptsOptions {
  catalog: Catalog;
  records: AttemptRecords;
  worlds: Worlds;
  nowMs: () => number;
  /** An id that nobody can guess. */
  newId: () => string;
}

/** Starts, grades and ends attempts. The timer of an exam is here, not in the browser. */
export class Attempts {
  readonly #options: AttemptsOptions;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Exams that are being judged. */
  readonly #judging = new Map<string, Promise<void>>();

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /** Takes up the exams that were running when the server ended. */
  resume(): void {
    for (const attempt of this.#options.records.running()) this.#watch(attempt);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  startLab(owner: string, labId: string): Attempt {
    const lab = labOf(this.#options.catalog, labId);
    return this.#start(owner, 'lab', lab.id, [{ lab: lab.id, weight: 100 }], undefined);
  }

  startExam(owner: string, examId: string): Attempt {
    const exam = this.#options.catalog.exams.get(examId);
    if (!exam) throw new UnknownLabError(`no exam "${examId}"`);
    const tasks = exam.tasks.map(({ lab, weight }) => ({ lab: lab.id, weight }));
    return this.#start(owner, 'exam', exam.id, tasks, exam.minutes);
  }

  find(id: string): Attempt | undefined {
    return this.#options.records.find(id);
  }

  save(attempt: Attempt): void {
    this.#options.records.save(attempt);
  }

  ofOwner(owner: string): Attempt[] {
    return this.#options.records.ofOwner(owner);
  }

  /** Opens the world of a task, unless the attempt is over. */
  async open(attempt: Attempt, task: AttemptTask): Promise<{ hosts: readonly string[]; host: string }> {
    this.#mustRun(attempt);
    return this.#options.worlds.open(task.world, task.lab);
  }

  /** Practice: how things stand. */
  async check(attempt: Attempt, task: AttemptTask): Promise<Report> {
    if (attempt.kind === 'exam') throw new AttemptError('an exam is judged when it is over');
    await this.open(attempt, task);
    const report = await this.#options.worlds.grade(task.world);
    this.#change(attempt.id, (fresh) => {
      const own = sameTask(fresh, task);
      own.report = report;
      own.checks++;
    });
    return report;
  }

  /** Takes the world of a task back to its start. */
  async reset(attempt: Attempt, task: AttemptTask): Promise<void> {
    await this.open(attempt, task);
    await this.#options.worlds.reset(task.world);
    this.#change(attempt.id, (fresh) => {
      sameTask(fresh, task).report = undefined;
    });
  }

  /** Ends an exam: from now on nothing changes, and every task is judged. */
  async submit(attempt: Attempt): Promise<void> {
    if (attempt.kind !== 'exam') throw new AttemptError('only exams are submitted');
    const fresh = this.#change(attempt.id, (state) => {
      state.submittedMs ??= Math.min(this.#options.nowMs(), state.endsMs ?? Number.POSITIVE_INFINITY);
    });
    clearTimeout(this.#timers.get(attempt.id));
    this.#timers.delete(attempt.id);
    if (fresh.graded) return;
    const judging = this.#judging.get(attempt.id) ?? this.#gradeAll(fresh);
    this.#judging.set(attempt.id, judging);
    await judging.finally(() => this.#judging.delete(attempt.id));
  }

  examReport(attempt: Attempt): ExamReport {
    const exam = this.#options.catalog.exams.get(attempt.of);
    const tasks = attempt.tasks.map(({ lab, weight, report }) => ({
      domain: labOf(this.#options.catalog, lab).domain,
      weight,
      report: report ?? { verdicts: [], earned: 0, points: 0, percent: 0 },
    }));
    return examReport(tasks, exam?.pass ?? 66);
  }

  isOver(attempt: Attempt): boolean {
    return (
      attempt.submittedMs !== undefined ||
      (attempt.endsMs !== undefined && this.#options.nowMs() >= attempt.endsMs)
    );
  }

  #start(
    owner: string,
    kind: Attempt['kind'],
    of: string,
    tasks: readonly { lab: string; weight: number }[],
    minutes: number | undefined,
  ): Attempt {
    const id = this.#options.newId();
    const startedMs = this.#options.nowMs();
    const attempt: Attempt = {
      id,
      owner,
      kind,
      of,
      startedMs,
      endsMs: minutes === undefined ? undefined : startedMs + minutes * 60_000,
      submittedMs: undefined,
      graded: false,
      current: 0,
      notes: '',
      tasks: tasks.map(({ lab, weight }, i) => ({
        lab,
        weight,
        world: `${id}-${i + 1}`,
        flagged: false,
        seen: i === 0,
        report: undefined,
        checks: 0,
        hints: 0,
        solutionShown: false,
      })),
    };
    this.save(attempt);
    this.#watch(attempt);
    return attempt;
  }

  #watch(attempt: Attempt): void {
    if (attempt.endsMs === undefined) return;
    const wait = attempt.submittedMs === undefined ? Math.max(0, attempt.endsMs - this.#options.nowMs()) : 0;
    const timer = setTimeout(() => {
      this.submit(attempt).catch((error: unknown) =>
        console.error('examlet: an exam could not be judged:', error),
      );
    }, wait);
    this.#timers.set(attempt.id, timer);
  }

  async #gradeAll(attempt: Attempt): Promise<void> {
    for (const task of attempt.tasks) {
      if (task.report) continue;
      const report = await this.#gradeTask(task);
      this.#change(attempt.id, (fresh) => {
        sameTask(fresh, task).report = report;
      });
    }
    this.#change(attempt.id, (fresh) => {
      fresh.graded = true;
    });
  }

  /** A task that cannot be judged does not keep the others from it: its checks say why. */
  async #gradeTask(task: AttemptTask): Promise<Report> {
    const { worlds, catalog } = this.#options;
    try {
      await worlds.open(task.world, task.lab);
      const result = await worlds.grade(task.world);
      await worlds.sleep(task.world);
      return result;
    } catch (error) {
      const actual = error instanceof Error ? error.message : String(error);
      return report(
        labOf(catalog, task.lab).checks.map(({ says, points, why }) => {
          return { outcome: 'ungradable', says, points, earned: 0, why, expected: says, actual };
        }),
      );
    }
  }

  #change(id: string, change: (attempt: Attempt) => void): Attempt {
    const attempt = this.#options.records.find(id);
    if (!attempt) throw new AttemptError('the attempt is gone');
    change(attempt);
    this.#options.records.save(attempt);
    return attempt;
  }

  #mustRun(attempt: Attempt): void {
    if (this.isOver(attempt)) throw new AttemptError('the time is over');
  }
}

function sameTask(attempt: Attempt, task: AttemptTask): AttemptTask {
  return attempt.tasks.find((own) => own.world === task.world) as AttemptTask;
}
