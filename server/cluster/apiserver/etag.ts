import { createHash } from 'node:crypto';
import type { HttpResponse } from '../../host/index.ts';
import type { Call } from './call.ts';

/** What can change of the documents about the API while a server runs. */
const SOURCES = [
  '/registry/apiextensions.k8s.io/customresourcedefinitions/',
  '/registry/apiregistration.k8s.io/apiservices/',
];

/**
 * A document about the API with a tag by which clients ask whether it changed: then it is sent, else 304. Models
 * ServeHTTPWithETag of apiserver/pkg/endpoints/discovery/aggregated, and kube-openapi's handlers.
 */
export function withEtag(call: Call, response: HttpResponse | undefined): HttpResponse | undefined {
  if (response?.status !== 200) return response;
  const { path } = call.info;
  const { headers } = call.request;
  const state = SOURCES.flatMap((prefix) =>
    call.server.store.log.list(prefix).map(({ key, modRevision }) => `${key}@${modRevision}`),
  );
  const digest = createHash('sha512')
    .update([path, headers['accept'] ?? '', ...state].join('\n'))
    .digest('hex');
  const etag = `"${digest.toUpperCase()}"`;
  const tagged = { ...response.headers, etag };
  const known = (headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (!known.includes(etag)) return { ...response, headers: tagged };
  const { 'content-type': _none, ...rest } = tagged as Record<string, string>;
  return { status: 304, headers: rest, body: '' };
}
