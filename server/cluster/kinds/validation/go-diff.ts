import { equalValues } from '../../../objects/values.ts';

/**
 * What go-cmp prints of two structs that differ: the changed fields, their neighbours counted. The layout of the
 * original is unstable on purpose; this is its simplest form.
 */
export function goDiff(type: string, fields: readonly string[], old: any, now: any): string {
  const lines: string[] = [];
  let same = 0;
  const flush = () => {
    if (same > 0) lines.push(`  \t... // ${same} identical fields`);
    same = 0;
  };
  const width = Math.max(...fields.map((name) => name.length)) + 2;
  for (const name of fields) {
    if (equalValues(old[name], now[name])) {
      same++;
      continue;
    }
    flush();
    const label = `${goFieldName(name)}:`.padEnd(width);
    lines.push(`- \t${label}${goText(old[name])},`, `+ \t${label}${goText(now[name])},`);
  }
  flush();
  return `  ${type}{\n${lines.join('\n')}\n  }\n`;
}

function goFieldName(name: string): string {
  if (name.startsWith('dns')) return `DNS${name.slice(3)}`;
  if (name.startsWith('os')) return `OS${name.slice(2)}`;
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

function goText(value: unknown): string {
  return value === undefined ? 'nil' : JSON.stringify(value);
}
