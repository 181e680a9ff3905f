import { byteLength, isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { CurlError } from './curl-error.ts';
import { hostHeader, type Place } from './web.ts';

export const VERSION = '8.5.0';

/** The method that the options ask for. */
export function methodOf(call: Call): string {
  const { options } = call;
  const natural = options.has('I')
    ? 'HEAD'
    : options.has('T')
      ? 'PUT'
      : options.has('d', 'data-raw', 'data-binary', 'data-urlencode', 'json') && !options.has('G')
        ? 'POST'
        : 'GET';
  return options.get('X') ?? natural;
}

/** What -d and its kin, or -T, send. */
export function* bodyOf(call: Call): Steps<string | undefined> {
  const { options } = call;
  if (options.has('T')) return yield* content(call, options.get('T') as string, false);
  const parts: string[] = [];
  let joint = '&';
  for (const { name, value = '' } of options.given) {
    if (name === 'd') parts.push(value.startsWith('@') ? yield* content(call, value.slice(1), true) : value);
    else if (name === 'data-raw') parts.push(value);
    else if (name === 'data-binary' || name === 'json') {
      if (name === 'json') joint = '';
      parts.push(value.startsWith('@') ? yield* content(call, value.slice(1), false) : value);
    } else if (name === 'data-urlencode') {
      const equals = value.indexOf('=');
      parts.push(
        value.slice(0, equals < 0 ? 0 : Math.max(0, equals === 0 ? 0 : equals + 1)) +
          encodeURIComponent(value.slice(equals + 1)),
      );
    }
  }
  return parts.length === 0 ? undefined : parts.join(joint);
}

function* content(call: Call, path: string, strip: boolean): Steps<string> {
  try {
    const text = yield* call.readFile(path);
    return strip ? text.replace(/[\r\n\0]/g, '') : text;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new CurlError(26, 'Failed to open/read local data from file/application');
  }
}

/** The headers that go out. */
export function headersOf(call: Call, place: Place, body: string | undefined): Record<string, string> {
  const { options } = call;
  const headers: Record<string, string> = { host: hostHeader(place) };
  const user = options.get('u') ?? place.user;
  if (user !== undefined)
    headers['authorization'] =
      `Basic ${Buffer.from(user.includes(':') ? user : `${user}:`).toString('base64')}`;
  if (options.has('oauth2-bearer')) headers['authorization'] = `Bearer ${options.get('oauth2-bearer')}`;
  headers['user-agent'] = options.get('A') ?? `curl/${VERSION}`;
  headers['accept'] = options.has('json') ? 'application/json' : '*/*';
  if (options.has('e')) headers['referer'] = options.get('e') as string;
  if (options.has('b')) headers['cookie'] = options.get('b') as string;
  if (options.has('compressed')) headers['accept-encoding'] = 'deflate, gzip, br, zstd';
  if (body !== undefined && !options.has('G')) {
    headers['content-length'] = String(byteLength(body));
    if (!options.has('T'))
      headers['content-type'] = options.has('json')
        ? 'application/json'
        : 'application/x-www-form-urlencoded';
  }
  for (const line of options.all('H')) {
    const [, name = '', sign, value = ''] = /^([^:;]+)([:;])\s*(.*)$/s.exec(line) ?? [];
    if (name === '') continue;
    if (sign === ':' && value === '') delete headers[name.toLowerCase()];
    else headers[name.toLowerCase()] = value.trimEnd();
  }
  return headers;
}
