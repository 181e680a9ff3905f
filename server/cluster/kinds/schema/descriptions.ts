import generated from './descriptions.generated.json' with { type: 'json' };
import { EARLIER_TYPES } from './earlier.ts';

/** The description of a type, and of its fields by name. */
export type TypeDescription = readonly [type: string, fields: Readonly<Record<string, string>>];

let descriptions: Readonly<Record<string, TypeDescription>> | undefined;

const CONVENTIONS = 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md';

/** What every kind says of its first two fields; the npm declarations leave it out. */
const EVERYWHERE: Readonly<Record<string, string>> = {
  apiVersion: `APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: ${CONVENTIONS}#resources`,
  kind: `Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: ${CONVENTIONS}#types-kinds`,
};

/** Types that the declarations show as plain strings and numbers. */
const PLAIN: Readonly<Record<string, string>> = {
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time':
    'Time is a wrapper around time.Time which supports correct marshaling to YAML and JSON.  Wrappers are provided for many of the factory methods that the time package offers.',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime':
    'MicroTime is version of Time with microsecond level precision.',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString':
    'IntOrString is a type that can hold an int32 or a string.  When used in JSON or YAML marshalling and unmarshalling, it produces or consumes the inner type.  This allows you to have, for example, a JSON field that can accept a name or number.',
};

function all(): Readonly<Record<string, TypeDescription>> {
  if (descriptions) return descriptions;
  const published = JSON.parse(generated as string) as Record<string, TypeDescription>;
  for (const { name, of } of EARLIER_TYPES) if (published[of]) published[name] = published[of];
  descriptions = published;
  return descriptions;
}

export function describeType(type: string): string {
  return all()[type]?.[0] ?? PLAIN[type] ?? '';
}

export function describeField(type: string, field: string, topLevel: boolean): string {
  return all()[type]?.[1][field] ?? (topLevel ? (EVERYWHERE[field] ?? '') : '');
}
