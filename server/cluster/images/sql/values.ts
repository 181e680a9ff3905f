import { SqlError } from './errors.ts';
import type { ColumnDefinition, Dialect, Value } from './syntax.ts';

const WHOLE = /^(?:tiny|small|medium|big)?int(?:eger)?\b/;
const FRACTION = /^(?:decimal|numeric)(?:\((\d+)(?:,(\d+))?\))?/;
const FLOAT = /^(?:float|double|real)/;

/** Whether values of a type are printed on the right. */
export function isNumeric(type: string): boolean {
  return WHOLE.test(type) || FRACTION.test(type) || FLOAT.test(type);
}

/** A value as a column of that type keeps it. Throws SqlError. */
export function fitTo(value: Value, { name, type }: ColumnDefinition, dialect: Dialect): Value {
  if (value === null) return null;
  const bad = (shown: string) =>
    new SqlError({ kind: 'badValue', type: shown, value: String(value), column: name });
  if (type === 'boolean') {
    const text = String(value).toLowerCase();
    if (/^(t|true|1|yes|on)$/.test(text)) return true;
    if (/^(f|false|0|no|off)$/.test(text)) return false;
    throw bad('boolean');
  }
  if (WHOLE.test(type)) {
    const number = numberOf(value);
    if (number === undefined) throw bad('integer');
    return Math.round(number);
  }
  const [fraction, , scale = '0'] = FRACTION.exec(type) ?? [];
  if (fraction !== undefined || FLOAT.test(type)) {
    const number = numberOf(value);
    if (number === undefined)
      throw bad(FLOAT.test(type) ? 'double precision' : dialect === 'mysql' ? 'decimal' : 'numeric');
    return fraction?.includes('(') ? number.toFixed(Number(scale)) : number;
  }
  return text(value, name, type, dialect);
}

function numberOf(value: Exclude<Value, null>): number | undefined {
  if (typeof value === 'string' && value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function text(value: Exclude<Value, null>, column: string, type: string, dialect: Dialect): string {
  if (type.endsWith('without time zone')) return String(value).replace(/\+00$/, '');
  const shown = typeof value === 'boolean' && dialect === 'mysql' ? String(Number(value)) : String(value);
  const limit = Number(
    /^(?:varchar|char|character(?: varying)?)\((\d+)\)$/.exec(type)?.[1] ?? Number.POSITIVE_INFINITY,
  );
  if (shown.length > limit) throw new SqlError({ kind: 'tooLong', type, column });
  return shown;
}
