import { readFileSync } from 'node:fs';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

/** A lab, exam or topology file that is not as it should be: one line `file:line:col: path: what is wrong` each. */
export class DocumentError extends Error {
  override name = 'DocumentError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Reads a YAML file by a schema. Throws `DocumentError` that names every problem's place. */
export function readDocument<T extends z.ZodType>(file: string, schema: T, shown = file): z.output<T> {
  return parseYaml(readFileSync(file, 'utf8'), schema, shown);
}

/** As `readDocument`, of a text. */
export function parseYaml<T extends z.ZodType>(text: string, schema: T, shown: string): z.output<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${shown}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new DocumentError(document.errors.map((error) => `${at(error.pos[0])}: ${error.message}`));
  }
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  throw new DocumentError(
    flatten(parsed.error.issues).map(({ path, message }) => {
      const offset = placeOf(document, path);
      const name = path.join('.');
      return `${at(offset)}: ${name === '' ? '' : `${name}: `}${message}`;
    }),
  );
}

interface Problem {
  path: (string | number)[];
  message: string;
}

/** One problem an issue; unknown keys are named one by one, so that each has its own place. */
function flatten(issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.flatMap((issue) => {
    const path = issue.path as (string | number)[];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...path, key], message: `unknown key "${key}"` }));
    }
    return [{ path, message: issue.message }];
  });
}

/** Offset of a key (preferred) or value; of the nearest part above it that is there when it is missing. */
function placeOf(document: ReturnType<typeof parseDocument>, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : (document.getIn(path.slice(0, length), true) as unknown);
    const key = keyNode(document, path.slice(0, length));
    if (key !== undefined) return key;
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyNode(
  document: ReturnType<typeof parseDocument>,
  path: readonly (string | number)[],
): number | undefined {
  const last = path.at(-1);
  if (typeof last !== 'string') return undefined;
  const parent = path.length === 1 ? document.contents : (document.getIn(path.slice(0, -1), true) as unknown);
  const items = (parent as { items?: { key?: { value?: unknown; range?: [number, number, number] } }[] })
    ?.items;
  return items?.find((item) => item.key?.value === last)?.key?.range?.[0];
}
