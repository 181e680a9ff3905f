import { expect, test } from 'vitest';
import type { WatchEvent } from '../../../objects/object.ts';
import { startApiServer } from '../testing.ts';
import { MASTERS } from '../user.ts';

const { server, clock } = startApiServer();
const admin = { name: 'kubernetes-admin', groups: [MASTERS] };
const ask = (query: string, accept = 'application/json') =>
  server.handle({ method: 'GET', path: `/api/v1/namespaces${query}`, headers: { accept } }, admin);
const refused = (why: string) => `ListOptions.meta.k8s.io "" is invalid: ${why}`;

test.each([
  [
    '?resourceVersionMatch=Exact',
    refused(
      'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    ),
  ],
  [
    '?resourceVersionMatch=Exact&resourceVersion=0',
    refused(
      'resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ),
  ],
  [
    '?resourceVersionMatch=Newer&resourceVersion=1',
    refused(
      'resourceVersionMatch: Unsupported value: "Newer": supported values: "Exact", "NotOlderThan", ""',
    ),
  ],
  [
    '?sendInitialEvents=true',
    refused('sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'),
  ],
  [
    '?watch=1&sendInitialEvents=true',
    refused(
      'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    ),
  ],
  [
    '?watch=1&resourceVersionMatch=Exact',
    refused(
      '[resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided, resourceVersionMatch: Unsupported value: "Exact": supported values: "NotOlderThan"]',
    ),
  ],
  ['?continue=x&resourceVersion=7', 'specifying resource version is not allowed when using continue'],
])('%s is refused', (query, message) => {
  expect(ask(query).value).toMatchObject({ kind: 'Status', message });
});

test('who wants bookmarks gets one a minute, nobody else does', () => {
  const open = (more: string) => ask(`?watch=1&resourceVersion=${server.store.log.revision}${more}`).stream;
  const wants = open('&allowWatchBookmarks=true');
  const silent = open('');
  clock.advance(125_000);
  const taken: WatchEvent[] = [];
  for (let event = wants?.next(); event; event = wants?.next()) taken.push(event as WatchEvent);
  expect(taken.map(({ type }) => type)).toEqual(['BOOKMARK', 'BOOKMARK']);
  expect(taken[1]?.object.metadata.resourceVersion).toBe(String(server.store.log.revision));
  expect(silent?.next()).toBeUndefined();
  wants?.close();
  silent?.close();
  expect(clock.nextTime()).toBeUndefined();
});
