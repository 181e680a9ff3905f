import { z } from 'zod';
import { fail, passUnless } from '../verdict.ts';
import { type CheckType, COMMON, expressions, listMode, selection } from './check.ts';
import { judgeObject } from './object.ts';

const schema = z.strictObject({
  ...COMMON,
  objects: selection,
  /** How many there must be. Default: at least one, so that nothing never passes. */
  count: z.number().int().min(0).optional(),
  /** Holds for every one. */
  matches: z.record(z.string(), z.unknown()).default({}),
  lists: listMode,
  cel: expressions,
});

/** All objects of a selection are as they should be: `objects: pods -n shop -l app=web`. */
export const objectsCheck: CheckType<z.output<typeof schema>> = {
  name: 'objects',
  schema,
  judge(spec, evidence) {
    const { kind, namespace, selector } = spec.objects;
    const found = evidence
      .objects(spec.objects)
      .filter((object) => object.metadata.deletionTimestamp === undefined);
    const what = `${kind}${namespace === undefined ? '' : ` in namespace ${namespace}`}${selector === undefined ? '' : ` with ${selector}`}`;
    const names = found.map((object) => object.metadata.name).join(', ') || 'none';
    if (spec.count !== undefined && found.length !== spec.count) {
      return fail(`${spec.count} ${what}`, `${found.length}: ${names}`);
    }
    if (found.length === 0 && spec.count === undefined)
      return fail(`at least one of ${what}`, 'there is none');
    const findings = found.map((object) => judgeObject(object, `${kind}/${object.metadata.name}`, spec));
    return passUnless(
      findings.filter((finding) => finding.outcome !== 'pass'),
      `${found.length} ${what}`,
    );
  },
};
