import type { Steps } from '../../../sim/index.ts';
import type { Editor } from './editor.ts';
import type { ExCommand, ExFunction } from './ex-command.ts';
import { fileName } from './ex-files.ts';
import type { Axis } from './frames.ts';
import { closeWindow, mayAbandon } from './leave.ts';
import type { Range } from './range.ts';
import { closeOthers, closeThis, fill, goToTab, split, windowCommand } from './window-command.ts';
import type { SplitRequest } from './workspace.ts';

/** What stands before a command and says where its window goes: `:vert`, `:bel`, … */
const MODIFIERS: readonly (readonly [string, string, Partial<SplitRequest>])[] = [
  ['vert', 'vertical', { axis: 'width' }],
  ['bel', 'belowright', { after: true }],
  ['rightb', 'rightbelow', { after: true }],
  ['abo', 'aboveleft', { after: false }],
  ['lefta', 'leftabove', { after: false }],
  ['to', 'topleft', { whole: true, after: false }],
  ['bo', 'botright', { whole: true, after: true }],
];

function modifier(request: Partial<SplitRequest>): ExFunction {
  return function* (editor, _bang, argument, _range, run) {
    const before = editor.splitting;
    editor.splitting = { ...before, ...request };
    try {
      yield* run(editor, argument);
    } finally {
      editor.splitting = before;
    }
  };
}

function sizeOf(range: Range): number {
  return range.given > 0 ? range.last + 1 : 0;
}

/** `:sp`, `:vs`, `:new`, `:sv`, `:sb`. */
function splitting(axis: Axis, kind: 'same' | 'new' | 'view' = 'same'): ExFunction {
  return function* (editor, _bang, argument, range) {
    const { window } = editor;
    const path = argument === '' ? undefined : fileName(editor, argument);
    split(editor, { axis, size: sizeOf(range), ...editor.splitting });
    if (path !== undefined || kind === 'new') yield* fill(editor, window, path);
    if (kind === 'view') editor.document.settings.readonly = true;
  };
}

const splitBuffer: ExFunction = function* (editor, _bang, argument, range, run) {
  split(editor, { axis: 'height', ...editor.splitting });
  yield* run(editor, `b ${argument || sizeOf(range) || ''}`);
};

function* resize(editor: Editor, _bang: boolean, argument: string, range: Range): Steps<void> {
  const { workspace, window } = editor;
  const axis = editor.splitting.axis ?? 'height';
  const signed = /^([-+])?(\d*)$/.exec(argument);
  if (!signed) editor.refuse('E475: Invalid argument: ' + argument);
  const number = signed[2] ? Number(signed[2]) : range.given > 0 ? sizeOf(range) : undefined;
  const by = number ?? 1;
  const wanted =
    signed[1] === '+' ? window[axis] + by : signed[1] === '-' ? window[axis] - by : (number ?? 9999);
  workspace.setSize(axis, wanted);
}

const newTab: ExFunction = function* (editor, _bang, argument, range) {
  const { workspace, window } = editor;
  const path = argument === '' ? undefined : fileName(editor, argument);
  workspace.openTab(range.given > 0 ? Math.min(range.last + 1, workspace.tabs.length) : undefined);
  yield* fill(editor, window, path);
};

/** `:tab sp`, `:tab new`: the window gets a tab page of its own. */
const tabModifier: ExFunction = function* (editor, _bang, argument, _range, run) {
  const [, word = '', rest = ''] = /^(\w+)\s*(.*)$/.exec(argument) ?? [];
  const { window } = editor;
  if (/^(sp|split|vs|vsplit|sv|sview)$/.test(word)) {
    editor.workspace.openTab();
    if (rest !== '') yield* fill(editor, window, fileName(editor, rest));
  } else if (/^v?new$/.test(word)) yield* newTab(editor, false, rest, { first: 0, last: 0, given: 0 }, run);
  else yield* run(editor, argument);
};

function* closeTab(editor: Editor, bang: boolean, argument: string, range: Range): Steps<void> {
  const { workspace } = editor;
  const { tabs } = workspace;
  if (tabs.length === 1) editor.refuse('E784: Cannot close last tab page');
  const number = Number(argument) || sizeOf(range);
  const tab = number ? tabs[number - 1] : workspace.tab;
  if (!tab) editor.refuse(`E475: Invalid argument: ${argument}`);
  for (const window of tab.frames.windows) {
    if (!bang && !mayAbandon(editor, window))
      editor.refuse('E37: No write since last change (add ! to override)');
    closeWindow(editor, window, false);
  }
}

function* onlyTab(editor: Editor, bang: boolean): Steps<void> {
  const { workspace } = editor;
  const { tab } = workspace;
  if (workspace.tabs.length === 1) {
    editor.say('Already only one tab page');
    return;
  }
  for (const other of workspace.tabs.filter((one) => one !== tab)) {
    const index = workspace.tabs.indexOf(other) + 1;
    yield* closeTab(editor, bang, String(index), { first: 0, last: 0, given: 0 });
  }
}

function tabStep(by: number): ExFunction {
  return function* (editor, _bang, argument, range) {
    const count = Number(argument) || sizeOf(range) || undefined;
    if (by > 0) goToTab(editor, by, count);
    else goToTab(editor, by * (count ?? 1));
  };
}

function* moveTab(editor: Editor, _bang: boolean, argument: string): Steps<void> {
  const { tabs, tab } = editor.workspace;
  const at = tabs.indexOf(tab);
  const relative = /^[-+]/.test(argument);
  const by = Number(/^[-+]$/.test(argument) ? `${argument}1` : argument);
  const to = argument === '' ? tabs.length - 1 : relative ? at + by : by > at ? by - 1 : by;
  tabs.splice(at, 1);
  tabs.splice(Math.max(0, Math.min(tabs.length, to)), 0, tab);
}

function* listTabs(editor: Editor): Steps<void> {
  const lines = editor.workspace.tabs.flatMap((tab, i) => [
    `Tab page ${i + 1}`,
    ...tab.frames.windows.map((window) => {
      const mark = window === editor.window ? '>' : ' ';
      return `${mark} ${window.document.buffer.modified ? '+' : ' '} ${window.document.name}`;
    }),
  ]);
  yield* editor.list(lines);
}

/** `:windo`, `:tabdo`: a command in each window, in each tab page. */
function everywhere(places: (editor: Editor) => (() => void)[]): ExFunction {
  return function* (editor, _bang, argument, _range, run) {
    for (const go of places(editor)) {
      go();
      yield* run(editor, argument);
    }
  };
}

/** Commands by the shortest name that is enough, with the full one. */
const COMMANDS: readonly ExCommand[] = [
  ...MODIFIERS.map(([short, full, request]): ExCommand => [short, full, modifier(request)]),
  ['tab', 'tab', tabModifier],
  ['sp', 'split', splitting('height')],
  ['vs', 'vsplit', splitting('width')],
  ['new', 'new', splitting('height', 'new')],
  ['vne', 'vnew', splitting('width', 'new')],
  ['sv', 'sview', splitting('height', 'view')],
  ['sb', 'sbuffer', splitBuffer],
  ['on', 'only', closeOthers],
  [
    'clo',
    'close',
    function* (editor, bang) {
      closeThis(editor, bang, false);
    },
  ],
  [
    'hid',
    'hide',
    function* (editor, bang) {
      closeThis(editor, bang, true);
    },
  ],
  ['res', 'resize', resize],
  [
    'winc',
    'wincmd',
    function* (editor, _bang, argument, range) {
      if (argument === '') editor.refuse('E471: Argument required');
      if (/^[wWoqc]/.test(argument) && sizeOf(range) > editor.workspace.windows.length)
        editor.refuse('E16: Invalid range');
      yield* windowCommand(editor, argument, sizeOf(range) || undefined);
    },
  ],
  [
    'windo',
    'windo',
    everywhere(({ workspace }) => workspace.windows.map((window) => () => workspace.enter(window))),
  ],
  [
    'tabd',
    'tabdo',
    everywhere(({ workspace }) =>
      workspace.tabs.map((tab) => () => workspace.goToTab(workspace.tabs.indexOf(tab))),
    ),
  ],
  ['tabnew', 'tabnew', newTab],
  ['tabe', 'tabedit', newTab],
  ['tabc', 'tabclose', closeTab],
  ['tabo', 'tabonly', onlyTab],
  ['tabn', 'tabnext', tabStep(1)],
  ['tabp', 'tabprevious', tabStep(-1)],
  ['tabN', 'tabNext', tabStep(-1)],
  [
    'tabfir',
    'tabfirst',
    function* (editor) {
      goToTab(editor, 0, 1);
    },
  ],
  [
    'tabr',
    'tabrewind',
    function* (editor) {
      goToTab(editor, 0, 1);
    },
  ],
  [
    'tabl',
    'tablast',
    function* (editor) {
      goToTab(editor, 0, editor.workspace.tabs.length);
    },
  ],
  ['tabm', 'tabmove', moveTab],
  ['tabs', 'tabs', listTabs],
];

/** A number before any of them counts rows, columns, windows or tab pages. */
export const WINDOW_COMMANDS = COMMANDS.map(([short, full, run]): ExCommand => [short, full, run, 'count']);
