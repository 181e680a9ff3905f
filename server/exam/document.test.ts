import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkSchema } from '../../graders/grade.ts';
import { type DocumentError, parseYaml } from './document.ts';

const schema = z.strictObject({
  title: z.string(),
  minutes: z.number().positive(),
  checks: z.array(checkSchema).min(1),
});

const HEAD = 'title: t\nminutes: 5\n';

describe('a file that is not as it should be', () => {
  const cases: [name: string, text: string, problem: string][] = [
    [
      'wrong type',
      'title: t\nminutes: long\nchecks: [{says: s, points: 1, absent: pod/x}]\n',
      'lab.yaml:2:1: minutes: ',
    ],
    ['missing key', 'title: t\n', 'lab.yaml:1:1: minutes: '],
    [
      'unknown key',
      `${HEAD}chekcs: []\nchecks: [{says: s, points: 1, absent: pod/x}]\n`,
      'lab.yaml:3:1: chekcs: unknown key "chekcs"',
    ],
    [
      'unknown check',
      `${HEAD}checks:\n  - says: s\n    points: 1\n    chek: x\n`,
      'lab.yaml:4:5: checks.0: expected a check of one of these types',
    ],
    [
      'key of a check',
      `${HEAD}checks:\n  - says: s\n    points: 1\n    object: pod/x\n    matchs: {}\n`,
      'lab.yaml:7:5: checks.0.matchs: unknown key "matchs"',
    ],
    ['not YAML', 'title: [\n', 'lab.yaml:'],
  ];
  it.each(cases)('%s', (_name, text, problem) => {
    let said = '';
    try {
      parseYaml(text, schema, 'lab.yaml');
    } catch (error) {
      said = (error as DocumentError).problems.join('\n');
    }
    expect(said).toContain(problem);
  });
});
