import { type Matcher, RE2JS, RE2JSException, RE2JSGroupException } from 're2js';
import type { Steps } from '../../../sim/index.ts';
import { getAt, getPath, setPath } from '../jq/access.ts';
import type { Builtin } from '../jq/builtin.ts';
import { toText } from '../jq/formats.ts';
import { numberFrom, toJson } from '../jq/json-text.ts';
import { type Code, Effect, pathKeys, type Step } from '../jq/machine.ts';
import { Parser } from '../jq/parse.ts';
import type { Language } from '../jq/program.ts';
import type { Definition, Node } from '../jq/syntax.ts';
import { carry, isArray, isNumber, isObject, JqError, type Json, sortedKeys } from '../jq/values.ts';
import { exploded, inherited } from './anchors.ts';
import { YQ_OPERATORS } from './merge.ts';
import { type EntryNote, noteFor, type ScalarStyle, withEntry, withNote } from './notes.ts';
import { overAll, YqParser } from './parse.ts';
import { readYaml } from './read.ts';
import { toYaml } from './write.ts';

/** What a program is being evaluated for. */
export interface Place {
  root: Json;
  document: number;
  file: number;
  filename: string;
}

export interface LanguageOptions {
  readonly place: Place;
  /** All documents, for `eval-all`; undefined: one at a time. */
  readonly all: readonly Place[] | undefined;
  readonly env: ReadonlyMap<string, string>;
  readFile(path: string): Steps<string>;
}

const PRELUDE = new Map<string, Definition>(
  Parser.definitions(`
def with(target; update): target |= update;
def sort_keys(target): target |= _sort_keys;
def explode(target): target |= _explode;
def sortKeys(target): target |= _sort_keys;
def split_doc: .;
def splitDoc: .;
def all_c(f): all(f);
def any_c(f): any(f);
def upcase: ascii_upcase;
def downcase: ascii_downcase;
def to_string: tostring;
def to_number: tonumber;
def to_json: tojson;
def to_json(n): tojson;
def from_json: fromjson;
def filter(f): map(select(f));
def is_key: false;
def sub(pair): [pair] as $p | _sub($p[0]; $p[1]);
`).map((definition) => [`${definition.name}/${definition.parameters.length}`, definition]),
);

const INDEX_NAMES: readonly (readonly [string, (place: Place) => Json])[] = [
  ['di', (place) => place.document],
  ['documentIndex', (place) => place.document],
  ['document_index', (place) => place.document],
  ['fi', (place) => place.file],
  ['fileIndex', (place) => place.file],
  ['file_index', (place) => place.file],
  ['filename', (place) => place.filename],
];

/** yq v4 on the engine of jq. */
export function yqLanguage(options: LanguageOptions): Language {
  const { place, all } = options;
  return {
    lenient: true,
    get: (value, key) => {
      const own = getAt(value, key);
      return own === null ? inherited(value, key) : own;
    },
    operators: YQ_OPERATORS,
    parse: (text): Node => {
      const node = new YqParser(text).program();
      return all ? overAll(node) : node;
    },
    prelude: (name) => PRELUDE.get(name),
    builtins: {
      ...VALUES,
      ...environment(options),
      ...attributes(place),
      ...Object.fromEntries(INDEX_NAMES.map(([name, of]) => [`${name}/0`, { compute: () => of(place) }])),
      '_documents/0': { code: (compiler) => documents(compiler.machine, place, all ?? []) },
    },
  };
}

function documents(machine: import('../jq/machine.ts').Machine, place: Place, all: readonly Place[]): Code {
  return (_input, _path, _frame, next) => {
    let index = 0;
    const one = (): Step => {
      const document = all[index++];
      if (!document) return undefined;
      machine.later(one);
      Object.assign(place, document);
      return machine.give(next, document.root, { up: undefined, key: null });
    };
    return one;
  };
}

const KINDS: Readonly<Record<string, string>> = { object: 'map', array: 'seq' };

function tagOf(value: Json): string {
  if (value === null) return '!!null';
  if (isArray(value)) return '!!seq';
  if (isObject(value)) return '!!map';
  if (isNumber(value))
    return Number.isInteger(typeof value === 'number' ? value : value.value) && !/\./.test(toJson(value))
      ? '!!int'
      : '!!float';
  return typeof value === 'string' ? '!!str' : '!!bool';
}

function picked(value: Json, keys: Json, keep: boolean): Json {
  const wanted = isArray(keys) ? keys : [keys];
  if (isArray(value)) return value.filter((_, i) => wanted.includes(i) === keep);
  if (!isObject(value)) throw new JqError(`cannot pick keys from type ${tagOf(value)}`);
  const entries = keep
    ? wanted.flatMap((key): [string, Json][] =>
        value.has(key as string) ? [[key as string, value.get(key as string) as Json]] : [],
      )
    : [...value].filter(([key]) => !wanted.includes(key));
  return carry(value, new Map(entries));
}

const VALUES: Readonly<Record<string, Builtin>> = {
  'tag/0': { compute: tagOf },
  'type/0': { compute: tagOf },
  'kind/0': {
    compute: (value) => KINDS[isArray(value) ? 'array' : isObject(value) ? 'object' : ''] ?? 'scalar',
  },
  'keys/0': {
    compute: (value) => {
      if (isArray(value)) return value.map((_, i) => i);
      if (isObject(value)) return [...value.keys()];
      throw new JqError(`cannot get keys of ${tagOf(value)}, keys only works for maps and arrays`);
    },
  },
  'length/0': {
    compute: (value) =>
      value === null
        ? 0
        : isArray(value)
          ? value.length
          : isObject(value)
            ? value.size
            : [...toText(value)].length,
  },
  '_sort_keys/0': {
    compute: (value) =>
      isObject(value)
        ? carry(value, new Map(sortedKeys(value).map((key) => [key, value.get(key) as Json])))
        : value,
  },
  '_explode/0': { compute: exploded },
  'pick/1': { compute: (value, keys) => picked(value, keys, true) },
  'omit/1': { compute: (value, keys) => picked(value, keys, false) },
  '_sub/2': { compute: (value, pattern, by) => substituted(toText(value), toText(pattern), toText(by)) },
  'to_yaml/0': { compute: (value) => toYaml(value, { indent: 2 }) },
  'from_yaml/0': { compute: (value) => readYaml(toText(value))[0]?.value ?? null },
};

/** Every match; groups are `$1` and `${name}`, as Go has them. */
function substituted(text: string, pattern: string, by: string): string {
  try {
    const matcher = RE2JS.compile(pattern).matcher(text);
    let [out, at] = ['', 0];
    while (matcher.find()) {
      const group = (name: string): string => groupOf(matcher, name);
      out += text.slice(at, matcher.start());
      out += by.replace(/\$(?:\{(\w+)\}|(\w+)|\$)/g, (all, a?: string, b?: string) =>
        all === '$$' ? '$' : group(a ?? b ?? ''),
      );
      at = matcher.end();
    }
    return out + text.slice(at);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new JqError(error.message);
  }
}

/** A group that the pattern does not have is empty. */
function groupOf(matcher: Matcher, name: string): string {
  try {
    return (/^\d+$/.test(name) ? matcher.group(Number(name)) : matcher.group(name)) ?? '';
  } catch (error) {
    if (!(error instanceof RE2JSGroupException)) throw error;
    return '';
  }
}

function environment({ env, readFile }: LanguageOptions): Readonly<Record<string, Builtin>> {
  const variable = (name: Json): string => {
    const value = env.get(name as string);
    if (value === undefined) throw new JqError(`value for env variable '${name}' not provided in env()`);
    return value;
  };
  const file = (read: (text: string) => Json): Builtin => ({
    code:
      (compiler, [path]) =>
      (input, place, frame, next) =>
        compiler.each(
          path as Code,
          input,
          frame,
          (name) =>
            new Effect(function* (): Steps<Step> {
              const text = yield* readFile(toText(name));
              return compiler.computed(input, place, next, read(text));
            }),
        ),
  });
  return {
    'env/1': { compute: (_input, name) => readYaml(variable(name))[0]?.value ?? null },
    'strenv/1': { compute: (_input, name) => variable(name) },
    'envsubst/0': {
      compute: (value) =>
        toText(value).replace(
          /\$(?:\{(\w+)\}|(\w+))/g,
          (_all, a?: string, b?: string) => env.get((a ?? b) as string) ?? '',
        ),
    },
    'load/1': file((text) => readYaml(text)[0]?.value ?? null),
    'load_str/1': file((text) => text),
  };
}

const COMMENTS: Readonly<Record<string, 'head' | 'line'>> = {
  head_comment: 'head',
  line_comment: 'line',
  headComment: 'head',
  lineComment: 'line',
};

/** What the file says of the node beside its value, and where the node is. */
function attributes(place: Place): Readonly<Record<string, Builtin>> {
  const entry = (path: readonly Json[]): EntryNote => {
    const key = path.at(-1);
    return key === undefined ? {} : (noteFor(getPath(place.root, path.slice(0, -1))).entries.get(key) ?? {});
  };
  const read = (of: (path: readonly Json[], value: Json) => Json): Builtin => ({
    code: (compiler) => (input, path, frame, next) =>
      compiler.machine.attempt(frame.onError, () =>
        compiler.computed(input, path, next, of(path && !path.lost ? pathKeys(path) : [], input)),
      ),
  });
  const names = (['anchor', 'alias'] as const).map(
    (name) => [`${name}/0`, read((path) => entry(path)[name] ?? '')] as const,
  );
  const comments = Object.entries(COMMENTS).map(
    ([name, field]) => [`${name}/0`, read((path) => (entry(path)[field] ?? '').trim())] as const,
  );
  return {
    ...Object.fromEntries([...comments, ...names]),
    'style/0': read((path, value) =>
      isArray(value) || isObject(value) ? (noteFor(value).flow ? 'flow' : '') : (entry(path).style ?? ''),
    ),
    'key/0': read((path) => path.at(-1) ?? null),
    'path/0': read((path) => [...path]),
    'parent/0': {
      code: (compiler) => (_input, path, _frame, next) =>
        path?.up ? compiler.machine.give(next, getPath(place.root, pathKeys(path.up)), path.up) : undefined,
    },
    '_attribute/3': assignment(false),
    '_relate/3': assignment(true),
  };
}

/** `target style="double"`; `relative`: the value is computed from the node. */
function assignment(relative: boolean): Builtin {
  return {
    code:
      (compiler, [target, name, value]) =>
      (input, path, frame, next) => {
        const { machine } = compiler;
        const paths: Json[][] = [];
        machine.later(() => {
          let root = input;
          const one = (index: number): Step => {
            const at = paths[index];
            if (!at) return compiler.computed(input, path, next, root);
            const node = getPath(root, at);
            return compiler.each(name as Code, input, frame, (attribute) =>
              compiler.each(value as Code, relative ? node : input, frame, (text) =>
                machine.attempt(frame.onError, () => {
                  root = changed(root, at, attribute as string, toText(text));
                  return one(index + 1);
                }),
              ),
            );
          };
          return one(0);
        });
        return compiler.paths(target as Code, input, frame, (keys) => {
          paths.push(keys);
          return undefined;
        });
      },
  };
}

function changed(root: Json, path: readonly Json[], attribute: string, text: string): Json {
  const node = getPath(root, path);
  if (attribute === 'tag') return setPath(root, path, tagged(node, text));
  if (attribute === 'style' && (isArray(node) || isObject(node)))
    return setPath(root, path, withNote(node, { ...noteFor(node), flow: text === 'flow' }));
  const key = path.at(-1);
  if (key === undefined) return root;
  const above = path.slice(0, -1);
  return setPath(root, above, withEntry(getPath(root, above), key, change(attribute, text, node)));
}

/** The same text as a value of another kind. */
function tagged(node: Json, tag: string): Json {
  const text = toText(node);
  if (tag === tagOf(node)) return node;
  if (tag === '!!str') return text;
  if ((tag === '!!int' || tag === '!!float') && text.trim() !== '' && !Number.isNaN(Number(text)))
    return numberFrom(text);
  if (tag === '!!bool' && /^(true|false)$/.test(text)) return text === 'true';
  if (tag === '!!null') return null;
  throw new JqError(`tag ${tag} is not available in this simulation`);
}

function change(attribute: string, text: string, node: Json): EntryNote {
  if (attribute === 'style')
    return { style: text === '' ? undefined : (text as ScalarStyle), source: undefined };
  if (attribute === 'anchor') return { anchor: text === '' ? undefined : text };
  if (attribute === 'alias') return text === '' ? {} : { alias: text, value: node };
  const field = COMMENTS[attribute];
  if (!field) throw new JqError(`${attribute} is not available in this simulation`);
  return { [field]: text === '' ? undefined : ` ${text}` };
}
