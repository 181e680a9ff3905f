import { typedBy } from './bindings.ts';
import { directory, type Invocation, type TmuxCommand, target } from './command.ts';
import { expand } from './format.ts';
import { arranged, boxesOf, panesOf, resized, split } from './layout.ts';
import type { Pane } from './pane.ts';
import { TmuxError, type Window } from './server.ts';
import { plainLine } from './vt.ts';

function listPanes(call: Invocation): string {
  const { server, options } = call;
  const { session, index, window } = target(call, options.get('t'));
  return panesOf(window.layout)
    .map((pane, i) => {
      const format = options.get('F');
      if (format !== undefined) return `${expand(server, { session, index, window, pane }, format)}\n`;
      const { columns, rows, history } = pane.screen;
      return `${i + Number(server.option('pane-base-index'))}: [${columns}x${rows}] [history ${history.length}/${server.option('history-limit')}, 0 bytes] %${pane.id}${pane === window.active ? ' (active)' : ''}\n`;
    })
    .join('');
}

function splitWindow(call: Invocation): string {
  const { server, options, args } = call;
  const { session, window, pane } = target(call, options.get('t'));
  const type = options.has('h') ? 'columns' : 'rows';
  const size = type === 'columns' ? pane.screen.columns : pane.screen.rows;
  if (size < 3) throw new TmuxError('no space for new pane');
  const wanted = options.get('l') ?? (options.has('p') ? `${options.get('p')}%` : '50%');
  const share = wanted.endsWith('%') ? Number(wanted.slice(0, -1)) / 100 : Number(wanted) / size;
  const added = server.newPane(session, {
    command: args.length > 0 ? args.join(' ') : undefined,
    cwd: directory(call, session, pane),
    columns: pane.screen.columns,
    rows: pane.screen.rows,
  });
  window.zoomed = false;
  window.layout = split(window.layout, pane, added, type, Math.min(0.95, Math.max(0.05, share || 0.5)));
  server.fit(window, window.columns, window.rows);
  if (!options.has('d')) server.activate(window, added);
  server.changed.notify();
  return '';
}

function selectPane(call: Invocation): string {
  const { server, options } = call;
  const found = target(call, options.get('t'));
  if (options.has('l')) return lastPane(call);
  const side = (['U', 'D', 'L', 'R'] as const).find((name) => options.has(name));
  server.activate(found.window, side ? neighbour(found.window, side) : found.pane);
  return '';
}

function lastPane(call: Invocation): string {
  const { window } = target(call, call.options.get('t'));
  if (!window.last) throw new TmuxError('no last pane');
  call.server.activate(window, window.last);
  return '';
}

/** The pane on that side of the active one; around the edge where there is none. */
function neighbour(window: Window, side: 'U' | 'D' | 'L' | 'R'): Pane {
  const boxes = boxesOf(window.layout, { x: 0, y: 0, columns: window.columns, rows: window.rows });
  const own = boxes.get(window.active);
  if (!own) return window.active;
  const others = [...boxes].filter(([pane]) => pane !== window.active);
  const overlaps = (a: number, b: number, c: number, d: number) => a < d && c < b;
  const beside = others.filter(([, box]) =>
    side === 'U' || side === 'D'
      ? overlaps(own.x, own.x + own.columns, box.x, box.x + box.columns)
      : overlaps(own.y, own.y + own.rows, box.y, box.y + box.rows),
  );
  const distance = ([, box]: (typeof others)[number]) => {
    const by = { U: own.y - box.y, D: box.y - own.y, L: own.x - box.x, R: box.x - own.x }[side];
    return by > 0 ? by : by + 100_000;
  };
  return [...beside].sort((a, b) => distance(a) - distance(b))[0]?.[0] ?? window.active;
}

function resizePane(call: Invocation): string {
  const { server, options, args } = call;
  const { window, pane } = target(call, options.get('t'));
  if (options.has('Z')) {
    if (panesOf(window.layout).length > 1) window.zoomed = !window.zoomed;
    server.fit(window, window.columns, window.rows);
    server.changed.notify();
    return '';
  }
  const by = Number(args[0] ?? 1);
  const changes: readonly (readonly ['columns' | 'rows', number])[] = [
    ['columns', (options.has('R') ? by : 0) - (options.has('L') ? by : 0)],
    ['rows', (options.has('D') ? by : 0) - (options.has('U') ? by : 0)],
    ['columns', options.has('x') ? Number(options.get('x')) - pane.screen.columns : 0],
    ['rows', options.has('y') ? Number(options.get('y')) - pane.screen.rows : 0],
  ];
  for (const [type, change] of changes) {
    if (change === 0) continue;
    window.layout = resized(
      window.layout,
      pane,
      type,
      change,
      type === 'columns' ? window.columns : window.rows,
    );
  }
  server.fit(window, window.columns, window.rows);
  server.changed.notify();
  return '';
}

const LAYOUTS = ['even-horizontal', 'even-vertical', 'main-horizontal', 'main-vertical', 'tiled'];

function selectLayout(call: Invocation, name: string): string {
  const { window } = target(call, call.options.get('t'));
  if (!LAYOUTS.includes(name)) throw new TmuxError(`invalid layout: ${name}`);
  window.layout = arranged(panesOf(window.layout), name);
  window.zoomed = false;
  call.server.fit(window, window.columns, window.rows);
  call.server.changed.notify();
  return '';
}

function swapPane(call: Invocation): string {
  const { window } = target(call, call.options.get('t'));
  const all = panesOf(window.layout);
  const at = all.indexOf(window.active);
  const other = all[(at + (call.options.has('U') ? -1 : 1) + all.length) % all.length];
  if (!other || other === window.active) return '';
  const exchange = (layout: Window['layout']): Window['layout'] => {
    if (layout.type !== 'pane') return { ...layout, children: layout.children.map(exchange) };
    return layout.pane === window.active
      ? { type: 'pane', pane: other }
      : layout.pane === other
        ? { type: 'pane', pane: window.active }
        : layout;
  };
  window.layout = exchange(window.layout);
  call.server.fit(window, window.columns, window.rows);
  call.server.changed.notify();
  return '';
}

function sendKeys(call: Invocation): string {
  const { options, args } = call;
  const { pane } = target(call, options.get('t'));
  for (const word of args) {
    const isName =
      !options.has('l') &&
      /^(?:C-|M-|\^).|^(Enter|Tab|Escape|Space|BSpace|Up|Down|Left|Right|Home|End|PPage|NPage|DC|IC|BTab)$/.test(
        word,
      );
    pane.master.input(isName ? typedBy(word) : word);
  }
  return '';
}

function capturePane(call: Invocation): string {
  const { options, server } = call;
  const { pane } = target(call, options.get('t'));
  const all = [...pane.screen.history, ...pane.screen.lines];
  const first = options.get('S');
  const from = first === '-' ? 0 : pane.screen.history.length + Number(first ?? 0);
  const lines = all.slice(Math.max(0, from)).map(plainLine);
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  const text = `${lines.join('\n')}\n`;
  if (options.has('p')) return text;
  server.buffers.unshift(text);
  return '';
}

const nextLayout = new WeakMap<Window, number>();

function missingBuffer(): never {
  throw new TmuxError('no buffers');
}

/** Panes of a window, and what is in them. */
export const PANE_COMMANDS: readonly TmuxCommand[] = [
  {
    names: ['list-panes', 'lsp'],
    options: 'a s t= F= f=',
    usage: '[-as] [-F format] [-t target-window]',
    run: listPanes,
  },
  {
    names: ['split-window', 'splitw'],
    options: 'b d f h I v P Z c= e= l= p= t= F=',
    usage: '[-bdefhIPvZ] [-c start-directory] [-l size] [-t target-pane] [command]',
    run: splitWindow,
  },
  {
    names: ['select-pane', 'selectp'],
    options: 'D d e L l M m R T= U Z t=',
    usage: '[-DdeLlMmRUZ] [-T title] [-t target-pane]',
    run: selectPane,
  },
  { names: ['last-pane', 'lastp'], options: 'd e Z t=', usage: '[-deZ] [-t target-window]', run: lastPane },
  {
    names: ['kill-pane', 'killp'],
    options: 'a t=',
    usage: '[-a] [-t target-pane]',
    run(call) {
      const { window, pane } = target(call, call.options.get('t'));
      const gone = call.options.has('a') ? panesOf(window.layout).filter((other) => other !== pane) : [pane];
      for (const one of gone) call.server.killPane(one);
      return '';
    },
  },
  {
    names: ['resize-pane', 'resizep'],
    options: 'D L M R T U Z x= y= t=',
    usage: '[-DLMRTUZ] [-x width] [-y height] [-t target-pane] [adjustment]',
    run: resizePane,
  },
  {
    names: ['select-layout', 'selectl'],
    options: 'E n o p t=',
    usage: '[-Enop] [-t target-pane] [layout-name]',
    run: (call) => selectLayout(call, call.args[0] ?? 'even-horizontal'),
  },
  {
    names: ['next-layout', 'nextl'],
    options: 't=',
    usage: '[-t target-window]',
    run(call) {
      const { window } = target(call, call.options.get('t'));
      const turns = (nextLayout.get(window) ?? -1) + 1;
      nextLayout.set(window, turns);
      return selectLayout(call, LAYOUTS[turns % LAYOUTS.length] as string);
    },
  },
  {
    names: ['swap-pane', 'swapp'],
    options: 'd D U Z s= t=',
    usage: '[-dDUZ] [-s src-pane] [-t dst-pane]',
    run: swapPane,
  },
  {
    names: ['send-keys', 'send'],
    options: 'F H K l M R X c= N= t=',
    usage: '[-FHKlMRX] [-t target-pane] key ...',
    run: sendKeys,
  },
  {
    names: ['send-prefix'],
    options: '2 t=',
    usage: '[-2] [-t target-pane]',
    run(call) {
      target(call, call.options.get('t')).pane.master.input(typedBy(call.server.option('prefix')));
      return '';
    },
  },
  {
    names: ['capture-pane', 'capturep'],
    options: 'a C e J N p P q T b= E= S= t=',
    usage: '[-aCeJNpPqT] [-b buffer-name] [-E end-line] [-S start-line] [-t target-pane]',
    run: capturePane,
  },
  {
    names: ['copy-mode'],
    options: 'e H M q u s= t=',
    usage: '[-eHMqu] [-s src-pane] [-t target-pane]',
    run(call) {
      const { pane } = target(call, call.options.get('t'));
      const mode = pane.enterCopyMode(call.server.option('mode-keys') === 'vi');
      if (call.options.has('u')) mode.page(-1);
      call.server.changed.notify();
      return '';
    },
  },
  {
    names: ['paste-buffer', 'pasteb'],
    options: 'd p r b= s= t=',
    usage: '[-dpr] [-s separator] [-b buffer-name] [-t target-pane]',
    run(call) {
      const { pane } = target(call, call.options.get('t'));
      pane.master.input((call.server.buffers[0] ?? '').replaceAll('\n', '\r'));
      return '';
    },
  },
  {
    names: ['list-buffers', 'lsb'],
    options: 'F= f=',
    usage: '[-F format]',
    run: ({ server }) =>
      server.buffers
        .map(
          (text, i) => `buffer${i}: ${text.length} bytes: "${text.slice(0, 50).replaceAll('\n', '\\n')}"\n`,
        )
        .join(''),
  },
  {
    names: ['show-buffer', 'showb'],
    options: 'b=',
    usage: '[-b buffer-name]',
    run: ({ server }) => server.buffers[0] ?? missingBuffer(),
  },
  {
    names: ['display-panes', 'displayp'],
    options: 'b N d= t=',
    usage: '[-bN] [-d duration] [-t target-client] [template]',
    run({ server, viewer, options }) {
      viewer?.showNumbers(Number(options.get('d') ?? server.option('display-panes-time')));
      return '';
    },
  },
  {
    names: ['clock-mode'],
    options: 't=',
    usage: '[-t target-pane]',
    run(call) {
      target(call, call.options.get('t')).pane.clock = true;
      call.server.changed.notify();
      return '';
    },
  },
];
