import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { FileEvidence } from '../evidence.ts';
import { mismatches, show } from '../match.ts';
import { fail, passUnless } from '../verdict.ts';
import { type CheckType, COMMON, hostPath, listMode } from './check.ts';

const schema = z.strictObject({
  ...COMMON,
  /** `host:/path`. */
  file: hostPath,
  /** The whole text, blanks at the ends of lines and of the file aside. */
  text: z.string().optional(),
  /** Lines that must be in it, blanks around them aside. */
  contains: z.array(z.string()).default([]),
  lacks: z.array(z.string()).default([]),
  /** Its content as YAML or JSON, partially. */
  matches: z.record(z.string(), z.unknown()).optional(),
  lists: listMode,
  /** The set of its words, in any order. */
  words: z.array(z.string()).optional(),
  mode: z
    .string()
    .regex(/^0?[0-7]{3,4}$/, 'expected a mode such as "0600"')
    .optional(),
  owner: z.string().optional(),
  exists: z.boolean().default(true),
});

type Spec = z.output<typeof schema>;

/** A file on a host: its content, owner and mode, or that it is not there. */
export const fileCheck: CheckType<Spec> = {
  name: 'file',
  schema,
  remembersFiles: (spec) => (spec.exists ? [] : [spec.file]),
  judge(spec, evidence) {
    const { host, path } = spec.file;
    const name = `${path} on ${host}`;
    const file = evidence.file(host, path);
    if (!spec.exists) {
      const problem = { expected: `no ${name}`, actual: 'it is there' };
      return passUnless(file ? [problem] : [], `no ${name}`);
    }
    if (!file) return fail(`${name} exists`, 'it does not');
    return passUnless(
      [...contentProblems(spec, file), ...attributeProblems(spec, file)],
      `${name} is as described`,
    );
  },
};

interface Problem {
  expected: string;
  actual: string;
}

function contentProblems(spec: Spec, file: FileEvidence): Problem[] {
  const { path } = spec.file;
  const problems: Problem[] = [];
  const text = tidy(file.text);
  const lines = text.split('\n').map((line) => line.trim());
  if (spec.text !== undefined && text !== tidy(spec.text)) {
    problems.push({ expected: `${path}: ${tidy(spec.text)}`, actual: `${path}: ${text || 'it is empty'}` });
  }
  for (const line of spec.contains.filter((line) => !lines.includes(line.trim()))) {
    problems.push({ expected: `${path}: a line ${line}`, actual: `${path}: there is no such line` });
  }
  for (const line of spec.lacks.filter((line) => lines.includes(line.trim()))) {
    problems.push({ expected: `${path}: no line ${line}`, actual: `${path}: there is one` });
  }
  if (spec.words) problems.push(...wordProblems(spec.words, text, path));
  if (spec.matches) problems.push(...yamlProblems(spec, file.text));
  return problems;
}

function wordProblems(words: readonly string[], text: string, path: string): Problem[] {
  const found = text.split(/\s+/).filter((word) => word !== '');
  const same = [...found].sort().join(' ') === [...words].sort().join(' ');
  return same
    ? []
    : [{ expected: `${path}: ${words.join(' ')}`, actual: `${path}: ${found.join(' ') || 'it is empty'}` }];
}

function yamlProblems(spec: Spec, text: string): Problem[] {
  const { path } = spec.file;
  const documents = parseAllDocuments(text);
  const bad = [...documents].flatMap((document) => document.errors)[0];
  if (bad) return [{ expected: `${path} is YAML`, actual: `${path}: ${bad.message.split('\n')[0]}` }];
  const results = [...documents].map((document) => mismatches(spec.matches, document.toJS(), spec.lists));
  if (results.some((result) => result.length === 0)) return [];
  const [best = []] = results.sort((a, b) => a.length - b.length);
  if (best.length === 0)
    return [{ expected: `${path}: ${show(spec.matches)}`, actual: `${path}: it is empty` }];
  return best.map(({ path: field, expected, actual }) => ({
    expected: `${path}: ${field} is ${show(expected)}`,
    actual: `${path}: ${field} is ${show(actual)}`,
  }));
}

function attributeProblems(spec: Spec, file: FileEvidence): Problem[] {
  const { path } = spec.file;
  const problems: Problem[] = [];
  const mode = file.mode.toString(8).padStart(4, '0');
  if (spec.mode !== undefined && spec.mode.padStart(4, '0') !== mode) {
    problems.push({ expected: `${path}: mode ${spec.mode}`, actual: `${path}: mode ${mode}` });
  }
  if (spec.owner !== undefined && spec.owner !== file.owner) {
    problems.push({ expected: `${path}: owner ${spec.owner}`, actual: `${path}: owner ${file.owner}` });
  }
  return problems;
}

/** Without blanks at the ends of lines and empty lines at the end. */
function tidy(text: string): string {
  return text.replace(/[ \t\r]+$/gm, '').replace(/\n+$/, '');
}
