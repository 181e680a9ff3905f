import { type Context, isSystemError } from '../../host/index.ts';

/** `--audit-log-maxsize` in MB, `--audit-log-maxbackup`, `--audit-log-maxage` in days; 0 is no limit but for the size. */
export interface AuditFileLimits {
  readonly maxSize: number;
  readonly maxBackups: number;
  readonly maxAge: number;
}

const MB = 1024 * 1024;
const DEFAULT_MAX_MB = 100;
const DAY_MS = 86_400_000;

/**
 * Appends to a file that makes room for a new one when it is large: the old one goes beside it, with the time in its
 * name. Models lumberjack Logger, which kube-apiserver writes its audit log with.
 */
export class AuditFile {
  readonly #context: Context;
  readonly #path: string;
  readonly #limits: AuditFileLimits;

  /** Makes the file and its directory. Throws SystemError. */
  constructor(context: Context, path: string, limits: AuditFileLimits) {
    this.#context = context;
    this.#path = path;
    this.#limits = limits;
    context.fs.mkdirAll(path.slice(0, path.lastIndexOf('/')) || '/', 0o700);
    context.fs.append(path, '', 0o600);
  }

  write(line: string): void {
    const { fs } = this.#context;
    try {
      const size = fs.tryStat(this.#path)?.size ?? 0;
      if (size > 0 && size + line.length > (this.#limits.maxSize || DEFAULT_MAX_MB) * MB) this.#rotate();
      fs.append(this.#path, line, 0o600);
    } catch (error) {
      // A full disk costs the events, not the requests.
      if (!isSystemError(error)) throw error;
    }
  }

  #rotate(): void {
    const { fs, now } = this.#context;
    const time = new Date(now).toISOString().slice(0, -1).replaceAll(':', '-');
    const { directory, stem, extension } = this.#parts();
    fs.rename(this.#path, `${directory}/${stem}${time}${extension}`);
    this.#removeOld();
  }

  /** What is too old, or more than may be kept, goes. */
  #removeOld(): void {
    const { fs, now } = this.#context;
    const { maxBackups, maxAge } = this.#limits;
    const { directory, stem, extension } = this.#parts();
    const times = fs
      .list(directory)
      .filter((name) => name.startsWith(stem) && name.endsWith(extension))
      .map((name) => name.slice(stem.length, name.length - extension.length))
      .filter((time) => Number.isFinite(madeAt(time)))
      .sort()
      .reverse();
    const removed = times.filter(
      (time, i) =>
        (maxBackups > 0 && i >= maxBackups) || (maxAge > 0 && now - madeAt(time) > maxAge * DAY_MS),
    );
    for (const time of removed) fs.unlink(`${directory}/${stem}${time}${extension}`);
  }

  #parts(): { directory: string; stem: string; extension: string } {
    const slash = this.#path.lastIndexOf('/');
    const name = this.#path.slice(slash + 1);
    const dot = name.lastIndexOf('.');
    const end = dot < 0 ? name.length : dot;
    return {
      directory: this.#path.slice(0, slash) || '/',
      stem: `${name.slice(0, end)}-`,
      extension: name.slice(end),
    };
  }
}

/** The time in the name of a file that was put aside: `2026-11-21T09-00-00.000`. */
function madeAt(text: string): number {
  const [date, time] = text.split('T');
  return Date.parse(`${date}T${time?.replaceAll('-', ':')}Z`);
}
