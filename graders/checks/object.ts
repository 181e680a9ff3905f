import { z } from 'zod';
import type { KubeObject } from '../../server/objects/object.ts';
import type { Evidence, ObjectReference } from '../evidence.ts';
import { holds } from '../expression.ts';
import { type ListMode, mismatches, show } from '../match.ts';
import { showReference } from '../reference.ts';
import { type Finding, fail, passUnless } from '../verdict.ts';
import { type CheckType, COMMON, expressions, listMode, reference } from './check.ts';

const schema = z.strictObject({
  ...COMMON,
  object: reference,
  matches: z.record(z.string(), z.unknown()).default({}),
  lists: listMode,
  cel: expressions,
});

/** A named object is there and is as it should be: `object: deployment/web -n shop`. */
export const objectCheck: CheckType<z.output<typeof schema>> = {
  name: 'object',
  schema,
  judge(spec, evidence) {
    const object = evidence.object(spec.object);
    if (!object) return fail(`${showReference(spec.object)} exists`, absence(spec.object, evidence));
    return judgeObject(object, showReference(spec.object), spec);
  },
};

/** Compares one object with what a check wants of it. */
export function judgeObject(
  object: KubeObject,
  name: string,
  spec: { matches: unknown; lists: ListMode; cel: readonly string[] },
): Finding {
  const problems = mismatches(spec.matches, object, spec.lists).map(({ path, expected, actual }) => ({
    expected: `${name}: ${path} is ${show(expected)}`,
    actual: `${name}: ${path} is ${show(actual)}`,
  }));
  for (const expression of spec.cel) {
    const result = holds(expression, { object });
    if (!result.holds) {
      problems.push({ expected: `${name}: ${expression}`, actual: `${name}: ${result.what}` });
    }
  }
  return passUnless(problems, `${name} is as described`);
}

/** Says that an object is not there, and which of its kind are. */
export function absence(wanted: ObjectReference, evidence: Evidence): string {
  const { kind, namespace, name } = wanted;
  const others = evidence
    .objects({ kind, namespace, selector: undefined })
    .map((object) => object.metadata.name);
  const elsewhere = evidence
    .objects({ kind, namespace: undefined, selector: undefined })
    .filter((object) => object.metadata.name === name && object.metadata.namespace !== namespace);
  const there =
    others.length === 0 ? `there is no ${kind} at all` : `there is ${others.slice(0, 8).join(', ')}`;
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  const hint = elsewhere.map((object) => `; ${name} is in namespace ${object.metadata.namespace}`)[0] ?? '';
  return `no ${kind} "${name}"${where}: ${there}${hint}`;
}
