import { OptionError, parseOptions } from '../../options.ts';
import { canonicalKey } from './bindings.ts';
import { type Invocation, type Origin, splitWords, type TmuxCommand, target } from './command.ts';
import { expand, subjectOf } from './format.ts';
import { MOVE_COMMANDS } from './move-commands.ts';
import { OPTIONS } from './options.ts';
import { PANE_COMMANDS } from './pane-commands.ts';
import { TmuxError, type Viewer } from './server.ts';
import { SESSION_COMMANDS, WINDOW_COMMANDS } from './session-commands.ts';
import { shellCommands } from './shell-commands.ts';

function setOption(call: Invocation): string {
  const { server, options, args } = call;
  const [name = '', value] = args;
  if (name === '') throw new TmuxError('usage: set-option [-aFgopqsuUw] [-t target-pane] option [value]');
  if (!server.options.has(name) && !name.startsWith('@')) {
    if (options.has('q')) return '';
    throw new TmuxError(`invalid option: ${name}`);
  }
  const before = server.option(name);
  if (options.has('u')) server.options.set(name, OPTIONS[name] ?? '');
  else if (value === undefined && (before === 'on' || before === 'off'))
    server.options.set(name, before === 'on' ? 'off' : 'on');
  else server.options.set(name, options.has('a') ? before + (value ?? '') : (value ?? ''));
  for (const session of server.sessions)
    for (const window of session.windows.values()) server.fit(window, window.columns, window.rows);
  server.changed.notify();
  return '';
}

function bindKey({ server, options, args }: Invocation): string {
  const [key, ...command] = args;
  if (key === undefined)
    throw new TmuxError('usage: bind-key [-nr] [-T key-table] [-N note] key [command [arguments]]');
  const table = options.has('n') || options.get('T') === 'root' ? 'root' : 'prefix';
  server.bindings[table].set(canonicalKey(key), command);
  return '';
}

function unbindKey({ server, options, args }: Invocation): string {
  const table = options.has('n') || options.get('T') === 'root' ? 'root' : 'prefix';
  if (options.has('a')) server.bindings[table].clear();
  else server.bindings[table].delete(canonicalKey(args[0] ?? ''));
  return '';
}

function sourceFile(call: Invocation): string {
  let out = '';
  for (const path of call.args) {
    const text = call.read(path);
    if (text === undefined) {
      if (!call.options.has('q')) throw new TmuxError(`${path}: No such file or directory`);
      continue;
    }
    out += runScript(call, text, path);
  }
  return out;
}

/** Runs a file of commands; errors name the file and line, the others are still run. */
export function runScript(origin: Origin, text: string, path: string): string {
  const errors: string[] = [];
  const lines = text.replace(/\\\n/g, ' ').split('\n');
  for (const [i, line] of lines.entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    try {
      runLine(origin, splitWords(line));
    } catch (error) {
      if (!(error instanceof TmuxError)) throw error;
      errors.push(`${path}:${i + 1}: ${error.message}\n`);
    }
  }
  return errors.join('');
}

function displayMessage(call: Invocation): string {
  const { server, viewer, options, args } = call;
  const { session, index, window, pane } = target(call, options.get('t'));
  const format =
    args[0] ??
    '[#{session_name}] #{window_index}:#{window_name}, current pane #{pane_index} - (%H:%M %d-%b-%y)';
  const text = expand(server, { session, index, window, pane }, format);
  if (options.has('p')) return `${text}\n`;
  if (viewer) viewer.message = text;
  return '';
}

/** Puts words into the place of `%%`, or at the end. */
function withAnswer(template: readonly string[], answer: string): string[] {
  return template.some((word) => word.includes('%%') || word.includes('%1'))
    ? template.map((word) => word.replaceAll('%%', answer).replaceAll('%1', answer))
    : [...template, answer];
}

function commandPrompt(call: Invocation): string {
  const { viewer, server, options, args } = call;
  if (!viewer?.session) throw new TmuxError('no current client');
  const initial = expand(server, subjectOf(server, viewer.session), options.get('I') ?? '');
  const title = options.get('p') ?? (args[0] === undefined ? ':' : `(${args[0]}) `);
  viewer.ask(title, initial, (answer) => {
    runFor(
      call,
      viewer,
      args.length === 0 ? splitWords(answer) : withAnswer(splitWords(args.join(' ')), answer),
    );
  });
  return '';
}

function confirmBefore(call: Invocation): string {
  const { viewer, server, options, args } = call;
  if (!viewer?.session) throw new TmuxError('no current client');
  const text = options.get('p') ?? `Confirm '${args[0]}'? (y/n)`;
  viewer.ask(`${expand(server, subjectOf(server, viewer.session), text)} `, '', (answer) => {
    if (answer === 'y') runFor(call, viewer, args);
  });
  return '';
}

/** Runs a command that a key or a prompt of a client asks for; what it says is shown there. */
export function runFor(origin: Origin, viewer: Viewer, words: readonly string[]): void {
  if (words.length === 0) return;
  try {
    const text = runLine({ ...origin, viewer, session: viewer.session }, words);
    if (text !== '') viewer.showText(text);
  } catch (error) {
    if (!(error instanceof TmuxError)) throw error;
    viewer.message = error.message.charAt(0).toUpperCase() + error.message.slice(1);
  }
}

/** Options, keys, and what is asked of the user. */
const SERVER_COMMANDS: readonly TmuxCommand[] = [
  {
    names: ['set-option', 'set', 'set-window-option', 'setw'],
    options: 'a F g o p q s u U w t=',
    usage: '',
    run: setOption,
  },
  {
    names: ['show-options', 'show', 'show-window-options', 'showw'],
    options: 'A g H p q s v w t=',
    usage: '[-AgHpqsvw] [-t target-pane] [option]',
    run({ server, options, args }) {
      const [name] = args;
      if (name !== undefined && !server.options.has(name)) throw new TmuxError(`invalid option: ${name}`);
      return [...server.options]
        .filter(([key]) => name === undefined || key === name)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) =>
          options.has('v')
            ? `${value}\n`
            : `${key} ${/[^\w-]/.test(value) ? JSON.stringify(value) : value}\n`,
        )
        .join('');
    },
  },
  { names: ['bind-key', 'bind'], options: 'n r T= N=', usage: '', run: bindKey },
  { names: ['unbind-key', 'unbind'], options: 'a n q T=', usage: '', run: unbindKey },
  {
    names: ['list-keys', 'lsk'],
    options: '1 a N P= T=',
    usage: '[-1aN] [-T key-table]',
    run: ({ server }) =>
      (['prefix', 'root'] as const)
        .flatMap((table) =>
          [...server.bindings[table]].map(
            ([key, command]) => `bind-key    -T ${table.padEnd(12)} ${key.padEnd(9)} ${command.join(' ')}\n`,
          ),
        )
        .join(''),
  },
  { names: ['source-file', 'source'], options: 'F n q v t=', usage: '[-Fnqv] path ...', run: sourceFile },
  {
    names: ['display-message', 'display'],
    options: 'a c= d= I l N p t= v',
    usage: '[-aIlNpv] [-t target-pane] [message]',
    run: displayMessage,
  },
  {
    names: ['command-prompt'],
    options: '1 b F k i N I= p= t= T=',
    usage: '[-1bFkiN] [-I inputs] [-p prompts] [template]',
    run: commandPrompt,
  },
  {
    names: ['confirm-before', 'confirm'],
    options: 'b y c= p= t=',
    usage: '[-by] [-p prompt] command',
    run: confirmBefore,
  },
  {
    names: ['list-commands', 'lscm'],
    options: 'F=',
    usage: '[-F format] [command]',
    run: () =>
      COMMANDS.filter(({ usage }) => usage !== '')
        .map(({ names, usage }) => `${names[0]} ${names[1] ? `(${names[1]}) ` : ''}${usage}\n`)
        .join(''),
  },
];

const COMMANDS: readonly TmuxCommand[] = [
  ...SESSION_COMMANDS,
  ...WINDOW_COMMANDS,
  ...PANE_COMMANDS,
  ...MOVE_COMMANDS,
  ...shellCommands(runLine),
  ...SERVER_COMMANDS,
];

function find(name: string): TmuxCommand {
  const exact = COMMANDS.find(({ names }) => names.includes(name));
  if (exact) return exact;
  const found = COMMANDS.filter(({ names }) => names[0]?.startsWith(name));
  if (found.length > 1)
    throw new TmuxError(
      `ambiguous command: ${name}, could be: ${found.map(({ names }) => names[0]).join(', ')}`,
    );
  if (!found[0]) throw new TmuxError(`unknown command: ${name}`);
  return found[0];
}

/** Whether a command makes a server where there is none. */
export function startsServer(words: readonly string[]): boolean {
  const name = words[0] ?? 'new-session';
  return ['new-session', 'new', 'start-server', 'start'].includes(name);
}

/** Runs commands separated by `;`. Returns what they print. Throws TmuxError. */
export function runLine(origin: Origin, words: readonly string[]): string {
  const parts: string[][] = [[]];
  for (const word of words) {
    if (word === ';') parts.push([]);
    else if (word.endsWith(';') && word.length > 1) {
      parts.at(-1)?.push(word.slice(0, -1));
      parts.push([]);
    } else parts.at(-1)?.push(word);
  }
  let out = '';
  let session = origin.session;
  for (const [name = '', ...args] of parts) {
    if (name === '') continue;
    const command = find(name);
    try {
      const options = parseOptions(args, command.options, true);
      const before = origin.server.sessions.length;
      out += command.run({ ...origin, session, options, args: options.operands });
      if (origin.server.sessions.length > before) session = origin.server.sessions.at(-1);
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      const letter = /'(?:--?)?([^']+)'/.exec(error.message)?.[1] ?? '';
      throw new TmuxError(
        error.message.includes('requires')
          ? `command ${command.names[0]}: -${letter} expects an argument`
          : `command ${command.names[0]}: unknown flag -${letter}`,
      );
    }
  }
  return out;
}
