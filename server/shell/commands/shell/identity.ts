import { capable, resolveName } from '../../../host/index.ts';
import { isApplet } from '../core/applet.ts';
import { quote } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';
import { type Context, Users } from '../core/users.ts';

function userName(users: Users, uid: number): string | undefined {
  return users.user(uid)?.name;
}

export const whoami = tool({
  name: 'whoami',
  summary: 'print effective user name',
  usage: '[OPTION]...',
  *run(call: Call) {
    if (call.operands[0] !== undefined) call.misuse(`extra operand ${quote(call.operands[0])}`);
    const { uid } = call.context.credentials;
    const name = userName(usersOf(call.context), uid);
    if (name === undefined) call.fail(`cannot find name for user ID ${uid}`);
    yield* call.print(`${name}\n`);
    return 0;
  },
});

function usersOf(context: Context): Users {
  return Users.of(context);
}

export const logname = tool({
  name: 'logname',
  summary: "print user's login name",
  usage: '[OPTION]',
  *run(call) {
    const name = call.context.terminal && userName(usersOf(call.context), call.context.credentials.uid);
    if (!name) throw new Failure('no login name');
    yield* call.print(`${name}\n`);
    return 0;
  },
});

interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

function identityOf(call: Call, name: string | undefined): Identity {
  if (name === undefined) return call.context.credentials;
  const users = usersOf(call.context);
  const user = users.user(name) ?? (/^\d+$/.test(name) ? users.user(Number(name)) : undefined);
  if (!user) throw new Failure(`${quote(name)}: no such user`);
  return users.credentials(user);
}

export const id = tool({
  name: 'id',
  summary: 'print real and effective user and group IDs',
  usage: '[OPTION]... [USER]...',
  options: 'a Z|context g|group G|groups n|name r|real u|user z|zero',
  *run(call: Call) {
    const { options } = call;
    const what = ['u', 'g', 'G'].filter((name) => options.has(name));
    if (options.has('Z')) call.fail('--context (-Z) works only on an SELinux-enabled kernel');
    if (what.length > 1) call.fail('cannot print "only" of more than one choice');
    if (what.length === 0 && options.has('n', 'r'))
      call.fail('cannot print only names or real IDs in default format');
    const users = usersOf(call.context);
    const named = (text: string | undefined, number: number) =>
      options.has('n') ? (text ?? String(number)) : String(number);
    for (const name of call.operands.length === 0 ? [undefined] : call.operands) {
      let identity: Identity;
      try {
        identity = identityOf(call, name);
      } catch (error) {
        yield* call.warn((error as Error).message);
        continue;
      }
      // GNU's puts its own group first, busybox's leaves them as the kernel sorts them.
      const own = isApplet(call.context, 'id') && name === undefined ? [] : [identity.gid];
      const groups = [...new Set([...own, ...identity.groups, identity.gid])];
      if (what[0] === 'u') yield* call.print(`${named(userName(users, identity.uid), identity.uid)}\n`);
      else if (what[0] === 'g')
        yield* call.print(`${named(users.group(identity.gid)?.name, identity.gid)}\n`);
      else if (what[0] === 'G')
        yield* call.print(`${groups.map((gid) => named(users.group(gid)?.name, gid)).join(' ')}\n`);
      else yield* call.print(`${whole(users, identity, groups)}\n`);
    }
    return undefined;
  },
});

function whole(users: Users, identity: Identity, groups: readonly number[]): string {
  const show = (number: number, name: string | undefined) =>
    name === undefined ? String(number) : `${number}(${name})`;
  const list = groups.map((gid) => show(gid, users.group(gid)?.name)).join(',');
  return `uid=${show(identity.uid, userName(users, identity.uid))} gid=${show(identity.gid, users.group(identity.gid)?.name)} groups=${list}`;
}

export const groups = tool({
  name: 'groups',
  summary: 'print the groups a user is in',
  usage: '[OPTION]... [USERNAME]...',
  *run(call: Call) {
    const users = usersOf(call.context);
    for (const name of call.operands.length === 0 ? [undefined] : call.operands) {
      try {
        const identity = identityOf(call, name);
        const list = [...new Set([identity.gid, ...identity.groups])].map(
          (gid) => users.group(gid)?.name ?? String(gid),
        );
        yield* call.print(`${name === undefined ? '' : `${name} : `}${list.join(' ')}\n`);
      } catch (error) {
        yield* call.warn((error as Error).message);
      }
    }
    return undefined;
  },
});

export const hostname = tool({
  name: 'hostname',
  summary: 'show or set system host name',
  usage: '[-a|-A|-d|-f|-i|-I|-s|-y] | {new hostname}',
  options:
    'a|alias A|all-fqdns b|boot d|domain f|fqdn|long F|file= i|ip-address I|all-ip-addresses s|short y|yp|nis',
  version: 'hostname 3.23',
  *run(call: Call) {
    const { context, options } = call;
    const [name] = call.operands;
    if (name !== undefined) {
      if (!capable(context.credentials, 'SYS_ADMIN')) call.fail('you must be root to change the host name');
      context.host.hostname = name;
      return 0;
    }
    const addresses = context.network
      .addresses()
      .filter((address) => !address.startsWith('127.') && address !== '::1');
    const fqdn = () => {
      const found = resolveName(context, context.hostname);
      return found.ok ? found.name.replace(/\.$/, '') : context.hostname;
    };
    if (options.has('I')) yield* call.print(`${addresses.map((address) => `${address} `).join('')}\n`);
    else if (options.has('i')) yield* call.print(`${addresses[0] ?? '127.0.1.1'}\n`);
    else if (options.has('d')) yield* call.print(`${fqdn().split('.').slice(1).join('.')}\n`);
    else if (options.has('s')) yield* call.print(`${context.hostname.split('.')[0]}\n`);
    else yield* call.print(`${options.has('f') ? fqdn() : context.hostname}\n`);
    return 0;
  },
});

/** What `uname` says of every host. */
export const KERNEL = {
  name: 'Linux',
  release: '6.8.0-51-generic',
  version: '#52-Ubuntu SMP PREEMPT_DYNAMIC Thu Dec  5 13:09:44 UTC 2024',
  machine: 'x86_64',
  system: 'GNU/Linux',
} as const;

export const uname = tool({
  name: 'uname',
  summary: 'print system information',
  usage: '[OPTION]...',
  options:
    'a|all s|kernel-name n|nodename r|kernel-release v|kernel-version m|machine p|processor i|hardware-platform o|operating-system',
  *run(call: Call) {
    if (call.operands[0] !== undefined) call.misuse(`extra operand ${quote(call.operands[0])}`);
    const { options } = call;
    const { fs } = call.context;
    const isAlpine = fs.isFile('/etc/alpine-release');
    // A patch of Ubuntu's own; elsewhere nobody knows the processor, and `-a` leaves it out.
    const isUbuntu = fs.isFile('/etc/os-release') && /^ID=ubuntu$/m.test(fs.read('/etc/os-release'));
    const processor = isUbuntu ? KERNEL.machine : 'unknown';
    const parts: [string, string][] = [
      ['s', KERNEL.name],
      ['n', call.context.hostname],
      ['r', KERNEL.release],
      ['v', KERNEL.version],
      ['m', KERNEL.machine],
      ['p', processor],
      ['i', processor],
      ['o', isAlpine ? KERNEL.name : KERNEL.system],
    ];
    const any = options.given.length > 0;
    const isKnown = ([, text]: [string, string]) => text !== 'unknown';
    const shown = parts.filter((part) =>
      options.has('a') ? isKnown(part) : options.has(part[0]) || (!any && part[0] === 's'),
    );
    yield* call.print(`${shown.map(([, text]) => text).join(' ')}\n`);
    return 0;
  },
});

export const arch = tool({
  name: 'arch',
  summary: 'print machine hardware name',
  usage: '[OPTION]...',
  *run(call) {
    yield* call.print(`${KERNEL.machine}\n`);
    return 0;
  },
});
