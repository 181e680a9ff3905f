import { z } from 'zod';
import { EvidenceError } from '../evidence.ts';
import { showReference } from '../reference.ts';
import { fail, pass } from '../verdict.ts';
import { type CheckType, COMMON, reference } from './check.ts';

const schema = z.strictObject({ ...COMMON, absent: reference });

/** An object that was there is gone: `absent: pod/old -n shop`. What never was there proves nothing. */
export const absentCheck: CheckType<z.output<typeof schema>> = {
  name: 'absent',
  schema,
  remembers: (spec) => [spec.absent],
  judge(spec, evidence) {
    const name = showReference(spec.absent);
    if (!evidence.before(spec.absent)) throw new EvidenceError(`${name} was not there when the task began`);
    const object = evidence.object(spec.absent);
    if (!object) return pass(`${name} does not exist`, 'it does not');
    const deleting = object.metadata.deletionTimestamp === undefined ? 'it exists' : 'it is being deleted';
    return fail(`${name} does not exist`, deleting);
  },
};
