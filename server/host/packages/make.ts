import type { Package, PackageFile } from './package.ts';

/** A row of the tables: what differs from package to package. */
export interface PackageRow {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  readonly section?: string;
  readonly all?: boolean;
  readonly depends?: string;
  readonly recommends?: string;
  readonly conflicts?: string;
  /** KiB of the archive. Default: a third of what it unpacks to. */
  readonly kib?: number;
  readonly installedKib?: number;
  readonly homepage?: string;
  /** Programs by name, in `/usr/bin` unless the word is a path: `ss /usr/sbin/ip`; `path=program` where they differ. */
  readonly programs?: string;
  /** Version that its binaries carry. */
  readonly binaryVersion?: string;
  readonly files?: readonly PackageFile[];
  readonly services?: string;
  readonly groups?: string;
  readonly essential?: boolean;
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Completes a row. Sizes that nobody gave are steady and plausible. */
export function makePackage(row: PackageRow, maintainer: string): Package {
  const installedKib = row.installedKib ?? 64 + (seed(row.name) % 400);
  const programs = (row.programs ?? '').split(/\s+/).filter((word) => word !== '');
  return {
    name: row.name,
    version: row.version,
    architecture: row.all ? 'all' : 'amd64',
    section: row.section ?? 'utils',
    summary: row.summary,
    depends: list(row.depends),
    recommends: list(row.recommends),
    conflicts: list(row.conflicts),
    sizeBytes: (row.kib ?? Math.ceil(installedKib / 3)) * 1000 + (seed(row.name) % 900),
    installedKib,
    maintainer,
    homepage: row.homepage ?? '',
    files: [
      ...programs.map((word) => programFile(word, row.binaryVersion)),
      ...(row.files ?? []),
      {
        path: `/usr/share/doc/${row.name}/copyright`,
        text: `${row.name}: see ${row.homepage ?? 'its home page'}\n`,
      },
    ],
    services: list(row.services),
    groups: list(row.groups),
    essential: row.essential ?? false,
  };
}

function programFile(word: string, version: string | undefined): PackageFile {
  const [path = '', program = path.slice(path.lastIndexOf('/') + 1)] = word.split('=');
  const full = path.startsWith('/') ? path : `/usr/bin/${path}`;
  return { path: full, program, mode: 0o755, ...(version === undefined ? {} : { text: version }) };
}

function seed(name: string): number {
  let value = 7;
  for (const char of name) value = (value * 31 + char.charCodeAt(0)) % 65_521;
  return value;
}
