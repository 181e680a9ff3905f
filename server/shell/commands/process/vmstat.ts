import { memoryInUse } from '../../../host/index.ts';
import { tool } from '../core/tool.ts';

export const vmstat = tool({
  name: 'vmstat',
  summary: 'report virtual memory statistics',
  usage: '[options] [delay [count]]',
  version: 'procps-ng 4.0.4',
  options:
    'a|active f|forks m|slabs n|one-header s|stats d|disk D|disk-sum p|partition= S|unit= w|wide t|timestamp',
  *run(call) {
    const { context, options, operands } = call;
    for (const refused of ['f', 'm', 's', 'd', 'D', 'p'])
      if (options.has(refused)) call.fail(`-${refused} is not simulated`);
    for (const operand of operands)
      if (!/^\d+$/.test(operand)) call.fail(`failed to parse argument: '${operand}'`);
    const [delay, given] = operands.map(Number);
    if (delay === 0) call.fail('delay must be positive integer');
    if (given === 0) call.fail('bad count');
    const count = delay === undefined ? 1 : (given ?? Number.POSITIVE_INFINITY);
    yield* call.print(
      'procs -----------memory---------- ---swap-- -----io---- -system-- -------cpu-------\n',
    );
    yield* call.print(
      ' r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st gu\n',
    );
    for (let i = 0; i < count; i++) {
      if (i > 0) yield* context.sleep((delay ?? 1) * 1000);
      const { host } = context;
      const used = memoryInUse(host);
      const cache = Math.floor((host.memoryBytes - used) / 3);
      const busy = Math.min(100, Math.round((host.processes.busy / host.cores) * 100));
      const cell = (value: number, width: number) => String(Math.floor(value)).padStart(width);
      yield* call.print(
        `${cell(host.processes.busy, 2)} ${cell(0, 2)} ${cell(0, 6)} ${cell((host.memoryBytes - used - cache) / 1024, 6)} ${cell(24_576, 6)} ${cell(cache / 1024, 6)} ${cell(0, 4)} ${cell(0, 4)} ${cell(12, 5)} ${cell(25, 5)} ${cell(110, 4)} ${cell(180, 4)} ${cell(busy, 2)} ${cell(0, 2)} ${cell(100 - busy, 2)} ${cell(0, 2)} ${cell(0, 2)} ${cell(0, 2)}\n`,
      );
      yield* call.flush();
    }
    return 0;
  },
});
