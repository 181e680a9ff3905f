import { binary, resolveName } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, Refusal, tool } from '../core/tool.ts';

const SITE = 'dl-cdn.alpinelinux.org';
const DATABASE = '/lib/apk/db/installed';
const WORLD = '/etc/apk/world';
/** What it takes to fetch an index, and a package. */
const INDEX_MS = 300;
const PACKAGE_MS = 40;

interface ApkPackage {
  readonly version: string;
  readonly kib: number;
  readonly depends: readonly string[];
  /** Programs in `/usr/bin`, or at a path. */
  readonly programs: readonly string[];
}

/** A line a package: name, version, KiB, what it needs, its programs. Of Alpine 3.22. */
const TABLE = `
bash 5.2.37-r0 1340 readline /bin/bash=bash
bind-libs 9.20.13-r0 3200 fstrm,json-c,libuv,libxml2
bind-tools 9.20.13-r0 412 bind-libs dig,host,nslookup
brotli-libs 1.1.0-r2 748
c-ares 1.34.5-r0 208
ca-certificates 20250619-r0 740
coreutils 9.7-r1 1180 libacl,libattr,skalibs-libs
curl 8.14.1-r1 284 ca-certificates,libcurl curl
diffutils 3.12-r0 720 - cmp,diff
findutils 4.10.0-r0 620 - find,xargs
fstrm 0.6.1-r4 60
gawk 5.3.2-r2 1150 readline gawk
grep 3.12-r0 390 pcre2 egrep,fgrep,grep
iproute2 6.15.0-r0 1110 iproute2-minimal,libcap2,libelf,libmnl ip,ss
iproute2-minimal 6.15.0-r0 520
iputils 20240905-r0 330 libcap2,libidn2 ping,tracepath
jq 1.8.0-r0 400 oniguruma jq
json-c 0.18-r1 90
less 668-r0 280 - less
libacl 2.3.2-r1 35
libattr 2.5.2-r2 20
libcap2 2.76-r0 60
libcurl 8.14.1-r1 660 brotli-libs,c-ares,libidn2,libpsl,nghttp2-libs,zstd-libs
libelf 0.193-r0 170
libidn2 2.3.7-r0 230 libunistring
libmnl 1.0.5-r2 20
libncursesw 6.5_p20250503-r0 480 ncurses-terminfo-base
libpsl 0.21.5-r3 100
libproc2 4.0.4-r3 90
libunistring 1.3-r0 1740
libuv 1.51.0-r0 200
libxml2 2.13.8-r0 1220
nano 8.4-r0 710 libncursesw nano
ncurses-terminfo-base 6.5_p20250503-r0 40
net-tools 2.10-r3 430 - ifconfig,netstat,route
netcat-openbsd 1.229.1-r0 70 - nc
nghttp2-libs 1.65.0-r0 180
oniguruma 6.9.10-r0 560
openssh-client 10.0_p1-r7 1660 - scp,ssh,ssh-keygen
openssl 3.5.4-r0 760 - openssl
pcre2 10.43-r1 680
procps-ng 4.0.4-r3 620 libncursesw,libproc2 free,pgrep,pkill,ps,top,uptime,vmstat,watch
readline 8.2.13-r1 310 libncursesw
sed 4.9-r2 180 - sed
skalibs-libs 2.14.4.0-r0 260
tar 1.35-r3 560 - tar
tmux 3.5a-r1 920 libncursesw tmux
tree 2.2.1-r0 120 - tree
util-linux-misc 2.41-r9 860 - column,findmnt,lsblk,nsenter
vim 9.1.1415-r0 3100 libncursesw vim
wget 1.25.0-r1 570 libidn2,pcre2 wget
yq-go 4.46.1-r1 10120 - yq
zstd-libs 1.5.7-r0 690
`;

const PACKAGES: ReadonlyMap<string, ApkPackage> = new Map(
  TABLE.trim()
    .split('\n')
    .map((line) => {
      const [name = '', version = '', kib = '0', depends = '-', programs = '-'] = line.split(' ');
      const list = (text: string) => (text === '-' ? [] : text.split(','));
      return [name, { version, kib: Number(kib), depends: list(depends), programs: list(programs) }];
    }),
);

/** Other names of packages. */
const PROVIDED: Readonly<Record<string, string>> = { procps: 'procps-ng', ss: 'iproute2' };

/** Packages of the image itself, and what they take. */
const BASE = { packages: 16, kib: 7900 };

export const apk = tool({
  name: 'apk',
  summary: 'Alpine Package Keeper',
  usage: '[<OPTIONS>...] COMMAND [<ARGUMENTS>...]',
  version: 'apk-tools 2.14.9',
  paths: [],
  options:
    'q|quiet v|verbose U|update-cache no-cache u|upgrade l|latest t|virtual= X|repository= y f|force a|all e|installed d|description no-progress',
  *run(call) {
    const [verb, ...names] = call.operands;
    const run = VERBS[verb ?? ''];
    if (!run) {
      yield* call.context.err(
        verb === undefined
          ? 'apk-tools 2.14.9, compiled for x86_64.\n\nUsage: apk [<OPTIONS>...] COMMAND [<ARGUMENTS>...]\n'
          : `apk: '${verb}' is not an apk command. See 'apk --help'.\n`,
      );
      return 1;
    }
    for (const refused of ['t', 'X'] as const)
      if (call.options.has(refused)) throw new Refusal(`ERROR: -${refused} is not simulated\n`, 1);
    return yield* run(call, names);
  },
});

const VERBS: Readonly<Record<string, (call: Call, names: readonly string[]) => Steps<number>>> = {
  add,
  del,
  update,
  *upgrade(call) {
    yield* fetchIndexes(call);
    yield* ok(call);
    return 0;
  },
  *info(call, names) {
    for (const name of installed(call)) {
      if (names.length > 0 && !names.includes(name)) continue;
      yield* call.print(call.options.has('v') ? `${name}-${PACKAGES.get(name)?.version}\n` : `${name}\n`);
    }
    return names.some((name) => !installed(call).includes(name)) ? 1 : 0;
  },
  *search(call, names) {
    for (const [name, { version }] of PACKAGES)
      if (names.length === 0 || names.some((part) => name.includes(part)))
        yield* call.print(`${name}-${version}\n`);
    return 0;
  },
};

function installed({ context: { fs } }: Call): string[] {
  return fs.isFile(DATABASE)
    ? [...fs.read(DATABASE).matchAll(/^P:(.*)$/gm)].map((match) => match[1] as string)
    : [];
}

function record({ context: { fs } }: Call, names: readonly string[], asked: readonly string[]): void {
  fs.mkdirAll('/lib/apk/db');
  fs.mkdirAll('/etc/apk');
  fs.write(DATABASE, names.map((name) => `P:${name}\nV:${PACKAGES.get(name)?.version}\n\n`).join(''));
  fs.write(WORLD, asked.map((name) => `${name}\n`).join(''));
}

function world({ context: { fs } }: Call): string[] {
  return fs.isFile(WORLD) ? fs.read(WORLD).split('\n').filter(Boolean) : [];
}

/** The indexes of both repositories; false: the site cannot be reached. */
function* fetchIndexes(call: Call): Steps<boolean> {
  const { context } = call;
  const release = context.fs.isFile('/etc/alpine-release') ? context.fs.read('/etc/alpine-release') : '3.22';
  const base = `https://${SITE}/alpine/v${release.trim().split('.').slice(0, 2).join('.')}`;
  for (const part of ['main', 'community'])
    if (!call.options.has('q')) yield* call.print(`fetch ${base}/${part}/x86_64/APKINDEX.tar.gz\n`);
  yield* call.flush();
  yield* context.sleep(INDEX_MS);
  if (resolveName(context, SITE).ok) return true;
  for (const part of ['main', 'community'])
    yield* context.err(`WARNING: fetching ${base}/${part}: DNS: transient error (try again later)\n`);
  return false;
}

function* ok(call: Call): Steps<void> {
  const names = installed(call);
  const kib = names.reduce((sum, name) => sum + (PACKAGES.get(name)?.kib ?? 0), BASE.kib);
  yield* call.print(`OK: ${Math.round(kib / 1024)} MiB in ${BASE.packages + names.length} packages\n`);
}

function* update(call: Call): Steps<number> {
  if (!(yield* fetchIndexes(call))) {
    yield* call.context.err('2 unavailable, 0 stale; 0 distinct packages available\n');
    return 2;
  }
  yield* call.print('OK: 26324 distinct packages available\n');
  return 0;
}

function* add(call: Call, given: readonly string[]): Steps<number> {
  const { context } = call;
  if (context.credentials.uid !== 0) {
    yield* context.err(
      'ERROR: Unable to lock database: Permission denied\nERROR: Failed to open apk database: Permission denied\n',
    );
    return 99;
  }
  const reached = yield* fetchIndexes(call);
  const names = given.map((name) => PROVIDED[name] ?? name);
  const missing = names.filter((name) => !reached || !PACKAGES.has(name));
  if (missing.length > 0) {
    yield* call.flush();
    const lines = missing.map((name) => `  ${name} (no such package):\n    required by: world[${name}]\n`);
    yield* context.err(`ERROR: unable to select packages:\n${lines.join('')}`);
    return missing.length;
  }
  const before = installed(call);
  const wanted: string[] = [];
  const visit = (name: string) => {
    if (wanted.includes(name) || before.includes(name)) return;
    for (const other of PACKAGES.get(name)?.depends ?? []) visit(other);
    wanted.push(name);
  };
  for (const name of names) visit(name);
  for (const [i, name] of wanted.entries()) {
    yield* context.sleep(PACKAGE_MS);
    yield* call.print(`(${i + 1}/${wanted.length}) Installing ${name} (${PACKAGES.get(name)?.version})\n`);
    place(call, name);
  }
  record(call, [...before, ...wanted].sort(), [...new Set([...world(call), ...names])].sort());
  if (wanted.length > 0) yield* call.print('Executing busybox-1.37.0-r18.trigger\n');
  yield* ok(call);
  return 0;
}

/** Where a package's programs lie, and what each is. */
function programsOf(name: string): (readonly [path: string, program: string])[] {
  return (PACKAGES.get(name)?.programs ?? []).map((word) => {
    const [path = '', program = path] = word.split('=');
    return [path.startsWith('/') ? path : `/usr/bin/${path}`, program];
  });
}

function place({ context }: Call, name: string): void {
  const { fs, host } = context;
  for (const [path, program] of programsOf(name)) {
    if (!host.programs.has(program)) continue;
    fs.mkdirAll(path.slice(0, path.lastIndexOf('/')));
    if (fs.tryStat(path, false)) fs.unlink(path);
    fs.write(path, binary(program), 0o755);
  }
}

function* del(call: Call, given: readonly string[]): Steps<number> {
  const { fs } = call.context;
  const asked = world(call).filter((name) => !given.includes(name));
  const kept: string[] = [];
  const visit = (name: string) => {
    if (kept.includes(name)) return;
    kept.push(name);
    for (const other of PACKAGES.get(name)?.depends ?? []) visit(other);
  };
  for (const name of asked) visit(name);
  const gone = installed(call).filter((name) => !kept.includes(name));
  for (const [i, name] of gone.entries()) {
    yield* call.print(`(${i + 1}/${gone.length}) Purging ${name} (${PACKAGES.get(name)?.version})\n`);
    for (const [path] of programsOf(name)) if (fs.tryStat(path, false)) fs.unlink(path);
  }
  record(call, kept.sort(), asked);
  if (gone.length > 0) yield* call.print('Executing busybox-1.37.0-r18.trigger\n');
  yield* ok(call);
  return 0;
}
