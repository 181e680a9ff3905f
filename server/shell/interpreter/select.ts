import type { Steps } from '../../sim/index.ts';
import { assign } from './assign.ts';
import { columnsOf } from './columns.ts';
import { promptText } from './prompt.ts';
import { readLine } from './read-line.ts';
import type { Shell } from './shell.ts';

/** `select`: shows the menu on standard error, reads a number, runs the body. `body` returns true to end. */
export function* runSelect(
  shell: Shell,
  name: string,
  items: readonly string[],
  body: () => Steps<boolean>,
): Steps<number> {
  if (items.length === 0) return 0;
  for (let show = true; ; ) {
    if (show) yield* shell.stderr(menu(shell, items));
    yield* shell.stderr(yield* promptText(shell, shell.variables.get('PS3') ?? '#? '));
    const line = yield* readLine(shell.context, 0);
    if (!line.complete && line.text === '') {
      if (shell.context.fds.has(1)) yield* shell.context.write(1, '\n');
      return 1;
    }
    assign(shell, 'REPLY', undefined, line.text);
    show = line.text === '';
    if (show) continue;
    const number = /^\s*[+-]?\d+\s*$/.test(line.text) ? Number(line.text) : 0;
    assign(shell, name, undefined, items[number - 1] ?? '');
    if (yield* body()) return 0;
    show = shell.variables.get('REPLY') === '';
  }
}

// Models bash execute_cmd.c print_select_list
function menu(shell: Shell, items: readonly string[]): string {
  const width = Number(shell.variables.get('COLUMNS') ?? 80) || 80;
  const digits = String(items.length).length;
  const cells = items.map((item, i) => `${String(i + 1).padStart(digits)}) ${item}`);
  return columnsOf(cells, width, digits + 2);
}
