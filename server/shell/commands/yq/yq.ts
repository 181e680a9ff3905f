import { isSystemError } from '../../../host/index.ts';
import { append, type Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { zoneOf } from '../../dates.ts';
import { OptionError, Options, parseOptions } from '../../options.ts';
import { Call } from '../core/tool.ts';
import type { World } from '../jq/builtins-io.ts';
import { formatText, toText } from '../jq/formats.ts';
import { JsonError, parseJson } from '../jq/json-parse.ts';
import { toJson } from '../jq/json-text.ts';
import { type Path, pathKeys, type Step } from '../jq/machine.ts';
import { OutOfMemory } from '../jq/operators.ts';
import { compileProgram } from '../jq/program.ts';
import { CompileError } from '../jq/token-stream.ts';
import { isArray, isNumber, isObject, isTrue, type Json } from '../jq/values.ts';
import { exploded } from './anchors.ts';
import { type Place, yqLanguage } from './language.ts';
import { aliasOf, type EntryNote, noteFor, plain } from './notes.ts';
import { readLongYaml, YamlError } from './read.ts';
import { toYaml } from './write.ts';

const OPTIONS =
  'C|colors M|no-colors N|no-doc e|exit-status f|front-matter= from-file= h|help I|indent= i|inplace p|input-format= j|tojson n|null-input 0|nul-output o|output-format= P|prettyPrint s|split-exp= r|unwrapScalar? V|version v|verbose';

/** Results of one document that are kept until they are shown. */
const MAX_RESULTS = 500_000;

/** Ends with `Error: …`. */
class YqError extends Error {}

const VERSION = 'yq (https://github.com/mikefarah/yq/) version v4.44.3\n';

const USAGE = `Usage:
  yq [flags]
  yq [command]

Examples:
  yq '.stuff' < myfile.yml
  yq -i '.stuff = "foo"' myfile.yml
  yq -o=json '.a.b' sample.yaml

Available Commands:
  eval             (default) apply the expression to each document in each yaml file in sequence
  eval-all         loads all yaml documents of all yaml files and runs expression once

Flags:
  -e, --exit-status            exit status 1 when there are no matches or the result is null or false
  -h, --help                   help for yq
  -I, --indent int             indent of the output (default 2)
  -i, --inplace                write the result into the first file
  -p, --input-format string    [auto|yaml|json] how input is parsed (default "auto")
  -N, --no-doc                 no document separators
  -n, --null-input             don't read input, evaluate the expression only
  -o, --output-format string   [auto|yaml|json|props|csv|tsv] how results are written (default "auto")
  -P, --prettyPrint            as '... style = ""'
  -r, --unwrapScalar           scalars without quotes and comments (default true)
  -s, --split-exp string       each result into a file that the expression names ($index counts them)
  -V, --version                version of yq

Use "yq [command] --help" for more information about a command.
`;

export const yq: Command = {
  name: 'yq',
  summary: 'portable command-line YAML, JSON and properties processor',
  *main(context) {
    const call = new Call(context, 'yq', new Options([], []), {
      name: 'yq',
      summary: '',
      usage: '',
      run: () => nothing(),
    });
    try {
      const status = yield* run(call, context.args.slice(1));
      yield* call.flush();
      return status;
    } catch (error) {
      const text = errorText(error);
      if (text === undefined) throw error;
      yield* call.flush();
      yield* context.err(`Error: ${text}\n`);
      return 1;
    }
  },
};

function* nothing(): Steps<undefined> {
  return undefined;
}

function errorText(error: unknown): string | undefined {
  if (error instanceof YqError || error instanceof YamlError) return error.message;
  if (error instanceof OutOfMemory) return 'cannot allocate memory';
  if (error instanceof OptionError)
    return error.message
      .replace(/^unrecognized option '(.*)'$/, 'unknown flag: $1')
      .replace(/^invalid option -- '(.)'$/, "unknown shorthand flag: '$1' in -$1");
  if (isSystemError(error) && error.code !== 'EPIPE')
    return `open ${error.path ?? ''}: ${error.message.toLowerCase()}`;
  return undefined;
}

interface Request {
  readonly options: Options;
  readonly expression: string;
  readonly files: readonly string[];
  readonly all: boolean;
}

function* run(call: Call, words: readonly string[]): Steps<number> {
  const { context } = call;
  const options = parseOptions(
    words.map((word) => word.replace(/^-([a-zA-Z])=/, '-$1')),
    OPTIONS,
  );
  if (options.has('V')) {
    yield* context.out(VERSION);
    return 0;
  }
  const request = yield* requestOf(call, options);
  if (!request || options.has('h')) {
    yield* context.out(USAGE);
    return 0;
  }
  if (options.has('f')) throw new YqError('flag -f is not available in this simulation');
  if (options.has('i') && request.files.length === 0)
    throw new YqError('write in place flag only applicable when giving an expression and at least one file');
  return yield* new Evaluation(call, request).run();
}

/** Which words are the command, the expression and the files. Undefined: nothing is asked for. */
function* requestOf(call: Call, options: Options): Steps<Request | undefined> {
  const { fs } = call.context;
  const rest = [...options.operands];
  const command = /^(e|eval|ea|eval-all)$/.test(rest[0] ?? '') ? (rest.shift() as string) : 'eval';
  const all = command === 'ea' || command === 'eval-all';
  const from = options.get('from-file');
  if (from !== undefined) return { options, expression: yield* call.readFile(from), files: rest, all };
  if (rest.length === 0 && call.context.isTerminal(0) && !options.has('n')) return undefined;
  const onlyFile =
    rest.length === 1 &&
    !options.has('n') &&
    fs.exists(rest[0] as string) &&
    !fs.isDirectory(rest[0] as string);
  const expression = rest.length === 0 || onlyFile ? '.' : (rest.shift() as string);
  return { options, expression, files: rest, all };
}

/** A result with what the file said of it. */
interface Result {
  readonly value: Json;
  readonly note: EntryNote;
  readonly place: Place;
}

class Evaluation {
  readonly #call: Call;
  readonly #request: Request;
  readonly #heads = new Map<Json, { head: string | undefined; foot: string | undefined }>();
  #input: 'yaml' | 'json' = 'yaml';

  constructor(call: Call, request: Request) {
    this.#call = call;
    this.#request = request;
  }

  *run(): Steps<number> {
    const { options, files, all } = this.#request;
    const places = options.has('n')
      ? [{ root: null, document: 0, file: 0, filename: '' }]
      : yield* this.#read();
    const results = all ? yield* this.#evaluate(places[0] as Place, places) : yield* this.#each(places);
    const texts = this.#shown(results);
    const text = texts.join('');
    if (options.has('s')) yield* this.#split(results, texts);
    else if (options.has('i')) this.#call.context.fs.write(files[0] as string, text);
    else yield* this.#call.print(text);
    if (!options.has('e') || results.some((result) => isTrue(result.value))) return 0;
    throw new YqError('no matches found');
  }

  *#each(places: readonly Place[]): Steps<Result[]> {
    const out: Result[] = [];
    for (const place of places) append(out, yield* this.#evaluate(place));
    return out;
  }

  *#read(): Steps<Place[]> {
    const { options, files } = this.#request;
    const out: Place[] = [];
    for (const [file, filename] of (files.length === 0 ? ['-'] : files).entries()) {
      const text = yield* this.#call.readFile(filename);
      const given = options.get('p') ?? 'auto';
      if (!/^(auto|a|yaml|y|json|j)$/.test(given))
        throw new YqError(`format '${given}' is not available in this simulation`);
      const json = given.startsWith('j') || (given.startsWith('a') && filename.endsWith('.json'));
      if (json) this.#input = 'json';
      for (const [document, value] of (yield* this.#documents(text, filename, json)).entries())
        out.push({ root: value, document, file, filename });
    }
    return out;
  }

  *#documents(text: string, filename: string, json: boolean): Steps<Json[]> {
    try {
      if (json) return parseJson(text);
      const documents = yield* readLongYaml(this.#call, text);
      for (const { value, head, foot } of documents) this.#heads.set(value, { head, foot });
      return documents.length === 0 ? [null] : documents.map((document) => document.value);
    } catch (error) {
      if (!(error instanceof YamlError) && !(error instanceof JsonError)) throw error;
      throw new YqError(`bad file '${filename}': ${error.message}`);
    }
  }

  /** `names`: what the files of results are called by, and the number of the result. */
  *#evaluate(
    start: Place,
    all?: readonly Place[],
    names?: { readonly expression: string; readonly index: number },
  ): Steps<Result[]> {
    const call = this.#call;
    const text = (names?.expression ?? this.#request.expression).trim();
    const variables = new Map<string, Json>(names ? [['index', names.index]] : []);
    const place = { ...start };
    const language = yqLanguage({
      place,
      all,
      env: call.context.env,
      readFile: (path) => call.readFile(path),
    });
    const world = worldOf(call);
    let program: ReturnType<typeof compileProgram>;
    try {
      program = compileProgram({ text, world, zone: zoneOf(call.context), variables, language });
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      throw new YqError(expressionError(text, error));
    }
    const results: Result[] = [];
    const onError = (error: Json): Step => {
      throw new YqError(typeof error === 'string' ? error : toJson(error));
    };
    const next = (value: Json, path: Path | undefined): Step => {
      if (results.length === MAX_RESULTS) throw new OutOfMemory();
      results.push({ value, note: this.#noteAt(place.root, path), place: { ...place } });
      return undefined;
    };
    const begin = { up: undefined, key: null };
    yield* program.machine.run(
      () => program.code(start.root, begin, { env: undefined, onError }, next),
      (steps) => call.spend(steps),
    );
    return results;
  }

  #noteAt(root: Json, path: Path | undefined): EntryNote {
    if (!path?.up || path.lost) return {};
    let at: Json = root;
    for (const key of pathKeys(path.up))
      at = isArray(at) ? (at[Number(key)] ?? null) : isObject(at) ? (at.get(String(key)) ?? null) : null;
    return noteFor(at).entries.get(path.key) ?? {};
  }

  /** Writes each result to a file of its own. Models yqlib printer_writer.go multiPrintWriter. */
  *#split(results: readonly Result[], texts: readonly string[]): Steps<void> {
    const { options } = this.#request;
    const expression = options.get('s') as string;
    const extension = outputFormat(options, this.#input) === 'json' ? 'json' : 'yml';
    for (const [index, { value, place }] of results.entries()) {
      const [found] = yield* this.#evaluate({ ...place, root: value }, undefined, { expression, index });
      const name = found === undefined ? '' : toText(found.value);
      const path = /\.[a-zA-Z0-9]+$/.test(name) ? name : `${name}.${extension}`;
      this.#call.context.fs.write(path, texts[index] as string);
    }
  }

  #shown(results: readonly Result[]): string[] {
    const { options } = this.#request;
    const format = outputFormat(options, this.#input);
    let last: Place | undefined;
    return results.map(({ value, note, place }) => {
      const apart = last && (last.document !== place.document || last.file !== place.file);
      last = place;
      const mark = apart && format === 'yaml' && !options.has('N') ? '---\n' : '';
      return mark + this.#text(value, note, format);
    });
  }

  #text(result: Json, note: EntryNote, format: string): string {
    const { options } = this.#request;
    const value = format === 'yaml' ? result : exploded(result);
    const alias = aliasOf(note, value);
    if (format === 'yaml' && alias !== undefined) return `*${alias}\n`;
    const indent = Number(options.get('I') ?? 2);
    if (format === 'json') {
      const raw = options.has('r') && options.get('r') !== 'false' && typeof value === 'string';
      return `${raw ? value : toJson(value, { indent: indent > 0 ? ' '.repeat(indent) : undefined })}\n`;
    }
    if (format === 'props') return properties(value, '');
    if (format === 'csv' || format === 'tsv') return table(value, format);
    const shownValue = options.has('P') ? plain(value) : value;
    const unwrapped = options.get('r') !== 'false';
    if (typeof shownValue === 'string' && unwrapped) return `${shownValue}\n`;
    const around = this.#heads.get(value);
    const head =
      around?.head === undefined
        ? ''
        : `${around.head.replace(/^(?=.)/gm, '#')}\n${around.head.includes('\n\n') ? '' : ''}`;
    const foot = around?.foot === undefined ? '' : `\n${around.foot.replace(/^(?=.)/gm, '#')}\n`;
    return head + toYaml(shownValue, { indent }, options.has('P') ? {} : note) + foot;
  }
}

function outputFormat(options: Options, input: 'yaml' | 'json'): string {
  if (options.has('j')) return 'json';
  const given = options.get('o') ?? 'auto';
  const known: Readonly<Record<string, string>> = {
    a: input,
    auto: input,
    y: 'yaml',
    yml: 'yaml',
    j: 'json',
    p: 'props',
    c: 'csv',
    t: 'tsv',
  };
  const format = known[given] ?? given;
  if (!['yaml', 'json', 'props', 'csv', 'tsv'].includes(format))
    throw new YqError(`format '${given}' is not available in this simulation`);
  return format;
}

function properties(value: Json, prefix: string): string {
  const join = (key: Json) => (prefix === '' ? String(key) : `${prefix}.${key}`);
  if (isArray(value)) return value.map((item, i) => properties(item, join(i))).join('');
  if (isObject(value)) return [...value].map(([key, item]) => properties(item, join(key))).join('');
  return `${prefix} = ${value === null ? '' : typeof value === 'string' ? value : toJson(value)}\n`;
}

function table(value: Json, format: string): string {
  const rows = isArray(value) ? value : [value];
  const list = rows.every(isArray) ? rows : [rows];
  const cell = (one: Json) =>
    isNumber(one) || typeof one === 'boolean' ? toJson(one) : (one as string | null);
  return list
    .map(
      (row) => `${formatText(format, (row as readonly Json[]).map(cell)).replace(/"([^",\n]*)"/g, '$1')}\n`,
    )
    .join('');
}

function expressionError(text: string, error: CompileError): string {
  const unknown = /^(.*) is not defined$/.exec(error.message);
  if (unknown || error.message.includes('INVALID_CHARACTER') || error.message.includes('unexpected IDENT'))
    return `1:${error.at + 1}: invalid input text ${JSON.stringify(text.slice(error.at))}`;
  return 'bad expression, please check expression syntax';
}

function worldOf(call: Call): World {
  return {
    env: call.context.env,
    now: () => call.context.now / 1000,
    *input() {
      return undefined;
    },
    line: 0,
    file: null,
    *message(text) {
      yield* call.context.err(text);
    },
    show: (value) => toJson(value),
  };
}
