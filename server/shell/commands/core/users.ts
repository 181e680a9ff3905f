import { type Context, type Credentials, Files, ROOT, type User } from '../../../host/index.ts';
import { Users as HostUsers } from '../../../host/users.ts';

export type { Context };

/** The users that a process sees in its own `/etc`. */
export class Users extends HostUsers {
  readonly #context: Context;

  constructor(context: Context) {
    super((path) =>
      context.fs.isFile(path) && context.fs.can(path, 'read') ? context.fs.read(path) : undefined,
    );
    this.#context = context;
  }

  static of(context: Context): Users {
    return new Users(context);
  }

  /** Whoever somebody becomes in a container, its limits stay. */
  override credentials(user: User): Credentials {
    const { confinement } = this.#context.credentials;
    return { ...super.credentials(user), ...(confinement ? { confinement } : {}) };
  }
}

/** The caller's files as root sees them: how programs that run as their owner read what others must not. */
export function filesAsRoot({ mounts, cwd, openSpecial }: Context): Files {
  return new Files({ mounts, cwd, openSpecial, credentials: ROOT, umask: 0o022 });
}
