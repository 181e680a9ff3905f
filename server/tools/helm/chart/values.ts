import { shown } from '../../go-template/values.ts';
import { HelmError } from '../errors.ts';
import { deepCopy } from '../functions/collections.ts';
import { type Chart, isTable, type Values } from './chart.ts';

/** How values are put together. `merging`: nothings stay, for a later merge to take keys away. */
export interface Merging {
  readonly warn: (text: string) => void;
  readonly merging: boolean;
}

const join = (...parts: readonly string[]) => parts.filter((part) => part !== '').join('.');

/** What the user says over what the chart and its dependencies say. Models chartutil.CoalesceValues. */
export function coalesceValues(chart: Chart, given: Values, how: Merging): Values {
  return coalesce(chart, deepCopy(given), '', how);
}

function coalesce(chart: Chart, into: Values, prefix: string, how: Merging): Values {
  overDefaults(chart, into, prefix, how);
  return intoDependencies(chart, into, prefix, how);
}

/** Models chartutil coalesceValues. */
function overDefaults(chart: Chart, into: Values, prefix: string, how: Merging): void {
  const own = join(prefix, chart.metadata.name);
  for (const [key, value] of Object.entries(deepCopy(chart.values))) {
    if (!Object.hasOwn(into, key)) {
      into[key] = value;
      continue;
    }
    const mine = into[key];
    if (mine === null && !how.merging) delete into[key];
    else if (isTable(mine)) {
      if (isTable(value)) {
        const child = chart.dependencies.some(({ metadata }) => metadata.name === key);
        coalesceTables(mine, value, join(own, key), { ...how, merging: how.merging || child });
      } else if (value !== null) how.warn(`warning: skipped value for ${own}.${key}: Not a table.`);
    }
  }
}

/** Models chartutil coalesceTablesFullKey. */
export function coalesceTables(into: Values, from: Values, prefix: string, how: Merging): Values {
  for (const [key, value] of Object.entries(into)) if (value === null && key in from) from[key] = null;
  for (const [key, value] of Object.entries(from)) {
    const mine = into[key];
    const name = join(prefix, key);
    if (Object.hasOwn(into, key) && !how.merging && mine === null) delete into[key];
    else if (!Object.hasOwn(into, key)) into[key] = value;
    else if (isTable(value)) {
      if (isTable(mine)) coalesceTables(mine, value, name, how);
      else how.warn(`warning: cannot overwrite table with non table for ${name} (${shown(value)})`);
    } else if (isTable(mine) && value !== null)
      how.warn(`warning: destination for ${name} is a table. Ignoring non-table value (${shown(value)})`);
  }
  return into;
}

/** Models chartutil coalesceDeps. */
function intoDependencies(chart: Chart, into: Values, prefix: string, how: Merging): Values {
  const own = join(prefix, chart.metadata.name);
  for (const child of chart.dependencies) {
    const { name } = child.metadata;
    into[name] ??= {};
    const values = into[name];
    if (!isTable(values)) throw new HelmError(`type mismatch on ${name}: %!t(${goType(values)})`);
    giveGlobals(values, into, own, how);
    into[name] = coalesce(child, values, own, how);
  }
  return into;
}

const goType = (value: unknown) =>
  typeof value === 'string'
    ? `string=${value}`
    : typeof value === 'boolean'
      ? String(value)
      : `${shown(value)}`;

/** What all charts share goes down. Models chartutil coalesceGlobals. */
function giveGlobals(into: Values, from: Values, prefix: string, how: Merging): void {
  into['global'] ??= {};
  const shared = from['global'] ?? {};
  const mine = into['global'];
  if (!isTable(mine) || !isTable(shared)) {
    const which = isTable(mine) ? 'source' : 'destination';
    how.warn(`warning: skipping globals because ${which} global is not a table.`);
    return;
  }
  for (const [key, value] of Object.entries(shared)) {
    if (isTable(value)) {
      const old = mine[key];
      const name = join(prefix, key);
      const copy = deepCopy(value);
      if (isTable(old)) {
        coalesceTables(copy, old, name, { ...how, merging: true });
        mine[key] = copy;
      } else if (Object.hasOwn(mine, key))
        how.warn(`Conflict: cannot merge map onto non-map for ${JSON.stringify(name)}. Skipping.`);
      else mine[key] = copy;
    } else if (isTable(mine[key])) how.warn(`key ${JSON.stringify(join(prefix, key))} is table. Skipping`);
    else mine[key] = value;
  }
}

/** A value by its dotted path; undefined: none, or no table on the way. */
export function valueAt(values: Values, path: string): unknown {
  let at: unknown = values;
  for (const key of path.split('.')) {
    if (!isTable(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

/** Files of values one over the other. Models cli/values mergeMaps. */
export function mergeMaps(into: Values, over: Values): Values {
  const out = { ...into };
  for (const [key, value] of Object.entries(over)) {
    const mine = out[key];
    out[key] = isTable(value) && isTable(mine) ? mergeMaps(mine, value) : value;
  }
  return out;
}
