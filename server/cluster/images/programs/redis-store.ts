import { charge } from '../../../sim/index.ts';
import { arity, COMMANDS } from './redis-commands.ts';
import { glob, type Held, OK, type RedisValue, type Reply } from './redis-values.ts';

const DEFAULTS: Readonly<Record<string, string>> = {
  maxmemory: '0',
  'maxmemory-policy': 'noeviction',
  appendonly: 'no',
  port: '6379',
  dir: '/data',
  save: '3600 1 300 100 60 10000',
  requirepass: '',
};
const UNITS: Readonly<Record<string, number>> = {
  k: 1000,
  kb: 1024,
  m: 1_000_000,
  mb: 1024 ** 2,
  g: 1_000_000_000,
  gb: 1024 ** 3,
};

export interface RedisOptions {
  readonly config: ReadonlyMap<string, string>;
  readonly version: string;
  readonly now: () => number;
  readonly startedAt: number;
  /** Told of every change, with all that is held. */
  readonly onChange: (held: readonly [string, Held][]) => void;
  /** Writes the snapshot. Returns what went wrong. */
  readonly onSave: (held: readonly [string, Held][]) => string | undefined;
}

export type RedisSession = (words: readonly string[]) => Reply;

/** The keys and settings of a redis server, and the commands that people try on it. */
export class RedisStore {
  readonly #held = new Map<string, Held>();
  readonly #config: Map<string, string>;
  readonly #options: RedisOptions;
  #commands = 0;

  constructor(options: RedisOptions) {
    this.#options = options;
    this.#config = new Map([...Object.entries(DEFAULTS), ...options.config]);
    const [, amount, unit] = /^(\d+)([a-z]+)$/i.exec(this.#config.get('maxmemory') ?? '') ?? [];
    if (amount && unit)
      this.#config.set('maxmemory', String(Number(amount) * (UNITS[unit.toLowerCase()] ?? 1)));
  }

  get now(): number {
    return this.#options.now();
  }

  load(held: readonly [string, Held][]): void {
    for (const [key, one] of held) this.#held.set(key, one);
  }

  all(): [string, Held][] {
    return [...this.#held].filter(([key]) => this.get(key) !== undefined);
  }

  /** What is held under a key; what has expired is gone. */
  get(key: string): RedisValue | undefined {
    const held = this.#held.get(key);
    if (held?.until !== undefined && held.until <= this.now) {
      this.#held.delete(key);
      return undefined;
    }
    return held?.value;
  }

  until(key: string): number | undefined {
    return this.#held.get(key)?.until;
  }

  set(key: string, value: RedisValue, until?: number): void {
    this.#held.set(key, { value, ...(until === undefined ? {} : { until }) });
    this.#changed();
  }

  delete(key: string): boolean {
    const known = this.get(key) !== undefined;
    this.#held.delete(key);
    if (known) this.#changed();
    return known;
  }

  clear(): void {
    this.#held.clear();
    this.#changed();
  }

  save(): string | undefined {
    return this.#options.onSave(this.all());
  }

  #changed(): void {
    charge(this.#held.size);
    this.#options.onChange([...this.#held]);
  }

  /** A client: takes commands and gives replies. */
  session(password: string | undefined): RedisSession {
    let authenticated = this.#accepts(password);
    return (words) => {
      const [name = '', ...args] = words;
      const command = name.toUpperCase();
      this.#commands++;
      if (command === 'AUTH') {
        if (this.#config.get('requirepass') === '')
          return {
            error:
              'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
          };
        authenticated = this.#accepts(args.at(-1));
        return authenticated
          ? OK
          : { error: 'WRONGPASS invalid username-password pair or user is disabled.' };
      }
      if (!authenticated) return { error: 'NOAUTH Authentication required.' };
      return this.#run(command, name, args);
    };
  }

  #accepts(password: string | undefined): boolean {
    const wanted = this.#config.get('requirepass') ?? '';
    return wanted === '' || wanted === password;
  }

  #run(command: string, given: string, args: readonly string[]): Reply {
    if (command === 'CONFIG') return this.#configure(args);
    if (command === 'INFO') return this.#info(args[0]);
    const known = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
    if (!known) {
      const shown = args.map((arg) => `'${arg}' `).join('');
      return { error: `ERR unknown command '${given}', with args beginning with: ${shown}` };
    }
    if (args.length < known.least || args.length > (known.most ?? Number.POSITIVE_INFINITY))
      return arity(given);
    return known.run(this, args);
  }

  #configure([verb = '', name = '', value]: readonly string[]): Reply {
    if (verb.toUpperCase() === 'SET') {
      if (value === undefined) return arity('config|set');
      if (!this.#config.has(name))
        return { error: `ERR Unknown option or number of arguments for CONFIG SET - '${name}'` };
      this.#config.set(name, value);
      return OK;
    }
    if (verb.toUpperCase() === 'RESETSTAT') return OK;
    if (verb.toUpperCase() !== 'GET') return { error: `ERR unknown subcommand '${verb}'. Try CONFIG HELP.` };
    return [...this.#config].filter(([key]) => glob(name, key)).flat();
  }

  #info(section: string | undefined): Reply {
    const seconds = Math.floor((this.now - this.#options.startedAt) / 1000);
    const keys = this.all();
    const expiring = keys.filter(([, { until }]) => until !== undefined).length;
    const sections: Readonly<Record<string, readonly string[]>> = {
      Server: [
        `redis_version:${this.#options.version}`,
        'redis_mode:standalone',
        'os:Linux 6.8.0-51-generic x86_64',
        'arch_bits:64',
        'process_id:1',
        'tcp_port:6379',
        `uptime_in_seconds:${seconds}`,
        `uptime_in_days:${Math.floor(seconds / 86_400)}`,
        'executable:/data/redis-server',
        'config_file:',
      ],
      Clients: ['connected_clients:1', 'maxclients:10000', 'blocked_clients:0'],
      Memory: [
        'used_memory:1048576',
        'used_memory_human:1.00M',
        `maxmemory:${this.#config.get('maxmemory')}`,
        `maxmemory_policy:${this.#config.get('maxmemory-policy')}`,
      ],
      Persistence: [
        'loading:0',
        'rdb_bgsave_in_progress:0',
        `aof_enabled:${this.#config.get('appendonly') === 'yes' ? 1 : 0}`,
      ],
      Stats: ['total_connections_received:1', `total_commands_processed:${this.#commands}`],
      Replication: ['role:master', 'connected_slaves:0', 'master_failover_state:no-failover'],
      Keyspace: keys.length > 0 ? [`db0:keys=${keys.length},expires=${expiring},avg_ttl=0`] : [],
    };
    const wanted = Object.entries(sections).filter(
      ([name]) => section === undefined || name.toLowerCase() === section.toLowerCase(),
    );
    return wanted
      .map(([name, lines]) => [`# ${name}`, ...lines].map((line) => `${line}\r\n`).join(''))
      .join('\r\n');
  }
}
