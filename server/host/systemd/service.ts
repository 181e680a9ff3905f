import type { Cgroup, ExitStatus, Process, Signal, Timer } from '../../sim/index.ts';
import type { Priority } from '../journal.ts';
import { type CommandHost, describeStatus, isClean, mayFail, spawnCommand } from './command.ts';
import { StartLimit, shouldRestart } from './restart.ts';
import {
  type ActiveState,
  AT_REST,
  isWithin,
  type Result,
  type ServiceRecord,
  ServiceState,
  type SubState,
} from './service-state.ts';
import type { LoadedUnit } from './unit.ts';
import { parseTimeSpan } from './unit-file.ts';

/** What a service needs of the manager that runs it. */
export interface ServiceHost extends CommandHost {
  readonly cgroup: Cgroup;
  /** Called at every change of state, to be kept on disk. */
  changed(service: Service): void;
}

/** A `Type=notify` service counts as ready when it has run for so long without saying so. */
const NOTIFY_MS = 200;

/** One service unit at run time: its processes, state and restarts. Models systemd's service.c. */
export class Service extends ServiceState {
  readonly #host: ServiceHost;
  #timer: Timer | undefined;
  readonly #limit = new StartLimit();
  #stopping = false;
  #restartAfterStop = false;

  constructor(host: ServiceHost, unit: LoadedUnit) {
    super(unit, host.context.now);
    this.#host = host;
  }

  get cgroup(): Cgroup {
    return this.#host.cgroup.child('system.slice').child(this.name);
  }

  /** A socket whose service runs is in use. */
  serves(isRunning: boolean): void {
    if (this.active === 'active') this.#set('active', isRunning ? 'running' : 'listening');
  }

  /** Whether a timer that is on has a time to come, or the unit that it starts still runs. */
  awaits(sub: 'waiting' | 'elapsed' | 'running'): void {
    if (this.active === 'active') this.sub = sub;
  }

  /** Takes up where a host was saved: what ran, runs again, without a word in the journal. */
  restore(record: ServiceRecord): void {
    Object.assign(this, { ...record, status: record.status });
    const ran = record.active === 'active' || record.active === 'activating';
    if (ran && record.sub !== 'exited' && this.kind === 'service') this.#spawnMain(true);
  }

  start(): void {
    if (this.active === 'active' || (this.active === 'activating' && this.sub !== 'auto-restart')) return;
    this.#clearTimer();
    if (this.#tooOften()) return;
    this.#begin();
  }

  stop(): void {
    this.#restartAfterStop = false;
    this.#stop();
  }

  restart(): void {
    if (this.active === 'active' || this.active === 'deactivating') {
      this.#restartAfterStop = true;
      if (this.active === 'active') this.#stop();
    } else {
      this.start();
    }
  }

  /** Clears `failed`. */
  resetFailed(): void {
    this.#limit.clear();
    if (this.active === 'failed') this.#set('inactive', 'dead');
  }

  kill(signal: Signal): void {
    for (const process of this.processes()) process.signal(signal);
  }

  /** `sd_notify(READY=1)`. */
  notifyReady(): void {
    if (this.sub !== 'start') return;
    this.#clearTimer();
    this.#afterStart();
  }

  /** Processes of the service, its main process first. */
  processes(): Process[] {
    const { cgroup } = this;
    return this.#host.context.host.processes.list().filter((p) => p.alive && isWithin(p.cgroup, cgroup));
  }

  #setting(name: string): string | undefined {
    return this.unit.file.get('Service', name);
  }

  #tooOften(): boolean {
    if (this.#limit.allows(this.#host.context.now, this.unit.file)) return false;
    this.#log('Start request repeated too quickly.', 4);
    this.#fail('start-limit-hit');
    return true;
  }

  #begin(): void {
    const type = this.#type;
    this.result = 'success';
    this.#stopping = false;
    this.startFailed = false;
    this.controls = [];
    const takesTime = type !== 'simple' || this.unit.file.all('Service', 'ExecStartPre').length > 0;
    if (takesTime && this.kind === 'service') this.#say(`Starting ${this.title}...`);
    this.#set('activating', type === 'oneshot' || type === 'notify' ? 'start' : 'start-pre');
    this.#runSetting('ExecStartPre', () => this.#spawnMain(false));
  }

  get #type(): string {
    return this.#setting('Type') ?? (this.#setting('ExecStart') ? 'simple' : 'oneshot');
  }

  /** Runs the commands of a setting one after the other; a failing one fails the unit unless it starts with `-`. */
  #runSetting(setting: string, done: () => void, failed?: () => void): void {
    // All but the last line of a oneshot's ExecStart are such commands too.
    const all = this.unit.file.all('Service', setting);
    this.#runList(setting, setting === 'ExecStart' ? all.slice(0, -1) : all, done, failed);
  }

  #runList(setting: string, commands: readonly string[], done: () => void, failed?: () => void): void {
    const [first, ...rest] = commands;
    if (first === undefined) {
      done();
      return;
    }
    const child = this.#spawn(first);
    if (child === 'skipped') this.#runList(setting, rest, done, failed);
    if (!child || child === 'skipped') {
      if (!child) failed?.();
      return;
    }
    child.ended.subscribe(() => {
      const status = child.status as ExitStatus;
      this.controls.push({ setting, command: first, pid: child.pid, status });
      if (this.#stopping !== setting.startsWith('ExecStop')) return;
      if (status.code === 0 || mayFail(first)) this.#runList(setting, rest, done, failed);
      else if (failed) failed();
      else this.#exited(status, 'Control');
    });
  }

  #spawnMain(quiet: boolean): void {
    const command = this.#setting('ExecStart');
    if (command === undefined) {
      this.#started();
      return;
    }
    if (!quiet && this.#type === 'oneshot')
      this.#runSetting('ExecStart', () => this.#startMain(command, quiet));
    else this.#startMain(command, quiet);
  }

  #startMain(command: string, quiet: boolean): void {
    const child = this.#spawn(command);
    if (child === 'skipped') this.#exited({ code: 0 }, 'Main');
    if (!child || child === 'skipped') return;
    this.main = child;
    this.pid = child.pid;
    child.ended.subscribe(() => this.#mainEnded(child));
    if (quiet) {
      this.#host.changed(this);
      if (this.active === 'activating') this.#set('active', 'running');
      return;
    }
    const type = this.#type;
    if (type === 'oneshot') this.#set('activating', 'start');
    else if (type === 'notify') this.#notifyLater();
    else this.#afterStart();
  }

  #notifyLater(): void {
    this.#set('activating', 'start');
    this.#timer = this.#host.context.process.clock.after(NOTIFY_MS, () => this.notifyReady());
  }

  /** What is to be run once the main process is there. */
  #afterStart(): void {
    this.#runSetting('ExecStartPost', () => this.#started());
  }

  #started(): void {
    const running = this.main?.alive ?? false;
    this.#set('active', running ? 'running' : AT_REST[this.kind].sub);
    const said = this.kind === 'service' && this.#type !== 'oneshot' ? 'Started' : AT_REST[this.kind].started;
    this.#say(`${said} ${this.title}.`);
  }

  #mainEnded(child: Process): void {
    if (this.main !== child) return;
    this.main = undefined;
    const status = child.status as ExitStatus;
    this.status = status;
    if (this.active === 'deactivating') {
      this.#stopped(status);
      return;
    }
    if (this.#type === 'oneshot' && status.code === 0 && !status.signal) {
      this.#oneshotDone();
      return;
    }
    this.#exited(status, 'Main');
  }

  #oneshotDone(): void {
    if (this.#setting('RemainAfterExit') === 'yes' || this.#setting('RemainAfterExit') === 'true') {
      this.#started();
      return;
    }
    this.#log('Deactivated successfully.');
    this.#set('inactive', 'dead');
    this.#say(`Finished ${this.title}.`);
  }

  #exited(status: ExitStatus, which: 'Main' | 'Control'): void {
    this.#clearTimer();
    const clean = isClean(status) || (which === 'Main' && mayFail(this.#setting('ExecStart') ?? ''));
    if (!isClean(status)) {
      const code = which === 'Main' ? 'Main process exited' : 'Control process exited';
      this.#log(`${code}, ${describeStatus(status)}`, 5);
    }
    this.result = clean ? 'success' : status.signal ? 'signal' : 'exit-code';
    if (clean) this.#log('Deactivated successfully.');
    else this.#log(`Failed with result '${this.result}'.`, 4);
    if (this.#setting('KillMode') !== 'process') this.kill('KILL');
    if (this.active === 'activating' && !clean) this.#failStart();
    if (shouldRestart(this.#setting('Restart'), this.result)) this.#scheduleRestart();
    else this.#set(clean ? 'inactive' : 'failed', clean ? 'dead' : 'failed');
  }

  /** The unit had not been started yet. */
  #failStart(): void {
    this.startFailed = true;
    this.#say(`Failed to start ${this.title}.`, 3);
  }

  #scheduleRestart(): void {
    this.#set('activating', 'auto-restart');
    const delay = parseTimeSpan(this.#setting('RestartSec') ?? '100ms') ?? 100;
    this.#timer = this.#host.context.process.clock.after(delay, () => {
      this.restarts++;
      this.#log(`Scheduled restart job, restart counter is at ${this.restarts}.`);
      if (!this.#tooOften()) this.#begin();
    });
  }

  #stop(): void {
    this.#clearTimer();
    this.#stopping = true;
    if (this.sub === 'auto-restart' || this.active === 'inactive' || this.active === 'failed') {
      if (this.sub === 'auto-restart') this.#stoppedQuietly();
      return;
    }
    if (this.kind === 'service') this.#say(`Stopping ${this.title}...`);
    this.#set('deactivating', 'stop-sigterm');
    this.#runSetting(
      'ExecStop',
      () => this.#terminate(),
      () => this.#terminate(),
    );
  }

  /** Ends the processes that ExecStop has left. */
  #terminate(): void {
    if (this.active !== 'deactivating') return;
    if (!this.main?.alive) {
      this.#stopped(this.status ?? { code: 0 });
      return;
    }
    const term = (this.#setting('KillSignal')?.replace(/^SIG/, '') ?? 'TERM') as Signal;
    const onlyMain = this.#setting('KillMode') === 'process';
    if (onlyMain) this.main.signal(term);
    else this.kill(term);
    this.#killAfterTimeout(this.main);
  }

  #killAfterTimeout(main: Process): void {
    if (!main.alive) return;
    const limit = parseTimeSpan(this.#setting('TimeoutStopSec') ?? '90s') ?? 90_000;
    if (limit === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#host.context.process.clock.after(limit, () => {
      this.#log("State 'stop-sigterm' timed out. Killing.", 4);
      main.signal('KILL');
    });
  }

  #stopped(status: ExitStatus): void {
    this.#clearTimer();
    if (isClean(status)) {
      this.#log('Deactivated successfully.');
    } else {
      this.result = status.signal ? 'signal' : 'exit-code';
      this.#log(`Main process exited, ${describeStatus(status)}`, 5);
      this.#log(`Failed with result '${this.result}'.`, 4);
    }
    this.#runSetting(
      'ExecStopPost',
      () => {},
      () => {},
    );
    this.#set(isClean(status) ? 'inactive' : 'failed', isClean(status) ? 'dead' : 'failed');
    this.#say(`${AT_REST[this.kind].stopped} ${this.title}.`);
    if (this.#restartAfterStop) {
      this.#restartAfterStop = false;
      this.start();
    }
  }

  #stoppedQuietly(): void {
    this.#set('inactive', 'dead');
    this.#say(`Stopped ${this.title}.`);
  }

  #fail(result: Result): void {
    this.result = result;
    this.#log(`Failed with result '${result}'.`, 4);
    this.#set('failed', 'failed');
    this.#failStart();
  }

  /** Undefined when the unit has failed by it. */
  #spawn(command: string): Process | 'skipped' | undefined {
    const outcome = spawnCommand(this.#host, this.unit, this.cgroup, command);
    const isSkipped = 'result' in outcome && outcome.result === 'skipped';
    for (const message of outcome.messages) this.#log(message, isSkipped ? 6 : 3);
    if ('process' in outcome) return outcome.process;
    if (isSkipped) return 'skipped';
    this.#fail('resources');
    return undefined;
  }

  /** A message of systemd about the unit: `kubelet.service: …`. */
  #log(message: string, priority: Priority = 6): void {
    this.#say(`${this.name}: ${message}`, priority);
  }

  #say(message: string, priority: Priority = 6): void {
    this.#host.journal.append({ identifier: 'systemd', pid: 1, unit: this.name, message, priority });
  }

  #set(active: ActiveState, sub: SubState): void {
    const { now } = this.#host.context;
    if (this.active === 'active' && active !== 'active') this.activeMs = now - this.since;
    if (active !== this.active) this.since = now;
    if (active !== 'inactive' && active !== 'failed' && !this.isBusy) this.leftInactive = now;
    this.active = active;
    this.sub = sub;
    this.#host.changed(this);
    this.changed.notify();
  }

  #clearTimer(): void {
    this.#host.context.process.clock.cancel(this.#timer);
    this.#timer = undefined;
  }
}
