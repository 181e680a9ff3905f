// The official JavaScript client against `examlet cluster`: objects, patches, informers that outlive a restart of the
// API server and a compaction, exec, logs, port-forward.
// usage: node scripts/conformance/client-node.mjs
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import * as k8s from '@kubernetes/client-node';
import { startCluster } from './cluster.mjs';
import { Session } from './steps.mjs';

const namespace = 'default';
const home = mkdtempSync(join(tmpdir(), 'examlet-client-'));
const kubeconfig = join(home, 'kubeconfig');
const cluster = await startCluster('three-nodes', kubeconfig);
const session = new Session({ cwd: home, env: process.env });
const config = new k8s.KubeConfig();
config.loadFromFile(kubeconfig);
const core = config.makeApiClient(k8s.CoreV1Api);
const apps = config.makeApiClient(k8s.AppsV1Api);
const objects = k8s.KubernetesObjectApi.makeApiClient(config);

async function until(what, holds, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    if (await Promise.resolve(holds()).catch(() => false)) return session.check(what, true);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  session.check(what, false, () => `not within ${seconds} s`);
}

/** Reads, changes and writes again while somebody else (a controller) wrote in between. */
async function retryOnConflict(update, times = 10) {
  for (let time = 1; ; time++) {
    try {
      return await update();
    } catch (error) {
      if (error.code !== 409 || time === times) throw error;
    }
  }
}

async function refused(what, code, reason, request) {
  try {
    await request();
    session.check(what, false, () => 'it was accepted');
  } catch (error) {
    const body = typeof error.body === 'string' ? JSON.parse(error.body) : error.body;
    session.check(what, error.code === code && body?.reason === reason, () => String(error));
  }
}

async function run(name, command, container = '') {
  const out = new PassThrough();
  let text = '';
  out.on('data', (data) => {
    text += data;
  });
  const status = await new Promise((resolve, reject) => {
    new k8s.Exec(config)
      .exec(namespace, name, container, command, out, out, null, false, resolve)
      .then((socket) => socket.on('error', reject), reject);
  });
  return { status, text };
}

const pod = (name, command, more = {}) => ({
  metadata: { name, labels: { app: name } },
  spec: { containers: [{ name: 'c', image: 'busybox', command, ...more }], terminationGracePeriodSeconds: 1 },
});

async function crud() {
  const body = { metadata: { name: 'settings' }, data: { a: '1' } };
  const made = await core.createNamespacedConfigMap({ namespace, body });
  session.check('create gives a uid', Boolean(made.metadata.uid));
  session.check('times are dates', made.metadata.creationTimestamp instanceof Date);
  await refused('create twice', 409, 'AlreadyExists', () =>
    core.createNamespacedConfigMap({ namespace, body }),
  );
  const next = { ...made, data: { a: '2' } };
  const changed = await core.replaceNamespacedConfigMap({ namespace, name: 'settings', body: next });
  session.check('replace', changed.data.a === '2');
  await refused('replace an old version', 409, 'Conflict', () =>
    core.replaceNamespacedConfigMap({ namespace, name: 'settings', body: { ...made, data: {} } }),
  );
  await refused('an invalid pod', 422, 'Invalid', () =>
    core.createNamespacedPod({ namespace, body: { metadata: { name: 'A_B' }, spec: { containers: [] } } }),
  );
  const page = await core.listNode({ limit: 2 });
  const rest = await core.listNode({ limit: 2, _continue: page.metadata._continue });
  session.check('pages', page.items.length === 2 && rest.items.length === 1 && !rest.metadata._continue);
  await core.deleteNamespacedConfigMap({ namespace, name: 'settings' });
  await refused('read what is gone', 404, 'NotFound', () =>
    core.readNamespacedConfigMap({ namespace, name: 'settings' }),
  );
}

async function patches() {
  const spec = {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'nginx' }] },
    },
  };
  await apps.createNamespacedDeployment({ namespace, body: { metadata: { name: 'web' }, spec } });
  const send = (type, body) =>
    apps.patchNamespacedDeployment(
      { namespace, name: 'web', body, fieldManager: 'suite', force: type === 'Apply' ? true : undefined },
      k8s.setHeaderOptions(
        'Content-Type',
        k8s.PatchStrategy[`${type}Patch`] ?? k8s.PatchStrategy.ServerSideApply,
      ),
    );
  const json = await send('Json', [{ op: 'replace', path: '/spec/replicas', value: 2 }]);
  session.check('JSON patch', json.spec.replicas === 2);
  const merge = await send('Merge', { metadata: { annotations: { note: 'merged' } } });
  session.check('merge patch', merge.metadata.annotations.note === 'merged');
  const containers = [{ name: 'web', image: 'nginx:1.25' }];
  const strategic = await send('StrategicMerge', { spec: { template: { spec: { containers } } } });
  session.check('strategic patch', strategic.spec.template.spec.containers[0].image === 'nginx:1.25');
  const applied = await send('Apply', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas: 3 },
  });
  const owner = applied.metadata.managedFields.find(
    ({ manager, operation }) => manager === 'suite' && operation === 'Apply',
  );
  session.check('server-side apply', applied.spec.replicas === 3 && Boolean(owner));
  await until('the deployment is ready', async () => {
    const { status } = await apps.readNamespacedDeployment({ namespace, name: 'web' });
    return status.readyReplicas === 3;
  });
  await retryOnConflict(async () => {
    const scale = await apps.readNamespacedDeploymentScale({ namespace, name: 'web' });
    const body = { ...scale, spec: { replicas: 1 } };
    await apps.replaceNamespacedDeploymentScale({ namespace, name: 'web', body });
  });
  await until(
    'scaled down',
    async () => (await core.listNamespacedPod({ namespace, labelSelector: 'app=web' })).items.length === 1,
  );
  const generic = await objects.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'key', namespace },
    stringData: { a: 'b' },
  });
  session.check('objects of any kind', Buffer.from(generic.data.a, 'base64').toString() === 'b');
}

async function streams() {
  await core.createNamespacedPod({
    namespace,
    body: pod('tool', ['sh', '-c', 'i=0; while true; do echo line $i; i=$((i+1)); sleep 1; done']),
  });
  await core.createNamespacedPod({
    namespace,
    body: { metadata: { name: 'page' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
  });
  const ready = async (name) =>
    (await core.readNamespacedPod({ namespace, name })).status.conditions?.some(
      ({ type, status }) => type === 'Ready' && status === 'True',
    );
  await until('pods run', async () => (await ready('tool')) && ready('page'));
  const done = await run('tool', ['sh', '-c', 'echo out; exit 3'], 'c');
  session.check('exec', done.text === 'out\n' && done.status.details?.causes?.[0]?.message === '3', () =>
    JSON.stringify(done),
  );
  const log = new PassThrough();
  let lines = 0;
  log.on('data', (data) => {
    lines += data.toString().split('\n').length - 1;
  });
  const stop = await new k8s.Log(config).log(namespace, 'tool', 'c', log, { follow: true });
  await until('followed logs', () => lines >= 3);
  stop.abort();
  const forward = new k8s.PortForward(config);
  const server = net.createServer((socket) =>
    forward.portForward(namespace, 'page', [80], socket, null, socket),
  );
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = await fetch(`http://127.0.0.1:${server.address().port}/`, {
    headers: { connection: 'close' },
  });
  session.check('port-forward', (await page.text()).includes('Welcome to nginx!'));
  server.close();
}

/** Resolves with the first event of that type of a watch. */
function firstEvent(path, query, wanted) {
  return new Promise((resolve, reject) => {
    const watch = new k8s.Watch(config);
    const seen = (type, object) => {
      if (type === wanted) resolve(object);
    };
    watch.watch(path, query, seen, reject).catch(reject);
    setTimeout(() => reject(new Error(`no ${wanted}`)), 60_000).unref();
  });
}

async function informers() {
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const seen = new Map();
  const informer = k8s.makeInformer(config, path, () => core.listNamespacedConfigMap({ namespace }));
  informer.on('add', ({ metadata }) => seen.set(metadata.name, 'there'));
  informer.on('update', ({ metadata, data }) => seen.set(metadata.name, data?.v ?? 'there'));
  informer.on('delete', ({ metadata }) => seen.set(metadata.name, 'gone'));
  informer.on('error', () => setTimeout(() => informer.start().catch(() => {}), 500));
  await informer.start();
  const create = (name, data = {}) =>
    core.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data } });
  await create('first');
  await until('an informer sees what is made', () => seen.get('first') === 'there');
  const old = (await core.listNamespacedConfigMap({ namespace })).metadata.resourceVersion;

  await restartApiServer();
  // A server that goes away may have made the object and not have said so.
  const createOnce = (name) => create(name).catch((error) => error.code === 409 || Promise.reject(error));
  await until('the API server is back', async () => Boolean(await createOnce('second')), 120);
  await until('an informer goes on after a restart', () => seen.get('second') === 'there', 90);

  await create('third');
  await compact();
  const expired = await firstEvent(path, { resourceVersion: old }, 'ERROR').catch((error) => error);
  session.check(
    'a watch from before a compaction is told 410',
    expired.code === 410 || expired.statusCode === 410,
    () => String(expired),
  );
  await core.patchNamespacedConfigMap(
    { namespace, name: 'third', body: { data: { v: 'after' } } },
    k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.MergePatch),
  );
  await until('an informer goes on after a compaction', () => seen.get('third') === 'after');
  await core.deleteNamespacedConfigMap({ namespace, name: 'first' });
  await until('an informer sees what is deleted', () => seen.get('first') === 'gone');
  await informer.stop();
}

/** Changes the manifest of the static pod from a pod that has the folder mounted. */
async function restartApiServer() {
  const edit = pod(
    'editor',
    ['sed', '-i', 's/- --allow-privileged=true/&\\n    - --v=3/', '/manifests/kube-apiserver.yaml'],
    {
      volumeMounts: [{ name: 'manifests', mountPath: '/manifests' }],
    },
  );
  Object.assign(edit.spec, {
    nodeName: 'controlplane',
    restartPolicy: 'Never',
    volumes: [{ name: 'manifests', hostPath: { path: '/etc/kubernetes/manifests' } }],
  });
  await core.createNamespacedPod({ namespace, body: edit });
  await until('the API server goes away', async () => {
    const answer = await core.getAPIResources().catch((error) => error);
    return answer instanceof Error;
  });
}

async function compact() {
  const now = Number((await core.listNamespacedConfigMap({ namespace })).metadata.resourceVersion);
  const pki = '/etc/kubernetes/pki/etcd';
  const command = [
    'etcdctl',
    `--cacert=${pki}/ca.crt`,
    `--cert=${pki}/server.crt`,
    `--key=${pki}/server.key`,
    'compaction',
    String(now),
  ];
  const out = new PassThrough().resume();
  await new Promise((resolve, reject) => {
    new k8s.Exec(config)
      .exec('kube-system', 'etcd-controlplane', 'etcd', command, out, out, null, false, resolve)
      .catch(reject);
  });
}

try {
  for (const part of [crud, patches, streams, informers]) {
    await part().catch((error) => session.check(part.name, false, () => error.stack));
  }
} finally {
  cluster.removeAllListeners('exit');
  cluster.kill('SIGINT');
  rmSync(home, { recursive: true, force: true });
}
session.finish('client-node');
process.exit();
