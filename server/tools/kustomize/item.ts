export type Fields = Record<string, any>;

/** An object of a kustomization on its way to the output. */
export interface Item {
  object: Fields;
  /** As the files named it: patches and references find it by this. */
  readonly original: string;
  /** A name made of its content is to be added. */
  hash: boolean;
  /** The file it came from; undefined: a generator made it. */
  readonly file: string | undefined;
}

/** Group and version of an object. */
export function groupVersionOf(object: Fields): { group: string; version: string } {
  const [first = '', second] = String(object['apiVersion'] ?? '').split('/');
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}

/** `Service.v1.[noGrp]/web.[noNs]`. Models kyaml/resid ResId. */
export function idOf(object: Fields): string {
  const { group, version } = groupVersionOf(object);
  const { name = '', namespace } = object['metadata'] ?? {};
  return `${object['kind'] || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'}/${name || '[noName]'}.${namespace || '[noNs]'}`;
}
