import type { Report } from '../../graders/report.ts';

export type { Report };

/** One task of an attempt. */
export interface AttemptTask {
  readonly lab: string;
  /** In percent; 100 for a single lab. */
  readonly weight: number;
  readonly world: string;
  flagged: boolean;
  /** The candidate opened it. */
  seen: boolean;
  report: Report | undefined;
  /** How often it was checked, and how many hints were looked at, in practice. */
  checks: number;
  hints: number;
  solutionShown: boolean;
}

/** A candidate's run of a lab or an exam. Plain JSON. */
export interface Attempt {
  readonly id: string;
  readonly owner: string;
  readonly kind: 'lab' | 'exam';
  /** Id of the lab or the exam. */
  readonly of: string;
  /** Wall time, ms. */
  readonly startedMs: number;
  /** When time is up; undefined: it never is. */
  readonly endsMs: number | undefined;
  submittedMs: number | undefined;
  /** True once every task of a submitted exam has been graded. */
  graded: boolean;
  current: number;
  notes: string;
  readonly tasks: AttemptTask[];
}

/** Where attempts are kept. */
export interface AttemptRecords {
  find(id: string): Attempt | undefined;
  save(attempt: Attempt): void;
  /** Newest first. */
  ofOwner(owner: string): Attempt[];
  /** Exams whose time runs. */
  running(): Attempt[];
}
