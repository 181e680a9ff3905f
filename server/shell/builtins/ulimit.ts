import { LIMITS, type ResourceLimits } from '../../sim/index.ts';
import { type Builtin, badOptions, parseOptions } from '../interpreter/builtin.ts';
import type { Shell } from '../interpreter/shell.ts';

const MAX_LIMIT = Number.MAX_SAFE_INTEGER;

/** Letter, description, unit and value of each limit, as a fresh Ubuntu host has them. */
const LIMIT_TABLE: readonly [letter: string, description: string, unit: string, value: string][] = [
  ['R', 'real-time non-blocking time', 'microseconds, -R', 'unlimited'],
  ['c', 'core file size', 'blocks, -c', '0'],
  ['d', 'data seg size', 'kbytes, -d', 'unlimited'],
  ['e', 'scheduling priority', '-e', '0'],
  ['f', 'file size', 'blocks, -f', 'unlimited'],
  ['i', 'pending signals', '-i', '15419'],
  ['l', 'max locked memory', 'kbytes, -l', '502176'],
  ['m', 'max memory size', 'kbytes, -m', 'unlimited'],
  ['n', 'open files', '-n', '1024'],
  ['p', 'pipe size', '512 bytes, -p', '8'],
  ['q', 'POSIX message queues', 'bytes, -q', '819200'],
  ['r', 'real-time priority', '-r', '0'],
  ['s', 'stack size', 'kbytes, -s', '8192'],
  ['t', 'cpu time', 'seconds, -t', 'unlimited'],
  ['u', 'max user processes', '-u', '15419'],
  ['v', 'virtual memory', 'kbytes, -v', 'unlimited'],
  ['x', 'file locks', '-x', 'unlimited'],
];

export const ulimit: Builtin = {
  name: 'ulimit',
  synopsis: 'ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]',
  *run(call) {
    const { shell } = call;
    const options = parseOptions(call.args, 'SHacdefilmnpqrstuvxR');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    const { letters, rest } = options;
    const limitOf = (letter: string, fallback: string) =>
      enforced(shell, letter) ?? shell.limits.get(letter) ?? fallback;
    if (letters.has('a')) {
      for (const [letter, description, unit, value] of LIMIT_TABLE) {
        yield* call.out(`${description.padEnd(20)}${`(${unit})`.padStart(20)} ${limitOf(letter, value)}\n`);
      }
      return 0;
    }
    const chosen = LIMIT_TABLE.filter(([letter]) => letters.has(letter));
    const rows = chosen.length > 0 ? chosen : LIMIT_TABLE.filter(([letter]) => letter === 'f');
    const [limit] = rest;
    for (const [letter, description, unit, value] of rows) {
      const now = limitOf(letter, value);
      if (limit === undefined) {
        yield* call.out(
          rows.length > 1 ? `${description.padEnd(20)}${`(${unit})`.padStart(20)} ${now}\n` : `${now}\n`,
        );
        continue;
      }
      if (!/^(?:\d+|unlimited|hard|soft)$/.test(limit)) return yield* call.fail(`${limit}: invalid number`);
      if (limit === 'hard' || limit === 'soft') continue;
      if (limit !== 'unlimited' && Number(limit) > MAX_LIMIT)
        return yield* call.fail(`${limit}: limit out of range`);
      if (shell.context.credentials.uid !== 0 && raises(now, limit)) {
        return yield* call.fail(`${description}: cannot modify limit: Operation not permitted`);
      }
      shell.limits.set(letter, limit);
      enforce(shell, letter, limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit));
    }
    return 0;
  },
};

/** An enforced limit that differs from the usual: children see what their parent set. */
function enforced(shell: Shell, letter: string): string | undefined {
  const { openFiles, processes, fileBytes, cpuMs } = shell.context.process.limits;
  const values: Record<string, number> = {
    f: fileBytes / (shell.posix ? 512 : 1024),
    n: openFiles,
    t: cpuMs / 1000,
    u: processes,
  };
  const value = values[letter];
  return value === undefined || value === Number.POSITIVE_INFINITY ? undefined : String(value);
}

/** The limits that the world holds its processes to; the others are kept and shown. */
function enforce(shell: Shell, letter: string, value: number): void {
  const { process } = shell.context;
  const change: Record<string, Partial<ResourceLimits>> = {
    f: { fileBytes: value * (shell.posix ? 512 : 1024) },
    n: { openFiles: Math.min(value, LIMITS.openFiles) },
    t: { cpuMs: value * 1000 },
    u: { processes: value },
  };
  process.limits = { ...process.limits, ...change[letter] };
}

function raises(now: string, wanted: string): boolean {
  if (now === 'unlimited') return false;
  return wanted === 'unlimited' || Number(wanted) > Number(now);
}
