/** One package in one version, as an archive offers it. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** `amd64`, or `all` for scripts and data. */
  readonly architecture: 'amd64' | 'all';
  readonly section: string;
  readonly summary: string;
  /** Names, each with a condition in brackets where there is one: `cri-tools (>= 1.30.0)`. */
  readonly depends: readonly string[];
  readonly recommends: readonly string[];
  /** Packages that cannot be there at the same time. */
  readonly conflicts: readonly string[];
  /** Bytes of the archive, and KiB once unpacked. */
  readonly sizeBytes: number;
  readonly installedKib: number;
  readonly maintainer: string;
  readonly homepage: string;
  readonly files: readonly PackageFile[];
  /** Units that are enabled and started when it is installed. */
  readonly services: readonly string[];
  /** Groups that are made where they are not there. */
  readonly groups: readonly string[];
  /** Installed only where it was asked for, and never taken away by `autoremove`. */
  readonly essential: boolean;
}

export interface PackageFile {
  readonly path: string;
  /** A program's binary (`text` is its version), a text, or neither: an empty directory. */
  readonly program?: string;
  readonly text?: string;
  readonly mode?: number;
  /** Of `/etc`: kept when the package is removed, and when it was changed. */
  readonly isConfig?: boolean;
}

/** The name in front of a condition: `cri-tools (>= 1.30.0)` is `cri-tools`. */
export function dependencyName(dependency: string): string {
  return (/^[^\s(:|]+/.exec(dependency.trim()) ?? [''])[0];
}

/** What a package's own file on a disk is called: `nginx_1.24.0-2ubuntu7_amd64.deb`. */
export function archiveName({ name, version, architecture }: Package): string {
  return `${name}_${version.replace(':', '%3a')}_${architecture}.deb`;
}

/** The number before the colon, the upstream version, and the revision after the last hyphen. */
function versionParts(version: string): [number, string, string] {
  const [, epoch, rest = ''] = /^(?:(\d+):)?(.*)$/.exec(version) ?? [];
  const hyphen = rest.lastIndexOf('-');
  return hyphen < 0
    ? [Number(epoch ?? 0), rest, '']
    : [Number(epoch ?? 0), rest.slice(0, hyphen), rest.slice(hyphen + 1)];
}

/** `~` sorts before everything, even the end; letters before other characters. */
function rank(char: string | undefined): number {
  if (char === undefined || /\d/.test(char)) return 0;
  if (char === '~') return -1;
  return /[A-Za-z]/.test(char) ? char.charCodeAt(0) : char.charCodeAt(0) + 256;
}

function comparePart(a: string, b: string): number {
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    while ((i < a.length && !/\d/.test(a[i] as string)) || (j < b.length && !/\d/.test(b[j] as string))) {
      const difference = rank(a[i]) - rank(b[j]);
      if (difference !== 0) return difference;
      i++;
      j++;
    }
    const [x, y] = [/^\d*/.exec(a.slice(i)), /^\d*/.exec(b.slice(j))].map((m) => (m as RegExpExecArray)[0]);
    const difference = Number(x || 0) - Number(y || 0);
    if (difference !== 0) return difference;
    i += (x as string).length;
    j += (y as string).length;
  }
  return 0;
}

/** Which version is newer: negative, zero or positive. Models dpkg lib/dpkg/version.c dpkg_version_compare. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [versionParts(a), versionParts(b)];
  return left[0] - right[0] || comparePart(left[1], right[1]) || comparePart(left[2], right[2]);
}

/** Whether a version satisfies what stands in the brackets of a dependency. */
export function satisfies(version: string, dependency: string): boolean {
  const [, operator, wanted] = /\(\s*(<<|<=|=|>=|>>)\s*([^)\s]+)\s*\)/.exec(dependency) ?? [];
  if (operator === undefined || wanted === undefined) return true;
  const order = compareVersions(version, wanted);
  switch (operator) {
    case '<<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '=':
      return order === 0;
    case '>=':
      return order >= 0;
    default:
      return order > 0;
  }
}

/** Whether one of a dependency's alternatives (`a (>= 1) | b`) is there; `versionOf` knows what is installed. */
export function isMet(dependency: string, versionOf: (name: string) => string | undefined): boolean {
  return alternatives(dependency).some((item) => {
    const version = versionOf(dependencyName(item));
    return version !== undefined && satisfies(version, item);
  });
}

export function alternatives(dependency: string): string[] {
  return dependency.split('|').map((item) => item.trim());
}
