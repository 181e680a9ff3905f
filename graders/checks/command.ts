import { z } from 'zod';
import { passUnless } from '../verdict.ts';
import { type CheckType, COMMON } from './check.ts';

const schema = z.strictObject({
  ...COMMON,
  /** A bash script, run as root on `host`. */
  command: z.string(),
  host: z.string().optional(),
  exit: z.number().int().default(0),
  /** Lines that standard output must have, blanks around them aside. */
  stdout: z.array(z.string()).default([]),
});

/** A command gives what it should. For what no other check can say. */
export const commandCheck: CheckType<z.output<typeof schema>> = {
  name: 'command',
  schema,
  async judge({ command, host, exit, stdout }, evidence) {
    const result = await evidence.command(host ?? '', command);
    const lines = result.stdout.split('\n').map((line) => line.trim());
    const problems: { expected: string; actual: string }[] = [];
    if (result.exit !== exit) {
      const said = result.stderr.trim().split('\n').at(-1);
      problems.push({
        expected: `${command} exits with ${exit}`,
        actual: `${result.exit}${said ? `: ${said}` : ''}`,
      });
    }
    for (const line of stdout.filter((wanted) => !lines.includes(wanted.trim()))) {
      problems.push({
        expected: `${command} prints ${line}`,
        actual: result.stdout.trim().slice(0, 400) || 'nothing',
      });
    }
    return passUnless(problems, `${command} does that`);
  },
};
