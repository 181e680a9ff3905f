import type { ContainerRuntime, ContainerStatus } from '../../cluster/client/cri.ts';
import { type Steps, waitOn } from '../../sim/index.ts';
import type { Call } from './call.ts';
import { Fatal } from './connection.ts';
import { findContainer } from './selection.ts';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `10m`, `1h30m`, or a moment: what is older is not shown. */
function sinceOf(text: string | undefined, now: number): number {
  if (text === undefined) return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length > 0 && parts.map(([part]) => part).join('') === text)
    return (
      now - parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit as string] ?? 0), 0)
    );
  const moment = Date.parse(text);
  if (Number.isNaN(moment))
    throw new Fatal(`failed to parse timestamp value from --since: ${JSON.stringify(text)}`);
  return moment;
}

function wanted(runtime: ContainerRuntime, id: string, previous: boolean): ContainerStatus {
  const container = findContainer(runtime, id);
  if (!previous) return container;
  const { name, attempt } = container.config;
  const before = runtime
    .containers()
    .find(
      (c) =>
        c.sandboxId === container.sandboxId && c.config.name === name && c.config.attempt === attempt - 1,
    );
  if (!before) throw new Fatal(`Previous terminated container ${name} not found`);
  return before;
}

export function* logs({ context, runtime, options, args }: Call): Steps<number> {
  const container = wanted(runtime, args[0] ?? '', options.has('p'));
  const { fs } = context.host.init;
  const { logPath } = container;
  if (!fs.isFile(logPath))
    throw new Fatal(
      `failed to try resolving symlinks in path "${logPath}": lstat ${logPath}: no such file or directory`,
    );
  const since = sinceOf(options.get('since'), context.now);
  let left = Number(options.get('limit-bytes') ?? Number.POSITIVE_INFINITY);
  let printed = 0;
  let tail = Number(options.get('tail') ?? -1);
  for (;;) {
    const text = fs.isFile(logPath) ? fs.read(logPath) : '';
    const fresh = text.slice(printed).split('\n');
    printed = text.length;
    const lines = fresh.filter((line) => line !== '' && Date.parse(line.split(' ')[0] as string) >= since);
    for (const line of tail >= 0 ? lines.slice(Math.max(0, lines.length - tail)) : lines) {
      const [time = '', stream = '', , ...rest] = line.split(' ');
      const shown = `${options.has('t') ? `${time} ` : ''}${rest.join(' ')}\n`.slice(0, left);
      left -= shown.length;
      if (stream === 'stderr') yield* context.err(shown);
      else yield* context.out(shown);
    }
    tail = -1;
    if (left <= 0 || !options.has('f') || runtime.container(container.id)?.state !== 'running') return 0;
    yield* waitOn([fs.changed(logPath), runtime.changed]);
  }
}
