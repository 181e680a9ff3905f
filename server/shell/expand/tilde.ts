import type { Shell } from '../interpreter/shell.ts';

/** The directory that `~NAME` means; undefined when it means none. */
export function expandTilde(shell: Shell, name: string): string | undefined {
  if (name === '') return shell.variables.get('HOME') ?? homeOf(shell, shell.context.credentials.uid);
  if (shell.posix && /^[-+\d]/.test(name)) return undefined;
  if (name === '+') return shell.variables.get('PWD');
  if (name === '-') return shell.variables.get('OLDPWD');
  if (/^[+-]?\d+$/.test(name)) return directory(shell, name);
  return homeOf(shell, name);
}

function directory(shell: Shell, spec: string): string | undefined {
  const stack = [shell.variables.get('PWD') ?? shell.context.cwd, ...shell.directories];
  return spec.startsWith('-') ? stack.at(-1 - Number(spec.slice(1))) : stack[Number(spec)];
}

/** Home of a user by name or uid, from `/etc/passwd`. */
export function homeOf(shell: Shell, user: string | number): string | undefined {
  return passwdEntry(shell, user)?.[5];
}

/** The fields of a line of `/etc/passwd`. */
export function passwdEntry(shell: Shell, user: string | number): string[] | undefined {
  const { fs } = shell.context;
  if (!fs.can('/etc/passwd', 'read')) return undefined;
  return fs
    .read('/etc/passwd')
    .split('\n')
    .map((line) => line.split(':'))
    .find((fields) => (typeof user === 'number' ? fields[2] === String(user) : fields[0] === user));
}
