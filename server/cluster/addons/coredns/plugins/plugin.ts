import type { DnsAnswer, DnsType } from '../../../../host/index.ts';
import type { Directive } from '../corefile.ts';

export interface Question {
  /** Fully qualified, with the dot at the end. */
  readonly name: string;
  readonly type: DnsType;
  /** The address of who asks. */
  readonly from: string;
}

/** What a plugin says: an answer, nothing at all, or undefined where the next plugin is to be asked. */
export type Handler = (question: Question) => DnsAnswer | 'timeout' | undefined;

export function dotted(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

export function isBelow(name: string, zone: string): boolean {
  return zone === '.' || name === zone || name.endsWith(`.${zone}`);
}

/** The first of the zones that a name lies in. */
export function zoneOf(name: string, zones: readonly string[]): string | undefined {
  return zones.find((zone) => isBelow(name, zone));
}

/** The words of a plugin's option. */
export function option({ block }: Directive, name: string): readonly string[] | undefined {
  return block.find(([first]) => first === name)?.slice(1);
}

/** Whether a plugin hands on what it does not know. */
export function fallsThrough(directive: Directive, name: string): boolean {
  const zones = option(directive, 'fallthrough');
  return zones !== undefined && (zones.length === 0 || zones.some((zone) => isBelow(name, dotted(zone))));
}
