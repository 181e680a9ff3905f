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
  readonly #users = new Parsed<User>((text) =>
    lines(text, 7).map(([name, , uid, gid, gecos, home, shell]) => ({
      name: name as string,
      uid: Number(uid),
      gid: Number(gid),
      gecos: gecos as string,
      home: home as string,
      shell: shell as string,
    })),
  );
  readonly #groups = new Parsed<Group>((text) =>
    lines(text, 4).map(([name, , gid, members]) => ({
      name: name as string,
      gid: Number(gid),
      members: (members as string).split(',').filter((member) => member !== ''),
    })),
  );

  constructor(read: ReadFile) {
    this.#read = read;
  }

  users(): readonly User[] {
    return this.#users.of(this.#read('/etc/passwd'));
  }

  groups(): readonly Group[] {
    return this.#groups.of(this.#read('/etc/group'));
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

/** What a file says, read again only when it says something else: who lists files asks for every one. */
class Parsed<T> {
  readonly #parse: (text: string) => readonly T[];
  #text = '';
  #entries: readonly T[] = [];

  constructor(parse: (text: string) => readonly T[]) {
    this.#parse = parse;
  }

  of(text = ''): readonly T[] {
    if (text !== this.#text) {
      this.#entries = this.#parse(text);
      this.#text = text;
    }
    return this.#entries;
  }
}

function lines(text: string, fields: number): string[][] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((parts) => parts.length >= fields);
}
