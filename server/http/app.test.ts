import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { report } from '../../graders/report.ts';
import { Attempts } from '../exam/attempts.ts';
import { loadCatalog } from '../exam/catalog.ts';
import type { Worlds } from '../exam/worlds/worlds.ts';
import { SqliteAttempts } from '../records/attempts.ts';
import { openDatabase } from '../records/schema.ts';
import { Relays } from './relay.ts';
import { type Served, serve } from './serve.ts';

/** The web product on worlds that only say yes. */
const worlds = {
  open: async () => ({ hosts: ['base', 'node01'], host: 'base' }),
  grade: async () => report([]),
  sleep: async () => {},
  kubeconfig: async () => 'apiVersion: v1\n',
  openWorlds: () => [],
  tell: () => {},
} as unknown as Worlds;

const root = fileURLToPath(new URL('../../', import.meta.url));
let served: Served;
let attempts: Attempts;
let ids = 0;

beforeAll(async () => {
  const catalog = loadCatalog(`${root}labs`);
  const records = new SqliteAttempts(openDatabase(':memory:'));
  const nowMs = () => Date.now();
  attempts = new Attempts({ catalog, records, worlds, nowMs, newId: () => `attempt${++ids}` });
  served = await serve(
    { catalog, attempts, worlds, relays: new Relays(worlds), root, nowMs },
    '127.0.0.1',
    0,
  );
});

afterAll(async () => {
  await served.close();
  attempts.close();
});

const ME = { cookie: `examlet=${'a'.repeat(32)}` };
const OTHER = { cookie: `examlet=${'b'.repeat(32)}` };

function ask(method: string, path: string, headers: Record<string, string> = ME, body?: string) {
  const init = { method, headers, redirect: 'manual' as const, ...(body === undefined ? {} : { body }) };
  return fetch(`${served.url}${path}`, init);
}

async function begin(path: string): Promise<string> {
  const response = await ask('POST', path);
  expect(response.status).toBe(303);
  return response.headers.get('location') as string;
}

describe('an attempt', () => {
  test('belongs to the browser that started it', async () => {
    const attempt = await begin('/labs/static-pod/attempts');
    expect((await ask('GET', attempt)).status).toBe(200);
    expect((await ask('GET', attempt, OTHER)).status).toBe(404);
    expect((await ask('POST', `${attempt}/tasks/0/check`, OTHER)).status).toBe(404);
    expect((await ask('GET', `${attempt}/tasks/0/kubeconfig`)).headers.get('content-disposition')).toBe(
      'attachment; filename=static-pod.kubeconfig',
    );
  });

  test('of an exam gives nothing away before its end', async () => {
    const attempt = await begin('/exams/first-steps/attempts');
    const page = await (await ask('GET', `${attempt}?task=1`)).text();
    expect(page).toContain('Limit what a namespace may use');
    expect(page).not.toContain('team-quota limits');
    for (const verb of ['hint', 'solution'])
      expect((await ask('POST', `${attempt}/tasks/1/${verb}`)).status).toBe(404);
    expect((await ask('POST', `${attempt}/tasks/1/check`)).status).toBe(409);
    expect((await ask('POST', `${attempt}/submit`)).status).toBe(303);
    await vi.waitFor(async () => expect(await (await ask('GET', attempt)).text()).toContain('class="score"'));
    expect((await ask('POST', `${attempt}/tasks/1/solution`)).status).toBe(200);
  });

  test('turns only to tasks that there are', async () => {
    const attempt = await begin('/exams/first-steps/attempts');
    for (const wanted of ['7', '-1', 'x', '1e0', '', '0&task=1'])
      expect((await ask('GET', `${attempt}?task=${wanted}`)).status).toBe(200);
    expect((await ask('POST', `${attempt}/tasks/9/check`)).status).toBe(404);
  });
});

test('another site can change nothing with the cookie of this one', async () => {
  const foreign = { ...ME, origin: 'https://elsewhere.example' };
  expect((await ask('POST', '/labs/static-pod/attempts', foreign)).status).toBe(403);
  expect((await ask('POST', '/labs/static-pod/attempts', { ...ME, origin: 'null' })).status).toBe(403);
  expect((await ask('POST', '/labs/static-pod/attempts', { ...ME, origin: served.url })).status).toBe(303);
});

describe('a request that makes no sense is answered, and the server goes on', () => {
  const upgrade = (path: string, origin: string) =>
    `GET ${path} HTTP/1.1\r\nHost: x\r\nOrigin: ${origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
  test.each<[string, string, RegExp]>([
    ['an upgrade from nowhere', upgrade('/attempts/a/terminal', 'null'), /^HTTP\/1.1 403 /],
    ['an upgrade of a path that is no URL', upgrade('//', 'http://x'), /^HTTP\/1.1 403 /],
    [
      'an upgrade with a broken escape',
      upgrade('/attempts/%zz/terminal?task=%', 'http://x'),
      /^HTTP\/1.1 403 /,
    ],
    [
      'an upgrade of no attempt',
      upgrade('/attempts/a/terminal?task=9&rows=-1', 'http://x'),
      /unknown attempt/,
    ],
    ['a path with a broken escape', 'GET /attempts/%E0%A4%A HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1.1 400 /],
    ['a path that is no URL', 'GET //\\\\x HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1.1 404 /],
    ['no HTTP', 'hello\r\n\r\n', /^HTTP\/1.1 400 /],
    [
      'a body that is no JSON',
      'PATCH /attempts/a HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n{"a',
      /^HTTP\/1.1 400 /,
    ],
    ['a language of its own', 'GET /?lang=../../x&lang=ko HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1.1 200 /],
  ])('%s', async (_what, text, answer) => {
    expect(await raw(text)).toMatch(answer);
    expect((await ask('GET', '/')).status).toBe(200);
  });
});

/** What the server answers to bytes, as far as it does within a moment. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(served.url).port), '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (data) => {
      answer += data;
      setTimeout(() => socket.end(), 50);
    });
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}
