import type { Twins } from './twins.ts';

/** How the two outputs of a line are held against each other. */
export interface Leniency {
  /** Each had a world of its own: what is drawn at random or read from the clock differs. */
  readonly apart: boolean;
}

const DURATION = /\b(?:\d+[dhms])+\b/g;
const SECONDS: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 };
const SHOWN_LINES = 12;

interface Age {
  readonly seconds: number;
  /** Of the smallest unit that is shown. */
  readonly unit: number;
}

function ageOf(text: string): Age {
  let total = 0;
  let least = 1;
  for (const [, count, unit] of text.matchAll(/(\d+)([dhms])/g)) {
    least = SECONDS[unit as string] as number;
    total += Number(count) * least;
  }
  return { seconds: total, unit: least };
}

/** True when the texts differ in nothing but ages. */
function sameButAges(a: string, b: string, tolerance: number): boolean {
  if (a === b) return true;
  const plain = (text: string) => text.replace(DURATION, '0s').replace(/ +/g, ' ');
  if (plain(a) !== plain(b)) return false;
  const ages = (text: string) => (text.match(DURATION) ?? []).map(ageOf);
  const [left, right] = [ages(a), ages(b)];
  // A second may be the one in which the next minute begins.
  const near = (one: Age, other: Age) =>
    Math.abs(one.seconds - other.seconds) <= Math.max(tolerance, one.unit, other.unit);
  return left.every((age, i) => near(age, right[i] as Age));
}

/** What a log line of klog says of the moment and the process. */
function withoutClock(text: string): string {
  return text
    .replace(/^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ /gm, '$1 ')
    .replace(/kubectl-edit-\d+/g, 'kubectl-edit')
    .replace(/\b(debugger(?:-node\d+)?-)[a-z0-9]{5}\b/g, '$1xxxxx');
}

function withoutChance(text: string): string {
  return withoutClock(text)
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uid>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>')
    .replace(/(resourceVersion"?: ?)"\d+"/g, '$1"0"')
    .replace(/\/tmp\/(LIVE|MERGED)-\d+/g, '/tmp/$1')
    .replace(/^((?:---|\+\+\+) \S+\t).*$/gm, '$1')
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<token>');
}

/** Prose is ours. Of a help text: the usage line, the section titles, flags with defaults, subcommands. */
function helpStructure(text: string): string {
  const structural =
    /^(?:[A-Z][\w ()]*:$| {2}kubectl .*$| {4}(?:-\w, )?--[\w-]+=.*:$| {2}[\w-]+ {2,}\S.*$|Use "kubectl (?!api-resources)|error: |See ')/;
  let inExamples = false;
  const kept = text.split('\n').filter((line) => {
    if (/^\S.*:$/.test(line)) inExamples = line === 'Examples:';
    return line === 'Examples:' || (!inExamples && structural.test(line));
  });
  return kept.join('\n');
}

const HELP = /^(?:Usage:\n {2}kubectl|The following options can be passed)/m;

/** Candidates of completion come with prose; commands' one-liners are facts. */
const FLAG_CANDIDATE = /^(--?[\w-]+)\t.*$/gm;

/** An output without what may differ from run to run. */
export function shownText(text: string, { apart }: Leniency): string {
  const chosen = HELP.test(text) ? helpStructure(text) : text.replace(FLAG_CANDIDATE, '$1');
  return apart ? withoutChance(chosen) : withoutClock(chosen);
}

/** What differs, for people; undefined when nothing does. */
export function difference({ real, ours, lag }: Twins, leniency: Leniency): string | undefined {
  const parts: string[] = [];
  // One second, and what the slower of the two came to its clock later on a busy machine.
  const tolerance = 1 + Math.ceil(Math.max(real.seconds, ours.seconds) + lag);
  for (const stream of ['stdout', 'stderr'] as const) {
    const [wanted, got] = [shownText(real[stream], leniency), shownText(ours[stream], leniency)];
    if (!sameButAges(wanted, got, tolerance))
      parts.push(`  ${stream}:`, lineDifference(wanted, got, tolerance));
  }
  if (real.exit !== ours.exit) parts.push(`  exit: ${real.exit} really, ours ${ours.exit}`);
  return parts.length > 0 ? parts.join('\n') : undefined;
}

/** Lines that only one of them has, around what both begin and end with. */
function lineDifference(real: string, ours: string, tolerance: number): string {
  const [a, b] = [real.split('\n'), ours.split('\n')];
  if (a.length === b.length) {
    const pairs = a.map((line, i) => [line, b[i] as string] as const);
    const different = pairs.filter(([one, other]) => !sameButAges(one, other, tolerance));
    return shorten(different.flatMap(([one, other]) => [`    -${one}`, `    +${other}`]));
  }
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const cut = (lines: string[], mark: string) =>
    lines.slice(start, lines.length - end).map((line) => `    ${mark}${line}`);
  return shorten(cut(a, '-'), cut(b, '+'));
}

/** Not more of each than people read. */
function shorten(...parts: string[][]): string {
  const few = (lines: string[]) =>
    lines.length > SHOWN_LINES
      ? [...lines.slice(0, SHOWN_LINES), `    … ${lines.length - SHOWN_LINES} more`]
      : lines;
  return parts.flatMap(few).join('\n');
}
