/** The type of a field, as the published schema and Go's JSON decoder see it. */
export type FieldType =
  | { readonly is: 'string' | 'bytes' | 'boolean' | 'number' | 'any' }
  | { readonly is: 'quantity' | 'int-or-string' | 'time' | 'micro-time' | 'duration' }
  | { readonly is: 'integer'; readonly bits: 32 | 64 }
  | { readonly is: 'array'; readonly items: FieldType }
  | { readonly is: 'map'; readonly values: FieldType }
  | { readonly is: 'object'; readonly type: ObjectType };

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
  /** What the server shows when nothing was given. */
  readonly default: unknown;
  readonly enum: readonly string[] | undefined;
  /** Strategic merge: lists of objects merge by this key; `''`: lists of plain values merge as sets. */
  readonly mergeKey: string | undefined;
  readonly replaces: boolean;
  readonly retainsKeys: boolean;
  /** Server-side apply. */
  readonly listType: 'atomic' | 'map' | 'set';
  readonly listMapKeys: readonly string[];
  readonly atomic: boolean;
  /** A zero value is dropped when the object is written, as Go's `omitempty` does. */
  readonly omitZero: boolean;
}

export interface ObjectType {
  /** `io.k8s.api.core.v1.PodSpec`. */
  readonly fullName: string;
  /** `PodSpec`. */
  readonly name: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** Fields that are there even when nobody gave them, with their default. */
  readonly always: readonly Field[];
  readonly required: readonly string[];
  readonly atomic: boolean;
  /** True where fields that the schema does not name are kept (custom resources). */
  readonly open: boolean;
}

/** How Go names a type in its errors. */
export function goType(type: FieldType): string {
  switch (type.is) {
    case 'boolean':
      return 'bool';
    case 'number':
      return 'float64';
    case 'integer':
      return `int${type.bits}`;
    case 'array':
      return `[]${goType(type.items)}`;
    case 'map':
      return `map[string]${goType(type.values)}`;
    case 'object':
      return `${type.type.fullName.split('.').at(-2)}.${type.type.name}`;
    case 'bytes':
      return '[]uint8';
    case 'quantity':
      return 'resource.Quantity';
    case 'int-or-string':
      return 'intstr.IntOrString';
    case 'time':
      return 'v1.Time';
    case 'micro-time':
      return 'v1.MicroTime';
    case 'duration':
      return 'v1.Duration';
    default:
      return type.is;
  }
}
