import type { Context } from '../../../host/index.ts';
import { directory, type Invocation, sessionTarget, type TmuxCommand, target } from './command.ts';
import { expand, flagsOf, subjectOf } from './format.ts';
import { panesOf } from './layout.ts';
import { type Session, TmuxError } from './server.ts';

function newSession(call: Invocation): string {
  const { server, options, args } = call;
  const name = options.get('s');
  const known = name === undefined ? undefined : server.sessions.find((session) => session.name === name);
  if (options.has('A') && known) return attachTo(call, known);
  const session = server.newSession({
    name,
    env: call.env,
    cwd: options.get('c') ?? call.cwd,
    command: args.length > 0 ? args.join(' ') : undefined,
    windowName: options.get('n'),
    size: {
      columns: Number(options.get('x') ?? call.size.columns),
      rows: Number(options.get('y') ?? call.size.rows) - 1,
    },
  });
  if (options.has('d')) return options.has('P') ? `${session.name}:\n` : '';
  return attachTo(call, session);
}

function attachTo({ server, viewer, options }: Invocation, session: Session): string {
  if (!viewer) throw new TmuxError('open terminal failed: not a terminal');
  if (options.has('d'))
    for (const other of server.viewers)
      if (other !== viewer && other.session === session)
        other.goodbye = `[detached (from session ${session.name})]`;
  viewer.session = session;
  server.changed.notify();
  return '';
}

function listSessions({ server, options }: Invocation): string {
  if (server.sessions.length === 0) throw new TmuxError(noServer(server.context));
  return [...server.sessions]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((session) => {
      const format = options.get('F');
      if (format !== undefined) return `${expand(server, subjectOf(server, session), format)}\n`;
      const attached = [...server.viewers].some((viewer) => viewer.session === session);
      const count = session.windows.size;
      return `${session.name}: ${count} windows (created ${created(session.createdAt)})${attached ? ' (attached)' : ''}\n`;
    })
    .join('');
}

function created(ms: number): string {
  const date = new Date(ms);
  const [day, month, number, year] = date
    .toUTCString()
    .replace(/^(\w+), (\d+) (\w+) (\d+).*/, '$1 $3 $2 $4')
    .split(' ');
  return `${day} ${month} ${String(Number(number)).padStart(2)} ${date.toISOString().slice(11, 19)} ${year}`;
}

/** The file at which a user's server is found. */
export function socketPath({ credentials }: Context, socket = 'default'): string {
  return `/tmp/tmux-${credentials.uid}/${socket}`;
}

/** A server that ended leaves its socket behind. */
export function noServer(context: Context, socket?: string): string {
  const path = socketPath(context, socket);
  return context.fs.exists(path)
    ? `no server running on ${path}`
    : `error connecting to ${path} (No such file or directory)`;
}

function attachTarget(call: Invocation): Session {
  const { server, options } = call;
  const name = options.get('t');
  if (server.sessions.length === 0) throw new TmuxError('no sessions');
  return name === undefined ? (server.sessions.at(-1) as Session) : sessionTarget(call);
}

function switchClient(call: Invocation): string {
  const { server, viewer, options } = call;
  if (!viewer?.session) throw new TmuxError('no current client');
  const at = server.sessions.indexOf(viewer.session);
  const step = options.has('n') ? 1 : options.has('p') ? -1 : 0;
  const count = server.sessions.length;
  viewer.session = step === 0 ? sessionTarget(call) : server.sessions[(at + step + count) % count];
  server.changed.notify();
  return '';
}

function listWindows(call: Invocation): string {
  const { server, options } = call;
  const sessions = options.has('a') ? server.sessions : [target(call, options.get('t')).session];
  return sessions
    .flatMap((session) =>
      [...session.windows.keys()]
        .sort((a, b) => a - b)
        .map((index) => {
          const subject = subjectOf(server, session, index);
          const format = options.get('F');
          if (format !== undefined) return `${expand(server, subject, format)}\n`;
          const { window } = subject;
          const panes = panesOf(window.layout).length;
          const prefix = options.has('a') ? `${session.name}:` : '';
          return `${prefix}${index}: ${window.name}${flagsOf(server, subject)} (${panes} panes) [${window.columns}x${window.rows}] @${window.id}${index === session.current ? ' (active)' : ''}\n`;
        }),
    )
    .join('');
}

function moveBy(call: Invocation, text: string): string {
  const { session, index } = target(call, `${call.options.get('t')?.replace(/:?$/, ':') ?? ':'}${text}`);
  call.server.select(session, index);
  return '';
}

/** Sessions and their clients. */
export const SESSION_COMMANDS: readonly TmuxCommand[] = [
  {
    names: ['new-session', 'new'],
    options: 'A d D E P X s= n= c= x= y= t= e= f= F=',
    usage: '[-AdDEPX] [-c start-directory] [-s session-name] [-n window-name] [command]',
    run: newSession,
  },
  {
    names: ['attach-session', 'attach', 'a', 'at'],
    options: 'd E r x c= t= f=',
    usage: '[-dErx] [-c working-directory] [-t target-session]',
    run: (call) => attachTo(call, attachTarget(call)),
  },
  { names: ['list-sessions', 'ls'], options: 'F= f=', usage: '[-F format] [-f filter]', run: listSessions },
  {
    names: ['has-session', 'has'],
    options: 't=',
    usage: '[-t target-session]',
    run: (call) => (sessionTarget(call) ? '' : ''),
  },
  {
    names: ['kill-session'],
    options: 'a C t=',
    usage: '[-aC] [-t target-session]',
    run(call) {
      const { session } = target(call, call.options.get('t'));
      const gone = call.options.has('a')
        ? call.server.sessions.filter((other) => other !== session)
        : [session];
      for (const one of [...gone]) call.server.killSession(one);
      return '';
    },
  },
  {
    names: ['kill-server'],
    options: '',
    usage: '',
    run({ server }) {
      for (const session of [...server.sessions]) server.killSession(session);
      return '';
    },
  },
  {
    names: ['rename-session', 'rename'],
    options: 't=',
    usage: '[-t target-session] new-name',
    run(call) {
      const [name = ''] = call.args;
      if (call.server.sessions.some((other) => other.name === name))
        throw new TmuxError(`duplicate session: ${name}`);
      sessionTarget(call).name = name;
      call.server.changed.notify();
      return '';
    },
  },
  {
    names: ['detach-client', 'detach'],
    options: 'a P s= t= E=',
    usage: '[-aP] [-s target-session] [-t target-client]',
    run({ server, viewer, options, session }) {
      const all =
        options.has('s') || !viewer
          ? [...server.viewers].filter((one) => !session || one.session === session)
          : [viewer];
      for (const one of all) one.goodbye = `[detached (from session ${one.session?.name})]`;
      server.changed.notify();
      return '';
    },
  },
  {
    names: ['switch-client', 'switchc'],
    options: 'n p l t= E r',
    usage: '[-nlp] [-t target-session]',
    run: switchClient,
  },
  {
    names: ['list-clients', 'lsc'],
    options: 't= F=',
    usage: '[-t target-session]',
    run: ({ server }) =>
      [...server.viewers]
        .filter((one) => one.session)
        .map(
          (one) =>
            `${one.tty}: ${one.session?.name} [${one.size.columns}x${one.size.rows} xterm-256color] (attached,focused,UTF-8)\n`,
        )
        .join(''),
  },
  {
    names: ['refresh-client', 'refresh'],
    options: 'c D L R S U A= C= t=',
    usage: '[-cDLRSU]',
    run({ server }) {
      server.changed.notify();
      return '';
    },
  },
  {
    names: ['start-server', 'start'],
    options: '',
    usage: '',
    run: () => '',
  },
];

/** Windows of a session. */
export const WINDOW_COMMANDS: readonly TmuxCommand[] = [
  {
    names: ['new-window', 'neww'],
    options: 'a b d k S P n= c= t= e= F=',
    usage: '[-abdkPS] [-c start-directory] [-n window-name] [-t target-window] [command]',
    run(call) {
      const { server, options, args } = call;
      const wanted = options.get('t');
      const [, place = '', number] = /^(?:(.*):)?(\d+)?$/.exec(wanted ?? '') ?? [];
      const { session, pane } = target(call, place === '' ? undefined : `${place}:`);
      server.newWindow(session, {
        name: options.get('n'),
        command: args.length > 0 ? args.join(' ') : undefined,
        cwd: directory(call, session, pane),
        ...(number === undefined ? {} : { index: Number(number) }),
        background: options.has('d'),
      });
      return '';
    },
  },
  {
    names: ['kill-window', 'killw'],
    options: 'a t=',
    usage: '[-a] [-t target-window]',
    run(call) {
      const { session, index } = target(call, call.options.get('t'));
      const gone = call.options.has('a')
        ? [...session.windows.keys()].filter((other) => other !== index)
        : [index];
      for (const one of gone) call.server.killWindow(session, one);
      return '';
    },
  },
  {
    names: ['rename-window', 'renamew'],
    options: 't=',
    usage: '[-t target-window] new-name',
    run(call) {
      const { window } = target(call, call.options.get('t'));
      window.name = call.args[0] ?? '';
      window.autoName = false;
      call.server.changed.notify();
      return '';
    },
  },
  {
    names: ['select-window', 'selectw'],
    options: 'l n p T t=',
    usage: '[-lnpT] [-t target-window]',
    run(call) {
      const { options } = call;
      if (options.has('n')) return moveBy(call, '+');
      if (options.has('p')) return moveBy(call, '-');
      if (options.has('l')) return moveBy(call, '!');
      const { session, index } = target(call, options.get('t'));
      call.server.select(session, index);
      return '';
    },
  },
  {
    names: ['next-window', 'next'],
    options: 'a t=',
    usage: '[-a] [-t target-session]',
    run: (call) => moveBy(call, '+'),
  },
  {
    names: ['previous-window', 'prev'],
    options: 'a t=',
    usage: '[-a] [-t target-session]',
    run: (call) => moveBy(call, '-'),
  },
  {
    names: ['last-window', 'last'],
    options: 't=',
    usage: '[-t target-session]',
    run: (call) => moveBy(call, '!'),
  },
  {
    names: ['list-windows', 'lsw'],
    options: 'a t= F= f=',
    usage: '[-a] [-F format] [-t target-session]',
    run: listWindows,
  },
  {
    names: ['choose-tree'],
    options: 'G N r s w Z F= f= K= O= t=',
    usage: '[-GNrswZ]',
    run({ viewer, options }) {
      viewer?.choose(!options.has('s'));
      return '';
    },
  },
];
