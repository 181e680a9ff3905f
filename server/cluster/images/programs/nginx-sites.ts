import { matchesPart } from '../../../objects/linear-regex.ts';
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

/** The exact name, the longest with a star before, then behind it, the first pattern; else the default server. */
export function siteFor(list: readonly Site[], host: string): Site | undefined {
  const longest = (fits: (name: string) => boolean) => {
    const named = list.flatMap((site) => site.names.filter(fits).map((name) => ({ site, name })));
    return named.sort((a, b) => b.name.length - a.name.length)[0]?.site;
  };
  return (
    list.find((site) => site.names.some((name) => name.toLowerCase() === host)) ??
    longest((name) => name.startsWith('*.') && host.endsWith(name.slice(1))) ??
    longest((name) => name.startsWith('.') && (host === name.slice(1) || host.endsWith(name))) ??
    longest((name) => name.endsWith('.*') && host.startsWith(name.slice(0, -1))) ??
    list.find((site) => site.names.some((name) => /^~/.test(name) && matchesPart(name.slice(1), host))) ??
    list.find((site) => site.isDefault) ??
    list[0]
  );
}

/**
 * The location of a URI and those around it, innermost first: exact, then the longest prefix unless a pattern that
 * stands first matches.
 */
export function locationsFor(
  directives: readonly Directive[],
  uri: string,
  matches: (pattern: string, text: string) => boolean,
): Directive[] {
  const locations = directives.filter((d) => d.name === 'location');
  const exact = locations.find((d) => d.args[0] === '=' && d.args[1] === uri);
  if (exact) return [exact];
  const prefixes = locations.filter(
    ({ args }) => !/^(=|~\*?|@.*)$/.test(args[0] ?? '') && uri.startsWith(args.at(-1) ?? ''),
  );
  const best = prefixes.sort((a, b) => (b.args.at(-1) ?? '').length - (a.args.at(-1) ?? '').length)[0];
  const inner = best ? locationsFor(best.block ?? [], uri, matches) : [];
  const around = best ? [...inner, best] : [];
  if (best?.args[0] === '^~' || /^~/.test(inner[0]?.args[0] ?? '')) return around;
  const pattern = locations.find(
    ({ args }) => /^~\*?$/.test(args[0] ?? '') && matches(`${args[0]}${args[1] ?? ''}`, uri),
  );
  return pattern ? [pattern] : around;
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
