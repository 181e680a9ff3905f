import { type Clock, type Process, ProcessTable, type Random, type SpawnOptions } from '../sim/index.ts';
import { Context, type ContextState } from './context.ts';
import { ROOT } from './credentials.ts';
import { Devices } from './devices.ts';
import { attachMount, detachMount, type ExtraMount, restoreMounts } from './extra-mounts.ts';
import { Disk, type FrozenDisk } from './files/disk.ts';
import type { MountTable } from './files/mounts.ts';
import { FunctionFile, type OpenFile } from './files/open-file.ts';
import { restoreFirewall } from './firewall.ts';
import { restoreNetwork } from './iproute/changes.ts';
import { Journal } from './journal.ts';
import { startKernelThreads } from './kernel-threads.ts';
import { hostMounts } from './mounts.ts';
import { type Network, NetworkNamespace } from './network/namespace.ts';
import { reclaimMemory } from './out-of-memory.ts';
import { type Ending, type Inhibitor, resumePower, shutDown } from './power.ts';
import type { Main, Program } from './program.ts';
import { type Master, Terminals, type WindowSize } from './pty.ts';
import { Systemd } from './systemd/manager.ts';
import { type User, Users } from './users.ts';

/** What a host is made of. */
export interface HostOptions {
  hostname: string;
  clock: Clock;
  random: Random;
  network: Network;
  /** The installed disk. */
  base?: FrozenDisk;
  /** Its disk as it is, when the machine was only switched off. */
  disk?: Disk;
  /** Called when the machine is switched off to be switched on again. Returns the one that takes its place. */
  onReboot?: (host: Host) => Host;
  /** Somebody sits at it. */
  isAttended?: boolean;
  programs: ReadonlyMap<string, Program>;
  cores?: number;
  memoryBytes?: number;
  /** Version of the control groups that are mounted. Default: 2. */
  cgroupVersion?: 1 | 2;
  /** When the machine was booted, where that is not now. Virtual ms. */
  bootedAt?: number;
  onCrash?: (process: Process, error: unknown) => void;
}

export interface HostSpawn {
  main: Main;
  parent?: Process;
  process: Partial<Pick<SpawnOptions, 'group' | 'newSession' | 'cgroup' | 'newNamespace' | 'namespace'>>;
  state: ContextState;
}

/** A login shell to be started: on a new terminal, or on given descriptors. */
export interface LoginOptions {
  user: User;
  terminal?: WindowSize & { term: string };
  streams?: { stdin: OpenFile; stdout: OpenFile; stderr: OpenFile };
  command?: string;
  env?: ReadonlyMap<string, string>;
  parent?: Process;
}

/** The pid of the first service. */
const FIRST_PID = 412;
/** A disk of 20 GB less what its file system takes, and what an installed Ubuntu takes of it. */
const DISK_BYTES = 20_348_860 * 1024;
const SYSTEM_BYTES = 2_450_000_000;

/** A simulated Linux machine. */
export class Host {
  hostname: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly cgroupVersion: 1 | 2;
  readonly processes: ProcessTable;
  readonly programs: ReadonlyMap<string, Program>;
  readonly disk: Disk;
  readonly mounts: MountTable;
  readonly network: NetworkNamespace;
  /** Network stacks that somebody has made (`ip netns add`), by name. */
  readonly stacks = new Map<string, NetworkNamespace>();
  readonly devices: Devices;
  readonly terminals: Terminals;
  readonly users: Users;
  bootedAt: number;
  /** It is being switched off, or not up again (yet). */
  isGoingDown = false;
  /** Who is asked before the machine goes down. */
  readonly inhibitors = new Set<Inhibitor>();
  /** Pid 1's view of the machine: root, `/`, no terminal. */
  readonly init: Context;
  readonly journal: Journal;
  readonly systemd: Systemd;
  readonly #isAttended: boolean;
  readonly #onReboot: ((host: Host) => Host) | undefined;
  readonly #contexts = new WeakMap<Process, Context>();

  /** Builds the machine, switched off: `boot` or `resume` starts its services. */
  constructor(options: HostOptions) {
    this.hostname = options.hostname;
    this.clock = options.clock;
    this.random = options.random;
    this.cores = options.cores ?? 2;
    this.memoryBytes = options.memoryBytes ?? 4 * 1024 ** 3;
    this.cgroupVersion = options.cgroupVersion ?? 2;
    this.programs = options.programs;
    this.bootedAt = options.bootedAt ?? options.clock.now;
    this.processes = new ProcessTable({
      clock: options.clock,
      cores: this.cores,
      ...(options.onCrash ? { onCrash: options.onCrash } : {}),
      onAllocation: () => reclaimMemory(this),
    });
    this.terminals = new Terminals(this.processes);
    this.#onReboot = options.onReboot;
    this.#isAttended = options.isAttended ?? false;
    this.disk =
      options.disk ??
      new Disk({ clock: options.clock, bytes: DISK_BYTES, ...(options.base ? { base: options.base } : {}) });
    this.disk.occupy('system', SYSTEM_BYTES);
    this.devices = new Devices(this);
    this.mounts = hostMounts(this);
    this.network = new NetworkNamespace(options.network, options.hostname);
    this.network.interfaces.push({
      name: 'lo',
      mac: '00:00:00:00:00:00',
      addresses: ['127.0.0.1/8', '::1/128'],
      up: true,
      mtu: 65_536,
    });
    this.init = this.#startInit();
    this.network.forwards = () => {
      const path = '/proc/sys/net/ipv4/ip_forward';
      return !this.init.fs.isFile(path) || !this.init.fs.read(path).startsWith('0');
    };
    this.users = new Users((path) => (this.init.fs.isFile(path) ? this.init.fs.read(path) : undefined));
    this.journal = new Journal(this.init.fs, () => this.clock.now);
    this.systemd = new Systemd(this.init, this.journal, this.users);
  }

  /** Switches the machine on: a new boot in the journal, the enabled services start. */
  boot(): void {
    this.journal.startBoot();
    this.systemd.boot();
  }

  /** Whether it can be switched off and on again. */
  get canReboot(): boolean {
    return this.#onReboot !== undefined;
  }

  /** Whether it can be left switched off: not the machine somebody sits at. */
  get canPowerOff(): boolean {
    return this.canReboot && !this.#isAttended;
  }

  /** Ends everything that runs, and switches the machine on again or leaves it off. */
  shutDown(by: Context, how: Ending): void {
    shutDown(this, by, how);
  }

  /** The same machine with nothing in its memory: what takes its place when it was switched off. */
  rebuilt(): Host {
    return this.#onReboot?.(this) ?? this;
  }

  /** Goes on where a saved machine was: services that ran, run again. */
  resume(): void {
    if (resumePower(this)) return;
    restoreMounts(this);
    restoreNetwork(this);
    restoreFirewall({ host: this, network: this.network });
    this.systemd.resume();
  }

  /** Mounts a directory or a tmpfs, durably. */
  attachMount(mount: ExtraMount): void {
    attachMount(this, mount);
  }

  detachMount(path: string): boolean {
    return detachMount(this, path);
  }

  /** Starts a process with a context of its own. */
  spawn(spawn: HostSpawn): Process {
    const { credentials, args } = spawn.state;
    const process = this.processes.spawn({
      ...spawn.process,
      ...(spawn.parent ? { parent: spawn.parent } : {}),
      argv: args,
      uid: credentials.uid,
      main: () => spawn.main(context),
    });
    const context = new Context(process, spawn.state);
    this.#contexts.set(process, context);
    return process;
  }

  /** What a process sees and holds. */
  contextOf(process: Process): Context | undefined {
    return this.#contexts.get(process);
  }

  /** Starts the user's shell as a login shell, as sshd and the console do. */
  login(options: LoginOptions): { process: Process; master: Master | undefined } {
    const { user, terminal, command } = options;
    const pty = terminal && this.terminals.create(terminal);
    const slave = pty?.open();
    const nothing = new FunctionFile('/dev/null', {});
    const { stdin, stdout, stderr } = options.streams ?? { stdin: nothing, stdout: nothing, stderr: nothing };
    const files = slave ? [slave, slave, slave] : [stdin, stdout, stderr];
    const name = user.shell.slice(user.shell.lastIndexOf('/') + 1);
    const process = this.init.spawn(user.shell, {
      args: command === undefined ? [`-${name}`] : [name, '-c', command],
      env: new Map([...this.#loginEnvironment(user, terminal?.term), ...(options.env ?? [])]),
      cwd: this.init.fs.isDirectory(user.home) ? user.home : '/',
      fds: new Map(files.map((file, fd) => [fd, file])),
      credentials: this.users.credentials(user),
      umask: 0o22,
      process: { newSession: true, cgroup: this.sliceOf(user) },
    });
    if (options.parent) adopt(process, options.parent);
    if (pty) {
      process.terminal = pty;
      pty.session = process.session;
      pty.foreground = process.group;
    }
    return { process, master: pty };
  }

  #startInit(): Context {
    const nothing = new FunctionFile('/dev/null', {});
    const process = this.spawn({
      main: function* () {
        for (;;) yield {};
      },
      process: { newSession: true, cgroup: this.processes.cgroups.child('init.scope') },
      state: {
        host: this,
        args: ['/sbin/init'],
        env: new Map([['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']]),
        cwd: '/',
        umask: 0o22,
        credentials: ROOT,
        fds: new Map([0, 1, 2].map((fd) => [fd, nothing])),
        mounts: this.mounts,
        network: this.network,
        hostname: undefined,
      },
    });
    process.exe = '/usr/lib/systemd/systemd';
    // Orphans that end are forgotten at once.
    process.handlers.set('CHLD', 'ignore');
    startKernelThreads(this.processes);
    process.namespace.startAt(FIRST_PID);
    return this.contextOf(process) as Context;
  }

  #loginEnvironment(user: User, term: string | undefined): [string, string][] {
    return [
      ['HOME', user.home],
      ['USER', user.name],
      ['LOGNAME', user.name],
      ['SHELL', user.shell],
      [
        'PATH',
        '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games:/snap/bin',
      ],
      ['LANG', 'C.UTF-8'],
      ...(term === undefined ? [] : ([['TERM', term]] satisfies [string, string][])),
    ];
  }

  /** The control group of somebody's sessions. */
  sliceOf(user: User) {
    return this.processes.cgroups.child('user.slice').child(`user-${user.uid}.slice`);
  }
}

function adopt(child: Process, parent: Process): void {
  child.parent?.children.delete(child);
  child.parent = parent;
  parent.children.add(child);
}
