import { parse } from 'unbash';
import { type Context, isSystemError } from '../host/index.ts';
import type { Steps } from '../sim/index.ts';
import { BUILTINS } from './builtins/index.ts';
import type { Command } from './command.ts';
import { BANNER, isApplet } from './commands/core/applet.ts';
import { builtinsOf } from './dialect/almquist.ts';
import { ASH, BASH, DASH, type Dialect } from './dialect/dialect.ts';
import { becomeInteractive, runInteractive } from './interactive.ts';
import type { Builtin } from './interpreter/builtin.ts';
import { registerDynamics } from './interpreter/dynamics.ts';
import { ENGINE } from './interpreter/engine.ts';
import { toExitStatus } from './interpreter/fork.ts';
import { Indexed } from './interpreter/indexed.ts';
import { openHereDocument } from './interpreter/open-heredoc.ts';
import { SET_OPTIONS } from './interpreter/options.ts';
import { readLine } from './interpreter/read-line.ts';
import { Shell } from './interpreter/shell.ts';
import { Source } from './interpreter/source.ts';
import { runProfiles, sourceIfThere } from './interpreter/startup.ts';
import { isIncomplete } from './interpreter/syntax-error.ts';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A shell in this process, its variables taken from the environment. */
export function createShell(context: Context, arg0: string, dialect: Dialect = BASH): Shell {
  const shell = new Shell(context, ENGINE, arg0);
  shell.dialect = dialect;
  shell.builtins = builtinsIn(dialect);
  shell.registerDynamics = registerDynamics;
  registerDynamics(shell);
  const { variables } = shell;
  for (const [name, value] of context.env) {
    if (/^[A-Za-z_]\w*$/.test(name)) variables.put(name, value, true);
    else if (/^BASH_FUNC_.*%%$/.test(name)) importFunction(shell, name.slice(10, -2), value);
  }
  if (!variables.get('PATH')) variables.put('PATH', DEFAULT_PATH);
  const pwd = variables.get('PWD');
  if (!pwd || !samePlace(context, pwd)) variables.put('PWD', context.cwd, true);
  if (!variables.find('OLDPWD')) variables.ensure('OLDPWD').exported = true;
  variables.put('SHLVL', String((Number.parseInt(variables.get('SHLVL') ?? '0', 10) || 0) + 1), true);
  variables.put('_', arg0);
  variables.put('IFS', ' \t\n');
  variables.put('PS4', '+ ');
  variables.put('OPTIND', '1');
  variables.put('OPTERR', '1');
  setFacts(shell);
  shell.settle();
  return shell;
}

const builtins = new Map<Dialect, ReadonlyMap<string, Builtin>>();

function builtinsIn(dialect: Dialect): ReadonlyMap<string, Builtin> {
  let found = builtins.get(dialect);
  if (!found) {
    found = builtinsOf(dialect, BUILTINS);
    builtins.set(dialect, found);
  }
  return found;
}

function samePlace(context: Context, path: string): boolean {
  return path.startsWith('/') && context.fs.isDirectory(path) && context.fs.realpath(path) === context.cwd;
}

function importFunction(shell: Shell, name: string, value: string): void {
  const source = new Source(`${name} ${value}`, 'environment');
  const statement = parse(source.text).commands[0]?.command;
  if (statement?.type === 'Function') shell.functions.set(name, { node: statement, source, exported: true });
}

function setFacts(shell: Shell): void {
  const { variables, context } = shell;
  const facts: [string, string][] = [
    ['BASH', '/bin/bash'],
    ['BASH_VERSION', '5.2.21(1)-release'],
    ['HOSTNAME', context.hostname],
    ['HOSTTYPE', 'x86_64'],
    ['MACHTYPE', 'x86_64-pc-linux-gnu'],
    ['OSTYPE', 'linux-gnu'],
    ['COMP_WORDBREAKS', ' \t\n"\'><=;|&(:'],
  ];
  if (shell.posix) {
    variables.put('PPID', String(parentPid(shell)));
    for (const [name, value] of [
      ['PS1', shell.ash ? '\\w \\$ ' : context.credentials.uid === 0 ? '# ' : '$ '],
      ['PS2', '> '],
    ] as const)
      if (variables.get(name) === undefined) variables.put(name, value);
    if (shell.ash) variables.put('HOSTNAME', context.hostname);
    return;
  }
  for (const [name, value] of facts) variables.put(name, value);
  variables.put('BASH_VERSINFO', Indexed.of(['5', '2', '21', '1', 'release', 'x86_64-pc-linux-gnu']));
  variables.ensure('BASH_VERSINFO').readonly = true;
  for (const [name, value] of [
    ['UID', String(context.credentials.uid)],
    ['EUID', String(context.credentials.uid)],
    ['PPID', String(parentPid(shell))],
  ] as const) {
    variables.put(name, value);
    Object.assign(variables.ensure(name), { readonly: true, integer: true });
  }
}

function parentPid({ context }: Shell): number {
  return context.process.parent?.pidIn(context.process.namespace) ?? 0;
}

interface Invocation {
  command: string | undefined;
  stdin: boolean;
  interactive: boolean;
  login: boolean;
  noProfile: boolean;
  noRc: boolean;
  rcFile: string | undefined;
  rest: string[];
  problem: string | undefined;
  show: 'version' | 'help' | undefined;
}

function parseArguments(shell: Shell, args: readonly string[]): Invocation {
  const found: Invocation = {
    command: undefined,
    stdin: false,
    interactive: false,
    login: (args[0] ?? '').startsWith('-'),
    noProfile: false,
    noRc: false,
    rcFile: undefined,
    rest: [],
    problem: undefined,
    show: undefined,
  };
  let i = 1;
  let wantsCommand = false;
  for (; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--' || arg === '-') {
      i++;
      break;
    }
    if (arg.startsWith('--')) {
      if (arg === '--rcfile' || arg === '--init-file') found.rcFile = args[++i];
      else longOption(shell, found, arg);
      continue;
    }
    if (!/^[-+]./.test(arg)) break;
    for (const letter of arg.slice(1)) {
      if (letter === 'c') wantsCommand = true;
      else if (letter === 's') found.stdin = true;
      else if (letter === 'i') found.interactive = true;
      else if (letter === 'l') found.login = true;
      else if (letter === 'o' || letter === 'O') {
        const name = args[++i] ?? '';
        const known =
          letter === 'o'
            ? shell.options.knows(name) && !shell.dialect.unknownSettings?.has(name)
            : shell.options.knowsShopt(name) && !shell.posix;
        if (!known) found.problem = `${name}: invalid option name`;
        else if (letter === 'o') shell.options.set(name, arg[0] === '-');
        else shell.options.setShopt(name, arg[0] === '-');
      } else {
        const option = SET_OPTIONS.find(([, l]) => l === letter);
        if (option) shell.options.set(option[0], arg[0] === '-');
        else found.problem = `-${letter}: invalid option`;
      }
    }
  }
  found.rest = args.slice(i) as string[];
  if (wantsCommand) {
    found.command = found.rest.shift();
    if (found.command === undefined) found.problem ??= '-c: option requires an argument';
  }
  return found;
}

function longOption(shell: Shell, found: Invocation, arg: string): void {
  if (arg === '--login') found.login = true;
  else if (arg === '--noprofile') found.noProfile = true;
  else if (arg === '--norc') found.noRc = true;
  else if (arg === '--posix') shell.options.set('posix', true);
  else if (shell.posix) found.problem = '--: invalid option';
  else if (arg === '--version') found.show = 'version';
  else if (arg === '--help') found.show = 'help';
  else if (arg === '--verbose') shell.options.set('verbose', true);
  else if (arg !== '--noediting' && arg !== '--norc') found.problem = `${arg}: invalid option`;
}

const VERSION = `GNU bash, version 5.2.21(1)-release (x86_64-pc-linux-gnu)
Copyright (C) 2022 Free Software Foundation, Inc.
License GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>

This is free software; you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law.
`;

const USAGE = `Usage:	bash [GNU long option] [option] ...
	bash [GNU long option] [option] script-file ...
GNU long options:
	--debug
	--debugger
	--dump-po-strings
	--dump-strings
	--help
	--init-file
	--login
	--noediting
	--noprofile
	--norc
	--posix
	--pretty-print
	--rcfile
	--restricted
	--verbose
	--version
Shell options:
	-ilrsD or -c command or -O shopt_option		(invocation only)
	-abefhkmnptuvxBCEHPT or -o option
`;

function* main(context: Context, posix: boolean): Steps<number> {
  const given = context.args[0] ?? 'bash';
  const name = given.replace(/^-/, '');
  const shell = createShell(context, given, !posix ? BASH : isApplet(context, 'sh') ? ASH : DASH);
  if (posix) {
    shell.options.set('posix', true);
    for (const name of ['braceexpand', 'hashall']) shell.options.set(name, false);

    shell.options.setShopt('expand_aliases', true);
    shell.options.setShopt('globskipdots', false);
  }
  if (shell.ash && context.args.includes('--help')) {
    yield* shell.stderr(
      `${BANNER}\n\nUsage: sh [-il] [-|+Cabefmnuvx] [-|+o OPT]... [-c 'SCRIPT' [ARG0 ARGS] | FILE ARGS | -s ARGS]\n\nUnix shell interpreter\n`,
    );
    return 0;
  }
  const invocation = parseArguments(shell, context.args);
  if (invocation.problem !== undefined) {
    if (shell.posix) {
      yield* shell.stderr(
        `${shell.ash ? name : `${name}: 0`}: ${shell.dialect.invocationFault(invocation.problem)}\n`,
      );
      return 2;
    }
    yield* shell.stderr(`${name}: ${invocation.problem}\n`);
    if (/invalid option$/.test(invocation.problem)) yield* shell.stderr(USAGE);
    return 2;
  }
  if (invocation.show) {
    yield* context.out(invocation.show === 'version' ? VERSION : USAGE);
    return 0;
  }
  shell.login = invocation.login;
  shell.options.setShopt('login_shell', invocation.login);
  return yield* toExitStatus(shell, () => start(shell, invocation));
}

function* start(shell: Shell, invocation: Invocation): Steps<number> {
  const { context } = shell;
  const [file] = invocation.rest;
  const reads = invocation.command === undefined && (file === undefined || invocation.stdin);
  const interactive = invocation.interactive || (reads && context.isTerminal(0) && context.isTerminal(2));
  if (interactive && reads) return yield* runInteractive(shell, invocation);
  if (interactive) yield* becomeInteractive(shell, invocation);
  else if (invocation.login && !invocation.noProfile) yield* runProfiles(shell);
  const { command } = invocation;
  if (command !== undefined) {
    shell.invocation.command = true;
    if (file !== undefined) shell.arg0 = file;
    shell.positional = invocation.rest.slice(1);
    yield* runEnvironmentFile(shell);
    return yield* runCommandString(shell, command);
  }
  if (!reads && file !== undefined) {
    shell.positional = invocation.rest.slice(1);
    yield* runEnvironmentFile(shell);
    return yield* runFile(shell, file);
  }
  shell.invocation.stdin = true;
  shell.positional = invocation.rest;
  return yield* runStdin(shell);
}

/** `BASH_ENV` of a non-interactive shell. */
function* runEnvironmentFile(shell: Shell): Steps<void> {
  const file = shell.posix ? undefined : shell.variables.get('BASH_ENV');
  if (file) yield* sourceIfThere(shell, file);
}

function* runCommandString(shell: Shell, text: string): Steps<number> {
  const source = new Source(text, shell.arg0.replace(/^-/, ''), 1, '-c');
  const script = parse(text);
  const only = script.commands.length === 1 && !script.errors?.length ? script.commands[0] : undefined;
  shell.mayExec = only?.command.type === 'Command' && !only.background;
  shell.source = source;
  if (!shell.posix) shell.variables.put('BASH_EXECUTION_STRING', text);
  return yield* shell.engine.runText(shell, source, true);
}

function* runFile(shell: Shell, given: string): Steps<number> {
  const { context } = shell;
  let file = given;
  if (!file.includes('/') && !context.fs.isFile(file)) {
    const found = (shell.variables.get('PATH') ?? '')
      .split(':')
      .map((directory) => `${directory}/${file}`)
      .find((path) => context.fs.isFile(path));
    file = found ?? file;
  }
  let text: string;
  try {
    text = context.fs.read(file);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const what = error.code === 'EISDIR' ? 'Is a directory' : error.message;
    yield* shell.stderr(
      shell.posix
        ? shell.ash
          ? `${shell.arg0}: can't open '${given}': ${what}\n`
          : `sh: 0: cannot open ${given}: ${error.code === 'ENOENT' ? 'No such file' : what}\n`
        : `${shell.arg0}: ${given}: ${what}\n`,
    );
    if (shell.dialect.name === 'dash') return 2;
    return error.code === 'ENOENT' ? 127 : 126;
  }
  if (/\0/.test(text.slice(0, 80).split('\n', 1)[0] ?? '')) {
    yield* shell.stderr(`${given}: ${given}: cannot execute binary file\n`);
    return 126;
  }
  shell.arg0 = given;
  const source = new Source(text, given);
  shell.source = source;
  return yield* shell.engine.runText(shell, source, true);
}

/** A script on standard input: read command by command, so that commands may read what follows. */
function* runStdin(shell: Shell): Steps<number> {
  const name = shell.arg0.replace(/^-/, '');
  let status = 0;
  let text = '';
  let firstLine = 1;
  for (let line = 1; ; line++) {
    const read = yield* readLine(shell.context, 0);
    if (read.text === '' && !read.complete && text === '') return status;
    text += read.complete ? `${read.text}\n` : read.text;
    const { errors = [] } = parse(text);
    if (
      read.complete &&
      (text.endsWith('\\\n') || openHereDocument(text) || (errors.length > 0 && isIncomplete(text, errors)))
    ) {
      continue;
    }
    if (text.trim() !== '') {
      const source = new Source(text, name, firstLine);
      shell.source = source;
      status = yield* shell.engine.runText(shell, source, true);
      if (errors.length > 0) return status;
    }
    if (!read.complete) return status;
    text = '';
    firstLine = line + 1;
  }
}

export const bash: Command = {
  name: 'bash',
  summary: 'GNU Bourne-Again SHell',
  paths: ['/usr/bin/bash', '/bin/bash'],
  main: (context) => main(context, false),
};

export const sh: Command = {
  name: 'sh',
  summary: 'command interpreter (shell)',
  paths: ['/usr/bin/sh', '/bin/sh', '/usr/bin/dash', '/bin/dash'],
  main: (context) => main(context, true),
};
