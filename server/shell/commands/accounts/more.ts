import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { type Call, Failure, tool } from '../core/tool.ts';
import { Users } from '../core/users.ts';
import { sha512Crypt } from '../crypto/crypt.ts';
import { AccountFiles, GROUP, PASSWD, SHADOW } from './database.ts';

const SHADOW_SUITE = 'shadow 4.13';
const SALT = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./';

/** `chpasswd`: `name:password`, a line each. */
export const chpasswd = tool({
  name: 'chpasswd',
  summary: 'update passwords in batch mode',
  usage: '[options]',
  version: SHADOW_SUITE,
  paths: ['/usr/sbin/chpasswd'],
  options: 'c|crypt-method= e|encrypted m|md5 s|sha-rounds=',
  *run(call: Call) {
    const { context, options } = call;
    if (context.credentials.uid !== 0) {
      call.fail('Permission denied.\nchpasswd: cannot lock /etc/passwd; try again later.');
    }
    const files = new AccountFiles(context.fs);
    const changes = new Map<string, string>();
    for (let number = 1; ; number++) {
      const line = (yield* call.stdin.line())?.replace(/\n$/, '');
      if (line === undefined) break;
      const [name = '', ...rest] = line.split(':');
      if (rest.length === 0) yield* call.warn(`line ${number}: missing new password`);
      else if (!Users.of(context).user(name))
        yield* call.warn(`line ${number}: user '${name}' does not exist`);
      else changes.set(name, options.has('e') ? rest.join(':') : hashOf(call, rest.join(':')));
    }
    if (call.status !== 0) call.fail('error detected, changes ignored');
    for (const [name, hash] of changes)
      files.edit(SHADOW, name, ([first = '', , ...others]) => [first, hash, ...others]);
    return 0;
  },
});

function hashOf(call: Call, password: string): string {
  const { random } = call.context.host;
  const salt = Array.from({ length: 16 }, () => SALT[random.below(SALT.length)]).join('');
  return sha512Crypt(password, salt);
}

export const chsh = tool({
  name: 'chsh',
  summary: 'change login shell',
  usage: '[options] [LOGIN]',
  version: SHADOW_SUITE,
  options: 's|shell=',
  *run(call: Call) {
    const { context, options } = call;
    const users = Users.of(context);
    const own = users.user(context.credentials.uid)?.name ?? 'root';
    const [name = own] = call.operands;
    if (!users.user(name)) call.fail(`user '${name}' does not exist`);
    const shell = options.get('s');
    if (context.credentials.uid !== 0 && name !== own)
      call.fail(`You may not change the shell for '${name}'.`);
    // Changing one's own asks for the password, which nobody has.
    if (context.credentials.uid !== 0 || shell === undefined) call.fail('PAM: Authentication failure');
    const known = context.fs.read('/etc/shells').split('\n');
    if (!known.includes(shell)) {
      if (!context.fs.isFile(shell)) call.fail(`${shell}: No such file or directory`);
      yield* call.warn(`Warning: ${shell} is an invalid shell`, 0);
    }
    new AccountFiles(context.fs).edit(PASSWD, name, (fields) => [...fields.slice(0, 6), shell]);
    return 0;
  },
});

export const gpasswd = tool({
  name: 'gpasswd',
  summary: 'administer /etc/group and /etc/gshadow',
  usage: '[option] GROUP',
  version: SHADOW_SUITE,
  options: 'a|add= d|delete= M|members= A|administrators= r|remove-password R|restrict',
  usageStatus: 2,
  *run(call: Call) {
    const { context, options } = call;
    const [group] = call.operands;
    if (group === undefined) call.misuse('');
    if (context.credentials.uid !== 0) call.fail('Permission denied.');
    const users = Users.of(context);
    const found = users.group(group) ?? call.fail(`group '${group}' does not exist in /etc/group`);
    const files = new AccountFiles(context.fs);
    const known = (name: string) => users.user(name)?.name ?? call.fail(`user '${name}' does not exist`);
    const [added, removed, members] = [options.get('a'), options.get('d'), options.get('M')];
    if (added !== undefined) {
      files.setMembership(group, known(added), true);
      yield* call.print(`Adding user ${added} to group ${group}\n`);
    } else if (removed !== undefined) {
      if (!found.members.includes(removed))
        throw new Failure(`user '${removed}' is not a member of '${group}'`, 3);
      files.setMembership(group, removed, false);
      yield* call.print(`Removing user ${removed} from group ${group}\n`);
    } else if (members !== undefined) {
      const names = members
        .split(',')
        .filter((name) => name !== '')
        .map(known);
      files.edit(GROUP, group, (fields) => [...fields.slice(0, 3), names.join(',')]);
    } else call.fail('Not a tty.');
    return 0;
  },
});

/** Debian's friendlier fronts, by the tool that does the work. */
function front(name: string, does: (call: Call, operands: readonly string[]) => Steps<number>): Command {
  return tool({
    name,
    summary: `${name.startsWith('del') ? 'remove' : 'add'} a user or group ${name.startsWith('del') ? 'from' : 'to'} the system`,
    usage: '[options] NAME [GROUP]',
    version: 'adduser 3.137ubuntu1',
    paths: [`/usr/sbin/${name}`],
    options: 'q|quiet system gid= remove-home remove-all-files group only-if-empty',
    *run(call: Call) {
      if (call.context.credentials.uid !== 0)
        call.fail(
          `Only root may ${name.startsWith('del') ? 'remove' : 'add'} a user or group ${name.startsWith('del') ? 'from' : 'to'} the system.`,
        );
      if (call.operands.length === 0) call.fail('Only one or two names allowed.');
      return yield* does(call, call.operands);
    },
  });
}

const say = (call: Call, text: string) =>
  call.options.has('q') ? call.spend() : call.print(`info: ${text}\n`);

function* addGroup(call: Call, [name = '']: readonly string[]): Steps<number> {
  const files = new AccountFiles(call.context.fs);
  if (Users.of(call.context).group(name)) call.fail(`The group \`${name}' already exists.`);
  const gid = Number(call.options.get('gid') ?? files.freeId(GROUP, call.options.has('system')));
  yield* say(
    call,
    `Selecting GID from range ${call.options.has('system') ? '100 to 999' : '1000 to 59999'} ...`,
  );
  yield* say(call, `Adding group \`${name}' (GID ${gid}) ...`);
  files.add(GROUP, [name, 'x', gid, '']);
  return 0;
}

function* removeGroup(call: Call, [name = '']: readonly string[]): Steps<number> {
  const users = Users.of(call.context);
  const group = users.group(name);
  if (!group) throw new Failure(`The group \`${name}' does not exist.`, 3);
  const owner = users.users().find(({ gid }) => gid === group.gid);
  if (owner) throw new Failure(`\`${owner.name}' still has \`${name}' as their primary group!`, 7);
  yield* say(call, `Removing group \`${name}' ...`);
  new AccountFiles(call.context.fs).remove(GROUP, name);
  return 0;
}

function* removeUser(call: Call, [name = '', group]: readonly string[]): Steps<number> {
  const users = Users.of(call.context);
  const user = users.user(name);
  const files = new AccountFiles(call.context.fs);
  if (!user) throw new Failure(`The user \`${name}' does not exist.`, 2);
  if (group !== undefined) {
    if (!users.group(group)?.members.includes(name))
      throw new Failure(`The user \`${name}' is not a member of group \`${group}'.`, 6);
    yield* say(call, `Removing user \`${name}' from group \`${group}' ...`);
    files.setMembership(group, name, false);
    return 0;
  }
  if (call.options.has('remove-home') && call.context.fs.isDirectory(user.home)) {
    yield* say(call, 'Looking for files to backup/remove ...');
    call.context.fs.removeAll(user.home);
  }
  yield* say(call, `Removing crontab ...`);
  yield* say(call, `Removing user \`${name}' ...`);
  for (const file of [PASSWD, SHADOW]) files.remove(file, name);
  for (const one of users.groups()) files.setMembership(one.name, name, false);
  if (users.group(name)?.gid === user.gid) files.remove(GROUP, name);
  return 0;
}

/** Editors of the files of accounts: the file is only replaced by what the editor left. */
function editor(name: string, path: string, variable: string): Command {
  return tool({
    name,
    summary: `edit ${path}`,
    usage: '[options]',
    version: SHADOW_SUITE,
    paths: [`/usr/sbin/${name}`],
    options: 'g|group p|passwd s|shadow q|quiet',
    *run(call: Call) {
      const { context, options } = call;
      if (context.credentials.uid !== 0)
        call.fail(`Couldn't lock file: Permission denied\n${name}: ${path} is unchanged`);
      const base = options.has('g') ? GROUP : options.has('p') ? PASSWD : path;
      const target = options.has('s') ? SHADOW : base;
      const before = context.fs.read(target);
      const [program = 'vi', ...args] = (
        context.env.get(variable) ??
        context.env.get('EDITOR') ??
        'vi'
      ).split(/\s+/);
      yield* context.run(program, [program, ...args, target]);
      const isSame = context.fs.read(target) === before;
      yield* call.print(
        isSame
          ? `${name}: ${target} is unchanged\n`
          : `You have modified ${target}.\nYou may need to modify /etc/shadow for consistency.\nPlease use the command 'vipw -s' to do so.\n`,
      );
      return 0;
    },
  });
}

/** What people use less of users and groups. */
export const MORE_ACCOUNT_COMMANDS: readonly Command[] = [
  front('addgroup', addGroup),
  front('delgroup', removeGroup),
  front('deluser', removeUser),
  chpasswd,
  chsh,
  editor('vigr', GROUP, 'VISUAL'),
  editor('vipw', PASSWD, 'VISUAL'),
  gpasswd,
];
