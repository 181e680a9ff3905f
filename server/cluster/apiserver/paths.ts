import type { HttpResponse } from '../../host/index.ts';
import type { Call } from './call.ts';
import { discoveryPath } from './discovery.ts';
import { pathNotFound } from './errors.ts';

/** The version that this server says it is. */
export const VERSION = {
  major: '1',
  minor: '33',
  emulationMajor: '1',
  emulationMinor: '33',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '32',
  gitVersion: 'v1.33.1',
  gitCommit: '8adc0f041b8e7ad1d30e29cc59c6ae7a15e19828',
  gitTreeState: 'clean',
  buildDate: '2025-05-15T08:19:08Z',
  goVersion: 'go1.24.2',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const TEXT = { 'content-type': 'text/plain; charset=utf-8' };

/** Answers paths that are not resources. */
export function servePath(call: Call): HttpResponse {
  const { path } = call.info;
  if (path === '/version' || path === '/version/') return json(VERSION);
  if (/^\/(healthz|livez|readyz)\/?$/.test(path)) return { status: 200, headers: TEXT, body: 'ok' };
  const found = discoveryPath(call);
  if (found) return found;
  throw pathNotFound();
}

function json(value: unknown): HttpResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, value };
}
