import { z } from 'zod';
import type { AccessQuestion } from '../evidence.ts';
import { passUnless } from '../verdict.ts';
import { type CheckType, COMMON } from './check.ts';

const question = z.string().transform((text, context) => {
  const parsed = parseQuestion(text);
  if (parsed) return parsed;
  context.addIssue({
    code: 'custom',
    message: 'expected an action such as get pods/log -n shop, or delete deployments.apps/web -n shop',
  });
  return z.NEVER;
});

const schema = z
  .strictObject({
    ...COMMON,
    /** A user, or `serviceaccount/<name> -n <namespace>`. */
    as: z.string(),
    groups: z.array(z.string()).default([]),
    allowed: z.array(question).min(1),
    denied: z.array(question).default([]),
  })
  .strict();

/** What a user may do and may not: the RBAC matrix. */
export const allowedCheck: CheckType<z.output<typeof schema>> = {
  name: 'allowed',
  schema,
  judge(spec, evidence) {
    const user = userName(spec.as);
    const ask = (action: Action) => evidence.allowed({ ...action, user, groups: spec.groups });
    const problems: { expected: string; actual: string }[] = [];
    for (const action of spec.allowed) {
      if (!ask(action)) problems.push({ expected: `${spec.as} may ${action.text}`, actual: 'no' });
    }
    for (const action of spec.denied) {
      if (ask(action)) problems.push({ expected: `${spec.as} may not ${action.text}`, actual: 'yes' });
    }
    return passUnless(problems, `${spec.as} may do that, and no more`);
  },
};

type Action = Omit<AccessQuestion, 'user' | 'groups'> & { readonly text: string };

/** `verb resource[.group][/subresource] [name] [-n namespace]`. */
function parseQuestion(text: string): Action | undefined {
  const match = /^(\S+) ([a-z0-9*-]+)(?:\.([a-z0-9.-]+))?(?:\/(\S+))?(?: (?!-n\b)(\S+))?(?: -n (\S+))?$/.exec(
    text.trim(),
  );
  if (!match) return undefined;
  const [, verb, resource, group, subresource, name, namespace] = match;
  return {
    verb: verb as string,
    resource: resource as string,
    group: group ?? '',
    subresource,
    name,
    namespace,
    text,
  };
}

function userName(text: string): string {
  const account = /^(?:serviceaccount|sa)\/(\S+) -n (\S+)$/.exec(text);
  return account ? `system:serviceaccount:${account[2]}:${account[1]}` : text;
}
