import { LineCounter, parseDocument } from 'yaml';

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

/**
 * What Go's strict reader says of keys that a YAML text gives more than once; undefined: there are none. Models
 * sigs.k8s.io/yaml YAMLToJSONStrict.
 */
export function repeatedYamlKeys(yaml: string): string | undefined {
  const lines = new LineCounter();
  const { errors } = parseDocument(yaml, { version: '1.1', logLevel: 'silent', lineCounter: lines });
  const repeated = errors
    .filter(({ code }) => code === 'DUPLICATE_KEY')
    .map(
      ({ pos: [at] }) =>
        `\n  line ${lines.linePos(at).line}: key ${JSON.stringify(keyAt(yaml, at))} already set in map`,
    );
  return repeated.length > 0 ? `yaml: unmarshal errors:${repeated.join('')}` : undefined;
}

function keyAt(yaml: string, at: number): string {
  const [, double, single, plain = ''] =
    /^(?:"([^"]*)"|'([^']*)'|([^:\s]+))/.exec(yaml.slice(at, at + 300)) ?? [];
  return double ?? single ?? plain;
}
