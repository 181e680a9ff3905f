import { KubectlError } from './errors.ts';
import { parseYaml } from './yaml-parser.ts';
import { YamlError } from './yaml-scanner.ts';

/** The documents of a manifest, JSON or YAML. Models apimachinery/pkg/util/yaml YAMLOrJSONDecoder. */
export function* documents(text: string, source: string): Generator<unknown> {
  if (/^\s*\{/.test(text)) {
    yield* jsonDocuments(text, source);
    return;
  }
  for (const chunk of splitDocuments(text, source)) {
    try {
      yield parseYaml(chunk);
    } catch (error) {
      if (!(error instanceof YamlError)) throw error;
      throw new KubectlError(`error parsing ${source}: error converting YAML to JSON: ${error.message}`);
    }
  }
}

/** Lines that start with `---` part the documents. */
function* splitDocuments(text: string, source: string): Generator<string> {
  let current: string[] = [];
  for (const line of text.split('\n')) {
    if (!line.startsWith('---')) {
      current.push(line);
      continue;
    }
    const rest = line.slice(3).trim();
    if (rest !== '' && !rest.startsWith('#'))
      throw new KubectlError(`error parsing ${source}: invalid Yaml document separator: ${rest}`);
    if (current.some((l) => l.trim() !== '')) yield current.join('\n');
    current = [];
  }
  if (current.some((l) => l.trim() !== '')) yield current.join('\n');
}

function* jsonDocuments(text: string, source: string): Generator<unknown> {
  let rest = text.trimStart();
  let offset = text.length - rest.length;
  while (rest !== '') {
    const end = jsonEnd(rest);
    yield jsonValue(rest.slice(0, end), offset, source);
    const next = rest.slice(end).trimStart();
    offset += rest.length - next.length;
    rest = next;
  }
}

/** What is not JSON may still be YAML in braces. */
function jsonValue(text: string, offset: number, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const { message, at } = jsonProblemAt(text);
    if (at >= text.length) throw new KubectlError(`error parsing ${source}: unexpected EOF`);
    try {
      return parseYaml(text);
    } catch {
      throw new KubectlError(`error parsing ${source}: json: offset ${offset + at + 1}: ${message}`);
    }
  }
}

/** Where the first JSON value of a text ends. */
function jsonEnd(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') {
      i++;
      while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
    } else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') {
      if (--depth === 0) return i + 1;
    }
  }
  return text.length;
}

/** Why a text is not JSON, in the words of Go's encoding/json. */
export function jsonProblem(text: string): string {
  return jsonProblemAt(text).message;
}

function jsonProblemAt(text: string): { message: string; at: number } {
  let at = 0;
  const skip = () => {
    while (/\s/.test(text[at] ?? '')) at++;
  };
  const problem = (where: string): string => {
    const char = text[at];
    return char === undefined
      ? 'unexpected end of JSON input'
      : `invalid character ${quoteChar(char)} ${where}`;
  };
  const value = (): string | undefined => {
    skip();
    const char = text[at];
    if (char === '{') return object();
    if (char === '[') return array();
    if (char === '"') return string();
    const literal = /^(true|false|null|-?\d+(\.\d+)?([eE][-+]?\d+)?)/.exec(text.slice(at));
    if (!literal) return problem('looking for beginning of value');
    at += literal[0].length;
    return undefined;
  };
  const string = (): string | undefined => {
    at++;
    while (text[at] !== '"') {
      if (text[at] === undefined) return problem('');
      if (text[at] === '\n') return problem('in string literal');
      at += text[at] === '\\' ? 2 : 1;
    }
    at++;
    return undefined;
  };
  const object = (): string | undefined => {
    at++;
    for (let first = true; ; first = false) {
      skip();
      if (first && text[at] === '}') break;
      if (text[at] !== '"') return problem('looking for beginning of object key string');
      const key = string();
      if (key !== undefined) return key;
      skip();
      if (text[at] !== ':') return problem('after object key');
      at++;
      const inner = value();
      if (inner !== undefined) return inner;
      skip();
      if (text[at] === '}') break;
      if (text[at] !== ',') return problem('after object key:value pair');
      at++;
    }
    at++;
    return undefined;
  };
  const array = (): string | undefined => {
    at++;
    for (let first = true; ; first = false) {
      skip();
      if (first && text[at] === ']') break;
      const inner = value();
      if (inner !== undefined) return inner;
      skip();
      if (text[at] === ']') break;
      if (text[at] !== ',') return problem('after array element');
      at++;
    }
    at++;
    return undefined;
  };
  const found = value();
  if (found !== undefined) return { message: found, at };
  skip();
  return { message: problem('after top-level value'), at };
}

function quoteChar(char: string): string {
  if (char === "'") return "'\\''";
  if (char === '"') return "'\"'";
  return `'${JSON.stringify(char).slice(1, -1)}'`;
}
