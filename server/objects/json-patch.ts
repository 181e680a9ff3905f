import { copyValue, equalValues, isObject, setOwn } from './values.ts';

/** A patch that cannot be applied; the message is the one of Kubernetes' library. */
export class JsonPatchError extends Error {
  override name = 'JsonPatchError';
  /** `test` did not hold, as opposed to a path that is wrong. */
  readonly testFailed: boolean;

  constructor(message: string, testFailed = false) {
    super(message);
    this.testFailed = testFailed;
  }
}

export interface JsonPatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** Characters that all copies of one patch may add. Models JSONPatchMaxCopyBytes of apiserver/pkg/server. */
const MAX_COPIED = 3 * 1024 * 1024;

/** RFC 6902 with the ways of evanphx/json-patch: `replace` and `remove` need their target, `add` makes no parents. */
export function jsonPatch(target: unknown, operations: readonly JsonPatchOperation[]): unknown {
  const root = { '': copyValue(target) } as Record<string, unknown>;
  let copied = 0;
  for (const operation of operations) {
    if (operation.op === 'copy') copied += JSON.stringify(find(root, operation.from ?? '', 'copy')).length;
    if (copied > MAX_COPIED) {
      throw new JsonPatchError(
        `Unable to copy, the accumulated size increase of copy is ${copied}, exceeding the limit ${MAX_COPIED}`,
      );
    }
    applyOperation(root, operation);
  }
  return root[''];
}

function applyOperation(root: Record<string, unknown>, operation: JsonPatchOperation): void {
  const { op, path, from = '' } = operation;
  const value = () => copyValue(operation.value ?? null);
  if (op === 'add') add(root, path, value());
  else if (op === 'replace') replace(root, path, value());
  else if (op === 'remove') remove(root, path, 'remove');
  else if (op === 'test') test(root, path, operation.value ?? null);
  else if (op === 'copy') add(root, path, copyValue(find(root, from, 'copy')));
  else if (op === 'move') {
    const moved = find(root, from, 'move');
    remove(root, from, 'move');
    add(root, path, moved);
  } else throw new JsonPatchError(`Unexpected kind: ${op}`);
}

function add(root: Record<string, unknown>, path: string, value: unknown): void {
  const { parent, key } = locate(root, path, 'add');
  if (!Array.isArray(parent)) setOwn(parent, key, value);
  else if (key === '-') parent.push(value);
  else parent.splice(arrayIndex(key, parent.length + 1, path, 'add'), 0, value);
}

function replace(root: Record<string, unknown>, path: string, value: unknown): void {
  const { parent, key } = locate(root, path, 'replace');
  if (Array.isArray(parent)) {
    parent[arrayIndex(key, parent.length, path, 'replace')] = value;
    return;
  }
  setOwn(parent, key, value);
}

function remove(root: Record<string, unknown>, path: string, op: string): void {
  const { parent, key } = locate(root, path, op);
  if (Array.isArray(parent)) {
    parent.splice(arrayIndex(key, parent.length, path, op), 1);
    return;
  }
  if (!Object.hasOwn(parent, key)) {
    throw new JsonPatchError(
      `${op} operation does not apply: doc is missing key: ${path}: Unable to remove nonexistent key: ${key}: missing value`,
    );
  }
  delete parent[key];
}

function test(root: Record<string, unknown>, path: string, value: unknown): void {
  const { parent, key } = locate(root, path, 'test');
  const actual = Array.isArray(parent)
    ? parent[arrayIndex(key, parent.length, path, 'test')]
    : Object.hasOwn(parent, key)
      ? parent[key]
      : undefined;
  if (equalValues(actual ?? null, value)) return;
  throw new JsonPatchError(`testing value ${path} failed: test failed`, true);
}

function find(root: Record<string, unknown>, path: string, op: string): unknown {
  const { parent, key } = locate(root, path, op);
  const found = Array.isArray(parent)
    ? parent[arrayIndex(key, parent.length, path, op)]
    : Object.hasOwn(parent, key)
      ? parent[key]
      : undefined;
  if (found === undefined) throw missing(op, path);
  return found;
}

function locate(
  root: Record<string, unknown>,
  path: string,
  op: string,
): { parent: Record<string, unknown> | unknown[]; key: string } {
  const keys = ['', ...path.split('/').slice(1)].map((key) =>
    key.replaceAll('~1', '/').replaceAll('~0', '~'),
  );
  let parent: unknown = root;
  for (const key of keys.slice(0, -1)) {
    if (Array.isArray(parent)) parent = parent[arrayIndex(key, parent.length, path, op)];
    else parent = isObject(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined;
    if (!isObject(parent) && !Array.isArray(parent)) throw missing(op, path);
  }
  return { parent: parent as Record<string, unknown> | unknown[], key: keys.at(-1) as string };
}

function arrayIndex(key: string, length: number, path: string, op: string): number {
  const index = /^-?\d+$/.test(key) ? Number(key) : Number.NaN;
  if (Number.isNaN(index)) {
    throw new JsonPatchError(
      `${op} operation does not apply: doc is missing key: ${path}: strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`,
    );
  }
  const actual = index < 0 ? index + length : index;
  if (actual < 0 || actual >= length) {
    throw new JsonPatchError(
      `${op} operation does not apply: doc is missing key: ${path}: Unable to access invalid index: ${key}: invalid index referenced`,
    );
  }
  return actual;
}

function missing(op: string, path: string): JsonPatchError {
  return new JsonPatchError(`${op} operation does not apply: doc is missing path: ${path}: missing value`);
}
