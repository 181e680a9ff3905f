import { decode, encode } from '../../../host/index.ts';
import { numberText, toJson } from './json-text.ts';
import { described } from './operators.ts';
import { isArray, isNumber, JqError, type Json } from './values.ts';

export function toText(value: Json): string {
  return typeof value === 'string' ? value : toJson(value);
}

const HTML: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&#39;', '"': '&quot;' };
const TSV: Record<string, string> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };

const FORMATS: Readonly<Record<string, (value: Json) => string>> = {
  text: toText,
  json: (value) => toJson(value),
  html: (value) => toText(value).replace(/[<>&'"]/g, (char) => HTML[char] as string),
  uri: (value) => {
    const bytes = encode(toText(value));
    return Array.from(bytes, (byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9\-_.~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    }).join('');
  },
  csv: (value) => row(value, 'csv', ',', (text) => `"${text.replaceAll('"', '""')}"`),
  tsv: (value) =>
    row(value, 'tsv', '\t', (text) => text.replace(/[\t\n\r\\]/g, (char) => TSV[char] as string)),
  sh: (value) => (isArray(value) ? value : [value]).map(shellWord).join(' '),
  base64: (value) => Buffer.from(encode(toText(value))).toString('base64'),
  base64d: (value) => fromBase64(toText(value), value),
  base32: (value) => toBase32(encode(toText(value))),
  base32d: (value) => fromBase32(toText(value), value),
};

export function formatText(name: string, value: Json): string {
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (!format) throw new JqError(`${name} is not a valid format`);
  return format(value);
}

function row(value: Json, name: string, separator: string, quote: (text: string) => string): string {
  if (!isArray(value))
    throw new JqError(`${described(value)} cannot be ${name}-formatted, only an array can be`);
  const cells = value.map((cell) => {
    if (cell === null) return '';
    if (typeof cell === 'string') return quote(cell);
    if (isNumber(cell)) return numberText(cell);
    if (typeof cell === 'boolean') return String(cell);
    throw new JqError(`${described(cell)} is not valid in a csv row`);
  });
  return cells.join(separator);
}

function shellWord(value: Json): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "'\\''")}'`;
  if (typeof value === 'object' && value !== null && !isNumber(value))
    throw new JqError(`${described(value)} can not be escaped for shell`);
  return toJson(value);
}

const whole = (bytes: Uint8Array): string => decode(bytes).replace(/[\udc80-\udcff]/g, '\ufffd');

function fromBase64(text: string, value: Json): string {
  const bytes = Buffer.from(text, 'base64');
  if (/[^A-Za-z0-9+/=]/.test(text) || (bytes.length === 0 && text.replaceAll('=', '') !== ''))
    throw new JqError(`${described(value)} is not valid base64 data`);
  return whole(bytes);
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function toBase32(bytes: Uint8Array): string {
  let bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  bits = bits.padEnd(Math.ceil(bits.length / 5) * 5, '0');
  const text = (bits.match(/.{5}/g) ?? []).map((five) => BASE32[Number.parseInt(five, 2)]).join('');
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=');
}

function fromBase32(text: string, value: Json): string {
  const letters = text.replace(/=+$/, '');
  if (/[^A-Z2-7]/.test(letters)) throw new JqError(`${described(value)} is not valid base32 data`);
  const bits = Array.from(letters, (char) => BASE32.indexOf(char).toString(2).padStart(5, '0')).join('');
  return whole(Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2)));
}
