import { createHash } from 'node:crypto';
import { decode, encode } from '../../../host/index.ts';
import { linearRegex, matchesPart, matchingParts } from '../../../objects/linear-regex.ts';
import { isMap } from '../../go-template/values.ts';
import { goJson } from '../../kubectl/go-json.ts';
import { toYaml } from '../../kubectl/yaml.ts';
import { parseYaml } from '../../kubectl/yaml-parser.ts';
import { type Functions, fn, fromPlain, refuse, toPlain } from './table.ts';
import { toToml } from './toml.ts';

/** Failures come as a map that tells of them. Models helm/pkg/engine/funcs.go fromYAML. */
function read(parse: (text: string) => unknown, wanted: 'map' | 'list') {
  return fn('string', (text: string) => {
    try {
      const value = fromPlain(parse(text)) ?? (wanted === 'map' ? {} : []);
      if (wanted === 'map' ? isMap(value) : Array.isArray(value)) return value;
      const got = Array.isArray(value) ? 'array' : isMap(value) ? 'object' : goType(value);
      const into = wanted === 'map' ? 'map[string]interface {}' : '[]interface {}';
      throw new Error(
        `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${got} into Go value of type ${into}`,
      );
    } catch (error) {
      const { message } = error as Error;
      return wanted === 'map' ? { Error: message } : [message];
    }
  });
}

const goType = (is: unknown) =>
  typeof is === 'string' ? 'string' : typeof is === 'boolean' ? 'bool' : 'number';

export const yamlText = (is: unknown) => toYaml(toPlain(is)).replace(/\n$/, '');

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(text: string): string {
  let bits = '';
  for (const byte of encode(text)) bits += byte.toString(2).padStart(8, '0');
  let out = '';
  for (let i = 0; i < bits.length; i += 5)
    out += BASE32[Number.parseInt(bits.slice(i, i + 5).padEnd(5, '0'), 2)];
  return out.padEnd(Math.ceil(out.length / 8) * 8, '=');
}

function fromBase32(text: string): string {
  const bits = [...text.replace(/=+$/, '')]
    .map((char) => BASE32.indexOf(char).toString(2).padStart(5, '0'))
    .join('');
  const bytes = bits.match(/.{8}/g) ?? [];
  return decode(Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2)));
}

function fromBase64(text: string): string {
  const clean = text.replace(/[\r\n]/g, '');
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(clean))
    return decode(Buffer.from(clean, 'base64'));
  const bad = clean.search(/[^A-Za-z0-9+/]/);
  return `illegal base64 data at input byte ${bad < 0 ? clean.length - (clean.length % 4) : bad}`;
}

function adler32(text: string): string {
  let [a, b] = [1, 0];
  for (const byte of encode(text)) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return String(b * 65_536 + a);
}

const digest = (name: string) =>
  fn('string', (text: string) => createHash(name).update(encode(text)).digest('hex'));

/** Go's words for a pattern that is none. */
function regex<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    return refuse((error as Error).message);
  }
}

const match = fn('string string', (pattern: string, text: string) => regex(() => matchesPart(pattern, text)));
const findAll = fn('string string int', (pattern: string, text: string, count: number) =>
  regex(() => matchingParts(pattern, text, count < 0 ? undefined : count)),
);
const find = fn('string string', (pattern: string, text: string) =>
  regex(() => matchingParts(pattern, text, 1)[0] ?? ''),
);
/** `$1` and `${1}`, as Go's Expand reads them. */
const goReplacement = (by: string) => by.replace(/\\/g, '\\\\').replace(/\$\{(\w+)\}/g, '$$$1');
const replaceAll = fn('string string string', (pattern: string, text: string, by: string) =>
  regex(() => linearRegex(pattern).matcher(text).replaceAll(goReplacement(by))),
);
function replacedLiterally(pattern: string, text: string, by: string): string {
  const matcher = regex(() => linearRegex(pattern)).matcher(text);
  let [out, from] = ['', 0];
  while (matcher.find()) {
    out += text.slice(from, matcher.start()) + by;
    from = matcher.end();
  }
  return out + text.slice(from);
}
const replaceLiteral = fn('string string string', replacedLiterally);

function splitAt(pattern: string, text: string, count: number): string[] {
  const matcher = regex(() => linearRegex(pattern)).matcher(text);
  const out: string[] = [];
  let from = 0;
  while ((count < 0 || out.length < count - 1) && matcher.find()) {
    if (matcher.end() === 0) continue;
    out.push(text.slice(from, matcher.start()));
    from = matcher.end();
  }
  return count === 0 ? [] : [...out, text.slice(from)];
}
const split = fn('string string int', splitAt);
const quoteMeta = fn('string', (text: string) => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&'));

function parseUrl(text: string): Record<string, string> {
  const [, scheme = '', authority, path = '', query = '', fragment = ''] =
    /^(?:([a-zA-Z][\w+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(text) ?? [];
  const [, userinfo = '', host = ''] = /^(?:(.*)@)?(.*)$/.exec(authority ?? '') ?? [];
  return { scheme, userinfo, host, hostname: host.replace(/:\d+$/, ''), path, query, fragment, opaque: '' };
}

function joinUrl(parts: Record<string, unknown>): string {
  const part = (name: string) => String(parts[name] ?? '');
  const user = part('userinfo') === '' ? '' : `${part('userinfo')}@`;
  const authority = part('host') === '' ? '' : `//${user}${part('host')}`;
  const scheme = part('scheme') === '' ? '' : `${part('scheme')}:`;
  const query = part('query') === '' ? '' : `?${part('query')}`;
  return `${scheme}${authority}${part('path')}${query}${part('fragment') && `#${part('fragment')}`}`;
}

const json = fn('any', (is: unknown) => goJson(toPlain(is)));
const prettyJson = fn('any', (is: unknown) => goJson(toPlain(is), { indent: '  ' }));
const rawJson = fn('any', (is: unknown) =>
  goJson(toPlain(is)).replace(/\\u00(3c|3e|26)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
);

/** Texts of other forms; helm's own and sprig's crypto.go, regex.go, url.go. */
export const ENCODINGS: Functions = {
  toYaml: fn('any', yamlText),
  mustToYaml: fn('any', yamlText),
  toYamlPretty: fn('any', yamlText),
  fromYaml: read(parseYaml, 'map'),
  fromYamlArray: read(parseYaml, 'list'),
  toToml: fn('any', (is: unknown) => toToml(toPlain(is))),
  toJson: json,
  mustToJson: json,
  toPrettyJson: prettyJson,
  mustToPrettyJson: prettyJson,
  toRawJson: rawJson,
  mustToRawJson: rawJson,
  fromJson: read(JSON.parse, 'map'),
  mustFromJson: read(JSON.parse, 'map'),
  fromJsonArray: read(JSON.parse, 'list'),
  b64enc: fn('string', (text: string) => Buffer.from(encode(text)).toString('base64')),
  b64dec: fn('string', fromBase64),
  b32enc: fn('string', base32),
  b32dec: fn('string', fromBase32),
  sha1sum: digest('sha1'),
  sha256sum: digest('sha256'),
  sha512sum: digest('sha512'),
  adler32sum: fn('string', adler32),
  regexMatch: fn('string string', (pattern: string, text: string) => {
    try {
      return matchesPart(pattern, text);
    } catch {
      return false;
    }
  }),
  mustRegexMatch: match,
  regexFind: find,
  mustRegexFind: find,
  regexFindAll: findAll,
  mustRegexFindAll: findAll,
  regexReplaceAll: replaceAll,
  mustRegexReplaceAll: replaceAll,
  regexReplaceAllLiteral: replaceLiteral,
  mustRegexReplaceAllLiteral: replaceLiteral,
  regexSplit: split,
  mustRegexSplit: split,
  regexQuoteMeta: quoteMeta,
  urlParse: fn('string', parseUrl),
  urlJoin: fn('map', joinUrl),
};
