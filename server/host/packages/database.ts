import type { Files } from '../files/files.ts';
import { globMatch } from '../glob-match.ts';
import type { Package } from './package.ts';

const STATUS = '/var/lib/dpkg/status';
const INFO = '/var/lib/dpkg/info';
const AUTO = '/var/lib/apt/extended_states';

/** What dpkg knows of one package: a stanza of its status file, by field. */
export interface Installed {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly want: 'install' | 'hold' | 'deinstall';
  /** `config-files`: removed, but its configuration is still there. */
  readonly state: 'installed' | 'config-files';
  readonly fields: ReadonlyMap<string, string>;
}

/** dpkg's database, as it lies on the disk. Read anew for each look: others may have changed it. */
export class PackageDatabase {
  readonly #fs: Files;

  constructor(fs: Files) {
    this.#fs = fs;
  }

  all(): Installed[] {
    return readStanzas(this.#read(STATUS)).map(asInstalled).sort(byName);
  }

  get(name: string): Installed | undefined {
    return this.all().find((entry) => entry.name === name.replace(/:(amd64|all)$/, ''));
  }

  /** The package, if it is installed and not merely remembered. */
  installed(name: string): Installed | undefined {
    const found = this.get(name);
    return found?.state === 'installed' ? found : undefined;
  }

  isHeld(name: string): boolean {
    return this.get(name)?.want === 'hold';
  }

  record(packages: readonly Package[]): void {
    const names = new Set(packages.map(({ name }) => name));
    const held = new Set(
      this.all()
        .filter(({ want }) => want === 'hold')
        .map(({ name }) => name),
    );
    const kept = this.#stanzas().filter((stanza) => !names.has(stanza.get('Package') ?? ''));
    const added = packages.map((pack) => stanzaOf(pack, held.has(pack.name) ? 'hold' : 'install'));
    this.#save([...kept, ...added]);
    for (const { name, files } of packages)
      this.#saveList(
        name,
        files.map(({ path }) => path),
      );
  }

  hold(name: string, held: boolean): void {
    this.#change(name, 'Status', `${held ? 'hold' : 'install'} ok ${this.get(name)?.state ?? 'installed'}`);
  }

  /** Forgets a package, or all but its configuration files. */
  forget(name: string, keepsConfig: boolean): void {
    if (keepsConfig) {
      this.#change(name, 'Status', 'deinstall ok config-files');
      return;
    }
    this.#save(this.#stanzas().filter((stanza) => stanza.get('Package') !== name));
    for (const suffix of ['list', 'conffiles']) this.#fs.removeAll(`${INFO}/${name}.${suffix}`);
  }

  /** The paths that a package owns. */
  files(name: string): string[] {
    return this.#read(`${INFO}/${name.replace(/:(amd64|all)$/, '')}.list`)
      .split('\n')
      .filter((line) => line !== '');
  }

  /** Packages that own a path, or one that matches where it holds a star. */
  owners(pattern: string): { name: string; path: string }[] {
    const hasStar = /[*?[]/.test(pattern);
    const wanted = pattern.startsWith('/') ? pattern : undefined;
    const test = (path: string) =>
      hasStar ? globMatch(pattern, path) : wanted === undefined ? path.includes(pattern) : path === wanted;
    return this.all().flatMap(({ name }) =>
      this.files(name)
        .filter(test)
        .map((path) => ({ name, path })),
    );
  }

  /** Packages that came along with others and were not asked for. */
  automatic(): Set<string> {
    return new Set(readStanzas(this.#read(AUTO)).map((stanza) => stanza.get('Package') ?? ''));
  }

  setAutomatic(names: ReadonlySet<string>): void {
    const text = [...names]
      .sort()
      .map((name) => `Package: ${name}\nArchitecture: amd64\nAuto-Installed: 1\n`);
    this.#write(AUTO, text.join('\n'));
  }

  #stanzas(): Map<string, string>[] {
    return readStanzas(this.#read(STATUS));
  }

  #change(name: string, field: string, value: string): void {
    this.#save(
      this.#stanzas().map((stanza) =>
        stanza.get('Package') === name ? new Map(stanza).set(field, value) : stanza,
      ),
    );
  }

  #save(stanzas: readonly ReadonlyMap<string, string>[]): void {
    const sorted = [...stanzas].sort((a, b) =>
      (a.get('Package') ?? '') < (b.get('Package') ?? '') ? -1 : 1,
    );
    this.#write(STATUS, sorted.map(stanzaText).join('\n'));
  }

  #saveList(name: string, paths: readonly string[]): void {
    const all = new Set<string>(['/.']);
    for (const path of paths) {
      const parts = path.split('/');
      for (let i = 2; i <= parts.length; i++) all.add(parts.slice(0, i).join('/'));
    }
    this.#write(`${INFO}/${name}.list`, `${[...all].sort().join('\n')}\n`);
  }

  #read(path: string): string {
    return this.#fs.isFile(path) ? this.#fs.read(path) : '';
  }

  #write(path: string, text: string): void {
    this.#fs.mkdirAll(path.slice(0, path.lastIndexOf('/')));
    this.#fs.write(path, text);
    this.#fs.chmod(path, 0o644);
  }
}

/** Stanzas of `Field: value` lines, with further lines indented, separated by empty lines. */
export function readStanzas(text: string): Map<string, string>[] {
  return text
    .split(/\n(?:[ \t]*\n)+/)
    .map((block) => {
      const stanza = new Map<string, string>();
      let last = '';
      for (const line of block.split('\n')) {
        const field = /^([A-Za-z][\w-]*):[ \t]*(.*)$/.exec(line);
        if (field) {
          last = field[1] as string;
          stanza.set(last, field[2] as string);
        } else if (/^\s/.test(line) && last !== '') stanza.set(last, `${stanza.get(last)}\n${line}`);
      }
      return stanza;
    })
    .filter((stanza) => stanza.size > 0);
}

export function stanzaText(stanza: ReadonlyMap<string, string>): string {
  return [...stanza].map(([field, value]) => `${field}: ${value}\n`).join('');
}

/** What an archive's index and a `.deb` say of a package. */
export function controlFields(pack: Package): Map<string, string> {
  const optional: readonly (readonly [string, readonly string[]])[] = [
    ['Depends', pack.depends],
    ['Recommends', pack.recommends],
    ['Conflicts', pack.conflicts],
  ];
  return new Map([
    ['Package', pack.name],
    ['Version', pack.version],
    ['Architecture', pack.architecture],
    ['Priority', pack.essential ? 'required' : 'optional'],
    ['Section', pack.section],
    ['Maintainer', pack.maintainer],
    ['Installed-Size', String(pack.installedKib)],
    ...optional
      .filter(([, names]) => names.length > 0)
      .map(([field, names]) => [field, names.join(', ')] as const),
    ...(pack.homepage === '' ? [] : [['Homepage', pack.homepage] as const]),
    ['Description', pack.summary],
  ]);
}

function stanzaOf(pack: Package, want: 'install' | 'hold'): Map<string, string> {
  const [first, ...rest] = controlFields(pack);
  return new Map([first as [string, string], ['Status', `${want} ok installed`], ...rest]);
}

function asInstalled(fields: ReadonlyMap<string, string>): Installed {
  const [want = 'install', , state = 'installed'] = (fields.get('Status') ?? '').split(' ');
  return {
    name: fields.get('Package') ?? '',
    version: fields.get('Version') ?? '',
    architecture: fields.get('Architecture') ?? 'amd64',
    want: want as Installed['want'],
    state: state as Installed['state'],
    fields,
  };
}

function byName(a: Installed, b: Installed): number {
  return a.name < b.name ? -1 : 1;
}
