import {
  type Context,
  type HttpRequest,
  httpRequest,
  isSystemError,
  resolveName,
  SystemError,
} from '../../host/index.ts';
import { appImages } from './app.ts';
import { account, alpineBase, debianBase } from './bases/unix.ts';
import { type ImageFamily, MEBI } from './image.ts';
import { nginxPage } from './programs/nginx-pages.ts';
import { html, pathOf, text } from './serve.ts';
import { releases, variants } from './tags.ts';

const iso = (context: Context) => new Date(context.now).toISOString();
const JSON_TYPE = { 'content-type': 'application/json' };
const json = (status: number, value: object) => text(status, `${JSON.stringify(value)}\n`, JSON_TYPE);

/** Docker's registry: empty, without accounts. */
const REGISTRY = appImages({
  homes: ['registry'],
  tags: variants(releases({ '3.0': 0, '2.8': 3, '2.7': 1, '2.6': 2 }), '3.0.0').keys(),
  sizeBytes: 9_700_000,
  footprint: { memoryBytes: 12 * MEBI, cores: 0.001 },
  path: '/bin/registry',
  base: (into) => alpineBase(into, '3.18.4'),
  config: () => ({ entrypoint: ['/entrypoint.sh'], cmd: ['/etc/docker/registry/config.yml'] }),
  files(into) {
    into.write('/entrypoint.sh', '#!/bin/sh\nexec registry serve "$@"\n', 0o755);
    into.write(
      '/etc/docker/registry/config.yml',
      'version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: /var/lib/registry\nhttp:\n  addr: :5000\n',
    );
    into.fs.mkdirAll('/var/lib/registry');
  },
  spec: {
    program: 'docker-registry',
    port: 5000,
    fd: 2,
    title: () => 'registry serve /etc/docker/registry/config.yml',
    started: (context) =>
      `time="${iso(context)}" level=info msg="listening on [::]:5000" go.version=go1.20.8 version=2.8.3\n`,
    taken: (context) =>
      `time="${iso(context)}" level=fatal msg="listen tcp :5000: bind: address already in use"\n`,
    http: () => (request) => {
      const path = pathOf(request);
      if (path === '/' || path === '/v2/') return json(200, {});
      if (path === '/v2/_catalog') return json(200, { repositories: [] });
      const name = /^\/v2\/(.+)\/(?:tags|manifests)\//.exec(path)?.[1];
      if (name === undefined) return text(404, '404 page not found\n');
      return json(404, {
        errors: [
          { code: 'NAME_UNKNOWN', message: 'repository name not known to registry', detail: { name } },
        ],
      });
    },
  },
});

/** The door to minikube's registry: whatever is asked goes to the service behind. */
const REGISTRY_PROXY = appImages({
  homes: ['gcr.io/k8s-minikube/kube-registry-proxy'],
  tags: ['0.0.9', '0.0.8', '0.0.6'],
  sizeBytes: 60_000_000,
  footprint: { memoryBytes: 5 * MEBI, cores: 0.001 },
  path: '/bin/boot',
  config: () => ({ cmd: ['/bin/boot'] }),
  base: (into) => debianBase(into, 'debian', '12 bookworm'),
  spec: {
    program: 'kube-registry-proxy',
    port: 80,
    title: () => 'nginx: master process nginx -g daemon off;',
    started: () => '',
    taken: () => 'nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n',
    http: (context) => (request) => {
      const found = resolveName(context, context.env.get('REGISTRY_HOST') ?? '');
      const port = Number(context.env.get('REGISTRY_PORT') ?? 80);
      try {
        if (!found.ok) throw new SystemError('EHOSTUNREACH');
        return httpRequest(context.network, { address: found.addresses[0] as string, port }, request);
      } catch (error) {
        if (!isSystemError(error)) throw error;
        return nginxPage(502);
      }
    },
  },
});

/** Jenkins: locked until somebody brings the password of its first start. */
const JENKINS = appImages({
  homes: ['jenkins/jenkins'],
  tags: [
    'latest',
    'lts',
    'lts-jdk17',
    'lts-jdk21',
    'jdk21',
    'lts-alpine',
    '2.528.1',
    '2.516.3',
    '2.462.3',
    '2.440.3',
    '2.414.3',
    '2.401.3',
  ],
  sizeBytes: 280_000_000,
  footprint: { memoryBytes: 420 * MEBI, cores: 0.01 },
  path: '/usr/local/bin/jenkins.sh',
  base: (into) => debianBase(into, 'debian', '12 bookworm'),
  config: () => ({
    entrypoint: ['/usr/local/bin/jenkins.sh'],
    user: 'jenkins',
    env: { JENKINS_HOME: '/var/jenkins_home' },
  }),
  files(into) {
    account(into, 'jenkins', 1000, '/var/jenkins_home');
    into.fs.mkdirAll('/var/jenkins_home');
    into.fs.chown('/var/jenkins_home', 1000, 1000);
  },
  spec: {
    program: 'jenkins',
    port: 8080,
    also: [50_000],
    data: () => '/var/jenkins_home/secrets',
    title: () => 'java -Duser.home=/var/jenkins_home -jar /usr/share/jenkins/jenkins.war',
    prepares: () => ({ says: 'Running from: /usr/share/jenkins/jenkins.war\n', takesMs: 14_000 }),
    started(context) {
      const path = '/var/jenkins_home/secrets/initialAdminPassword';
      if (!context.fs.isFile(path)) context.fs.write(path, `${context.host.random.hex(32)}\n`);
      const stars = '*'.repeat(61);
      return `\n${stars}\n${stars}\n\nJenkins initial setup is required. An admin user has been created and a password generated.\nPlease use the following password to proceed to installation:\n\n${context.fs.read(path)}\nThis may also be found at: ${path}\n\n${stars}\n${iso(context)} [id=41]\tINFO\thudson.lifecycle.Lifecycle#onReady: Jenkins is fully up and running\n`;
    },
    taken: () => 'Failed to bind to 0.0.0.0/0.0.0.0:8080\n',
    http: () => (request) =>
      pathOf(request) === '/login'
        ? html(
            200,
            '<!DOCTYPE html><html lang="en"><head><title>Sign in [Jenkins]</title></head><body></body></html>\n',
          )
        : html(
            403,
            "<html><head><meta http-equiv='refresh' content='1;url=/login?from=%2F'/></head><body>Authentication required\n</body></html>\n",
          ),
  },
});

/** Vault and Consul as their images run them: for development, in memory. */
const VAULT = appImages({
  homes: ['hashicorp/vault', 'vault'],
  tags: variants(releases({ '1.21': 0, '1.20': 4, '1.18': 5, '1.15': 6, '1.13': 3 }), '1.21.0').keys(),
  sizeBytes: 190_000_000,
  footprint: { memoryBytes: 110 * MEBI, cores: 0.002 },
  path: '/bin/vault',
  base: (into) => alpineBase(into, '3.22.1'),
  config: () => ({ entrypoint: ['/bin/vault'], cmd: ['server', '-dev'] }),
  spec: {
    program: 'vault',
    port: 8200,
    started: (context) =>
      `==> Vault server configuration:\n\n             Api Address: http://0.0.0.0:8200\n                 Storage: inmem\n\n==> Vault server started! Log data will stream in below:\n\nWARNING! dev mode is enabled! In this mode, Vault runs entirely in-memory\nand starts unsealed with a single unseal key.\n\nRoot Token: ${context.env.get('VAULT_DEV_ROOT_TOKEN_ID') ?? `hvs.${context.host.random.text(24, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ')}`}\n`,
    taken: () =>
      'Error initializing listener of type tcp: listen tcp4 0.0.0.0:8200: bind: address already in use\n',
    http: () => (request) =>
      pathOf(request) === '/v1/sys/health'
        ? json(200, { initialized: true, sealed: false, standby: false, version: '1.21.0' })
        : json(403, { errors: ['permission denied'] }),
  },
});

const CONSUL = appImages({
  homes: ['hashicorp/consul', 'consul'],
  tags: variants(releases({ '1.22': 0, '1.21': 5, '1.18': 2, '1.15': 4 }), '1.22.0').keys(),
  sizeBytes: 65_000_000,
  footprint: { memoryBytes: 45 * MEBI, cores: 0.004 },
  path: '/bin/consul',
  base: (into) => alpineBase(into, '3.22.1'),
  config: () => ({ entrypoint: ['/bin/consul'], cmd: ['agent', '-dev', '-client', '0.0.0.0'] }),
  spec: {
    program: 'consul',
    port: 8500,
    also: [8300, 8301, 8302, 8600],
    started: (context) =>
      `==> Starting Consul agent...\n               Version: '1.22.0'\n             Node name: '${context.hostname}'\n==> Log data will now stream in as it occurs:\n\n${iso(context)} [INFO]  agent: Consul agent running!\n`,
    taken: () =>
      '==> Error starting agent: Failed to start HTTP server: listen tcp 0.0.0.0:8500: bind: address already in use\n',
    http: (context) => (request: HttpRequest) =>
      pathOf(request) === '/v1/status/leader'
        ? text(200, `"${context.network.primaryAddress()}:8300"`, JSON_TYPE)
        : html(301, '<a href="/ui/">Moved Permanently</a>.\n', { location: '/ui/' }),
  },
});

const ELASTIC_VERSIONS = variants(
  releases({
    '9.2': 0,
    '9.1': 6,
    '9.0': 8,
    '8.19': 6,
    '8.18': 8,
    '8.17': 10,
    '8.15': 5,
    '8.13': 4,
    '8.12': 2,
    '8.11': 4,
    '8.5': 3,
    '7.17': 29,
    '7.10': 2,
    '6.8': 23,
  }),
  '9.2.0',
);

/** Elasticsearch: the state of a cluster of one. */
const ELASTICSEARCH = appImages({
  homes: ['elasticsearch', 'docker.elastic.co/elasticsearch/elasticsearch'],
  tags: ELASTIC_VERSIONS.keys(),
  sizeBytes: 640_000_000,
  footprint: { memoryBytes: 900 * MEBI, cores: 0.02 },
  path: '/usr/share/elasticsearch/bin/elasticsearch',
  base: (into) => debianBase(into, 'ubuntu', '22.04 jammy'),
  config: (tag) => ({
    entrypoint: ['/usr/share/elasticsearch/bin/elasticsearch'],
    user: '1000:0',
    env: { ELASTIC_VERSION: ELASTIC_VERSIONS.get(tag) ?? '' },
  }),
  files: (into) => into.install('/usr/bin/curl', 'curl'),
  spec: {
    program: 'elasticsearch',
    port: 9200,
    also: [9300],
    title: () =>
      '/usr/share/elasticsearch/jdk/bin/java -cp /usr/share/elasticsearch/lib/* org.elasticsearch.bootstrap.Elasticsearch',
    refusal: (context) =>
      context.env.get('discovery.type') === 'single-node' ||
      context.env.has('discovery.seed_hosts') ||
      context.env.has('cluster.initial_master_nodes')
        ? undefined
        : `ERROR: [1] bootstrap checks failed. You must address the points described in the following [1] lines before starting Elasticsearch.\nbootstrap check failure [1] of [1]: the default discovery settings are unsuitable for production use; at least one of [discovery.seed_hosts, discovery.seed_providers, cluster.initial_master_nodes] must be configured\n`,
    prepares: (context) => ({
      says: `{"@timestamp":"${iso(context)}", "log.level": "INFO", "message":"initializing ..."}\n`,
      takesMs: 12_000,
    }),
    started: (context) =>
      `{"@timestamp":"${iso(context)}", "log.level": "INFO", "message":"started {${context.hostname}}"}\n`,
    taken: () => 'BindHttpException: Failed to bind to 0.0.0.0:[9200-9300]\n',
    http: (context) => (request) => {
      const version = context.env.get('ELASTIC_VERSION') ?? '';
      const cluster_name = context.env.get('cluster.name') ?? 'docker-cluster';
      const isSecure =
        Number(version.split('.')[0]) >= 8 && context.env.get('xpack.security.enabled') !== 'false';
      if (isSecure)
        return json(401, {
          error: {
            type: 'security_exception',
            reason: `missing authentication credentials for REST request [${request.path}]`,
          },
          status: 401,
        });
      switch (pathOf(request)) {
        case '/':
          return json(200, {
            name: context.hostname,
            cluster_name,
            version: { number: version },
            tagline: 'You Know, for Search',
          });
        case '/_cluster/health':
          return json(200, {
            cluster_name,
            status: 'green',
            timed_out: false,
            number_of_nodes: 1,
            number_of_data_nodes: 1,
          });
        case '/_cat/health':
          return text(
            200,
            `${Math.floor(context.now / 1000)} ${cluster_name} green 1 1 0 0 0 0 0 0 - 100.0%\n`,
          );
        default:
          return json(404, {
            error: {
              type: 'index_not_found_exception',
              reason: `no such index [${pathOf(request).split('/')[1]}]`,
            },
            status: 404,
          });
      }
    },
  },
});

const KIBANA = appImages({
  homes: ['kibana', 'docker.elastic.co/kibana/kibana'],
  tags: ELASTIC_VERSIONS.keys(),
  sizeBytes: 420_000_000,
  footprint: { memoryBytes: 480 * MEBI, cores: 0.01 },
  path: '/usr/local/bin/kibana-docker',
  base: (into) => debianBase(into, 'ubuntu', '22.04 jammy'),
  config: () => ({ cmd: ['/usr/local/bin/kibana-docker'], user: '1000' }),
  spec: {
    program: 'kibana',
    port: 5601,
    prepares: (context) => ({
      says: `[${iso(context)}][INFO ][node] Kibana process configured with roles: [background_tasks, ui]\n`,
      takesMs: 9000,
    }),
    started: (context) =>
      `[${iso(context)}][INFO ][http.server.Kibana] http server running at http://0.0.0.0:5601\n`,
    taken: () => 'FATAL  Error: Port 5601 is already in use. Another instance of Kibana may be running!\n',
    http: () => () => text(503, 'Kibana server is not ready yet.'),
  },
});

/** NATS: its greeting for who connects, its monitor. */
const NATS = appImages({
  homes: ['nats'],
  tags: variants(releases({ '2.12': 1, '2.11': 10, '2.10': 29, '2.9': 25 }), '2.12.1', [
    'alpine',
    'scratch',
  ]).keys(),
  sizeBytes: 6_800_000,
  footprint: { memoryBytes: 12 * MEBI, cores: 0.001 },
  path: '/nats-server',
  config: () => ({ entrypoint: ['/nats-server'], cmd: ['--config', 'nats-server.conf'] }),
  spec: {
    program: 'nats-server',
    port: 8222,
    also: [4222, 6222],
    fd: 2,
    started: (context) => {
      const when = iso(context).slice(0, 19).replaceAll('-', '/').replace('T', ' ');
      return `[1] ${when} [INF] Starting nats-server\n[1] ${when} [INF] Listening for client connections on 0.0.0.0:4222\n[1] ${when} [INF] Server is ready\n`;
    },
    taken: () =>
      '[1] [FTL] Error listening on port: 0.0.0.0:4222, "listen tcp 0.0.0.0:4222: bind: address already in use"\n',
    http: (context) => (request) =>
      json(
        200,
        pathOf(request) === '/healthz'
          ? { status: 'ok' }
          : { server_name: context.hostname, version: '2.12.1' },
      ),
  },
});

const ADMINER = appImages({
  homes: ['adminer'],
  tags: variants(releases({ '5.4': 1, '4.17': 1, '4.8': 1 }), '5.4.1', ['standalone']).keys(),
  sizeBytes: 38_000_000,
  footprint: { memoryBytes: 9 * MEBI, cores: 0 },
  path: '/usr/local/bin/adminer',
  base: (into) => alpineBase(into, '3.22.1'),
  config: () => ({ entrypoint: ['adminer'], user: 'nobody', workingDir: '/var/www/html' }),
  spec: {
    program: 'adminer',
    port: 8080,
    fd: 2,
    started: (context) =>
      `[${new Date(context.now).toUTCString()}] PHP 8.4.14 Development Server (http://[::]:8080) started\n`,
    taken: () => 'Failed to listen on [::]:8080 (reason: Address already in use)\n',
    http: () => () =>
      html(200, '<!DOCTYPE html>\n<html lang="en">\n<title>Login - Adminer</title>\n</html>\n'),
  },
});

/** Services of which only their start, their ports and their health are known. */
export const SERVICES: readonly ImageFamily[] = [
  ...REGISTRY,
  ...REGISTRY_PROXY,
  ...JENKINS,
  ...VAULT,
  ...CONSUL,
  ...ELASTICSEARCH,
  ...KIBANA,
  ...NATS,
  ...ADMINER,
];
