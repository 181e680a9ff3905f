import type { Colors } from './json-text.ts';

const NAMES: readonly (keyof Colors)[] = [
  'null',
  'false',
  'true',
  'number',
  'string',
  'array',
  'object',
  'key',
];
const DEFAULTS = ['0;90', '0;39', '0;39', '0;39', '0;32', '1;39', '1;39', '34;1'];

/** The colours of `JQ_COLORS`, which replace the usual ones from the first on; undefined: it is not understood. */
export function colorsFrom(setting: string | undefined): { colors: Colors; valid: boolean } {
  const fields = setting?.split(':') ?? [];
  const valid = fields.every((field) => /^[0-9;]*$/.test(field));
  const codes = DEFAULTS.map((usual, i) => (valid ? (fields[i] ?? usual) : usual));
  const colors = Object.fromEntries(NAMES.map((name, i) => [name, `\x1b[${codes[i]}m`]));
  return { colors: colors as unknown as Colors, valid };
}
