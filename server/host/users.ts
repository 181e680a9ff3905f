import type { Credentials } from './credentials.ts';

/** A line of `/etc/passwd`. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
}

/** A line of `/etc/group`. */
export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** Reads a file; undefined when it is not there. */
type ReadFile = (path: string) => string | undefined;

/** The users and groups that the files under `/etc` name at this moment, on a host or in a container. */
export class Users {
  readonly #read: ReadFile;

  constructor(read: ReadFile) {
    this.#read = read;
  }

  users(): User[] {
    return lines(this.#read('/etc/passwd'), 7).map(([name, , uid, gid, gecos, home, shell]) => ({
      name: name as string,
      uid: Number(uid),
      gid: Number(gid),
      gecos: gecos as string,
      home: home as string,
      shell: shell as string,
    }));
  }

  groups(): Group[] {
    return lines(this.#read('/etc/group'), 4).map(([name, , gid, members]) => ({
      name: name as string,
      gid: Number(gid),
      members: (members as string).split(',').filter((member) => member !== ''),
    }));
  }

  user(nameOrUid: string | number): User | undefined {
    return this.users().find((user) => user.name === nameOrUid || user.uid === nameOrUid);
  }

  group(nameOrGid: string | number): Group | undefined {
    return this.groups().find((group) => group.name === nameOrGid || group.gid === nameOrGid);
  }

  /** What a login as that user acts as. */
  credentials(user: User): Credentials {
    const supplementary = this.groups().filter((group) => group.members.includes(user.name));
    return { uid: user.uid, gid: user.gid, groups: [user.gid, ...supplementary.map((group) => group.gid)] };
  }
}

function lines(text: string | undefined, fields: number): string[][] {
  return (text ?? '')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((parts) => parts.length >= fields);
}
