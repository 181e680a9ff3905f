import type { Directive } from './nginx-config.ts';

/** A `server` block. */
export interface Site {
  readonly names: readonly string[];
  readonly isDefault: boolean;
  /** It has a socket for IPv6 on that port, too. */
  readonly six: boolean;
  readonly directives: readonly Directive[];
}

/** The servers of each port. */
export function sites(http: readonly Directive[]): Map<number, Site[]> {
  const ports = new Map<number, Site[]>();
  for (const server of http.filter((d) => d.name === 'server')) {
    const directives = server.block ?? [];
    const names = directives.filter((d) => d.name === 'server_name').flatMap((d) => d.args);
    const listens = directives.filter((d) => d.name === 'listen').map((d) => d.args);
    for (const args of listens.length > 0 ? listens : [['80']]) {
      const port = Number(/(\d+)$/.exec(args[0] ?? '')?.[1] ?? 80);
      const list = ports.get(port) ?? [];
      if (!list.some((site) => site.directives === directives)) {
        const six = listens.some(([at = '']) => at.startsWith('[') && at.endsWith(`:${port}`));
        list.push({ names, isDefault: args.includes('default_server'), six, directives });
      }
      ports.set(port, list);
    }
  }
  return ports;
}

export function siteFor(list: readonly Site[], host: string): Site | undefined {
  return list.find((site) => site.names.includes(host)) ?? list.find((site) => site.isDefault) ?? list[0];
}

/** Exact, then the longest prefix unless a regular expression that stands first matches. */
export function locationFor(directives: readonly Directive[], path: string): Directive | undefined {
  const locations = directives.filter((d) => d.name === 'location');
  const exact = locations.find((d) => d.args[0] === '=' && d.args[1] === path);
  if (exact) return exact;
  const prefixes = locations.filter(
    (d) => !['=', '~', '~*'].includes(d.args[0] ?? '') && path.startsWith(d.args.at(-1) ?? ''),
  );
  const best = prefixes.sort((a, b) => (b.args.at(-1) ?? '').length - (a.args.at(-1) ?? '').length)[0];
  if (best?.args[0] === '^~') return best;
  const suffix = locations.find((d) => /^~\*?$/.test(d.args[0] ?? '') && endsAs(path, d.args[1] ?? ''));
  return suffix ?? best;
}

/** The usual pattern `\.(php|html)$`, looked at without a regular expression engine: others match nothing. */
function endsAs(path: string, pattern: string): boolean {
  const match = /^\\\.\(?([\w|]+)\)?\$$/.exec(pattern);
  return match?.[1]?.split('|').some((extension) => path.endsWith(`.${extension}`)) ?? false;
}

/** The arguments of a directive in the innermost scope that has it. */
export function first(
  scopes: readonly (readonly Directive[])[],
  name: string,
): readonly string[] | undefined {
  for (const scope of scopes) {
    const found = scope.find((d) => d.name === name);
    if (found) return found.args;
  }
  return undefined;
}
