/** What is wrong with a field. Models apimachinery/pkg/util/validation/field Error. */
export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueDuplicate'
  | 'FieldValueNotFound'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

const TEXT: Record<FieldErrorType, string> = {
  FieldValueRequired: 'Required value',
  FieldValueInvalid: 'Invalid value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueNotFound: 'Not found',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueTypeInvalid: 'Invalid value',
  InternalError: 'Internal error',
};

export interface FieldError {
  readonly type: FieldErrorType;
  /** `spec.containers[0].name`. */
  readonly field: string;
  /** Without the field: `Required value: must be set`. */
  readonly body: string;
}

/** Collects what is wrong with an object, in the order it is found. */
export class FieldErrors {
  readonly list: FieldError[] = [];
  /** True for features that are switched away from what they usually are: some rules differ then. */
  readonly isChanged: (feature: string) => boolean;

  /** Whether containers may be privileged. */
  readonly allowsPrivileged: boolean;

  constructor(isChanged: (feature: string) => boolean = () => false, allowsPrivileged = true) {
    this.isChanged = isChanged;
    this.allowsPrivileged = allowsPrivileged;
  }

  get empty(): boolean {
    return this.list.length === 0;
  }

  required(field: string, detail = ''): void {
    this.#add('FieldValueRequired', field, undefined, detail);
  }

  invalid(field: string, value: unknown, detail: string): void {
    this.#add('FieldValueInvalid', field, value, detail);
  }

  typeInvalid(field: string, value: unknown, detail: string): void {
    this.#add('FieldValueTypeInvalid', field, value, detail);
  }

  duplicate(field: string, value: unknown, detail = ''): void {
    this.#add('FieldValueDuplicate', field, value, detail);
  }

  notFound(field: string, value: unknown): void {
    this.#add('FieldValueNotFound', field, value, '');
  }

  forbidden(field: string, detail: string): void {
    this.#add('FieldValueForbidden', field, undefined, detail);
  }

  /** Lists the supported values in the order given. */
  notSupported(field: string, value: unknown, supported: readonly string[]): void {
    const names = supported.map((name) => JSON.stringify(name));
    const detail = names.length > 0 ? `supported values: ${names.join(', ')}` : '';
    this.#add('FieldValueNotSupported', field, value, detail);
  }

  tooLong(field: string, maxBytes: number): void {
    this.#add('FieldValueTooLong', field, undefined, `may not be more than ${maxBytes} bytes`);
  }

  tooMany(field: string, actual: number, max: number): void {
    this.#add('FieldValueTooMany', field, actual, `must have at most ${max} items`);
  }

  internal(field: string, message: string): void {
    this.#add('InternalError', field, undefined, message);
  }

  #add(type: FieldErrorType, field: string, value: unknown, detail: string): void {
    const shown = value === undefined && !SHOWS_VALUE.has(type) ? '' : `: ${showValue(value)}`;
    const withValue = HIDES_VALUE.has(type) || value === NO_VALUE ? '' : shown;
    const body = `${TEXT[type]}${withValue}${detail === '' ? '' : `: ${detail}`}`;
    this.list.push({ type, field, body });
  }
}

/** The value of an error that shows none. */
export const NO_VALUE = Symbol('no value');

const HIDES_VALUE = new Set<FieldErrorType>([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
  'InternalError',
]);
const SHOWS_VALUE = new Set<FieldErrorType>([
  'FieldValueInvalid',
  'FieldValueTypeInvalid',
  'FieldValueNotSupported',
  'FieldValueDuplicate',
  'FieldValueNotFound',
]);

/** A value in Go's own words: `[]string{"a"}`, or a name that is shown without quotes. */
export class GoValue {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A bad value as Go shows it: strings quoted, objects as JSON. */
export function showValue(value: unknown): string {
  if (value instanceof GoValue) return value.text;
  if (value === undefined || value === null) return '"null"';
  return typeof value === 'string' ? JSON.stringify(value) : JSON.stringify(value);
}
