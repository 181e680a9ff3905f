import { type Context, isSystemError, wasResumed } from '../../host/index.ts';

/**
 * What a server holds in memory, kept beside it so that it is still there when the world is restored. A container that
 * starts anew begins with nothing, as a process does.
 */
export class MemoryFile<T> {
  readonly #context: Context;
  readonly #path: string;

  constructor(context: Context, name: string) {
    this.#context = context;
    this.#path = `/run/.${name}.memory`;
  }

  /** What it held when the world was saved; undefined for a process that is new. */
  recall(): T | undefined {
    const { fs } = this.#context;
    if (!wasResumed(this.#context) || !fs.isFile(this.#path)) return undefined;
    return JSON.parse(fs.read(this.#path)) as T;
  }

  keep(value: T): void {
    const { fs } = this.#context;
    try {
      fs.mkdirAll('/run');
      fs.write(this.#path, JSON.stringify(value));
    } catch (error) {
      // Memory needs no disk: a root that is read-only or full does not stop the server.
      if (!isSystemError(error)) throw error;
    }
  }
}
