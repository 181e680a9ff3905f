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
    if (
      type === 'application/json' ||
      type === '*/*' ||
      type === 'application/*' ||
      type?.startsWith('text/')
    )
      return 'json';
    if (type === 'application/yaml') return 'yaml';
  }
  throw notAcceptable(OFFERED);
}

/** Writes a response's value as YAML. */
export function asYaml(response: HttpResponse): HttpResponse {
  if (response.value === undefined) return response;
  const { value, ...rest } = response;
  return {
    ...rest,
    headers: { ...response.headers, 'content-type': 'application/yaml' },
    body: stringify(value),
  };
}
