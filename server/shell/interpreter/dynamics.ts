import { Indexed } from './indexed.ts';
import type { Shell } from './shell.ts';

/** Defines the variables whose values the shell makes when they are looked at. */
export function registerDynamics(shell: Shell): void {
  const { variables } = shell;
  defineAll(shell);
  const known = shell.dialect.variables;
  if (known) for (const name of variables.dynamicNames()) if (!known.has(name)) variables.forgetDynamic(name);
}

function defineAll(shell: Shell): void {
  const { variables } = shell;
  let secondsBase = 0;
  variables.define('RANDOM', {
    get: () => String(nextRandom(shell)),
    set: (value) => {
      shell.randomState = Number.parseInt(value, 10) >>> 0 || 1;
    },
  });
  variables.define('SRANDOM', { get: () => String(shell.context.host.random.bits()) });
  variables.define('SECONDS', {
    get: () => String(Math.floor((shell.context.now - shell.startedAt) / 1000) + secondsBase),
    set: (value) => {
      shell.startedAt = shell.context.now;
      secondsBase = Number.parseInt(value, 10) || 0;
    },
  });
  variables.define('LINENO', { get: () => String(shell.line) });
  variables.define('EPOCHSECONDS', { get: () => String(Math.floor(shell.context.now / 1000)) });
  variables.define('EPOCHREALTIME', {
    get: () =>
      `${Math.floor(shell.context.now / 1000)}.${String(Math.floor((shell.context.now % 1000) * 1000)).padStart(6, '0')}`,
  });
  variables.define('BASHPID', { get: () => String(shell.context.process.nspid) });
  variables.define('BASH_SUBSHELL', { get: () => String(shell.subshellDepth) });
  variables.define('BASH_COMMAND', { get: () => shell.currentText });
  variables.define('HISTCMD', { get: () => String(shell.history.next) });
  variables.define('PIPESTATUS', { get: () => Indexed.of(shell.pipeStatus.map(String)) });
  variables.define('GROUPS', { get: () => Indexed.of(groupsOf(shell).map(String)) });
  variables.define('DIRSTACK', {
    get: () => Indexed.of([variables.get('PWD') ?? shell.context.cwd, ...shell.directories]),
  });
  variables.define('SHELLOPTS', { get: () => shell.options.enabled() });
  variables.define('BASHOPTS', { get: () => shell.options.enabledShopt() });
  variables.define('BASH_ARGV0', {
    get: () => shell.arg0,
    set: (value) => {
      shell.arg0 = value;
    },
  });
  registerFrames(shell);
}

function groupsOf(shell: Shell): readonly number[] {
  const { gid, groups } = shell.context.credentials;
  return [...new Set([gid, ...groups])];
}

function registerFrames(shell: Shell): void {
  const { variables } = shell;
  const inner = () => [...shell.frames].reverse();
  variables.define('FUNCNAME', {
    get: () => {
      if (!shell.inFunction) return undefined;
      const names = inner().map((frame) => (frame.kind === 'source' ? 'source' : frame.name));
      return Indexed.of(shell.invocation.command ? names : [...names, 'main']);
    },
  });
  variables.define('BASH_SOURCE', {
    get: () => {
      const names = inner().map((frame) => frame.source.name);
      return Indexed.of(shell.invocation.command || shell.interactive ? names : [...names, shell.arg0]);
    },
  });
  variables.define('BASH_LINENO', {
    get: () => {
      const lines = inner().map((frame) => String(frame.callLine));
      return Indexed.of(shell.invocation.command || shell.interactive ? lines : [...lines, '0']);
    },
  });
}

// Models bash lib/sh/random.c brand
function nextRandom(shell: Shell): number {
  const last = shell.randomState === 0 ? 123459876 : shell.randomState;
  const high = Math.floor(last / 127773);
  const low = last - 127773 * high;
  const next = 16807 * low - 2836 * high;
  shell.randomState = next < 0 ? next + 0x7fffffff : next;
  return ((shell.randomState >>> 16) ^ (shell.randomState & 65535)) & 0x7fff;
}
