import type { Attempt, AttemptTask, Report } from '../exam/attempt.ts';
import type { Attempts } from '../exam/attempts.ts';
import type { Catalog, Exam } from '../exam/catalog.ts';
import { DOMAINS, type Lab } from '../exam/lab.ts';
import { markdown } from './markdown.ts';
import type { ReportView } from './protocol.ts';
import type { Language } from './texts.ts';

/** What templates show of labs, exams and attempts, in one language. */
export class Views {
  readonly #catalog: Catalog;
  readonly #attempts: Attempts;
  readonly #nowMs: () => number;

  constructor(catalog: Catalog, attempts: Attempts, nowMs: () => number) {
    this.#catalog = catalog;
    this.#attempts = attempts;
    this.#nowMs = nowMs;
  }

  start(owner: string, language: Language) {
    const attempts = this.#attempts.ofOwner(owner);
    return {
      running: attempts
        .filter((attempt) => (attempt.kind === 'exam' ? !this.#attempts.isOver(attempt) : isOpenLab(attempt)))
        .slice(0, 6)
        .map((attempt) => ({
          href: `/attempts/${attempt.id}`,
          kind: attempt.kind,
          title: this.titleOf(attempt, language),
          minutesLeft:
            this.secondsLeft(attempt) === null ? null : Math.ceil((this.secondsLeft(attempt) as number) / 60),
        })),
      exams: [...this.#catalog.exams.values()].map((exam) => this.#exam(exam, attempts, language)),
      domains: DOMAINS.map((domain) => ({
        domain,
        labs: [...this.#catalog.labs.values()]
          .filter((lab) => lab.domain === domain)
          .map((lab) => ({
            id: lab.id,
            title: labTitle(lab, language),
            minutes: lab.minutes,
            best: bestOf(attempts, lab.id),
          })),
      })),
    };
  }

  /** A task as a candidate sees it: nothing of its checks. */
  task(attempt: Attempt, index: number, language: Language) {
    const task = attempt.tasks[index] as AttemptTask;
    const lab = this.lab(task);
    return {
      index,
      title: labTitle(lab, language),
      html: markdown((language === 'ko' ? lab.taskKo : undefined) ?? lab.task),
      host: lab.host ?? null,
      docs: lab.docs,
      weight: task.weight,
      minutes: lab.minutes,
      flagged: task.flagged,
      domain: lab.domain,
    };
  }

  result(attempt: Attempt, language: Language) {
    const exam = this.#catalog.exams.get(attempt.of) as Exam;
    return {
      title: this.titleOf(attempt, language),
      pass: exam.pass,
      score: this.#attempts.examReport(attempt),
      minutes: Math.max(
        1,
        Math.round(((attempt.submittedMs ?? attempt.startedMs) - attempt.startedMs) / 60_000),
      ),
      tasks: attempt.tasks.map((task, index) => ({
        ...this.task(attempt, index, language),
        report: task.report ? this.report(task, task.report, language) : null,
        solution: this.solution(task),
      })),
    };
  }

  solution(task: AttemptTask) {
    const lab = this.lab(task);
    return {
      script: lab.solution.trim(),
      html: lab.explanation === undefined ? '' : markdown(lab.explanation),
    };
  }

  hints(task: AttemptTask, language: Language): readonly string[] {
    const lab = this.lab(task);
    return language === 'ko' && lab['hints.ko'].length > 0 ? lab['hints.ko'] : lab.hints;
  }

  report(task: AttemptTask, report: Report, language: Language): ReportView {
    const { checks } = this.lab(task);
    return {
      earned: report.earned,
      points: report.points,
      percent: report.percent,
      verdicts: report.verdicts.map(({ outcome, says, points, earned, expected, actual, why }, i) => {
        const check = checks[i];
        const korean = language === 'ko' && check?.says === says;
        return {
          outcome,
          says: (korean ? check['says.ko'] : undefined) ?? says,
          points,
          earned,
          expected,
          actual,
          why: (korean ? check['why.ko'] : undefined) ?? why ?? null,
        };
      }),
    };
  }

  titleOf(attempt: Attempt, language: Language): string {
    const of =
      attempt.kind === 'exam' ? this.#catalog.exams.get(attempt.of) : this.#catalog.labs.get(attempt.of);
    return ((language === 'ko' ? of?.['title.ko'] : undefined) ?? of?.title) || attempt.of;
  }

  secondsLeft(attempt: Attempt): number | null {
    if (attempt.endsMs === undefined) return null;
    return Math.max(0, Math.round((attempt.endsMs - this.#nowMs()) / 1000));
  }

  lab(task: AttemptTask): Lab {
    return this.#catalog.labs.get(task.lab) as Lab;
  }

  /** Whether the lab or exam still exists, and all its tasks. */
  exists(attempt: Attempt): boolean {
    const whole = attempt.kind === 'exam' ? this.#catalog.exams.has(attempt.of) : true;
    return whole && attempt.tasks.every((task) => this.#catalog.labs.has(task.lab));
  }

  #exam(exam: Exam, attempts: readonly Attempt[], language: Language) {
    const scores = attempts
      .filter((attempt) => attempt.of === exam.id && attempt.kind === 'exam' && attempt.graded)
      .map((attempt) => ({ href: `/attempts/${attempt.id}`, score: this.#attempts.examReport(attempt) }));
    return {
      id: exam.id,
      title: (language === 'ko' ? exam['title.ko'] : undefined) ?? exam.title,
      about: (language === 'ko' ? exam['about.ko'] : undefined) ?? exam.about ?? '',
      minutes: exam.minutes,
      tasks: exam.tasks.length,
      pass: exam.pass,
      results: scores.slice(0, 3),
    };
  }
}

function labTitle(lab: Lab, language: Language): string {
  return (language === 'ko' ? lab['title.ko'] : undefined) ?? lab.title;
}

/** A lab that was begun and not yet solved. */
function isOpenLab(attempt: Attempt): boolean {
  return attempt.tasks.some((task) => task.report?.percent !== 100);
}

function bestOf(attempts: readonly Attempt[], lab: string): number | null {
  const reports = attempts
    .flatMap((attempt) => attempt.tasks)
    .filter((task) => task.lab === lab && task.report);
  return reports.length === 0 ? null : Math.max(...reports.map((task) => (task.report as Report).percent));
}
