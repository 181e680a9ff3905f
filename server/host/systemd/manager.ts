import type { Cgroup } from '../../sim/index.ts';
import type { Context } from '../context.ts';
import type { Credentials } from '../credentials.ts';
import type { Journal } from '../journal.ts';
import type { Users } from '../users.ts';
import { Service, type ServiceHost } from './service.ts';
import type { ServiceRecord } from './service-state.ts';
import { activatedBy, UnitTimers } from './timer.ts';
import {
  changedOnDisk,
  type EnabledState,
  enabledState,
  installTargets,
  type LoadedUnit,
  loadUnit,
  UNIT_PATHS,
  unitFileNames,
  unitName,
  wantsLink,
} from './unit.ts';

/** Where the states of units are kept, so that a host that is restored comes up as it was. */
const STATES = '/run/systemd/units';

/** A request that systemd refuses. `message` is what systemctl prints. */
export class UnitError extends Error {
  override name = 'UnitError';
  /** systemctl's exit code. */
  readonly code: number;

  constructor(message: string, code = 1) {
    super(message);
    this.code = code;
  }
}

/** The service manager of a host: pid 1. */
export class Systemd implements ServiceHost {
  readonly context: Context;
  readonly journal: Journal;
  readonly #users: Users;
  readonly #services = new Map<string, Service>();
  readonly #units = new Map<string, LoadedUnit>();
  readonly timers = new UnitTimers(this);

  constructor(context: Context, journal: Journal, users: Users) {
    this.context = context;
    this.journal = journal;
    this.#users = users;
  }

  get cgroup(): Cgroup {
    return this.context.host.processes.cgroups;
  }

  credentialsOf(user: string): Credentials | undefined {
    const found = this.#users.user(user);
    return found && this.#users.credentials(found);
  }

  /** Starts everything that `multi-user.target` wants. */
  boot(): void {
    this.context.fs.removeAll(STATES);
    for (const name of this.#inOrder([
      ...this.wantedBy('sockets.target'),
      ...this.wantedBy('timers.target'),
      ...this.wantedBy('multi-user.target'),
    ])) {
      if (this.load(name).load !== 'loaded') continue;
      try {
        this.start(name);
      } catch (error) {
        // What it requires is not there: it stays off.
        if (!(error instanceof UnitError)) throw error;
      }
    }
  }

  /** Takes up where the host was saved. */
  resume(): void {
    const { fs } = this.context;
    if (!fs.isDirectory(STATES)) return;
    for (const name of fs.list(STATES)) {
      this.service(name).restore(JSON.parse(fs.read(`${STATES}/${name}`)) as ServiceRecord);
    }
    for (const timer of this.#timerUnits()) this.timers.arrange(timer);
  }

  /** The unit as loaded; read from disk the first time and after `daemonReload`. */
  load(name: string): LoadedUnit {
    const full = unitName(name);
    let unit = this.#units.get(full);
    if (!unit || unit.load === 'not-found') {
      unit = loadUnit(this.context.fs, full);
      this.#units.set(full, unit);
    }
    return unit;
  }

  /** The run-time side of a service, also of one that never ran. */
  service(name: string): Service {
    const full = unitName(name);
    let service = this.#services.get(full);
    if (!service) {
      service = new Service(this, this.load(full));
      this.#services.set(full, service);
    }
    return service;
  }

  /** Services, sockets and timers that are on the disk or were started so far, by name. */
  services(): Service[] {
    for (const name of unitFileNames(this.context.fs))
      if (/\.(service|socket|timer)$/.test(name)) this.service(name);
    return [...this.#services.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Names of all unit files, services and others. */
  unitFiles(): string[] {
    return unitFileNames(this.context.fs);
  }

  start(name: string): Service {
    const service = this.#startable(name, 'start');
    this.#pullIn(service.unit);
    service.start();
    return service;
  }

  restart(name: string): Service {
    const service = this.#startable(name, 'restart');
    this.#pullIn(service.unit);
    service.restart();
    return service;
  }

  /** Starts what a unit requires and wants; what is required has to be there. */
  #pullIn(unit: LoadedUnit): void {
    for (const key of ['Requires', 'Wants', 'BindsTo']) {
      for (const name of unitList(unit, key)) {
        const other = this.load(name);
        if (/\.(target|mount|slice|device)$/.test(name) || this.service(name).active !== 'inactive') continue;
        if (other.load === 'loaded') this.service(name).start();
        else if (key !== 'Wants' && other.load === 'not-found')
          throw new UnitError(`Failed to start ${unit.name}: Unit ${name} not found.`, 5);
      }
    }
  }

  /** Units that end together with one: those that require it or are part of it. */
  #tiedTo(name: string): Service[] {
    return [...this.#services.values()].filter(
      ({ unit, active }) =>
        active === 'active' &&
        ['Requires', 'BindsTo', 'PartOf'].some((key) => unitList(unit, key).includes(name)),
    );
  }

  /** Sockets and timers that start a unit. */
  triggersOf(name: string): Service[] {
    const full = unitName(name);
    if (!full.endsWith('.service')) return [];
    const socket = full.replace(/service$/, 'socket');
    return [
      ...(this.load(socket).load === 'loaded' ? [this.service(socket)] : []),
      ...this.services().filter((unit) => unit.name.endsWith('.timer') && activatedBy(unit) === full),
    ];
  }

  #timerUnits(): Service[] {
    return [...this.#services.values()].filter(({ name }) => name.endsWith('.timer'));
  }

  stop(name: string): Service {
    const unit = this.load(name);
    if (unit.load === 'not-found' && !this.#services.has(unit.name)) {
      throw new UnitError(`Failed to stop ${unit.name}: Unit ${unit.name} not loaded.`, 5);
    }
    const service = this.service(name);
    service.stop();
    for (const tied of this.#tiedTo(service.name)) tied.stop();
    return service;
  }

  /** The machine goes down: everything that runs is stopped, the last started first. */
  stopAll(): void {
    const running = [...this.#services.values()].filter(
      ({ active }) => active !== 'inactive' && active !== 'failed',
    );
    for (const service of running.sort((a, b) => b.since - a.since)) service.stop();
  }

  /** Reads all unit files anew. */
  daemonReload(): void {
    this.#units.clear();
    for (const service of this.#services.values()) service.unit = this.load(service.name);
    for (const timer of this.#timerUnits()) this.timers.arrange(timer);
  }

  needsReload(name: string): boolean {
    const unit = this.load(name);
    return unit.load !== 'not-found' && changedOnDisk(this.context.fs, unit);
  }

  enabled(name: string): EnabledState {
    return enabledState(this.context.fs, this.load(name));
  }

  /** Makes the links; returns what systemctl says of each. */
  enable(name: string): string[] {
    const unit = this.#onDisk(name, 'enable');
    const { fs } = this.context;
    const said: string[] = [];
    for (const target of installTargets(unit)) {
      const link = wantsLink(target, unit.name);
      if (fs.tryStat(link, false)) continue;
      fs.mkdirAll(link.slice(0, link.lastIndexOf('/')));
      fs.symlink(unit.path, link);
      said.push(`Created symlink ${link} → ${unit.path}.`);
    }
    this.daemonReload();
    return said;
  }

  disable(name: string): string[] {
    const unit = this.#onDisk(name, 'disable');
    const { fs } = this.context;
    const said: string[] = [];
    for (const target of installTargets(unit)) {
      const link = wantsLink(target, unit.name);
      if (!fs.tryStat(link, false)) continue;
      fs.unlink(link);
      said.push(`Removed "${link}".`);
    }
    this.daemonReload();
    return said;
  }

  mask(name: string): string[] {
    const path = `${UNIT_PATHS[0]}/${unitName(name)}`;
    const unknown =
      this.load(name).load === 'not-found'
        ? [`Unit ${unitName(name)} does not exist, proceeding anyway.`]
        : [];
    const { fs } = this.context;
    const there = fs.tryStat(path, false);
    if (there?.type === 'symlink') return [];
    if (there) throw new UnitError(`Failed to mask unit: File ${path} already exists.`);
    fs.symlink('/dev/null', path);
    this.daemonReload();
    return [...unknown, `Created symlink ${path} → /dev/null.`];
  }

  unmask(name: string): string[] {
    const path = `${UNIT_PATHS[0]}/${unitName(name)}`;
    const { fs } = this.context;
    if (fs.tryStat(path, false)?.data !== '/dev/null') return [];
    fs.unlink(path);
    this.daemonReload();
    return [`Removed "${path}".`];
  }

  /** Keeps the state of a service on disk. */
  changed(service: Service): void {
    const { fs } = this.context;
    for (const timer of this.#timerUnits())
      if (timer === service || activatedBy(timer) === service.name) this.timers.arrange(timer);
    if (!fs.isDirectory(STATES)) fs.mkdirAll(STATES);
    fs.write(`${STATES}/${service.name}`, JSON.stringify(service.record()));
    if (service.name.endsWith('.service'))
      this.#services.get(service.name.replace(/service$/, 'socket'))?.serves(service.active === 'active');
  }

  #startable(name: string, verb: string): Service {
    const unit = this.load(name);
    const full = unit.name;
    if (unit.load === 'not-found')
      throw new UnitError(`Failed to ${verb} ${full}: Unit ${full} not found.`, 5);
    if (unit.load === 'masked') throw new UnitError(`Failed to ${verb} ${full}: Unit ${full} is masked.`);
    const other = /\.(mount|path|slice|scope)$/.exec(full)?.[1];
    if (other) throw new UnitError(`Failed to ${verb} ${full}: units of type ${other} are not simulated.`);
    if (unit.load === 'bad-setting') {
      throw new UnitError(
        `Failed to ${verb} ${full}: Unit ${full} has a bad unit file setting.\nSee system logs and 'systemctl status ${full}' for details.`,
      );
    }
    return this.service(name);
  }

  #onDisk(name: string, verb: string): LoadedUnit {
    const unit = loadUnit(this.context.fs, unitName(name));
    if (unit.load === 'masked') {
      throw new UnitError(`Failed to ${verb} unit: Unit file ${unit.path} is masked.`);
    }
    if (unit.load === 'not-found') {
      throw new UnitError(`Failed to ${verb} unit: Unit file ${unit.name} does not exist.`);
    }
    return unit;
  }

  /** The services, sockets and timers that are enabled for a target. */
  wantedBy(target: string): string[] {
    const { fs } = this.context;
    const names = UNIT_PATHS.map((path) => `${path}/${target}.wants`).filter((path) => fs.isDirectory(path));
    return [...new Set(names.flatMap((path) => fs.list(path)))]
      .filter((name) => /\.(service|socket|timer)$/.test(name))
      .sort();
  }

  /** Each unit after those that it names in `After=`. */
  #inOrder(names: readonly string[]): string[] {
    const out: string[] = [];
    const visit = (name: string, above: readonly string[]) => {
      if (out.includes(name) || above.includes(name)) return;
      const after = unitList(this.load(name), 'After');
      for (const other of after) if (names.includes(other)) visit(other, [...above, name]);
      out.push(name);
    };
    for (const name of names) visit(name, []);
    return out;
  }
}

/** The units that a setting of another names. */
function unitList(unit: LoadedUnit, key: string): string[] {
  return unit.file
    .all('Unit', key)
    .flatMap((value) => value.split(/\s+/))
    .filter((name) => name !== '');
}
