import type { Steps } from '../../../sim/index.ts';
import { isApplet } from '../core/applet.ts';
import { type Call, tool } from '../core/tool.ts';
import { topApplet } from './top-applet.ts';
import { FIELDS } from './top-fields.ts';
import { TopScreen } from './top-screen.ts';
import { settingsOf } from './top-settings.ts';
import { summary } from './top-summary.ts';
import { headerOf, type Look, lookAt, rowsOf, type TopSettings, tableLine } from './top-view.ts';

export const top = tool({
  name: 'top',
  summary: 'display Linux processes',
  usage: '[options]',
  version: 'procps-ng 4.0.4',
  options:
    'b|batch-mode n|iterations= d|delay= p|pid= u|filter-any-user= U|filter-only-euser= o|sort-override= c|cmdline-toggle i|idle-toggle H|threads-show 1|single-cpu-toggle s|secure-mode w|width? E|scale-summary-mem= e|scale-task-mem= S|accum-time-toggle O|list-fields h V',
  *run(call) {
    const { options } = call;
    if (isApplet(call.context, 'top')) return yield* topApplet(call);
    if (options.has('O')) {
      yield* call.print(FIELDS.map(({ name }) => `${name}\n`).join(''));
      return 0;
    }
    const delay = Number(options.get('d') ?? (options.has('b') ? 3 : 3));
    if (!Number.isFinite(delay) || delay < 0) call.fail(`bad delay interval '${options.get('d')}'`);
    const count = Number(options.get('n') ?? Number.POSITIVE_INFINITY);
    if (Number.isNaN(count) || count < 1) call.fail(`bad iterations argument '${options.get('n')}'`);
    const settings = settingsOf(call);
    if (options.has('S')) call.fail('option -S is not available in this simulation');
    if (options.has('b')) return yield* batch(call, settings, delay, count);
    if (!call.context.isTerminal(1)) call.fail('failed tty get');
    return yield* new TopScreen(call, settings, delay, count).run();
  },
});

function* batch(call: Call, settings: TopSettings, delay: number, count: number): Steps<number> {
  const { context } = call;
  let before: Look | undefined;
  for (let i = 0; i < count; i++) {
    if (i > 0) {
      yield* context.sleep(delay * 1000);
      yield* call.print('\n');
    }
    const rows = rowsOf(context, settings, before);
    before = lookAt(context);
    const lines = [...summary(context, rows, settings), '', headerOf(settings)];
    for (const row of rows) lines.push(tableLine(row, settings));
    yield* call.print(`${lines.join('\n')}\n`);
    yield* call.flush();
  }
  return 0;
}
