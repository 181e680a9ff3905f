import type { Verdict } from './verdict.ts';

/** The result of a lab. */
export interface Report {
  readonly verdicts: readonly Verdict[];
  readonly earned: number;
  readonly points: number;
  /** 0 to 100. */
  readonly percent: number;
}

export function report(verdicts: readonly Verdict[]): Report {
  const earned = sum(verdicts.map((verdict) => verdict.earned));
  const points = sum(verdicts.map((verdict) => verdict.points));
  return { verdicts, earned, points, percent: percent(earned, points) };
}

/** One task of an exam: its part of the whole, and what was reached of it. */
export interface TaskResult {
  readonly domain: string;
  /** In percent of the exam. */
  readonly weight: number;
  readonly report: Report;
}

export interface DomainResult {
  readonly domain: string;
  readonly weight: number;
  readonly percent: number;
}

export interface ExamReport {
  readonly percent: number;
  readonly passed: boolean;
  readonly domains: readonly DomainResult[];
}

/** The score of an exam: tasks count by their weights, whatever number of points their checks have. */
export function examReport(tasks: readonly TaskResult[], passPercent: number): ExamReport {
  const domains = [...new Set(tasks.map((task) => task.domain))].map((domain) => {
    const own = tasks.filter((task) => task.domain === domain);
    return { domain, weight: sum(own.map((task) => task.weight)), percent: weighted(own) };
  });
  const score = weighted(tasks);
  return { percent: score, passed: score >= passPercent, domains };
}

function weighted(tasks: readonly TaskResult[]): number {
  const total = sum(tasks.map((task) => task.weight));
  const reached = sum(
    tasks.map(({ weight, report: { earned, points } }) => (points === 0 ? 0 : (weight * earned) / points)),
  );
  return percent(reached, total);
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
