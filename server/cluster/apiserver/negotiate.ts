import { stringify } from 'yaml';
import type { HttpRequest, HttpResponse } from '../../host/index.ts';
import { notAcceptable } from './errors.ts';

const OFFERED = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** Which of the forms we write the client takes first. Throws NotAcceptable when it takes none. */
export function acceptedForm(request: HttpRequest): 'json' | 'yaml' {
  const accept = request.headers['accept'];
  if (!accept || accept === 'application/json' || accept.includes('*/*')) return 'json';
  for (const range of accept.split(',')) {
    const type = range.split(';')[0]?.trim().toLowerCase();
    if (type === 'application/json' || type === '*/*' || type === 'application/*') return 'json';
    if (type === 'application/yaml') return 'yaml';
  }
  throw notAcceptable(OFFERED);
}

/** As Go's library writes: keys in order, lists as deep as their key, quotes where YAML 1.1 needs them. */
const GO_YAML = {
  version: '1.1',
  sortMapEntries: true,
  indentSeq: false,
  lineWidth: 0,
  aliasDuplicateObjects: false,
} as const;

/** Writes a response's value as YAML. */
export function asYaml(response: HttpResponse): HttpResponse {
  if (response.value === undefined) return response;
  const { value, ...rest } = response;
  return {
    ...rest,
    headers: { ...response.headers, 'content-type': 'application/yaml' },
    body: stringify(value, GO_YAML),
  };
}

/** Models strconv.ParseBool. */
const PRETTY = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

/** Who is taken for a person that reads what comes. Models apiserver handlers/negotiation isPrettyPrint. */
const READERS = ['curl', 'Wget', 'Mozilla/5.0'];

function isPretty(request: HttpRequest, query: URLSearchParams): boolean {
  const asked = query.get('pretty');
  if (asked) return PRETTY.has(asked);
  const agent = request.headers['user-agent'] ?? '';
  return READERS.some((name) => agent.startsWith(name));
}

/** A response in the form that its reader likes: indented for people. */
export function formatted(
  response: HttpResponse,
  request: HttpRequest,
  query: URLSearchParams,
): HttpResponse {
  if (response.value === undefined || !isPretty(request, query)) return response;
  const { value, ...rest } = response;
  return { ...rest, body: JSON.stringify(value, null, 2) };
}
