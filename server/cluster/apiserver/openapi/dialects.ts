export type Json = Record<string, unknown>;

/** A parameter of the path or the query. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly type: 'string' | 'integer' | 'boolean';
  readonly description: string;
}

/** What one method of a path does. */
export interface Operation {
  readonly id: string;
  readonly description: string;
  readonly tag: string;
  readonly parameters: readonly Parameter[];
  /** The type of the body, and the content types it may come in. */
  readonly takes?: { readonly type: string; readonly as: readonly string[] } | undefined;
  /** The type of the answer; plain text without. */
  readonly gives: string | undefined;
  /** Content types of the answer. */
  readonly produces: readonly string[];
  readonly codes: readonly number[];
  /** What Kubernetes adds of its own. */
  readonly action?: string;
  readonly gvk?: { readonly group: string; readonly version: string; readonly kind: string };
}

/** How a version of OpenAPI writes things down. */
export interface Dialect {
  /** Where references to types point. */
  readonly prefix: string;
  parameter(parameter: Parameter): Json;
  operation(operation: Operation): Json;
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  401: 'Unauthorized',
};

function common({ id, description, tag, action, gvk }: Operation): Json {
  return {
    description,
    tags: [tag],
    operationId: id,
    ...(action ? { 'x-kubernetes-action': action } : {}),
    ...(gvk ? { 'x-kubernetes-group-version-kind': gvk } : {}),
  };
}

function responses({ codes }: Operation, answer: Json): Json {
  const good = codes.map((code) => [code, { description: REASONS[code], ...answer }]);
  return { ...Object.fromEntries(good), 401: { description: REASONS[401] } };
}

const DEFINITIONS = '#/definitions/';

export const VERSION_TWO: Dialect = {
  prefix: DEFINITIONS,
  parameter: ({ name, in: where, type, description }) => ({
    uniqueItems: true,
    type,
    description,
    name,
    in: where,
    ...(where === 'path' ? { required: true } : {}),
  }),
  operation(operation) {
    const { takes, gives, parameters, produces } = operation;
    const body = takes && {
      name: 'body',
      in: 'body',
      required: true,
      schema: { $ref: DEFINITIONS + takes.type },
    };
    const schema = gives ? { $ref: DEFINITIONS + gives } : { type: 'string' };
    return {
      consumes: takes?.as ?? ['*/*'],
      produces,
      schemes: ['https'],
      ...common(operation),
      parameters: [...(body ? [body] : []), ...parameters.map(VERSION_TWO.parameter)],
      responses: responses(operation, { schema }),
    };
  },
};

const SCHEMAS = '#/components/schemas/';

export const VERSION_THREE: Dialect = {
  prefix: SCHEMAS,
  parameter: ({ name, in: where, type, description }) => ({
    name,
    in: where,
    description,
    ...(where === 'path' ? { required: true } : {}),
    schema: { type, uniqueItems: true },
  }),
  operation(operation) {
    const { takes, gives, parameters, produces } = operation;
    const schema = gives ? { $ref: SCHEMAS + gives } : { type: 'string' };
    const content = (types: readonly string[], what: Json) =>
      Object.fromEntries(types.map((type) => [type, { schema: what }]));
    const body = takes && { content: content(takes.as, { $ref: SCHEMAS + takes.type }), required: true };
    return {
      ...common(operation),
      ...(parameters.length > 0 ? { parameters: parameters.map(VERSION_THREE.parameter) } : {}),
      ...(body ? { requestBody: body } : {}),
      responses: responses(operation, { content: content(produces, schema) }),
    };
  },
};
