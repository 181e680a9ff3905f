import { decode, encode } from '../../../host/index.ts';
import { deepFreeze, type KubeObject } from '../../../objects/object.ts';
import type { Random } from '../../../sim/index.ts';
import { KINDS } from '../../kinds/index.ts';
import type { Change, Log, LogEntry, LogWatch, Stored } from '../../store/log.ts';
import { internalError } from '../errors.ts';
import { ENCRYPTED, READ_ENCRYPTED, type Transformers } from './transformers.ts';

/** What a resource's values are written by; undefined: as they are. */
export type TransformersFor = (group: string, resource: string) => Transformers | undefined;

export interface EncryptedLogOptions {
  readonly log: Log;
  /** Asked at every use: the configuration may be read again. */
  readonly transformersFor: TransformersFor;
  readonly randomFor: (purpose: string) => Random;
}

/** A value that only its bytes are known of, as other programs see it in etcd. */
interface RawObject extends KubeObject {
  readonly raw: string;
}

/** The log as an API server with `--encryption-provider-config` sees it: what lies in etcd is encrypted. */
export class EncryptedLog implements Log {
  readonly #log: Log;
  readonly #options: EncryptedLogOptions;
  /** What encrypted values say. */
  readonly #opened = new WeakMap<KubeObject, KubeObject>();

  constructor(options: EncryptedLogOptions) {
    this.#log = options.log;
    this.#options = options;
  }

  get revision(): number {
    return this.#log.revision;
  }

  get compacted(): number {
    return this.#log.compacted;
  }

  get bytes(): number {
    return this.#log.bytes;
  }

  get(key: string): Stored | undefined {
    const stored = this.#log.get(key);
    return stored && this.#openStored(stored);
  }

  list(prefix: string): Stored[] {
    return this.#openAll(this.#log.list(prefix));
  }

  listAt(prefix: string, revision: number): Stored[] {
    return this.#openAll(this.#log.listAt(prefix, revision));
  }

  count(prefix: string): number {
    return this.#log.count(prefix);
  }

  append(change: Change): Stored | undefined {
    const { key, value } = change;
    const writer = value && this.#transformersOf(key)?.writer;
    const stored = this.#log.append(
      writer ? { ...change, value: this.#closed(key, value as KubeObject) } : change,
    );
    return stored && this.#openStored(stored);
  }

  since(revision: number, prefix: string): LogEntry[] {
    return this.#log.since(revision, prefix).flatMap((entry) => this.#openEntry(entry) ?? []);
  }

  watch(prefix: string, revision: number, onEntry: (entry: LogEntry) => void): LogWatch {
    return this.#log.watch(prefix, revision, (entry) => {
      const opened = this.#openEntry(entry);
      if (opened) onEntry(opened);
    });
  }

  compact(revision: number): void {
    this.#log.compact(revision);
  }

  /** A write that changes nothing is still made where the value lies there in another form. */
  isStale(key: string): boolean {
    const value = this.#log.get(key)?.value;
    const prefix = this.#transformersOf(key)?.writer?.prefix ?? '';
    if (!value) return false;
    return isEncrypted(value) ? prefix === '' || !value.raw.startsWith(prefix) : prefix !== '';
  }

  #transformersOf(key: string): Transformers | undefined {
    const { group, resource } = resourceOfKey(key);
    return this.#options.transformersFor(group, resource);
  }

  #closed(key: string, value: KubeObject): RawObject {
    const transformer = this.#transformersOf(key)?.writer;
    if (!transformer) throw new Error(`nothing encrypts ${key}`);
    const random = this.#options.randomFor(`encryption/${this.#log.revision}/${key}`);
    const data = transformer.encrypt(Buffer.from(JSON.stringify(value)), key, random);
    const raw = transformer.prefix + decode(data);
    return { apiVersion: 'v1', kind: 'Raw', metadata: { name: key } as KubeObject['metadata'], raw };
  }

  #openAll(found: readonly Stored[]): Stored[] {
    return found.map((stored) => {
      if (!isEncrypted(stored.value)) return stored;
      try {
        return { ...stored, value: this.#open(stored.key, stored.value) };
      } catch (error) {
        throw internalError(
          `unable to transform key ${JSON.stringify(stored.key)}: ${(error as Error).message}`,
        );
      }
    });
  }

  #openStored(stored: Stored): Stored {
    if (!isEncrypted(stored.value)) return stored;
    try {
      return { ...stored, value: this.#open(stored.key, stored.value) };
    } catch (error) {
      throw internalError((error as Error).message);
    }
  }

  /** Undefined where a value cannot be read: who follows changes learns of it with the next list. */
  #openEntry(entry: LogEntry): LogEntry | undefined {
    const { key, value, previous } = entry;
    if (!isEncrypted(value) && !isEncrypted(previous)) return entry;
    try {
      return {
        ...entry,
        value: isEncrypted(value) ? this.#open(key, value) : value,
        previous: isEncrypted(previous) ? this.#open(key, previous) : previous,
      };
    } catch {
      return undefined;
    }
  }

  #open(key: string, value: RawObject): KubeObject {
    const known = this.#opened.get(value);
    if (known) return known;
    const transformers = this.#transformersOf(key);
    if (!transformers) throw new Error(READ_ENCRYPTED);
    const text = Buffer.from(transformers.read(encode(value.raw), key)).toString();
    const object = JSON.parse(text) as KubeObject;
    object.metadata.resourceVersion = value.metadata.resourceVersion;
    const opened = deepFreeze(object);
    this.#opened.set(value, opened);
    return opened;
  }
}

export function isEncrypted(value: KubeObject | undefined): value is RawObject {
  const raw = (value as RawObject | undefined)?.raw;
  return raw !== undefined && value?.kind === 'Raw' && raw.startsWith(ENCRYPTED);
}

/** The resources of built-in kinds by where their objects lie: `services/specs`. */
const BY_PREFIX = new Map(
  KINDS.map(({ group, plural, storagePrefix }) => [storagePrefix ?? plural, { group, resource: plural }]),
);

function resourceOfKey(key: string): { group: string; resource: string } {
  const [, , first = '', second = ''] = key.split('/');
  const found = BY_PREFIX.get(`${first}/${second}`) ?? BY_PREFIX.get(first);
  // Custom resources lie below their group.
  return found ?? { group: first, resource: second };
}
