import { byteLength } from '../../../host/index.ts';
import type { View } from './view.ts';

export interface PromptState {
  readonly view: View;
  /** Which of how many files. */
  readonly index: number;
  readonly files: readonly string[];
  /** The file was not named yet. */
  readonly fresh: boolean;
}

interface Fields {
  readonly file: string;
  readonly many: string;
  readonly lines: string;
  readonly bytes: string;
  readonly end: string;
  readonly percent: string;
}

function fieldsOf({ view, index, files }: PromptState): Fields {
  const { source } = view;
  const bottom = view.bottom;
  const next = files[index + 1];
  const size = source.complete || !source.isPipe ? sizeOf(view) : undefined;
  const at = Math.min(size ?? Number.POSITIVE_INFINITY, source.bytesBefore(view.numberOf(bottom) + 1));
  const end = view.atEnd ? `(END) ${next === undefined ? '' : `- Next: ${next}`}` : '';
  return {
    file: source.name,
    many: files.length > 1 ? `(file ${index + 1} of ${files.length}) ` : '',
    lines:
      bottom < 0
        ? ''
        : `lines ${view.numberOf(Math.max(0, view.top.line)) + 1}-${view.numberOf(bottom) + 1}${source.complete ? `/${source.lines.length}` : ''} `,
    bytes: `byte ${at}${size === undefined ? '' : `/${size}`} `,
    end,
    percent: size === undefined || size === 0 ? '' : `${Math.round((100 * at) / size)}%`,
  };
}

function sizeOf({ source }: View): number {
  // Without a newline at its end a file is a byte shorter than its lines.
  return source.size ?? source.lines.reduce((sum, line) => sum + byteLength(line) + 1, 0);
}

/** What stands on the last row: short, medium or long. Models less prompt.c. */
export function promptText(state: PromptState, kind: number): string {
  const { file, many, lines, bytes, end, percent } = fieldsOf(state);
  if (kind === 2) {
    const head = `${file === '' ? '' : `${file} `}${state.fresh ? many : ''}`;
    return `${head}${lines === '' ? bytes : lines}${end === '' ? percent : end}`.trimEnd();
  }
  const head = state.fresh && file !== '' ? `${file} ${many}` : '';
  if (end !== '' || kind === 0) return (head + end).trimEnd();
  return (head + (percent === '' ? bytes : percent)).trimEnd();
}

/** What `=` tells. */
export function positionText(state: PromptState): string {
  const { file, many, lines, bytes, end, percent } = fieldsOf(state);
  const tail = end === '' ? percent : '(END)';
  return `${file === '' ? '' : `${file} `}${many}${lines}${bytes}${tail}`.trimEnd();
}
