import type { Steps } from '../../sim/index.ts';
import { parseYaml } from '../kubectl/yaml-parser.ts';
import { isTable, type Values } from './chart/chart.ts';
import { parseInto, parseLiteralInto, type SetOptions } from './chart/strvals.ts';
import { mergeMaps } from './chart/values.ts';
import { HelmError, wrapped } from './errors.ts';
import { fromPlain } from './functions/table.ts';
import type { Helm } from './helm.ts';
import { fetchText, isUrl } from './repo/fetch.ts';

/** What -f and the --set flags say, the later over the earlier. Models cli/values Options.MergeValues. */
export function* givenValues(helm: Helm): Steps<Values> {
  let values: Values = {};
  for (const path of helm.flags.list('values')) values = mergeMaps(values, yield* fileValues(helm, path));
  const each = (flag: string, parse: (text: string) => void) => {
    for (const text of helm.flags.list(flag)) {
      try {
        parse(text);
      } catch (error) {
        throw wrapped(`failed parsing --${flag} data`, error);
      }
    }
  };
  const readFile = (path: string) => helm.readFile(path);
  const parsed = (kind: SetOptions['kind']) => (text: string) => parseInto(text, values, { kind, readFile });
  each('set-json', (text) => {
    if (text.trimStart().startsWith('{')) values = mergeMaps(values, jsonObject(text));
    else parsed('json')(text);
  });
  each('set', parsed('typed'));
  each('set-string', parsed('string'));
  each('set-file', parsed('file'));
  each('set-literal', (text) => parseLiteralInto(text, values));
  return values;
}

function jsonObject(text: string): Values {
  try {
    return fromPlain(JSON.parse(text)) as Values;
  } catch {
    throw new HelmError(`invalid character in ${text}`);
  }
}

function* fileValues(helm: Helm, path: string): Steps<Values> {
  let text: string;
  if (path.trim() === '-') text = yield* helm.context.readAll(0);
  else if (isUrl(path)) text = yield* fetchText(helm, path);
  else text = helm.readFile(path);
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (error) {
    throw new HelmError(
      `failed to parse ${path}: error converting YAML to JSON: ${(error as Error).message}`,
    );
  }
  if (value === null || value === undefined) return {};
  const made = fromPlain(value);
  if (isTable(made)) return made;
  const got = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  throw new HelmError(
    `failed to parse ${path}: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${got} into Go value of type map[string]interface {}`,
  );
}
