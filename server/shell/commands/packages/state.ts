import type { Context } from '../../../host/index.ts';
import {
  compareVersions,
  dependencyName,
  type Installed,
  type Offer,
  offers,
  PackageDatabase,
  readSources,
  type Source,
  SourceError,
} from '../../../host/packages/index.ts';
import type { Call } from '../core/tool.ts';

/** What apt reads before it does anything: the sources, the lists, and what is installed. */
export class AptState {
  readonly database: PackageDatabase;
  readonly sources: readonly Source[];
  readonly offers: readonly Offer[];
  readonly installed: ReadonlyMap<string, Installed>;

  constructor(call: Call) {
    const { fs } = call.context;
    this.database = new PackageDatabase(fs);
    this.sources = sourcesOf(call);
    this.offers = offers(fs, this.sources);
    this.installed = new Map(
      this.database.all().flatMap((entry) => (entry.state === 'installed' ? [[entry.name, entry]] : [])),
    );
  }

  /** Every version of a package on offer, the newest first. */
  of(name: string): Offer[] {
    return this.offers.filter(({ pack }) => pack.name === name);
  }

  /** The version that `install` would take. */
  candidate(name: string): Offer | undefined {
    return this.of(name)[0];
  }

  /** Whether a package is installed or on offer. */
  knows(name: string): boolean {
    return this.installed.has(name) || this.of(name).length > 0;
  }

  /** Installed packages that there is something newer of. */
  upgradable(): Offer[] {
    return [...this.installed.values()].flatMap(({ name, version }) => {
      const candidate = this.candidate(name);
      return candidate && compareVersions(candidate.pack.version, version) > 0 ? [candidate] : [];
    });
  }

  /** Packages that came along, and that nothing which was asked for needs any more. */
  superfluous(): string[] {
    const automatic = this.database.automatic();
    const needed = new Set<string>();
    const need = (name: string) => {
      const entry = this.installed.get(name);
      if (!entry || needed.has(name)) return;
      needed.add(name);
      for (const item of (entry.fields.get('Depends') ?? '').split(',')) need(dependencyName(item));
    };
    for (const name of this.installed.keys()) if (!automatic.has(name)) need(name);
    return [...this.installed.keys()].filter((name) => automatic.has(name) && !needed.has(name)).sort();
  }
}

/** The sources, or apt's words for a line that it cannot read. */
export function sourcesOf(call: Call): Source[] {
  try {
    return readSources(call.context.fs);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    throw new AptError([`E: ${error.message}`, 'E: The list of sources could not be read.']);
  }
}

/** Ends apt with its own kind of messages and status 100. */
export class AptError extends Error {
  override name = 'AptError';
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

/** Whether a program of a package exists in this world: what nobody simulates is not put on the disk. */
export function hasProgram(context: Context): (program: string) => boolean {
  return (program) => context.host.programs.has(program);
}

/** `12.6 MB`, `512 B`: how apt shows a size. Models apt-pkg SizeToStr. */
export function sizeText(bytes: number): string {
  const units = ['', 'k', 'M', 'G'];
  let value = bytes;
  let unit = 0;
  while (value >= 10_000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  if (value < 100 && unit > 0) return `${value.toFixed(1)} ${units[unit]}`;
  return `${Math.floor(value)} ${units[unit]}`;
}

/** Names in the indented paragraph that apt prints, folded at 80 columns. */
export function paragraph(names: readonly string[]): string {
  const lines: string[] = [];
  let line = ' ';
  for (const name of names) {
    if (line.length + name.length + 1 > 79 && line !== ' ') {
      lines.push(line);
      line = ' ';
    }
    line += ` ${name}`;
  }
  return names.length === 0 ? '' : `${[...lines, line].join('\n')}\n`;
}

/** Where an offer comes from, as `Get:` and `policy` show it: address, suite and component. */
export function originOf({ suite, component, pack }: Offer): string {
  return suite.endsWith('/') ? '' : `${suite}/${component} ${pack.architecture}`;
}
