import { formatDate, zoneOf } from '../dates.ts';
import type { Shell } from './shell.ts';
import { scalarOf } from './variables.ts';

/** What GNU date knows beyond the C library: `%N`, `%q`, `%:z`. */
const GNU_ONLY = /%%|%(?=[-_0^#+]*\d*[Nq:])/g;

/** A time as the shell itself writes it: in the zone of its exported TZ, else that of the machine. */
export function shellDate(shell: Shell, format: string, timeMs: number): string {
  const exported = (name: string) => {
    const variable = shell.variables.find(name);
    return variable?.exported ? scalarOf(variable.value) : undefined;
  };
  return formatDate(
    format.replace(GNU_ONLY, '%%'),
    timeMs,
    zoneOf({ env: { get: exported }, fs: shell.context.fs }),
  );
}
