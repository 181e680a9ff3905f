import { type Context, capable, type Host, KERNEL, kernelCommandLine } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';

/** Modules that the kernel has, with their sizes and what uses them. Those of `/run/modules` are loaded. */
const MODULES: Readonly<Record<string, { size: number; usedBy?: string; sysctls?: readonly string[] }>> = {
  bridge: { size: 421_888, usedBy: 'br_netfilter' },
  br_netfilter: {
    size: 32_768,
    sysctls: [
      'net/bridge/bridge-nf-call-arptables',
      'net/bridge/bridge-nf-call-ip6tables',
      'net/bridge/bridge-nf-call-iptables',
    ],
  },
  ip_tables: { size: 32_768 },
  ip_vs: { size: 221_184 },
  ip_vs_rr: { size: 12_288 },
  ip_vs_sh: { size: 12_288 },
  ip_vs_wrr: { size: 12_288 },
  nf_conntrack: { size: 200_704 },
  overlay: { size: 212_992 },
  stp: { size: 12_288, usedBy: 'bridge' },
  vxlan: { size: 151_552 },
  wireguard: { size: 114_688 },
};

const STATE = '/run/modules';
const AT_BOOT = ['bridge', 'br_netfilter', 'ip_tables', 'nf_conntrack', 'overlay', 'stp'];

function loaded(call: Call): string[] {
  const { fs } = call.context;
  return fs.isFile(STATE) ? fs.read(STATE).split('\n').filter(Boolean) : AT_BOOT;
}

export const lsmod = tool({
  name: 'lsmod',
  summary: 'show the status of modules in the Linux Kernel',
  usage: '',
  version: 'kmod version 31',
  paths: ['/usr/bin/lsmod', '/usr/sbin/lsmod'],
  *run(call) {
    yield* call.print(`${'Module'.padEnd(23)} Size  Used by\n`);
    for (const name of loaded(call)) {
      const { size = 16_384, usedBy } = MODULES[name] ?? {};
      yield* call.print(
        `${name.padEnd(20)} ${String(size).padStart(7)}  ${usedBy ? 1 : 0}${usedBy ? ` ${usedBy}` : ''}\n`,
      );
    }
    return 0;
  },
});

export const modprobe = tool({
  name: 'modprobe',
  summary: 'add and remove modules from the Linux Kernel',
  usage: '[options] [-i] [-b] modulename',
  version: 'kmod version 31',
  paths: ['/usr/sbin/modprobe'],
  options:
    'r|remove a|all v|verbose q|quiet n|dry-run|show f|force i|ignore-install b|use-blacklist first-time',
  *run(call) {
    const { options } = call;
    if (call.operands.length === 0) call.fail('ERROR: missing parameters. See -h.');
    const wanted = options.has('a') || options.has('r') ? call.operands : call.operands.slice(0, 1);
    for (const raw of wanted) yield* change(call, raw.replaceAll('-', '_'), raw);
    return undefined;
  },
});

function* change(call: Call, name: string, shown: string): Steps<void> {
  const { options, context } = call;
  if (!(name in MODULES)) {
    if (options.has('q')) call.status = 1;
    else yield* call.warn(`FATAL: Module ${shown} not found in directory /lib/modules/${KERNEL.release}`);
    return;
  }
  if (!capable(context.credentials, 'SYS_MODULE')) {
    yield* call.warn(
      `ERROR: could not ${options.has('r') ? 'remove' : 'insert'} '${name}': Operation not permitted`,
    );
    return;
  }
  if (!options.has('n')) setLoaded(context, name, !options.has('r'), loaded(call));
}

export const modinfo = tool({
  name: 'modinfo',
  summary: 'show information about a Linux Kernel module',
  usage: '[options] <modulename|filename> [args]',
  version: 'kmod version 31',
  paths: ['/usr/sbin/modinfo'],
  options:
    'a|author d|description l|license p|parameters n|filename 0|null F|field= k|set-version= b|basedir=',
  *run(call) {
    if (call.operands.length === 0) call.fail('ERROR: missing module or filename.');
    for (const raw of call.operands) {
      const name = raw.replaceAll('-', '_');
      if (!(name in MODULES)) {
        yield* call.warn(`ERROR: Module ${raw} not found.`);
        continue;
      }
      const fields = {
        filename: `/lib/modules/${KERNEL.release}/kernel/${name}.ko.zst`,
        license: 'GPL',
        depends: '',
        retpoline: 'Y',
        intree: 'Y',
        name,
        vermagic: `${KERNEL.release} SMP preempt mod_unload modversions `,
      };
      const letter = { n: 'filename', l: 'license', a: 'author', d: 'description', p: 'parm' };
      const short = Object.entries(letter).find(([option]) => call.options.has(option))?.[1];
      const wanted = call.options.get('F') ?? short;
      for (const [field, value] of Object.entries(fields))
        if (wanted === field) yield* call.print(`${value}\n`);
        else if (wanted === undefined) yield* call.print(`${`${field}:`.padEnd(16)}${value}\n`);
    }
    return undefined;
  },
});

export const insmod = tool({
  name: 'insmod',
  summary: 'insert a module into the Linux Kernel',
  usage: '[filename] [module options...]',
  version: 'kmod version 31',
  paths: ['/usr/sbin/insmod'],
  *run(call) {
    const [path = call.fail('ERROR: missing filename.')] = call.operands;
    const why = call.context.fs.isFile(path) ? 'Invalid module format' : 'No such file or directory';
    yield* call.context.err(
      `insmod: ERROR: could not ${why === 'Invalid module format' ? 'insert' : 'load'} module ${path}: ${why}\n`,
    );
    return 1;
  },
});

export const rmmod = tool({
  name: 'rmmod',
  summary: 'remove a module from the Linux Kernel',
  usage: '[-f] [-s] [-v] [modulename ...]',
  version: 'kmod version 31',
  paths: ['/usr/sbin/rmmod'],
  options: 'f|force s|syslog v|verbose',
  *run(call) {
    if (call.operands.length === 0) call.fail('ERROR: missing module name.');
    for (const raw of call.operands) {
      const name = raw.replaceAll('-', '_');
      const users = loaded(call).filter((other) => other === MODULES[name]?.usedBy);
      if (!loaded(call).includes(name)) yield* call.warn(`ERROR: Module ${name} is not currently loaded`);
      else if (users.length > 0) yield* call.warn(`ERROR: Module ${name} is in use by: ${users.join(' ')}`);
      else if (!capable(call.context.credentials, 'SYS_MODULE'))
        yield* call.warn(`ERROR: could not remove namespace ${name}: Operation not permitted`);
      else setLoaded(call.context, name, false, loaded(call));
    }
    return undefined;
  },
});

/** What systemd runs at boot, and when its unit is restarted: loads what the files of `modules-load.d` name. */
export const modulesLoad = tool({
  name: 'systemd-modules-load',
  summary: 'load kernel modules at boot',
  usage: '[CONFIGURATION FILE...]',
  version: 'systemd 255',
  paths: ['/usr/lib/systemd/systemd-modules-load'],
  *run(call) {
    const { fs } = call.context;
    const directories = ['/etc/modules-load.d', '/run/modules-load.d', '/usr/lib/modules-load.d'];
    const files = directories
      .filter((directory) => fs.isDirectory(directory))
      .flatMap((directory) => fs.list(directory).map((name) => `${directory}/${name}`))
      .filter((path) => path.endsWith('.conf'));
    for (const path of files) {
      for (const raw of fs.read(path).split('\n')) {
        const name = raw.trim().replaceAll('-', '_');
        if (name === '' || /^[#;]/.test(name) || loaded(call).includes(name)) continue;
        if (name in MODULES) setLoaded(call.context, name, true, loaded(call));
        else yield* call.context.err(`Failed to find module '${name}'\n`);
      }
    }
    return undefined;
  },
});

function setLoaded({ host }: Context, name: string, isLoaded: boolean, now: readonly string[]): void {
  const others = now.filter((other) => other !== name);
  const next = isLoaded ? [...others, name].sort() : others;
  host.init.fs.write(STATE, next.map((line) => `${line}\n`).join(''));
  showSysctls(host, name, isLoaded);
}

/** Kernel parameters that are there as long as the module is. */
function showSysctls(host: Host, module: string, isLoaded: boolean): void {
  const { fs } = host.init;
  for (const name of MODULES[module]?.sysctls ?? []) {
    const path = `/proc/sys/${name}`;
    if (!isLoaded) fs.removeAll(path);
    else if (!fs.exists(path)) {
      fs.mkdirAll(path.slice(0, path.lastIndexOf('/')));
      fs.write(path, '1\n');
    }
  }
}

export const dmesg = tool({
  name: 'dmesg',
  summary: 'print or control the kernel ring buffer',
  usage: '[options]',
  version: 'util-linux 2.39.3',
  options: 'T|ctime H|human w|follow k|kernel l|level= n|console-level= x|decode c|read-clear C|clear',
  *run(call) {
    const { host, credentials } = call.context;
    if (!capable(credentials, 'SYSLOG') && credentials.confinement)
      call.fail('read kernel buffer failed: Operation not permitted');
    for (const refused of ['w', 'c', 'C'] as const)
      if (call.options.has(refused)) call.fail('read kernel buffer failed: Operation not permitted');
    const boot = [
      `Linux version ${KERNEL.release} (buildd@lcy02-amd64-118) ${KERNEL.version}`,
      `Command line: ${kernelCommandLine(host)}`,
      `smpboot: Allowing ${host.cores} CPUs, 0 hotplug CPUs`,
      'EXT4-fs (vda1): mounted filesystem with ordered data mode. Quota mode: none.',
    ];
    const line = (ms: number, message: string) =>
      call.options.has('T')
        ? `[${new Date(host.bootedAt + ms).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+).*/, '$1 $3 $2 $5 $4')}] ${message}\n`
        : `[${(ms / 1000).toFixed(6).padStart(12)}] ${message}\n`;
    for (const [i, message] of boot.entries()) yield* call.print(line(i * 120, message));
    for (const entry of host.journal.entries()) {
      if (entry.identifier === 'kernel') yield* call.print(line(entry.time - host.bootedAt, entry.message));
    }
    return 0;
  },
});
