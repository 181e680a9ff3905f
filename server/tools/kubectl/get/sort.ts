import { goSort } from '../../../objects/go-sort.ts';
import { JsonPath, JsonPathError, relaxedJsonPath } from '../../../objects/jsonpath.ts';
import { compareQuantities, parseQuantity } from '../../../objects/quantity.ts';
import { KubectlError } from '../errors.ts';

type Fields = Record<string, any>;

/** Things in the order of a field of their objects. Models kubectl/pkg/cmd/get/sorter.go. */
export function sortBy<T>(field: string, items: readonly T[], objectOf: (item: T) => Fields): T[] {
  const path = compile(field);
  const keyed = items.map((item) => ({ item, key: path.values(objectOf(item))[0] }));
  if (items.length > 0 && keyed.every(({ key }) => key === undefined)) {
    throw new KubectlError(
      `couldn't find any field with path ${JSON.stringify(relaxedJsonPath(field))} in the list of objects`,
    );
  }
  return goSort(keyed, (a, b) => isLess(a.key, b.key)).map(({ item }) => item);
}

function compile(field: string): JsonPath {
  try {
    return new JsonPath(relaxedJsonPath(field));
  } catch (error) {
    if (error instanceof JsonPathError) throw new KubectlError(error.message);
    throw error;
  }
}

/** What is missing is less than anything, even than what is missing too. */
function isLess(a: unknown, b: unknown): boolean {
  if (a === undefined || a === null) return true;
  return b !== undefined && b !== null && compareFields(a, b) < 0;
}

/** Maps and lists have no order: kubectl dies of them. */
export class UnsortableError extends Error {
  constructor(type: string) {
    super(`is an unsortable type: interface, err: unsortable type: ${type}`);
  }
}

function compareFields(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  for (const value of [a, b])
    if (typeof value === 'object')
      throw new UnsortableError(Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}');
  const left = String(a);
  const right = String(b);
  if (parseQuantity(left) && parseQuantity(right)) return compareQuantities(left, right);
  return left < right ? -1 : left > right ? 1 : 0;
}
