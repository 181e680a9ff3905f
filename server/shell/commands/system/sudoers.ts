import { type Context, filesAsRoot, Users } from '../core/users.ts';

/** What a user may run with sudo. Commands are all or nothing here. */
export interface Grant {
  readonly noPassword: boolean;
  /** As `sudo -l` shows it: `ALL : ALL`. */
  readonly runAs: string;
}

/** The last rule of `/etc/sudoers` and what it includes that names the user or one of their groups. */
export function grantFor(context: Context, name: string): Grant | undefined {
  const fs = filesAsRoot(context);
  const users = Users.of(context);
  const groups = users
    .groups()
    .filter((group) => group.members.includes(name) || group.gid === users.user(name)?.gid);
  const subjects = new Set(['ALL', name, ...groups.map((group) => `%${group.name}`)]);
  const files = ['/etc/sudoers'];
  if (fs.isDirectory('/etc/sudoers.d'))
    files.push(
      ...fs
        .list('/etc/sudoers.d')
        .sort()
        .map((file) => `/etc/sudoers.d/${file}`),
    );
  let grant: Grant | undefined;
  for (const file of files) {
    if (!fs.isFile(file)) continue;
    for (const line of fs.read(file).split('\n')) {
      const rule = /^(\S+)\s+\S+\s*=\s*(?:\(([^)]*)\))?\s*(NOPASSWD:)?\s*(?:PASSWD:)?\s*ALL\s*$/.exec(
        line.trim(),
      );
      if (rule && subjects.has(rule[1] as string)) {
        grant = { noPassword: rule[3] !== undefined, runAs: (rule[2] ?? 'root').replace(':', ' : ') };
      }
    }
  }
  return grant;
}
