interface Place {
  readonly path: string;
  /** Keys seen so far; undefined in a list. */
  readonly keys: Set<string> | undefined;
  index: number;
  key: string;
}

/** Strings, brackets and commas: all that matters where only keys are looked for. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** Paths of keys that a JSON text gives more than once in one object (`spec.replicas`), in their order. */
export function repeatedKeys(json: string): string[] {
  const repeated: string[] = [];
  const open: Place[] = [];
  let before = '';
  for (const [token] of json.matchAll(TOKEN)) {
    const place = open.at(-1);
    if (token === '{' || token === '[') {
      const keys = token === '{' ? new Set<string>() : undefined;
      open.push({ path: place ? pathIn(place) : '', keys, index: 0, key: '' });
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && place) place.index++;
    else if (place?.keys && (before === '{' || before === ',')) {
      place.key = JSON.parse(token) as string;
      if (place.keys.has(place.key)) repeated.push(pathIn(place));
      place.keys.add(place.key);
    }
    before = token;
  }
  return repeated;
}

function pathIn({ path, keys, key, index }: Place): string {
  if (!keys) return `${path}[${index}]`;
  return path === '' ? key : `${path}.${key}`;
}
