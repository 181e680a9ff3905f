import { z } from 'zod';
import { passUnless } from '../verdict.ts';
import { type CheckType, COMMON } from './check.ts';

const schema = z.strictObject({
  ...COMMON,
  /** `kubelet`, or `kubelet.service`. */
  unit: z.string(),
  host: z.string(),
  active: z.boolean().optional(),
  enabled: z.boolean().optional(),
});

/** A systemd unit of a host runs, and is enabled. */
export const unitCheck: CheckType<z.output<typeof schema>> = {
  name: 'unit',
  schema,
  judge({ unit, host, active, enabled }, evidence) {
    const found = evidence.unit(host, unit);
    const problems: { expected: string; actual: string }[] = [];
    if (active !== undefined && (found.active === 'active') !== active) {
      const wanted = active ? 'active' : 'not active';
      problems.push({ expected: `${unit} on ${host} is ${wanted}`, actual: `it is ${found.active}` });
    }
    if (enabled !== undefined && (found.enabled === 'enabled') !== enabled) {
      const wanted = enabled ? 'enabled' : 'not enabled';
      problems.push({ expected: `${unit} on ${host} is ${wanted}`, actual: `it is ${found.enabled}` });
    }
    return passUnless(problems, `${unit} on ${host} is as described`);
  },
};
