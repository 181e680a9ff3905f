import type { Context } from '../../../host/index.ts';
import { Users as HostUsers } from '../../../host/users.ts';

export type { Context };

/** The users that a process sees in its own `/etc`. */
export class Users extends HostUsers {
  static of(context: Context): Users {
    return new Users((path) =>
      context.fs.isFile(path) && context.fs.can(path, 'read') ? context.fs.read(path) : undefined,
    );
  }
}
