import type { RedisStore } from './redis-store.ts';
import { glob, NIL, OK, type RedisValue, type Reply } from './redis-values.ts';

interface RedisCommand {
  /** How many words must follow, and may. */
  readonly least: number;
  readonly most?: number;
  readonly run: (store: RedisStore, args: readonly string[]) => Reply;
}

const WRONG_TYPE: Reply = { error: 'WRONGTYPE Operation against a key holding the wrong kind of value' };
const NOT_A_NUMBER: Reply = { error: 'ERR value is not an integer or out of range' };
const SYNTAX: Reply = { error: 'ERR syntax error' };

export function arity(name: string): Reply {
  return { error: `ERR wrong number of arguments for '${name.toLowerCase()}' command` };
}

class WrongType extends Error {}

function held<T extends RedisValue['type']>(store: RedisStore, key: string, type: T) {
  const value = store.get(key);
  if (value && value.type !== type) throw new WrongType();
  return value as Extract<RedisValue, { type: T }> | undefined;
}

const text = (store: RedisStore, key: string) => held(store, key, 'string')?.text;
const items = (store: RedisStore, key: string) => held(store, key, 'list')?.items ?? [];
const fields = (store: RedisStore, key: string) => new Map(held(store, key, 'hash')?.fields ?? []);
const members = (store: RedisStore, key: string) => new Set(held(store, key, 'set')?.members ?? []);

function setText(store: RedisStore, key: string, value: string): void {
  store.set(key, { type: 'string', text: value }, store.until(key));
}

function setItems(store: RedisStore, key: string, list: readonly string[]): number {
  if (list.length === 0) store.delete(key);
  else store.set(key, { type: 'list', items: list }, store.until(key));
  return list.length;
}

function setFields(store: RedisStore, key: string, hash: ReadonlyMap<string, string>): void {
  if (hash.size === 0) store.delete(key);
  else store.set(key, { type: 'hash', fields: [...hash] }, store.until(key));
}

function setMembers(store: RedisStore, key: string, set: ReadonlySet<string>): void {
  if (set.size === 0) store.delete(key);
  else store.set(key, { type: 'set', members: [...set] }, store.until(key));
}

/** `SET key value [EX n] [PX n] [NX|XX] [KEEPTTL]`. */
function set(store: RedisStore, [key = '', value = '', ...options]: readonly string[]): Reply {
  let until: number | undefined;
  for (let i = 0; i < options.length; i++) {
    const option = (options[i] as string).toUpperCase();
    const known = store.get(key) !== undefined;
    if (option === 'NX' && known) return NIL;
    if (option === 'XX' && !known) return NIL;
    if (option === 'EX' || option === 'PX') {
      const amount = Number(options[++i]);
      if (!Number.isInteger(amount) || amount <= 0)
        return { error: "ERR invalid expire time in 'set' command" };
      until = store.now + amount * (option === 'EX' ? 1000 : 1);
    } else if (option === 'KEEPTTL') until = store.until(key);
    else if (!['NX', 'XX'].includes(option)) return SYNTAX;
  }
  store.set(key, { type: 'string', text: value }, until);
  return OK;
}

function add(store: RedisStore, key: string, by: number): Reply {
  const old = text(store, key) ?? '0';
  if (!/^-?\d+$/.test(old) || !Number.isInteger(by)) return NOT_A_NUMBER;
  setText(store, key, String(Number(old) + by));
  return Number(old) + by;
}

function expire(store: RedisStore, key: string, ms: number): Reply {
  const value = store.get(key);
  if (!Number.isInteger(ms)) return NOT_A_NUMBER;
  if (!value) return 0;
  if (ms <= 0) store.delete(key);
  else store.set(key, value, store.now + ms);
  return 1;
}

/** What is left until a key expires: -2 without the key, -1 without an end. */
function left(store: RedisStore, key: string, unit: number): Reply {
  if (!store.get(key)) return -2;
  const until = store.until(key);
  return until === undefined ? -1 : Math.ceil((until - store.now) / unit);
}

function range(list: readonly string[], from: string, to: string): Reply {
  const place = (word: string) => (Number(word) < 0 ? list.length + Number(word) : Number(word));
  if (!/^-?\d+$/.test(from) || !/^-?\d+$/.test(to)) return NOT_A_NUMBER;
  return list.slice(Math.max(0, place(from)), place(to) + 1);
}

function pushed(store: RedisStore, [key = '', ...values]: readonly string[], left: boolean): Reply {
  const old = items(store, key);
  return setItems(store, key, left ? [...values.reverse(), ...old] : [...old, ...values]);
}

function popped(store: RedisStore, key: string, left: boolean): Reply {
  const old = items(store, key);
  setItems(store, key, left ? old.slice(1) : old.slice(0, -1));
  return left ? old[0] : old.at(-1);
}

const TABLE: Readonly<Record<string, [least: number, most: number, run: RedisCommand['run']]>> = {
  PING: [0, 1, (_, [word]) => word ?? { status: 'PONG' }],
  ECHO: [1, 1, (_, [word]) => word],
  SELECT: [1, 1, (_, [word]) => (word === '0' ? OK : { error: 'ERR DB index is out of range' })],
  SET: [2, 99, set],
  GET: [1, 1, (store, [key = '']) => text(store, key)],
  GETSET: [
    2,
    2,
    (store, [key = '', value = '']) => {
      const old = text(store, key);
      setText(store, key, value);
      return old;
    },
  ],
  SETNX: [
    2,
    2,
    (store, [key = '', value = '']) => {
      if (store.get(key)) return 0;
      setText(store, key, value);
      return 1;
    },
  ],
  SETEX: [3, 3, (store, [key = '', seconds = '', value = '']) => set(store, [key, value, 'EX', seconds])],
  APPEND: [
    2,
    2,
    (store, [key = '', value = '']) => {
      const all = (text(store, key) ?? '') + value;
      setText(store, key, all);
      return all.length;
    },
  ],
  STRLEN: [1, 1, (store, [key = '']) => (text(store, key) ?? '').length],
  MGET: [1, 999, (store, keys) => keys.map((key) => text(store, key))],
  MSET: [
    2,
    999,
    (store, args) => {
      for (let i = 0; i + 1 < args.length; i += 2) setText(store, args[i] as string, args[i + 1] as string);
      return OK;
    },
  ],
  INCR: [1, 1, (store, [key = '']) => add(store, key, 1)],
  DECR: [1, 1, (store, [key = '']) => add(store, key, -1)],
  INCRBY: [2, 2, (store, [key = '', by = '']) => add(store, key, Number(by))],
  DECRBY: [2, 2, (store, [key = '', by = '']) => add(store, key, -Number(by))],
  DEL: [1, 999, (store, keys) => keys.filter((key) => store.delete(key)).length],
  UNLINK: [1, 999, (store, keys) => keys.filter((key) => store.delete(key)).length],
  EXISTS: [1, 999, (store, keys) => keys.filter((key) => store.get(key)).length],
  TYPE: [1, 1, (store, [key = '']) => ({ status: store.get(key)?.type ?? 'none' })],
  KEYS: [
    1,
    1,
    (store, [pattern = '']) =>
      store
        .all()
        .map(([key]) => key)
        .filter((key) => glob(pattern, key)),
  ],
  DBSIZE: [0, 0, (store) => store.all().length],
  RENAME: [
    2,
    2,
    (store, [from = '', to = '']) => {
      const value = store.get(from);
      if (!value) return { error: 'ERR no such key' };
      const until = store.until(from);
      store.delete(from);
      store.set(to, value, until);
      return OK;
    },
  ],
  EXPIRE: [2, 2, (store, [key = '', seconds = '']) => expire(store, key, Number(seconds) * 1000)],
  PEXPIRE: [2, 2, (store, [key = '', ms = '']) => expire(store, key, Number(ms))],
  PERSIST: [
    1,
    1,
    (store, [key = '']) => {
      const value = store.get(key);
      if (!value || store.until(key) === undefined) return 0;
      store.set(key, value);
      return 1;
    },
  ],
  TTL: [1, 1, (store, [key = '']) => left(store, key, 1000)],
  PTTL: [1, 1, (store, [key = '']) => left(store, key, 1)],
  FLUSHALL: [
    0,
    1,
    (store) => {
      store.clear();
      return OK;
    },
  ],
  FLUSHDB: [
    0,
    1,
    (store) => {
      store.clear();
      return OK;
    },
  ],
  LPUSH: [2, 999, (store, args) => pushed(store, args, true)],
  RPUSH: [2, 999, (store, args) => pushed(store, args, false)],
  LPOP: [1, 1, (store, [key = '']) => popped(store, key, true)],
  RPOP: [1, 1, (store, [key = '']) => popped(store, key, false)],
  LLEN: [1, 1, (store, [key = '']) => items(store, key).length],
  LRANGE: [3, 3, (store, [key = '', from = '', to = '']) => range(items(store, key), from, to)],
  LINDEX: [2, 2, (store, [key = '', at = '']) => items(store, key).at(Number(at))],
  HSET: [
    3,
    999,
    (store, [key = '', ...pairs]) => {
      const hash = fields(store, key);
      const before = hash.size;
      for (let i = 0; i + 1 < pairs.length; i += 2) hash.set(pairs[i] as string, pairs[i + 1] as string);
      setFields(store, key, hash);
      return hash.size - before;
    },
  ],
  HGET: [2, 2, (store, [key = '', field = '']) => fields(store, key).get(field)],
  HGETALL: [1, 1, (store, [key = '']) => [...fields(store, key)].flat()],
  HDEL: [
    2,
    999,
    (store, [key = '', ...names]) => {
      const hash = fields(store, key);
      const gone = names.filter((name) => hash.delete(name)).length;
      setFields(store, key, hash);
      return gone;
    },
  ],
  HKEYS: [1, 1, (store, [key = '']) => [...fields(store, key).keys()]],
  HLEN: [1, 1, (store, [key = '']) => fields(store, key).size],
  SADD: [
    2,
    999,
    (store, [key = '', ...values]) => {
      const set = members(store, key);
      const before = set.size;
      for (const value of values) set.add(value);
      setMembers(store, key, set);
      return set.size - before;
    },
  ],
  SREM: [
    2,
    999,
    (store, [key = '', ...values]) => {
      const set = members(store, key);
      const gone = values.filter((value) => set.delete(value)).length;
      setMembers(store, key, set);
      return gone;
    },
  ],
  SMEMBERS: [1, 1, (store, [key = '']) => [...members(store, key)]],
  SISMEMBER: [2, 2, (store, [key = '', value = '']) => Number(members(store, key).has(value))],
  SCARD: [1, 1, (store, [key = '']) => members(store, key).size],
  SAVE: [
    0,
    0,
    (store) => {
      const problem = store.save();
      return problem === undefined ? OK : { error: `ERR ${problem}` };
    },
  ],
  BGSAVE: [
    0,
    1,
    (store) => {
      const problem = store.save();
      return problem === undefined ? { status: 'Background saving started' } : { error: `ERR ${problem}` };
    },
  ],
  ROLE: [0, 0, () => ['master', 0, []]],
  TIME: [0, 0, (store) => [String(Math.floor(store.now / 1000)), '0']],
};

/** Commands by name; a key of another type is everybody's error. */
export const COMMANDS: Readonly<Record<string, RedisCommand>> = Object.fromEntries(
  Object.entries(TABLE).map(([name, [least, most, run]]) => [
    name,
    {
      least,
      most,
      run: (store, args) => {
        try {
          return run(store, args);
        } catch (error) {
          if (!(error instanceof WrongType)) throw error;
          return WRONG_TYPE;
        }
      },
    } satisfies RedisCommand,
  ]),
);
