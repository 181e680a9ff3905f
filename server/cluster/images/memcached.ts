import type { Context } from '../../host/index.ts';
import { MEBI } from './image.ts';
import { type LineHandler, lineProtocol } from './line-protocol.ts';
import { MemoryFile } from './memory-file.ts';
import { serverImage } from './server.ts';
import { releases, variants } from './tags.ts';

const VERSIONS = variants(releases({ '1.6': 39, '1.5': 22 }), '1.6.39', ['alpine', 'bookworm']);

interface Item {
  readonly flags: string;
  readonly data: string;
  /** When it is forgotten; 0: never. */
  readonly until: number;
}

/** The items of a memcached, and its text protocol. */
class Memcached {
  readonly #context: Context;
  readonly #file: MemoryFile<[string, Item][]>;
  readonly #items: Map<string, Item>;
  readonly #counts = { get: 0, set: 0, hits: 0, misses: 0 };

  constructor(context: Context) {
    this.#context = context;
    this.#file = new MemoryFile(context, 'memcached');
    this.#items = new Map(this.#file.recall() ?? []);
  }

  /** Models memcached proto_text.c: a command a line, and the line of data that some announce. */
  open(): LineHandler {
    let announced:
      | { command: string; key: string; flags: string; seconds: number; quiet: boolean }
      | undefined;
    return (line) => {
      if (announced) {
        const { command, key, flags, seconds, quiet } = announced;
        announced = undefined;
        const reply = this.#store(command, key, { flags, data: line, until: this.#deadline(seconds) });
        return quiet ? '' : reply;
      }
      const [command = '', key = '', flags = '0', seconds = '0', , noreply] = line.trim().split(/\s+/);
      if (['set', 'add', 'replace'].includes(command)) {
        if (key === '') return 'ERROR\r\n';
        announced = { command, key, flags, seconds: Number(seconds), quiet: noreply === 'noreply' };
        return '';
      }
      return this.#answer(command, line.trim().split(/\s+/).slice(1));
    };
  }

  #answer(command: string, args: readonly string[]): string | undefined {
    const [key = ''] = args;
    switch (command) {
      case 'get':
      case 'gets':
        return args.length === 0 ? 'ERROR\r\n' : `${args.map((name) => this.#get(name)).join('')}END\r\n`;
      case 'delete': {
        const known = this.#items.delete(key);
        this.#keep();
        return known ? 'DELETED\r\n' : 'NOT_FOUND\r\n';
      }
      case 'incr':
      case 'decr':
        return this.#add(key, command === 'incr' ? Number(args[1]) : -Number(args[1]));
      case 'flush_all':
        this.#items.clear();
        this.#keep();
        return 'OK\r\n';
      case 'stats':
        return args.length === 0 ? this.#stats() : 'RESET\r\n';
      case 'version':
        return `VERSION ${this.#version}\r\n`;
      case 'quit':
        return undefined;
      default:
        return 'ERROR\r\n';
    }
  }

  get #version(): string {
    return this.#context.env.get('MEMCACHED_VERSION') ?? '1.6.39';
  }

  #deadline(seconds: number): number {
    return seconds > 0 ? this.#context.now + seconds * 1000 : 0;
  }

  #item(key: string): Item | undefined {
    const item = this.#items.get(key);
    return item && (item.until === 0 || item.until > this.#context.now) ? item : undefined;
  }

  #get(key: string): string {
    const item = this.#item(key);
    this.#counts.get++;
    if (item) this.#counts.hits++;
    else this.#counts.misses++;
    return item ? `VALUE ${key} ${item.flags} ${item.data.length}\r\n${item.data}\r\n` : '';
  }

  #store(command: string, key: string, item: Item): string {
    const known = this.#item(key) !== undefined;
    if ((command === 'add' && known) || (command === 'replace' && !known)) return 'NOT_STORED\r\n';
    this.#counts.set++;
    this.#items.set(key, item);
    this.#keep();
    return 'STORED\r\n';
  }

  #add(key: string, by: number): string {
    const item = this.#item(key);
    if (!item) return 'NOT_FOUND\r\n';
    if (!/^\d+$/.test(item.data)) return 'CLIENT_ERROR cannot increment or decrement non-numeric value\r\n';
    const data = String(Math.max(0, Number(item.data) + by));
    this.#items.set(key, { ...item, data });
    this.#keep();
    return `${data}\r\n`;
  }

  #stats(): string {
    const { now, process } = this.#context;
    const stats: [string, string | number][] = [
      ['pid', process.nspid],
      ['uptime', Math.floor((now - process.startedAt) / 1000)],
      ['time', Math.floor(now / 1000)],
      ['version', this.#version],
      ['pointer_size', 64],
      ['curr_connections', 2],
      ['cmd_get', this.#counts.get],
      ['cmd_set', this.#counts.set],
      ['get_hits', this.#counts.hits],
      ['get_misses', this.#counts.misses],
      ['limit_maxbytes', 67_108_864],
      ['threads', 4],
      ['curr_items', this.#items.size],
      ['evictions', 0],
    ];
    return `${stats.map(([name, value]) => `STAT ${name} ${value}\r\n`).join('')}END\r\n`;
  }

  #keep(): void {
    this.#file.keep([...this.#items]);
  }
}

export const MEMCACHED = serverImage({
  repository: 'memcached',
  tags: VERSIONS.keys(),
  sizeBytes: 30_000_000,
  footprint: { memoryBytes: 3 * MEBI, cores: 0 },
  user: 'memcache',
  account: { name: 'memcache', id: 11_211, home: '/nonexistent' },
  env: (tag) => ({ MEMCACHED_VERSION: VERSIONS.get(tag) ?? '1.6.39' }),
  spec: {
    program: 'memcached',
    port: 11_211,
    backlog: 1024,
    six: 'also',
    accept: (context) => {
      const server = new Memcached(context);
      return lineProtocol(() => server.open());
    },
    started: () => '',
    taken: () => 'failed to listen on TCP port 11211: Address already in use\n',
  },
});
