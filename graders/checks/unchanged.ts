import { z } from 'zod';
import { equalValues } from '../../server/objects/values.ts';
import { type Evidence, EvidenceError } from '../evidence.ts';
import { show } from '../match.ts';
import { showReference } from '../reference.ts';
import { type Finding, fail, passUnless } from '../verdict.ts';
import { type CheckType, COMMON, hostPath, reference } from './check.ts';
import { absence } from './object.ts';

const schema = z.strictObject({
  ...COMMON,
  unchanged: reference,
  /** Fields that must be as they were. Default: none, the object is only not to be deleted and made anew. */
  fields: z.array(z.string()).default([]),
});

/** An object is still the one that it was: `unchanged: deployment/web -n shop`. */
export const unchangedCheck: CheckType<z.output<typeof schema>> = {
  name: 'unchanged',
  schema,
  remembers: (spec) => [spec.unchanged],
  judge(spec, evidence) {
    const name = showReference(spec.unchanged);
    const before = evidence.before(spec.unchanged);
    if (!before) throw new EvidenceError(`${name} was not there when the task began`);
    const now = evidence.object(spec.unchanged);
    if (!now) return fail(`${name} is still there`, absence(spec.unchanged, evidence));
    if (now.metadata.uid !== before.metadata.uid) {
      return fail(`${name} is the one that was there`, 'it was deleted and made anew');
    }
    const problems = spec.fields
      .map((field) => ({ field, was: valueAt(before, field), is: valueAt(now, field) }))
      .filter(({ was, is }) => !equalValues(was, is))
      .map(({ field, was, is }) => ({
        expected: `${name}: ${field} is still ${show(was)}`,
        actual: `${name}: ${field} is ${show(is)}`,
      }));
    return passUnless(problems, `${name} is unchanged`);
  },
};

/** The value at `spec.template.spec.containers[0].image`. */
function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const part of path.split(/[.[\]]+/).filter((piece) => piece !== '')) {
    value =
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined;
  }
  return value;
}

const fileSchema = z.strictObject({ ...COMMON, unchangedFile: hostPath });

/** A file has the content it had: `unchangedFile: node01:/etc/fstab`. */
export const unchangedFileCheck: CheckType<z.output<typeof fileSchema>> = {
  name: 'unchangedFile',
  schema: fileSchema,
  remembersFiles: (spec) => [spec.unchangedFile],
  judge: ({ unchangedFile: { host, path } }, evidence: Evidence): Finding => {
    const before = evidence.fileBefore(host, path);
    if (!before) throw new EvidenceError(`${path} was not on ${host} when the task began`);
    const now = evidence.file(host, path);
    if (!now) return fail(`${path} is on ${host}`, 'it is not there');
    const same = now.text === before.text;
    return passUnless(
      same ? [] : [{ expected: `${path} as it was`, actual: 'it was changed' }],
      `${path} as it was`,
    );
  },
};
