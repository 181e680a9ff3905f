import { readFileSync, writeFileSync } from 'node:fs';
import { type Document, parseDocument } from 'yaml';
import type { StepResult } from '../../exam/shell-run.ts';

/** One command of a session and what it must print. */
export interface Step {
  run: string;
  stdout?: string;
  stderr?: string;
  exit?: number;
  /** Compared only in this, and always in the exit code. */
  compare?: 'exit' | 'stdout' | 'stderr';
  /** The order of lines is not fixed. */
  unordered?: boolean;
  /** The scheduler is free to choose: names of nodes are not compared. */
  anyNode?: boolean;
  /** Lines that match one of these are left out on both sides. */
  ignore?: string[];
}

/** A terminal session as recorded from, or composed for, a cluster; the format of the reference transcripts. */
export interface Transcript {
  title: string;
  about?: string;
  /** Default: `three-nodes`. */
  topology?: string;
  steps: Step[];
}

type Printed = 'stdout' | 'stderr';

const SAFE = '[bcdfghjklmnpqrstvwxz2456789]';
const DURATION = String.raw`(?:\d+y)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:[\d.]+m?s)?`;

/** What differs between any two runs of the same commands, and what stands in its place. */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/^([IWEF])\d{4} [\d:.]+ +\d+ /gm, '$1<klog> '],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| [+-]\d{4}(?: \w+)?)?/g, '<time>'],
  [/(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} [\d:]{8} \S+/g, '<time>'],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uid>'],
  [/\beyJ[\w-]{10,}\.[\w-]+\.[\w-]+/g, '<token>'],
  [/\b(sha256:|containerd:\/\/)[0-9a-f]{40,64}\b/g, '$1<hash>'],
  [/-----BEGIN ([A-Z ]+)-----[\s\S]+?-----END \1-----/g, '<pem>'],
  [/[A-Za-z0-9+/_-]{120,}={0,2}/g, '<blob>'],
  [/(resourceVersion"?: *)"?\d+"?/g, '$1<version>'],
  [/(?<![\d.])10\.(?:96|244)\.\d+\.\d+(?![\d.])/g, '<ip>'],
  [new RegExp(`-${SAFE}{6,10}-${SAFE}{5}(?![\\w-])`, 'g'), '-<hash>'],
  [new RegExp(`-${SAFE}{8,10}(?![\\w-])`, 'g'), '-<hash>'],
  [new RegExp(`-${SAFE}{5}(?![\\w-])`, 'g'), '-<hash>'],
  [/\.[0-9a-f]{16}\b/g, '.<hash>'],
  [/ \(x\d+ over \S+\)/g, ''],
  // Grows with every command that is added.
  [/(Reading database \.\.\. )\d+ files/g, '$1<count> files'],
  [new RegExp(`(?<=^|[ \\t(])(?=\\d)${DURATION}(?=$|[ \\t)])(?<=[smhdy])`, 'gm'), '<age>'],
];

/** A text without what is never twice the same; values that the commands themselves name are kept. */
export function normalise(text: string, commands: string): string {
  let out = text.replaceAll('\r\n', '\n');
  for (const [pattern, instead] of VARIABLE) {
    out = out.replace(pattern, (match, ...groups) =>
      commands.includes(match)
        ? match
        : instead.replace('$1', typeof groups[0] === 'string' ? groups[0] : ''),
    );
  }
  // Columns are as wide as what stands in them.
  return out.replace(/(?<=\S)[ \t]+/g, ' ').replace(/[ \t]+$/gm, '');
}

/** What of a step's output is compared. */
function comparable(text: string, step: Step, commands: string): string {
  let out = normalise(text, commands);
  if (step.anyNode) out = out.replace(/\b(?:node0\d|controlplane)\b/g, '<node>');
  const ignored = (step.ignore ?? []).map((pattern) => new RegExp(pattern));
  if (ignored.length === 0 && !step.unordered) return out;
  const lines = out.split('\n').filter((line) => !ignored.some((pattern) => pattern.test(line)));
  return (step.unordered ? lines.sort() : lines).join('\n');
}

function printedOf(step: Step): readonly Printed[] {
  const { compare } = step;
  if (compare === 'exit') return [];
  return compare ? [compare] : ['stdout', 'stderr'];
}

/** A session's file: its steps, the comparison with what they printed, and rewriting it. */
export class TranscriptFile {
  readonly transcript: Transcript;
  readonly #path: string;
  readonly #document: Document;
  readonly #commands: string;

  constructor(path: string) {
    this.#path = path;
    this.#document = parseDocument(readFileSync(path, 'utf8')) as unknown as Document;
    this.transcript = this.#document.toJS() as Transcript;
    this.#commands = this.transcript.steps.map(({ run }) => run).join('\n');
  }

  /** What a step must show, and what it showed; equal when it passes. */
  compare(step: Step, got: StepResult): { expected: object; actual: object } {
    const expected: Record<string, unknown> = { exit: step.exit ?? 0 };
    const actual: Record<string, unknown> = { exit: got.exit };
    for (const name of printedOf(step)) {
      expected[name] = comparable(step[name] ?? '', step, this.#commands);
      actual[name] = comparable(got[name], step, this.#commands);
    }
    return { expected, actual };
  }

  /** Writes what a step showed as what it must show. */
  rewrite(index: number, got: StepResult): void {
    const step = this.transcript.steps[index] as Step;
    for (const name of printedOf(step)) {
      const same =
        comparable(step[name] ?? '', step, this.#commands) === comparable(got[name], step, this.#commands);
      if (same) continue;
      if (got[name] === '') this.#document.deleteIn(['steps', index, name]);
      else this.#document.setIn(['steps', index, name], got[name]);
    }
    if (got.exit !== (step.exit ?? 0)) this.#document.setIn(['steps', index, 'exit'], got.exit);
  }

  save(): void {
    writeFileSync(this.#path, this.#document.toString({ lineWidth: 0 }));
  }
}
