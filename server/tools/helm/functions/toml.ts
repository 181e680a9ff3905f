type Table = Record<string, unknown>;

const isTable = (is: unknown): is is Table => typeof is === 'object' && is !== null && !Array.isArray(is);
const isTables = (is: unknown): is is Table[] => Array.isArray(is) && is.length > 0 && is.every(isTable);
const keyText = (key: string) => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key));

function valueText(is: unknown): string {
  if (Array.isArray(is)) return `[${is.map(valueText).join(', ')}]`;
  if (isTable(is))
    return `{${Object.entries(is)
      .map(([key, item]) => `${keyText(key)} = ${valueText(item)}`)
      .join(', ')}}`;
  if (typeof is === 'number') return Number.isInteger(is) ? `${is}.0` : String(is);
  return JSON.stringify(is);
}

/** A table as TOML, plain values before tables, both by their keys. Models BurntSushi/toml Encoder. */
export function toToml(value: unknown): string {
  return isTable(value) ? tableText(value, []) : '';
}

function tableText(table: Table, path: readonly string[]): string {
  const pad = '  '.repeat(Math.max(path.length, 0));
  const keys = Object.keys(table)
    .filter((key) => table[key] !== null && table[key] !== undefined)
    .sort();
  let out = '';
  for (const key of keys.filter((name) => !isTable(table[name]) && !isTables(table[name])))
    out += `${pad}${keyText(key)} = ${valueText(table[key])}\n`;
  for (const key of keys.filter((name) => isTable(table[name]) || isTables(table[name]))) {
    const name = [...path, keyText(key)];
    const inner = table[key] as Table | Table[];
    const head = Array.isArray(inner) ? `[[${name.join('.')}]]` : `[${name.join('.')}]`;
    for (const item of Array.isArray(inner) ? inner : [inner])
      out += `${out === '' && path.length > 0 ? '' : '\n'}${pad}${head}\n${tableText(item, name)}`;
  }
  return path.length === 0 ? out.replace(/^\n/, '') : out;
}
