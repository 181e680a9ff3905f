type Reply =
  | string
  | number
  | undefined
  | readonly Reply[]
  | { readonly error: string }
  | { readonly status: string };

const OK = { status: 'OK' };
const DEFAULTS: Readonly<Record<string, string>> = {
  maxmemory: '0',
  'maxmemory-policy': 'noeviction',
  appendonly: 'no',
  port: '6379',
  save: '3600 1 300 100 60 10000',
};
const UNITS: Readonly<Record<string, number>> = {
  k: 1000,
  kb: 1024,
  m: 1_000_000,
  mb: 1024 ** 2,
  g: 1_000_000_000,
  gb: 1024 ** 3,
};

/** The keys and settings of a redis server, and the commands that people try on it. */
export class RedisStore {
  readonly #strings = new Map<string, string>();
  readonly #config: Map<string, string>;
  readonly #version: string;

  constructor(config: ReadonlyMap<string, string>, version: string) {
    this.#config = new Map([...Object.entries(DEFAULTS), ...config]);
    const [, amount, unit] = /^(\d+)([a-z]+)$/i.exec(this.#config.get('maxmemory') ?? '') ?? [];
    if (amount && unit)
      this.#config.set('maxmemory', String(Number(amount) * (UNITS[unit.toLowerCase()] ?? 1)));
    this.#version = version;
  }

  /** A client: takes commands and gives replies as redis-cli prints them, plainly or with types. */
  session(password: string | undefined): (words: readonly string[], plain: boolean) => string {
    let authenticated = this.#accepts(password);
    return (words, plain) => {
      const [name = '', ...rest] = words;
      const command = name.toUpperCase();
      if (command === 'AUTH') {
        authenticated = this.#accepts(rest.at(-1));
        const wrong = 'WRONGPASS invalid username-password pair or user is disabled.';
        return show(authenticated ? OK : { error: wrong }, plain);
      }
      const reply = authenticated
        ? this.#run(command, name, rest)
        : { error: 'NOAUTH Authentication required.' };
      return show(reply, plain);
    };
  }

  #accepts(password: string | undefined): boolean {
    const wanted = this.#config.get('requirepass') ?? '';
    return wanted === '' || wanted === password;
  }

  #run(command: string, given: string, args: readonly string[]): Reply {
    const [key = '', value = ''] = args;
    const arity = (count: number) =>
      args.length < count
        ? { error: `ERR wrong number of arguments for '${given.toLowerCase()}' command` }
        : undefined;
    switch (command) {
      case 'PING':
        return args.length > 0 ? key : { status: 'PONG' };
      case 'ECHO':
        return arity(1) ?? key;
      case 'SET':
        return arity(2) ?? this.#set(key, value);
      case 'GET':
        return arity(1) ?? this.#strings.get(key);
      case 'DEL':
        return args.filter((one) => this.#strings.delete(one)).length;
      case 'EXISTS':
        return args.filter((one) => this.#strings.has(one)).length;
      case 'INCR':
      case 'DECR':
        return arity(1) ?? this.#add(key, command === 'INCR' ? 1 : -1);
      case 'KEYS':
        return arity(1) ?? [...this.#strings.keys()].filter((one) => glob(key, one));
      case 'DBSIZE':
        return this.#strings.size;
      case 'FLUSHALL':
      case 'FLUSHDB':
        this.#strings.clear();
        return OK;
      case 'CONFIG':
        return this.#configure(args);
      case 'INFO':
        return `# Server\r\nredis_version:${this.#version}\r\nredis_mode:standalone\r\nos:Linux\r\ntcp_port:6379\r\n`;
      default: {
        const shown = args.map((arg) => `'${arg}' `).join('');
        return { error: `ERR unknown command '${given}', with args beginning with: ${shown}` };
      }
    }
  }

  #set(key: string, value: string): Reply {
    this.#strings.set(key, value);
    return OK;
  }

  #add(key: string, by: number): Reply {
    const old = this.#strings.get(key) ?? '0';
    if (!/^-?\d+$/.test(old)) return { error: 'ERR value is not an integer or out of range' };
    this.#strings.set(key, String(Number(old) + by));
    return Number(old) + by;
  }

  #configure([verb = '', name = '', value = '']: readonly string[]): Reply {
    if (verb.toUpperCase() === 'SET') return this.#config.set(name, value) && OK;
    if (verb.toUpperCase() !== 'GET') return { error: `ERR unknown subcommand '${verb}'. Try CONFIG HELP.` };
    return [...this.#config].filter(([key]) => glob(name, key)).flat();
  }
}

/** `*` alone is special: that is what people write. */
function glob(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  let at = head.length;
  if (!text.startsWith(head)) return false;
  for (const part of rest.slice(0, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  const tail = rest.at(-1) ?? '';
  return text.length - tail.length >= at && text.endsWith(tail);
}

function show(reply: Reply, plain: boolean): string {
  if (reply === undefined) return plain ? '' : '(nil)';
  if (typeof reply === 'number') return plain ? String(reply) : `(integer) ${reply}`;
  if (typeof reply === 'string') return plain ? reply : JSON.stringify(reply);
  if ('error' in reply) return plain ? `${reply.error}\n` : `(error) ${reply.error}`;
  if ('status' in reply) return reply.status;
  if (reply.length === 0) return plain ? '' : '(empty array)';
  return reply.map((one, i) => (plain ? show(one, true) : `${i + 1}) ${show(one, false)}`)).join('\n');
}
