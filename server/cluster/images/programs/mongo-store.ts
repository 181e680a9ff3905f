import type { Files } from '../../../host/index.ts';
import { charge, type Random } from '../../../sim/index.ts';

/** A document, as JSON has it; ids of the server's making are `{ $oid }`. */
export type Document = { readonly [name: string]: unknown };

const FILE = 'collections.json';

export interface MongoStoreOptions {
  readonly fs: Files;
  readonly directory: string;
  readonly version: string;
  readonly now: () => number;
  readonly random: Random;
  /** Undefined: nobody has to say who they are. */
  readonly root: { readonly user: string; readonly password: string } | undefined;
}

/** Databases and collections of a mongod, kept on its disk. */
export class MongoStore {
  readonly #options: MongoStoreOptions;
  readonly #databases: Map<string, Map<string, Document[]>>;

  constructor(options: MongoStoreOptions) {
    this.#options = options;
    const { fs, directory } = options;
    const path = `${directory}/${FILE}`;
    const saved = fs.isFile(path)
      ? (JSON.parse(fs.read(path)) as Record<string, Record<string, Document[]>>)
      : {};
    this.#databases = new Map(
      Object.entries(saved).map(([name, collections]) => [name, new Map(Object.entries(collections))]),
    );
  }

  get version(): string {
    return this.#options.version;
  }

  mayUse(user: string | undefined, password: string | undefined): boolean {
    const { root } = this.#options;
    return root === undefined || (root.user === user && root.password === password);
  }

  /** Names with their sizes. */
  databases(): [string, string][] {
    const own: [string, string][] = ['admin', 'config', 'local'].map((name) => [name, '40.00 KiB']);
    const made = [...this.#databases.keys()].map((name): [string, string] => [name, '40.00 KiB']);
    return [...own, ...made].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  collections(database: string): string[] {
    return [...(this.#databases.get(database)?.keys() ?? [])].sort();
  }

  documents(database: string, collection: string): readonly Document[] {
    return this.#databases.get(database)?.get(collection) ?? [];
  }

  /** Keeps what a collection holds now; undefined: it is gone. */
  set(database: string, collection: string, documents: Document[] | undefined): void {
    const collections = this.#databases.get(database) ?? new Map<string, Document[]>();
    this.#databases.set(database, collections);
    if (documents) collections.set(collection, documents);
    else collections.delete(collection);
    if (collections.size === 0) this.#databases.delete(database);
    const all = Object.fromEntries(
      [...this.#databases].map(([name, own]) => [name, Object.fromEntries(own)]),
    );
    const text = JSON.stringify(all);
    charge(text.length / 16);
    this.#options.fs.write(`${this.#options.directory}/${FILE}`, text);
  }

  newId(): { $oid: string } {
    const seconds = Math.floor(this.#options.now() / 1000)
      .toString(16)
      .padStart(8, '0');
    const digits = [...'0123456789abcdef'];
    return { $oid: seconds + Array.from({ length: 16 }, () => this.#options.random.pick(digits)).join('') };
  }
}
