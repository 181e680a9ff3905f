/** A rule about files: a pattern without alternatives, and the letters of what it is about. */
export type FileRule = readonly [pattern: string, permissions: string];

/** What is known of a loaded profile. Rules about networks, mounts and signals are read and decide nothing. */
export interface Profile {
  readonly name: string;
  readonly mode: 'enforce' | 'complain';
  /** Nothing is asked of these: the runtimes' own, those of the system's programs. */
  readonly isOpen?: boolean;
  readonly allow: readonly FileRule[];
  readonly deny: readonly FileRule[];
  /** In capitals; `ALL` is all of them. */
  readonly capabilities: readonly string[];
  readonly noCapabilities: readonly string[];
}

export type FileAccess = 'r' | 'w' | 'x';

/** A rule with `a` lets be appended to what this world only writes. */
const MEANT: Readonly<Record<FileAccess, RegExp>> = { r: /r/, w: /[wa]/, x: /x/ };

/** Whether a profile lets somebody do so to a file: what is denied is, whatever else is allowed. */
export function allowsFile(profile: Profile, path: string, access: FileAccess): boolean {
  if (profile.isOpen || profile.mode === 'complain') return true;
  const has = (rules: readonly FileRule[]) =>
    rules.some(([pattern, letters]) => MEANT[access].test(letters) && pathMatches(pattern, path));
  return has(profile.allow) && !has(profile.deny);
}

export function allowsCapability(profile: Profile, name: string): boolean {
  if (profile.isOpen || profile.mode === 'complain') return true;
  const has = (names: readonly string[]) => names.includes('ALL') || names.includes(name);
  return has(profile.capabilities) && !has(profile.noCapabilities);
}

/**
 * Whether a path is as a pattern of `?`, `*` (within a name) and `**` says, followed place by place through the pattern:
 * what somebody has written takes no more than its length for each letter. What stands for all in a directory is not
 * the directory itself.
 */
function pathMatches(pattern: string, path: string): boolean {
  const tokens = pattern.match(/\*\*|./gs) ?? [];
  const isStar = (token: string | undefined) => token === '*' || token === '**';
  const follow = (places: Set<number>) => {
    for (const place of places) if (isStar(tokens[place]) && tokens[place - 1] !== '/') places.add(place + 1);
    return places;
  };
  let places = follow(new Set([0]));
  for (const letter of path) {
    const next = new Set<number>();
    for (const place of places) {
      const token = tokens[place];
      if (token === '**' || (token === '*' && letter !== '/')) next.add(place).add(place + 1);
      else if (token === letter || (token === '?' && letter !== '/')) next.add(place + 1);
    }
    if (next.size === 0) return false;
    places = follow(next);
  }
  return places.has(tokens.length);
}

/** What a process is confined to by a profile, as it is loaded at the time. */
export interface ProfileConfinement {
  readonly name: string;
  /** It never refuses anything. */
  readonly isOpen?: boolean;
  /** As `/proc/PID/attr/current` shows it. */
  readonly label: () => string;
  readonly file: (path: string, access: FileAccess) => boolean;
  readonly capability: (name: string) => boolean;
}
