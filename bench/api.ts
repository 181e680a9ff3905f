// Requests of the API server: by function call, and through HTTPS against `examlet cluster`'s endpoint.
//   npx tsx bench/api.ts            both
//   npx tsx bench/api.ts --calls    without the endpoint
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { clusterCommand } from '../server/cli/cluster.ts';
import { startApiServer } from '../server/cluster/apiserver/testing.ts';
import { RESOURCES } from '../server/cluster/client/resources.ts';
import { report } from './report.ts';

const PODS = 5000;
const WATCHERS = 100;

type Row = readonly [string, string];

/** Requests a second and the slowest in a hundred, of `count` calls one after the other. */
async function measure(name: string, count: number, call: (i: number) => unknown): Promise<Row> {
  for (let i = 0; i < Math.min(count, 20); i++) await call(count + i);
  const times: number[] = [];
  const begin = performance.now();
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await call(i);
    times.push(performance.now() - start);
  }
  const seconds = (performance.now() - begin) / 1000;
  const p99 = times.sort((a, b) => a - b)[Math.floor(count * 0.99)] as number;
  return [name, `${Math.round(count / seconds)} requests/s, p99 ${p99.toFixed(2)} ms`];
}

const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'bench' } },
  spec: { containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '10m' } } }] },
});

const path = '/api/v1/namespaces/default/pods';
const admin = { name: 'kubernetes-admin', groups: ['system:masters'] };

async function byCall(): Promise<Row[]> {
  const { server, client } = startApiServer();
  const api = client();
  const rows = [
    await measure('create a pod', PODS, (i) => api.create(RESOURCES.pods, pod(`p${i}`), 'default')),
    await measure('get a pod', 20_000, (i) => api.get(RESOURCES.pods, `p${i % 1000}`, 'default')),
    await measure(`list ${PODS} pods, as JSON`, 20, () =>
      JSON.stringify(server.handle({ method: 'GET', path, headers: {} }, admin).value),
    ),
    await measure('patch a label', PODS, (i) => {
      const body = { metadata: { labels: { round: String(i) } } };
      return api.patch(RESOURCES.pods, `p${i % 1000}`, { type: 'merge', body }, 'default');
    }),
  ];
  const watches = Array.from({ length: WATCHERS }, () =>
    api.watch(RESOURCES.pods, { namespace: 'default', resourceVersion: String(server.store.log.revision) }),
  );
  let events = 0;
  rows.push(
    await measure(`patch with ${WATCHERS} watchers`, 1000, (i) => {
      const body = { metadata: { labels: { watched: String(i) } } };
      api.patch(RESOURCES.pods, 'p1', { type: 'merge', body }, 'default');
      for (const watch of watches) while (watch.next()) events++;
    }),
  );
  if (events < WATCHERS * 1000) throw new Error(`only ${events} events`);
  return rows;
}

/** `examlet cluster` in this process, and how a client of it is trusted. */
async function startEndpoint() {
  const root = join(import.meta.dirname, '..');
  const folder = mkdtempSync(join(tmpdir(), 'examlet-bench-'));
  const file = join(folder, 'kubeconfig');
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let done: Promise<number> | undefined;
  await new Promise<void>((started) => {
    done = clusterCommand(['--port', '0', '--kubeconfig', file], {
      root,
      labs: join(root, 'labs'),
      data: folder,
      out: () => started(),
      err: (text) => process.stderr.write(text),
      readInput: async () => '',
      interrupted: () => ended,
      startMs: Date.now(),
    });
  });
  const { clusters, users } = parse(readFileSync(file, 'utf8'));
  const decoded = (text: string) => Buffer.from(text, 'base64');
  const { cluster } = clusters[0];
  const { user } = users[0];
  const tls = {
    ca: decoded(cluster['certificate-authority-data']),
    cert: decoded(user['client-certificate-data']),
    key: decoded(user['client-key-data']),
    agent: new Agent({ keepAlive: true, maxSockets: WATCHERS + 1 }),
  };
  const close = async () => {
    end();
    await done;
    rmSync(folder, { recursive: true });
  };
  return { url: cluster.server as string, tls, close };
}

/** Requests over connections that stay open. */
async function overHttps(): Promise<Row[]> {
  const endpoint = await startEndpoint();
  const send = (method: string, url: string, body?: object, type = 'application/json') =>
    new Promise<string>((resolve, reject) => {
      const sent = httpsRequest(
        endpoint.url + url,
        { ...endpoint.tls, method, headers: { 'content-type': type } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            if ((response.statusCode ?? 500) >= 400) reject(new Error(text));
            else resolve(text);
          });
        },
      );
      sent.on('error', reject);
      sent.end(body && JSON.stringify(body));
    });
  const map = (name: string) => ({ metadata: { name }, data: { a: 'b' } });
  const maps = '/api/v1/namespaces/default/configmaps';
  const merge = 'application/merge-patch+json';
  const rows = [
    await measure('create a config map', PODS, (i) => send('POST', maps, map(`m${i}`))),
    await measure('get a config map', 2000, (i) => send('GET', `${maps}/m${i}`)),
    await measure(`list ${PODS} config maps`, 20, () => send('GET', maps)),
    await measure('patch a config map', 2000, (i) =>
      send('PATCH', `${maps}/m${i}`, { data: { a: String(i) } }, merge),
    ),
  ];
  let events = 0;
  const streams = Array.from({ length: WATCHERS }, () =>
    httpsRequest(`${endpoint.url}${maps}?watch=1&fieldSelector=metadata.name=m1`, endpoint.tls, (response) =>
      response.on('data', () => events++),
    ).end(),
  );
  const until = async (count: number) => {
    while (events < count) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  await until(WATCHERS);
  rows.push(
    await measure(`patch until ${WATCHERS} watchers know`, 50, async (i) => {
      const before = events;
      await send('PATCH', `${maps}/m1`, { data: { a: `w${i}` } }, merge);
      await until(before + WATCHERS);
    }),
  );
  for (const stream of streams) stream.destroy();
  await endpoint.close();
  return rows;
}

report('API server, function calls', await byCall());
if (!process.argv.includes('--calls')) report('API server, HTTPS', await overHttps());
