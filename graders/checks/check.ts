import { z } from 'zod';
import type { Evidence, ObjectReference } from '../evidence.ts';
import { parseReference, parseSelection } from '../reference.ts';
import type { Finding } from '../verdict.ts';

/** A type of check: how it is written in `lab.yaml`, and how it is judged. */
export interface CheckType<Spec = any> {
  /** The key that tells it apart: `object`, `file`, … */
  readonly name: string;
  readonly schema: z.ZodType<Spec>;
  judge(spec: Spec, evidence: Evidence): Finding | Promise<Finding>;
  /** Objects whose state at the start of the task must be kept, to be compared. */
  remembers?(spec: Spec): readonly ObjectReference[];
  /** Files likewise, `host:path`. */
  remembersFiles?(spec: Spec): readonly HostPath[];
}

export interface HostPath {
  readonly host: string;
  readonly path: string;
}

/** What every check has: its text in the report, points, and the explanation of a failure. */
export const COMMON = {
  says: z.string(),
  /** The same in Korean. */
  'says.ko': z.string().optional(),
  points: z.number().positive(),
  why: z.string().optional(),
  'why.ko': z.string().optional(),
} as const;

export const reference = z.string().transform((text, context): ObjectReference => {
  const parsed = parseReference(text);
  if (parsed) return parsed;
  context.addIssue({ code: 'custom', message: 'expected an object such as deployment/web -n shop' });
  return z.NEVER;
});

export const selection = z.string().transform((text, context) => {
  const parsed = parseSelection(text);
  if (parsed) return parsed;
  context.addIssue({ code: 'custom', message: 'expected a selection such as pods -n shop -l app=web' });
  return z.NEVER;
});

export const hostPath = z.string().transform((text, context): HostPath => {
  const match = /^([a-z0-9-]+):(\/.+)$/.exec(text);
  if (match) return { host: match[1] as string, path: match[2] as string };
  context.addIssue({
    code: 'custom',
    message: 'expected a file such as node01:/etc/kubernetes/manifests/web.yaml',
  });
  return z.NEVER;
});

export const listMode = z.enum(['subset', 'exact', 'ordered']).default('subset');

/** Expressions over `object`, each of which must be true. */
export const expressions = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((value) => (typeof value === 'string' ? [value] : value));
