import { GoValue } from '../../../objects/field-error.ts';
import { parseQuantity } from '../../../objects/quantity.ts';

/** Bad values as Go's `%#v` prints them. */
const quote = JSON.stringify;

export function goStrings(list: readonly string[] | undefined, type = 'string'): GoValue {
  return new GoValue(stringsText(list, type));
}

function stringsText(list: readonly string[] | undefined, type: string): string {
  return list ? `[]${type}{${list.map((one) => quote(one)).join(', ')}}` : `[]${type}(nil)`;
}

export function goIntegers(list: readonly number[], type = 'int32'): GoValue {
  return new GoValue(`[]${type}{${list.join(', ')}}`);
}

export function goMap(map: Readonly<Record<string, string>> | undefined): GoValue {
  return new GoValue(mapText(map));
}

function mapText(map: Readonly<Record<string, string>> | undefined): string {
  if (!map) return 'map[string]string(nil)';
  const entries = Object.keys(map)
    .sort()
    .map((key) => `${quote(key)}:${quote(map[key])}`);
  return `map[string]string{${entries.join(', ')}}`;
}

export function goIntOrString(value: number | string | undefined): GoValue {
  return new GoValue(intOrStringText(value));
}

function intOrStringText(value: number | string | undefined): string {
  const [type, number, text] = typeof value === 'string' ? [1, 0, value] : [0, value ?? 0, ''];
  return `intstr.IntOrString{Type:${type}, IntVal:${number}, StrVal:${quote(text)}}`;
}

export function goLabelSelector(selector: any): GoValue {
  const expressions = selector?.matchExpressions?.map(
    ({ key, operator, values }: any) =>
      `v1.LabelSelectorRequirement{Key:${quote(key)}, Operator:${quote(operator)}, Values:${stringsText(values, 'string')}}`,
  );
  const list = expressions
    ? `[]v1.LabelSelectorRequirement{${expressions.join(', ')}}`
    : '[]v1.LabelSelectorRequirement(nil)';
  return new GoValue(
    `v1.LabelSelector{MatchLabels:${mapText(selector?.matchLabels)}, MatchExpressions:${list}}`,
  );
}

/** `shown` when the quantity was printed before: Go keeps its text from then on. */
export function goQuantity(text: string, shown: boolean): GoValue {
  const quantity = parseQuantity(text);
  const nanos = quantity?.nanos ?? 0n;
  const format = quantity?.format ?? 'DecimalSI';
  const [value, scale] = mantissa(nanos, /[mnu]$/.test(text));
  const amount = `resource.int64Amount{value:${value}, scale:${scale}}`;
  const decimal = 'resource.infDecAmount{Dec:(*inf.Dec)(nil)}';
  return new GoValue(
    `resource.Quantity{i:${amount}, d:${decimal}, s:${quote(shown ? text : '')}, Format:"${format}"}`,
  );
}

function mantissa(nanos: bigint, fraction: boolean): [bigint, number] {
  if (!fraction) return [nanos / 1_000_000_000n, 0];
  let value = nanos;
  let scale = -9;
  while (scale < 0 && value !== 0n && value % 10n === 0n) {
    value /= 10n;
    scale++;
  }
  return [value, scale];
}

export function goServicePort(protocol: string, port: number): GoValue {
  const target = intOrStringText(0);
  return new GoValue(
    `core.ServicePort{Name:"", Protocol:${quote(protocol)}, AppProtocol:(*string)(nil), Port:${port}, TargetPort:${target}, NodePort:0}`,
  );
}

export function goBytes(bytes: Uint8Array): GoValue {
  return new GoValue(`[]byte{${[...bytes].map((byte) => `0x${byte.toString(16)}`).join(', ')}}`);
}

/** A struct with its fields in order; the values are Go text already. */
export function goStruct(type: string, fields: Readonly<Record<string, string>>): GoValue {
  const parts = Object.entries(fields).map(([name, text]) => `${name}:${text}`);
  return new GoValue(`${type}{${parts.join(', ')}}`);
}

/** Any JSON value the way Go would print a struct of that shape, for dumps that no reader compares. */
export function goDump(type: string, value: unknown): GoValue {
  return new GoValue(dump(value, type));
}

function dump(value: unknown, type: string): string {
  if (value === undefined || value === null) return `(*${type})(nil)`;
  if (typeof value !== 'object') return typeof value === 'string' ? quote(value) : `${value}`;
  if (Array.isArray(value)) return `[]${type}{${value.map((one) => dump(one, type)).join(', ')}}`;
  const fields = Object.entries(value).map(([key, one]) => {
    const name = key.slice(0, 1).toUpperCase() + key.slice(1);
    return `${name}:${dump(one, `core.${name}`)}`;
  });
  return `${type}{${fields.join(', ')}}`;
}

/** An unquoted name, as values with a String method are shown. */
export function goName(name: string): GoValue {
  return new GoValue(name);
}

/** `&false`, as go-cmp shows what a pointer points to. */
export function goPointer(value: unknown): string {
  return value === undefined ? 'nil' : `&${typeof value === 'string' ? quote(value) : String(value)}`;
}

/** A value of no type of its own, as it came in JSON. */
export function goJson(value: unknown): GoValue {
  return new GoValue(jsonText(value));
}

function jsonText(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (Array.isArray(value)) return `[]interface {}{${value.map(jsonText).join(', ')}}`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, part]) => `${quote(key)}:${jsonText(part)}`);
  return `map[string]interface {}{${entries.join(', ')}}`;
}

/** `2026-11-21T08:00:00Z` as Go's times are printed. */
export function goTime(time: string): GoValue {
  return new GoValue(`${time.slice(0, 19).replace('T', ' ')} +0000 UTC`);
}
