import { expect, test } from 'vitest';
import { type Context, Disk, filesOn } from '../../host/index.ts';
import { Clock } from '../../sim/index.ts';
import { AuditFile, type AuditFileLimits } from './audit-file.ts';

const HALF = 'x'.repeat(600 * 1024);

/** The directory after a write of 600 KiB on each of some days. */
function afterDays(days: number, limits: Partial<AuditFileLimits>): string[] {
  const clock = new Clock(Date.UTC(2026, 10, 21, 9));
  const fs = filesOn(new Disk({ clock }));
  const context = {
    fs,
    get now() {
      return clock.now;
    },
  } as Context;
  const file = new AuditFile(context, '/log/audit.log', { maxSize: 1, maxBackups: 0, maxAge: 0, ...limits });
  for (let day = 0; day < days; day++) {
    file.write(HALF);
    clock.advanceTo(clock.now + 86_400_000);
  }
  return fs.list('/log').sort();
}

test.each<[string, number, Partial<AuditFileLimits>, string[]]>([
  ['one that is small stays', 3, { maxSize: 0 }, ['audit.log']],
  ['one that is large is put aside', 2, {}, ['audit-2026-11-22T09-00-00.000.log', 'audit.log']],
  ['only so many are kept', 4, { maxBackups: 1 }, ['audit-2026-11-24T09-00-00.000.log', 'audit.log']],
  [
    'only so long',
    4,
    { maxAge: 1 },
    ['audit-2026-11-23T09-00-00.000.log', 'audit-2026-11-24T09-00-00.000.log', 'audit.log'],
  ],
])('audit files: %s', (_, days, limits, files) => expect(afterDays(days, limits)).toEqual(files));
