import type { Steps } from '../../sim/index.ts';
import type { Info, Selection } from './builder.ts';
import { KubectlError } from './errors.ts';
import { goJson } from './go-json.ts';
import type { Kubectl } from './kubectl.ts';
import type { ApiResource } from './resources.ts';

type Fields = Record<string, any>;

/** A document as its objects: lists are taken apart, what is no object is refused. */
export function* decodeDocument(
  k: Kubectl,
  value: unknown,
  source: string,
  selection: Selection,
): Steps<Fields[]> {
  if (value === null || value === undefined) return [];
  if (selection.validate && k.fieldValidation() !== 'Ignore') checkTypeFields(value, source);
  if (typeof value !== 'object' || Array.isArray(value)) throw notAnObject(value, source);
  const object = value as Fields;
  if (!object['kind'])
    throw new KubectlError(
      `unable to decode ${quote(source)}: Object 'Kind' is missing in '${goJson(object)}'`,
    );
  if (!object['apiVersion'])
    throw new KubectlError(
      `unable to decode ${quote(source)}: Object 'apiVersion' is missing in '${goJson(object)}'`,
    );
  checkMetadata(object, source);
  if (Array.isArray(object['items']) && String(object['kind']).endsWith('List')) {
    const out: Fields[] = [];
    for (const item of object['items']) out.push(...(yield* decodeDocument(k, item, source, selection)));
    return out;
  }
  return [object];
}

export function quote(text: string): string {
  return JSON.stringify(text);
}

function notAnObject(value: unknown, source: string): KubectlError {
  const go = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return new KubectlError(
    `unable to decode ${quote(source)}: json: cannot unmarshal ${go} into Go value of type unstructured.detector`,
  );
}

function checkTypeFields(value: unknown, source: string): void {
  const problems: string[] = [];
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    problems.push('invalid object to validate');
  else {
    if (!(value as Fields)['apiVersion']) problems.push('apiVersion not set');
    if (!(value as Fields)['kind']) problems.push('kind not set');
  }
  if (problems.length === 0) return;
  const text = problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`;
  throw new KubectlError(
    `error validating ${quote(source)}: error validating data: ${text}; if you choose to ignore these errors, turn validation off with --validate=false`,
  );
}

/** Labels and annotations that are not strings are caught here, by kubectl itself. */
function checkMetadata(object: Fields, source: string): void {
  const metadata = object['metadata'];
  if (metadata === undefined || metadata === null) return;
  const wrong = (go: string, field: string, type: string) =>
    new KubectlError(
      `unable to decode ${quote(source)}: json: cannot unmarshal ${go} into Go struct field ${field} of type ${type}`,
    );
  if (typeof metadata !== 'object' || Array.isArray(metadata))
    throw wrong(goType(metadata), 'metadataOnlyObject.metadata', 'v1.ObjectMeta');
  for (const field of ['name', 'namespace', 'generateName']) {
    const text = metadata[field];
    if (text !== undefined && text !== null && typeof text !== 'string')
      throw wrong(goType(text), `ObjectMeta.metadata.${field}`, 'string');
  }
  for (const field of ['labels', 'annotations']) {
    const map = metadata[field];
    if (map === undefined || map === null) continue;
    if (typeof map !== 'object' || Array.isArray(map))
      throw wrong(goType(map), `ObjectMeta.metadata.${field}`, 'map[string]string');
    for (const text of Object.values(map)) {
      if (text !== null && typeof text !== 'string')
        throw wrong(goType(text), `ObjectMeta.metadata.${field}`, 'string');
    }
  }
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

export function* fileInfo(k: Kubectl, object: Fields, source: string, selection: Selection): Steps<Info> {
  const metadata: Fields = object['metadata'] ?? {};
  const apiVersion = String(object['apiVersion']);
  const kind = String(object['kind']);
  const name = String(metadata['name'] ?? '');
  if (selection.local) {
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    const plural = `${kind.toLowerCase()}s`;
    const resource: ApiResource = {
      group: group as string,
      version: version as string,
      name: plural,
      singular: kind.toLowerCase(),
      kind,
      namespaced: true,
      shortNames: [],
      categories: [],
      verbs: [],
      subresources: [],
    };
    return { resource, namespace: String(metadata['namespace'] ?? ''), name, source, object };
  }
  const resource = yield* k.resources.ofKind(apiVersion, kind);
  if (!resource) {
    throw new KubectlError(
      `resource mapping not found for name: ${quote(name)} namespace: ${quote(String(metadata['namespace'] ?? ''))} from ${quote(source)}: no matches for kind ${quote(kind)} in version ${quote(apiVersion)}\nensure CRDs are installed first`,
    );
  }
  return placed(k, { resource, object, source, name });
}

/** Puts an object of a file into its namespace: its own, or the run's. */
function placed(
  k: Kubectl,
  at: { resource: ApiResource; object: Fields; source: string; name: string },
): Info {
  const { resource, source, name } = at;
  const own = at.object['metadata']?.namespace;
  if (!resource.namespaced) return { resource, namespace: '', name, source, object: at.object };
  if (k.namespaceGiven && own && own !== k.namespace) {
    throw new KubectlError(
      `the namespace from the provided object "${own}" does not match the namespace "${k.namespace}". You must pass '--namespace=${own}' to perform this operation.`,
    );
  }
  const namespace = own || k.namespace;
  const object = own
    ? at.object
    : { ...at.object, metadata: { ...(at.object['metadata'] ?? {}), namespace } };
  return { resource, namespace, name, source, object };
}
