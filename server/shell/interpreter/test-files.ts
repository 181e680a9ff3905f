import type { Context, Stat } from '../../host/index.ts';

const MODES: Record<string, (stat: Stat) => boolean> = {
  '-b': (stat) => stat.type === 'block',
  '-c': (stat) => stat.type === 'char',
  '-d': (stat) => stat.type === 'directory',
  '-f': (stat) => stat.type === 'file',
  '-g': (stat) => (stat.mode & 0o2000) !== 0,
  '-k': (stat) => (stat.mode & 0o1000) !== 0,
  '-p': (stat) => stat.type === 'fifo',
  '-s': (stat) => stat.size > 0,
  '-S': (stat) => stat.type === 'socket',
  '-u': (stat) => (stat.mode & 0o4000) !== 0,
  '-e': () => true,
  '-a': () => true,
  '-N': () => true,
};

/** The operators of `test` that look at a file. */
export function fileTest(context: Context, operator: string, path: string): boolean {
  const { fs } = context;
  if (operator === '-h' || operator === '-L') return fs.tryStat(path, false)?.type === 'symlink';
  const stat = path === '' ? undefined : fs.tryStat(path);
  if (!stat) return false;
  switch (operator) {
    case '-r':
      return fs.can(path, 'read');
    case '-w':
      return fs.can(path, 'write');
    case '-x':
      return fs.can(path, 'execute');
    case '-O':
      return stat.uid === context.credentials.uid;
    case '-G':
      return stat.gid === context.credentials.gid;
    default:
      return MODES[operator]?.(stat) === true;
  }
}

/** `-nt`, `-ot`, `-ef`. */
export function compareFiles(context: Context, operator: string, left: string, right: string): boolean {
  const a = context.fs.tryStat(left);
  const b = context.fs.tryStat(right);
  switch (operator) {
    case '-nt':
      return a !== undefined && (b === undefined || a.mtimeMs > b.mtimeMs);
    case '-ot':
      return b !== undefined && (a === undefined || a.mtimeMs < b.mtimeMs);
    case '-ef':
      return a !== undefined && b !== undefined && a.device === b.device && a.ino === b.ino;
    default:
      return false;
  }
}
