import { z } from 'zod';
import type { Connection } from '../evidence.ts';
import { parseReference, showReference } from '../reference.ts';
import { passUnless } from '../verdict.ts';
import { type CheckType, COMMON } from './check.ts';

const from = z.string().transform((text, context): Connection['from'] => {
  if (/^host\/[a-z0-9-]+$/.test(text)) return { host: text.slice(5) };
  const reference = parseReference(text);
  if (reference) return reference;
  context.addIssue({ code: 'custom', message: 'expected host/node01 or pod/client -n shop' });
  return z.NEVER;
});

const to = z.string().transform((text): Connection['to'] => parseReference(text) ?? { address: text });

const connections = z
  .array(z.strictObject({ from, to, port: z.union([z.number().int(), z.string()]) }))
  .default([]);

const schema = z
  .strictObject({ ...COMMON, reachable: connections, unreachable: connections })
  .refine((spec) => spec.reachable.length > 0, 'expected at least one connection that must work');

/** Who can reach whom, and who cannot. There is always something that must work, so that nothing at all never passes. */
export const reachableCheck: CheckType<z.output<typeof schema>> = {
  name: 'reachable',
  schema,
  judge({ reachable, unreachable }, evidence) {
    const problems: { expected: string; actual: string }[] = [];
    for (const connection of reachable) {
      const why = evidence.blocked(connection);
      if (why !== undefined) problems.push({ expected: `${show(connection)} works`, actual: why });
    }
    for (const connection of unreachable) {
      if (evidence.blocked(connection) === undefined) {
        problems.push({ expected: `${show(connection)} is blocked`, actual: 'it works' });
      }
    }
    return passUnless(problems, `${reachable.length} connections work, ${unreachable.length} are blocked`);
  },
};

function show({ from: source, to: target, port }: Connection): string {
  const left = 'host' in source ? source.host : showReference(source);
  const right = 'address' in target ? target.address : showReference(target);
  return `${left} to ${right} port ${port}`;
}
