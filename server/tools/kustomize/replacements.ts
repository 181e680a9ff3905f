import { KubectlError } from '../kubectl/errors.ts';
import { parseYaml } from '../kubectl/yaml-parser.ts';
import { podSpecsOf } from './fields.ts';
import { type Fields, type Item, idOf } from './item.ts';
import { selects } from './patches.ts';

/** `a.b.[name=x].0`, dots escaped by a backslash. */
function pathOf(text: string): string[] {
  return (text.match(/(?:\[[^\]]*\]|\\.|[^.\\])+/g) ?? []).map((step) => step.replace(/\\(.)/g, '$1'));
}

/** The holders and keys that a path leads to; what is missing is made where asked. */
function placesAt(
  root: Fields,
  path: readonly string[],
  create: boolean,
): [holder: any, key: string | number][] {
  let found: [any, string | number][] = [[{ root }, 'root']];
  for (const step of path) {
    found = found.flatMap(([holder, key]): [any, string | number][] => {
      let value = holder[key];
      if (value === undefined || value === null) {
        if (!create) return [];
        value = {};
        holder[key] = value;
      }
      const match = /^\[([^=]*)=(.*)\]$/.exec(step);
      if (match && Array.isArray(value))
        return value.flatMap((item, i): [any, number][] =>
          String(item?.[match[1] as string]) === match[2] ? [[value, i]] : [],
        );
      if (step === '*' && Array.isArray(value)) return value.map((_, i): [any, number] => [value, i]);
      if (Array.isArray(value))
        return /^\d+$/.test(step) && Number(step) < value.length ? [[value, Number(step)]] : [];
      if (typeof value !== 'object') return [];
      return Object.hasOwn(value, step) || create ? [[value, step]] : [];
    });
  }
  return found;
}

/** Copies fields from object to object. Models kustomize's replacement filter. */
export function applyReplacements(fields: Fields, items: readonly Item[]): void {
  for (const { source, targets } of fields['replacements'] ?? []) {
    const value = sourceValue(source, items);
    for (const target of targets ?? []) applyTo(target, value, items);
  }
}

function sourceValue(source: Fields, items: readonly Item[]): unknown {
  const found = items.filter((item) => selects(item, source, true));
  if (found.length === 0) throw new KubectlError(`nothing selected by ${selectorText(source)}`);
  if (found.length > 1) throw new KubectlError(`multiple matches for selector ${selectorText(source)}`);
  const path = source['fieldPath'] ?? 'metadata.name';
  const [place] = placesAt((found[0] as Item).object, pathOf(path), false);
  if (!place)
    throw new KubectlError(
      `fieldPath \`${path}\` is missing for replacement source ${idOf((found[0] as Item).object)}`,
    );
  const value = place[0][place[1]];
  const { delimiter, index = 0 } = source['options'] ?? {};
  // A piece is a plain scalar of YAML: what looks like a number is one.
  return delimiter ? parseYaml(String(value).split(delimiter)[index] ?? '') : value;
}

function selectorText({ group, version, kind, name, namespace }: Fields): string {
  return `${kind || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'}/${name || '[noName]'}.${namespace || '[noNs]'}`;
}

function applyTo(target: Fields, value: unknown, items: readonly Item[]): void {
  const { select, reject = [], fieldPaths = ['metadata.name'], options = {} } = target;
  for (const item of items) {
    if (!selects(item, select, true) || reject.some((one: Fields) => selects(item, one, true))) continue;
    for (const path of fieldPaths as string[]) {
      const object = structuredClone(item.object);
      const places = placesAt(object, pathOf(path), Boolean(options.create));
      if (places.length === 0)
        throw new KubectlError(`unable to find field ${JSON.stringify(path)} in replacement target`);
      for (const [holder, key] of places) holder[key] = replaced(holder[key], value, options);
      item.object = object;
    }
  }
}

/** The value, or the piece of the old text that it takes the place of. */
function replaced(old: unknown, value: unknown, { delimiter, index = 0 }: Fields): unknown {
  if (!delimiter) return value;
  const parts = String(old ?? '').split(delimiter);
  if (index < 0) parts.unshift(String(value));
  else if (index >= parts.length) parts.push(String(value));
  else parts[index] = String(value);
  return parts.join(delimiter);
}

/** Puts the values of vars in the place of `$(NAME)`. Models kustomize's refvar filter. */
export function resolveVars(items: readonly Item[], vars: readonly Fields[]): void {
  if (vars.length === 0) return;
  const values = new Map(vars.map((one) => [one['name'] as string, varValue(one, items)]));
  const expand = (text: unknown): unknown => {
    if (typeof text !== 'string') return text;
    const whole = /^\$\(([-\w.]+)\)$/.exec(text);
    if (whole && values.has(whole[1] as string)) return values.get(whole[1] as string);
    return text.replace(/\$\(([-\w.]+)\)/g, (all, name) =>
      values.has(name) ? String(values.get(name)) : all,
    );
  };
  for (const item of items) {
    item.object = structuredClone(item.object);
    for (const field of ['labels', 'annotations']) expandMap(item.object['metadata']?.[field], expand);
    for (const spec of podSpecsOf(item.object))
      for (const container of [...(spec['containers'] ?? []), ...(spec['initContainers'] ?? [])])
        expandContainer(container, expand);
    for (const rule of item.object['kind'] === 'Ingress' ? (item.object['spec']?.rules ?? []) : [])
      if (rule.host) rule.host = expand(rule.host);
  }
}

function expandMap(map: Fields | undefined, expand: (text: unknown) => unknown): void {
  for (const key of Object.keys(map ?? {})) (map as Fields)[key] = expand((map as Fields)[key]);
}

function expandContainer(container: Fields, expand: (text: unknown) => unknown): void {
  for (const field of ['args', 'command'])
    if (container[field]) container[field] = container[field].map(expand);
  for (const one of container['env'] ?? []) if (one.value !== undefined) one.value = expand(one.value);
  for (const mount of container['volumeMounts'] ?? []) mount.mountPath = expand(mount.mountPath);
}

function varValue({ name, objref, fieldref }: Fields, items: readonly Item[]): unknown {
  const found = items.find(
    ({ object, original }) =>
      object['kind'] === objref.kind &&
      (objref.apiVersion === undefined || object['apiVersion'] === objref.apiVersion) &&
      original === objref.name,
  );
  if (!found)
    throw new KubectlError(`var '${name}' cannot be mapped to a field in the set of known resources`);
  const path = fieldref?.fieldpath ?? fieldref?.fieldPath ?? 'metadata.name';
  const [place] = placesAt(found.object, pathOf(path), false);
  if (!place) throw new KubectlError(`field specified in var '${name}' not found in corresponding resource`);
  return place[0][place[1]];
}
