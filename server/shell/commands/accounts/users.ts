import type { Files } from '../../../host/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { Users } from '../core/users.ts';
import { AccountFiles, GROUP, PASSWD, SHADOW } from './database.ts';

/** Days since 1970, as shadow counts them. */
function today(call: Call): number {
  return Math.floor(call.context.now / 86_400_000);
}

/** Only root may; shadow says which file it could not lock. */
function demandRoot(call: Call): AccountFiles {
  if (call.context.credentials.uid !== 0) {
    call.fail('Permission denied.\n' + `${call.name}: cannot lock /etc/passwd; try again later.`, 1);
  }
  return new AccountFiles(call.context.fs);
}

function checkName(call: Call, name: string): void {
  if (!/^[a-z_][a-z0-9_-]{0,31}\$?$/.test(name))
    call.fail(`invalid user name '${name}': use --badname to ignore`, 3);
}

/** Groups by name or number; ends the tool where one is not there. */
function groupNames(call: Call, text: string): string[] {
  const users = Users.of(call.context);
  return text
    .split(',')
    .filter((name) => name !== '')
    .map(
      (name) =>
        users.group(/^\d+$/.test(name) ? Number(name) : name)?.name ??
        call.fail(`group '${name}' does not exist`, 6),
    );
}

function copySkeleton(fs: Files, home: string, uid: number, gid: number): void {
  fs.mkdirAll(home);
  fs.chmod(home, 0o750);
  for (const name of fs.isDirectory('/etc/skel') ? fs.list('/etc/skel') : []) {
    if (!fs.isFile(`/etc/skel/${name}`) || fs.exists(`${home}/${name}`)) continue;
    fs.write(`${home}/${name}`, fs.read(`/etc/skel/${name}`));
    fs.chown(`${home}/${name}`, uid, gid);
  }
  fs.chown(home, uid, gid);
}

export const useradd = tool({
  name: 'useradd',
  summary: 'create a new user or update default new user information',
  usage: '[options] LOGIN',
  version: 'shadow 4.13',
  paths: ['/usr/sbin/useradd'],
  usageStatus: 2,
  options:
    'm|create-home M|no-create-home d|home-dir= s|shell= g|gid= G|groups= u|uid= c|comment= r|system N|no-user-group U|user-group p|password= e|expiredate= f|inactive= k|skel= o|non-unique D|defaults badname',
  *run(call) {
    const { options, operands, context } = call;
    const [name] = operands;
    if (name === undefined || options.has('D')) call.misuse('');
    const files = demandRoot(call);
    const login = name as string;
    if (!options.has('badname')) checkName(call, login);
    const users = Users.of(context);
    if (users.user(login)) call.fail(`user '${login}' already exists`, 9);
    const uid = Number(options.get('u') ?? files.freeId(PASSWD, options.has('r')));
    if (users.user(uid) && !options.has('o')) call.fail(`UID ${uid} is not unique`, 4);
    const primary = options.get('g');
    const [given] = primary === undefined ? [] : groupNames(call, primary);
    if (given === undefined && users.group(login))
      call.fail(`group ${login} exists - if you want to add this user to that group, use -g.`, 9);
    const extra = groupNames(call, options.get('G') ?? '');
    const gid =
      given === undefined
        ? users.group(uid)
          ? files.freeId(GROUP, options.has('r'))
          : uid
        : (users.group(given)?.gid ?? uid);
    if (given === undefined) files.add(GROUP, [login, 'x', gid, '']);
    const home = options.get('d') ?? `/home/${login}`;
    files.add(PASSWD, [login, 'x', uid, gid, options.get('c') ?? '', home, options.get('s') ?? '/bin/sh']);
    files.add(SHADOW, [login, options.get('p') ?? '!', today(call), 0, 99_999, 7, '', '', '']);
    for (const group of extra) files.setMembership(group, login, true);
    if (options.has('m')) copySkeleton(context.fs, home, uid, gid);
    return 0;
  },
});

export const usermod = tool({
  name: 'usermod',
  summary: 'modify a user account',
  usage: '[options] LOGIN',
  version: 'shadow 4.13',
  paths: ['/usr/sbin/usermod'],
  usageStatus: 2,
  options:
    'a|append G|groups= g|gid= s|shell= d|home= m|move-home c|comment= l|login= L|lock U|unlock u|uid= o|non-unique p|password= e|expiredate= f|inactive= r|remove',
  *run(call) {
    const { options, operands, context } = call;
    const [login = ''] = operands;
    if (login === '') call.misuse('');
    const files = demandRoot(call);
    const users = Users.of(context);
    const user = users.user(login) ?? call.fail(`user '${login}' does not exist`, 6);
    if (options.has('a') && !options.has('G')) call.misuse('-a flag is only allowed with the -G flag');
    if (options.has('m') && options.get('d') !== undefined)
      context.fs.rename(user.home, options.get('d') as string);
    if (options.has('G')) {
      const wanted = groupNames(call, options.get('G') ?? '');
      for (const { name, members } of users.groups()) {
        const keeps = wanted.includes(name)
          ? !options.has('r')
          : options.has('a', 'r') && members.includes(login);
        if (keeps !== members.includes(login)) files.setMembership(name, login, keeps);
      }
    }
    const [group] = options.get('g') === undefined ? [] : groupNames(call, options.get('g') as string);
    files.edit(
      PASSWD,
      login,
      ([name = '', x = '', uid = '', gid = '', gecos = '', home = '', shell = '']) => [
        options.get('l') ?? name,
        x,
        options.get('u') ?? uid,
        group === undefined ? gid : String(users.group(group)?.gid ?? gid),
        options.get('c') ?? gecos,
        options.get('d') ?? home,
        options.get('s') ?? shell,
      ],
    );
    files.edit(SHADOW, login, ([name = '', hash = '', ...rest]) => {
      const bare = hash.replace(/^!/, '');
      const next = options.has('L') ? `!${bare}` : options.has('U') ? bare : (options.get('p') ?? hash);
      return [options.get('l') ?? name, next, ...rest];
    });
    return 0;
  },
});

export const userdel = tool({
  name: 'userdel',
  summary: 'delete a user account and related files',
  usage: '[options] LOGIN',
  version: 'shadow 4.13',
  paths: ['/usr/sbin/userdel'],
  usageStatus: 2,
  options: 'r|remove f|force',
  *run(call) {
    const { options, operands, context } = call;
    const [login = ''] = operands;
    if (login === '') call.misuse('');
    const files = demandRoot(call);
    const user = Users.of(context).user(login) ?? call.fail(`user '${login}' does not exist`, 6);
    const busy = context.host.processes.list().find((process) => process.alive && process.uid === user.uid);
    if (busy && !options.has('f')) call.fail(`user ${login} is currently used by process ${busy.pid}`, 8);
    for (const file of [PASSWD, SHADOW]) files.remove(file, login);
    for (const { name } of Users.of(context).groups()) files.setMembership(name, login, false);
    if (Users.of(context).group(login)?.gid === user.gid) files.remove(GROUP, login);
    if (options.has('r')) {
      yield* context.err(`userdel: ${login} mail spool (/var/mail/${login}) not found\n`);
      if (context.fs.isDirectory(user.home)) context.fs.removeAll(user.home);
    }
    return 0;
  },
});

export const groupadd = tool({
  name: 'groupadd',
  summary: 'create a new group',
  usage: '[options] GROUP',
  version: 'shadow 4.13',
  paths: ['/usr/sbin/groupadd'],
  usageStatus: 2,
  options: 'g|gid= r|system f|force o|non-unique U|users= p|password=',
  *run(call) {
    const { options, operands, context } = call;
    const [name = ''] = operands;
    if (name === '') call.misuse('');
    const files = demandRoot(call);
    const users = Users.of(context);
    if (users.group(name)) {
      if (options.has('f')) return 0;
      call.fail(`group '${name}' already exists`, 9);
    }
    const gid = Number(options.get('g') ?? files.freeId(GROUP, options.has('r')));
    if (users.group(gid) && !options.has('o')) call.fail(`GID '${gid}' already exists`, 4);
    files.add(GROUP, [name, 'x', gid, options.get('U') ?? '']);
    return 0;
  },
});

export const groupmod = tool({
  name: 'groupmod',
  summary: 'modify a group definition on the system',
  usage: '[options] GROUP',
  version: 'shadow 4.13',
  paths: ['/usr/sbin/groupmod'],
  usageStatus: 2,
  options: 'g|gid= n|new-name= o|non-unique a|append U|users=',
  *run(call) {
    const { options, operands } = call;
    const [name = ''] = operands;
    if (name === '') call.misuse('');
    const files = demandRoot(call);
    const users = Users.of(call.context);
    const group = users.group(name) ?? call.fail(`group '${name}' does not exist`, 6);
    const [fresh, gid, members] = [options.get('n'), options.get('g'), options.get('U')];
    if (gid !== undefined && !/^\d+$/.test(gid)) call.fail(`invalid group ID '${gid}'`, 3);
    if (gid !== undefined && Number(gid) !== group.gid && users.group(Number(gid)) && !options.has('o'))
      call.fail(`GID '${gid}' already exists`, 4);
    if (fresh !== undefined && fresh !== name && users.group(fresh))
      call.fail(`group '${fresh}' already exists`, 9);
    files.edit(GROUP, name, ([, password = 'x', , list = '']) => [
      fresh ?? name,
      password,
      gid ?? String(group.gid),
      members === undefined ? list : [...(options.has('a') && list !== '' ? [list] : []), members].join(','),
    ]);
    // Accounts that had it for their first group keep it under its new number.
    if (gid !== undefined)
      for (const user of users.users())
        if (user.gid === group.gid)
          files.edit(PASSWD, user.name, (fields) => [...fields.slice(0, 3), gid, ...fields.slice(4)]);
    return 0;
  },
});

export const groupdel = tool({
  name: 'groupdel',
  summary: 'delete a group',
  usage: '[options] GROUP',
  version: 'shadow 4.13',
  paths: ['/usr/sbin/groupdel'],
  usageStatus: 2,
  options: 'f|force',
  *run(call) {
    const [name = ''] = call.operands;
    if (name === '') call.misuse('');
    const files = demandRoot(call);
    const users = Users.of(call.context);
    const group = users.group(name) ?? call.fail(`group '${name}' does not exist`, 6);
    const user = users.users().find(({ gid }) => gid === group.gid);
    if (user) call.fail(`cannot remove the primary group of user '${user.name}'`, 8);
    files.remove(GROUP, name);
    return 0;
  },
});

/** Debian's friendlier front: asks nothing here, since nobody has a password. */
export const adduser = tool({
  name: 'adduser',
  summary: 'add a user or a user to a group',
  usage: '[--uid id] [--firstgid id] [--gid id] [--disabled-password] [--gecos GECOS] user',
  version: 'adduser 3.137ubuntu1',
  paths: ['/usr/sbin/adduser'],
  options:
    'uid= gid= gecos= comment= home= shell= ingroup= disabled-password disabled-login system group no-create-home q|quiet allow-bad-names',
  *run(call) {
    const { options, operands, context } = call;
    const [login = '', group] = operands;
    if (context.credentials.uid !== 0) call.fail('Only root may add a user or group to the system.', 1);
    const files = new AccountFiles(context.fs);
    const users = Users.of(context);
    const say = (text: string) => (options.has('q') ? call.print('') : call.print(`info: ${text}\n`));
    if (group !== undefined) {
      if (!users.user(login)) call.fail(`The user '${login}' does not exist.`, 1);
      if (!users.group(group)) call.fail(`The group '${group}' does not exist.`, 1);
      files.setMembership(group, login, true);
      yield* say(`Adding user \`${login}' to group \`${group}' ...`);
      return 0;
    }
    if (users.user(login)) call.fail(`The user '${login}' already exists.`, 1);
    const uid = Number(options.get('uid') ?? files.freeId(PASSWD, options.has('system')));
    const home = options.get('home') ?? `/home/${login}`;
    yield* say(`Adding user \`${login}' ...`);
    yield* say(`Adding new group \`${login}' (${uid}) ...`);
    files.add(GROUP, [login, 'x', uid, '']);
    yield* say(`Adding new user \`${login}' (${uid}) with group \`${login} (${uid})' ...`);
    files.add(PASSWD, [
      login,
      'x',
      uid,
      uid,
      options.get('gecos') ?? options.get('comment') ?? '',
      home,
      options.get('shell') ?? '/bin/bash',
    ]);
    files.add(SHADOW, [login, '!', today(call), 0, 99_999, 7, '', '', '']);
    if (!options.has('no-create-home')) {
      yield* say(`Creating home directory \`${home}' ...`);
      yield* say("Copying files from `/etc/skel' ...");
      copySkeleton(context.fs, home, uid, uid);
    }
    return 0;
  },
});
