import type { Context, HttpRequest, HttpResponse } from '../../host/index.ts';
import { appImages } from './app.ts';
import { alpineBase, debianBase } from './bases/unix.ts';
import { unnamed } from './httpd.ts';
import { type ImageFamily, MEBI } from './image.ts';
import { html, pathOf, text } from './serve.ts';
import { hasAny, type ServerSpec } from './server.ts';
import { releases, variants } from './tags.ts';

/** A service that is known by its start, its ports and a page or two. */
interface PlainService {
  readonly homes: readonly string[];
  readonly program: string;
  /** The last patch of each minor release, as `releases` takes them. */
  readonly versions: Readonly<Record<string, number>>;
  readonly newest: string;
  /** What tags begin with. */
  readonly prefix?: string;
  readonly endings?: readonly string[];
  readonly megabytes: number;
  readonly memory: number;
  readonly port: number;
  readonly also?: readonly number[];
  readonly cmd?: readonly string[];
  readonly user?: string;
  readonly base?: 'alpine' | 'debian';
  /** What it asks for before it starts. */
  readonly refusal?: ServerSpec['refusal'];
  readonly startMs?: number;
  readonly says: (context: Context) => string;
  readonly fd?: 1 | 2;
  /** Answers by path; `*` is for all others. */
  readonly pages?: Readonly<Record<string, Page>>;
}

type Page = (request: HttpRequest, context: Context) => HttpResponse;

const iso = (context: Context) => new Date(context.now).toISOString();
const page =
  (title: string, status = 200): Page =>
  () =>
    html(
      status,
      `<!DOCTYPE html>\n<html lang="en">\n<head><title>${title}</title></head>\n<body></body>\n</html>\n`,
    );
const plain =
  (body: string, status = 200): Page =>
  () =>
    text(status, body);
const json =
  (value: object, status = 200): Page =>
  () =>
    text(status, `${JSON.stringify(value)}\n`, { 'content-type': 'application/json' });
const redirect =
  (location: string): Page =>
  () => ({ status: 302, headers: { location }, body: '' });

const SERVICES: readonly PlainService[] = [
  {
    homes: ['minio/minio', 'quay.io/minio/minio'],
    program: 'minio',
    versions: {},
    newest: 'RELEASE.2025-09-07T16-13-09Z',
    endings: ['RELEASE.2024-12-18T13-15-44Z', 'RELEASE.2023-09-04T19-57-37Z', 'RELEASE.2025-04-22T22-12-26Z'],
    ...{ megabytes: 60, memory: 90, port: 9000, also: [9001], fd: 1, user: '', base: 'debian' },
    refusal: ({ args, env }) => {
      if (args[1] !== 'server')
        return 'NAME:\n  minio - High Performance Object Storage\n\nUSAGE:\n  minio [FLAGS] COMMAND [ARGS...]\n\nCOMMANDS:\n  server  start object storage server\n';
      const secret = env.get('MINIO_ROOT_PASSWORD');
      return secret !== undefined && secret.length < 8
        ? 'FATAL Unable to validate credentials inherited from the shell environment: Invalid credentials\n      > Please provide correct credentials\n      HINT:\n        MINIO_ROOT_USER length should be at least 3, and MINIO_ROOT_PASSWORD length at least 8 characters\n'
        : undefined;
    },
    says: (context) =>
      `INFO: Formatting 1st pool, 1 set(s), 1 drives per set.\nINFO: WARNING: Host local has more than 0 drives of set. A host failure will result in data becoming unavailable.\nMinIO Object Storage Server\nCopyright: 2015-2025 MinIO, Inc.\nLicense: GNU AGPLv3 - https://www.gnu.org/licenses/agpl-3.0.html\n\nAPI: http://${context.network.primaryAddress()}:9000  http://127.0.0.1:9000 \nWebUI: http://${context.network.primaryAddress()}:9001 http://127.0.0.1:9001  \n\nDocs: https://docs.min.io\n${hasAny(context, ['MINIO_ROOT_USER']) ? '' : "WARN: Detected default credentials 'minioadmin:minioadmin', we recommend that you change these values with 'MINIO_ROOT_USER' and 'MINIO_ROOT_PASSWORD' environment variables\n"}`,
    pages: {
      '/minio/health/live': plain(''),
      '/minio/health/ready': plain(''),
      '/minio/health/cluster': plain(''),
      '*': ({ path }) =>
        text(
          403,
          `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied.</Message><Resource>${path}</Resource></Error>`,
          { 'content-type': 'application/xml', server: 'MinIO' },
        ),
    },
  },
  {
    homes: ['gitea/gitea', 'docker.gitea.com/gitea'],
    program: 'gitea',
    versions: { '1.25': 1, '1.24': 7, '1.23': 8, '1.22': 6, '1.21': 11, '1.19': 4 },
    newest: '1.25.1',
    ...{ endings: ['rootless'], megabytes: 76, memory: 120, port: 3000, also: [22], base: 'alpine' },
    says: (context) =>
      `Generating /data/ssh/ssh_host_ed25519_key...\nServer listening on :: port 22.\nServer listening on 0.0.0.0 port 22.\n${iso(context).slice(0, 19).replaceAll('-', '/').replace('T', ' ')} cmd/web.go:253:runWeb() [I] Starting Gitea on PID: 1\n${iso(context).slice(0, 19).replaceAll('-', '/').replace('T', ' ')} cmd/web.go:304:listen() [I] Listen: http://0.0.0.0:3000\n`,
    pages: {
      '/api/healthz': json({ status: 'pass', description: 'Gitea: Git with a cup of tea' }),
      '*': page('Installation -  Gitea: Git with a cup of tea'),
    },
  },
  {
    homes: ['quay.io/keycloak/keycloak', 'keycloak/keycloak'],
    program: 'keycloak',
    versions: { '26.4': 5, '26.3': 5, '26.0': 8, '25.0': 6, '24.0': 5, '23.0': 7, '22.0': 5, '21.1': 2 },
    newest: '26.4.5',
    ...{ megabytes: 220, memory: 480, port: 8080, also: [9000], user: '1000', startMs: 9000 },
    refusal: ({ args, env }) => {
      const [, mode] = args;
      if (mode === 'start-dev') return undefined;
      if (mode !== 'start')
        return 'Keycloak - Open Source Identity and Access Management\n\nUsage:\n\nkc.sh [OPTIONS] [COMMAND]\n\nCommands:\n\n  build      Creates a new and optimized server image.\n  start      Start the server.\n  start-dev  Start the server in development mode.\n';
      const named = env.has('KC_HOSTNAME') || args.some((arg) => /^--hostname(=|$|-strict)/.test(arg));
      return named
        ? undefined
        : "ERROR: Failed to start server in (production) mode\nERROR: hostname is not configured; either configure hostname, or set hostname-strict to false\nFor more details run the same command passing the '--verbose' option. Also you can use '--help' to see the details about the usage of the particular command.\n";
    },
    says: (context) =>
      `${iso(context).slice(0, 23).replace('T', ' ').replace('.', ',')} INFO  [io.quarkus] (main) Keycloak 26.4.5 on JVM (powered by Quarkus 3.27.0) started in 8.912s. Listening on: http://0.0.0.0:8080\n${iso(context).slice(0, 23).replace('T', ' ').replace('.', ',')} INFO  [io.quarkus] (main) Profile dev activated.\n`,
    pages: {
      '/': redirect('/admin/'),
      '/health': json({ status: 'UP', checks: [] }),
      '/health/ready': json({ status: 'UP', checks: [] }),
      '/health/live': json({ status: 'UP', checks: [] }),
      '/admin/': page('Keycloak Administration Console'),
      '/realms/master': json({ realm: 'master' }),
      '*': json({ error: 'Unable to find matching target resource method' }, 404),
    },
  },
  ...apacheSite(['phpmyadmin', 'phpmyadmin/phpmyadmin'], { '5.2': 3, '5.1': 3 }, '5.2.3', 'phpMyAdmin'),
  ...apacheSite(
    ['nextcloud'],
    { '32.0': 1, '31.0': 10, '30.0': 17, '29.0': 16, '28.0': 14, '27.1': 11 },
    '32.0.1',
    'Nextcloud',
  ),
  ...apacheSite(
    ['drupal'],
    { '11.2': 7, '11.1': 9, '10.5': 6, '10.4': 9, '10.3': 14, '9.5': 11, '8.9': 20 },
    '11.2.7',
    'Choose language | Drupal',
  ),
  ...apacheSite(
    ['joomla'],
    { '6.0': 0, '5.4': 0, '5.3': 4, '5.2': 6, '4.4': 13 },
    '6.0.0',
    'Joomla! Web Installer',
  ),
  {
    homes: ['dpage/pgadmin4'],
    program: 'pgadmin4',
    versions: { '9.9': 0, '9.8': 0, '8.14': 0, '8.6': 0, '7.8': 0, '6.21': 0 },
    newest: '9.9',
    ...{
      megabytes: 170,
      memory: 190,
      port: 80,
      also: [443],
      user: '5050',
      base: 'alpine',
      startMs: 6000,
      fd: 2,
    },
    refusal: (context) =>
      hasAny(context, ['PGADMIN_DEFAULT_EMAIL']) &&
      hasAny(context, ['PGADMIN_DEFAULT_PASSWORD', 'PGADMIN_DEFAULT_PASSWORD_FILE'])
        ? undefined
        : 'You need to define the PGADMIN_DEFAULT_EMAIL and PGADMIN_DEFAULT_PASSWORD or PGADMIN_DEFAULT_PASSWORD_FILE environment variables.\n',
    says: (context) =>
      `[${iso(context).slice(0, 19).replace('T', ' ')} +0000] [1] [INFO] Starting gunicorn 23.0.0\n[${iso(context).slice(0, 19).replace('T', ' ')} +0000] [1] [INFO] Listening at: http://[::]:80 (1)\n`,
    pages: { '/': redirect('/login?next=/'), '/misc/ping': plain('PING'), '*': page('pgAdmin 4') },
  },
  {
    homes: ['influxdb'],
    program: 'influxd',
    versions: { '2.7': 12, '2.6': 1, '2.1': 1, '1.12': 2, '1.11': 8, '1.8': 10 },
    newest: '2.7.12',
    ...{ endings: ['alpine'], megabytes: 110, memory: 85, port: 8086, base: 'debian' },
    says: (context) =>
      `ts=${iso(context)} lvl=info msg="Welcome to InfluxDB" log_id=0zJ3bGd0000 version=v2.7.12\nts=${iso(context)} lvl=info msg=Listening log_id=0zJ3bGd0000 service=tcp-listener transport=http addr=:8086 port=8086\n`,
    pages: {
      '/health': json({
        name: 'influxdb',
        message: 'ready for queries and writes',
        status: 'pass',
        checks: [],
        version: 'v2.7.12',
      }),
      '/ping': plain('', 204),
      '/': page('InfluxDB 2.0'),
      '*': json({ code: 'unauthorized', message: 'unauthorized access' }, 401),
    },
  },
  {
    homes: ['couchdb'],
    program: 'couchdb',
    versions: { '3.5': 0, '3.4': 3, '3.3': 3, '3.2': 3, '2.3': 1 },
    newest: '3.5.0',
    ...{ megabytes: 90, memory: 60, port: 5984, also: [4369, 9100], base: 'debian' },
    refusal: (context) =>
      hasAny(context, ['COUCHDB_USER']) && hasAny(context, ['COUCHDB_PASSWORD'])
        ? undefined
        : '*************************************************************\nERROR: CouchDB 3.0+ will no longer run in "Admin Party"\n       mode. You *MUST* specify an admin user and\n       password, either via your own .ini file mapped\n       into the container at /opt/couchdb/etc/local.ini\n       or inside /opt/couchdb/etc/local.d, or with\n       "-e COUCHDB_USER=admin -e COUCHDB_PASSWORD=password"\n       to set it via "docker run".\n*************************************************************\n',
    says: (context) =>
      `[info] ${iso(context)} nonode@nohost <0.254.0> -------- Apache CouchDB has started. Time to relax.\n`,
    pages: {
      '/': json({ couchdb: 'Welcome', version: '3.5.0', vendor: { name: 'The Apache Software Foundation' } }),
      '/_up': json({ status: 'ok', seeds: {} }),
      '*': json({ error: 'unauthorized', reason: 'You are not authorized to access this db.' }, 401),
    },
  },
  {
    homes: ['zookeeper'],
    program: 'zookeeper',
    versions: { '3.9': 4, '3.8': 5, '3.7': 2, '3.6': 4, '3.5': 10, '3.4': 14 },
    newest: '3.9.4',
    ...{ megabytes: 115, memory: 95, port: 2181, also: [2888, 3888, 8080], base: 'debian', startMs: 1500 },
    says: (context) =>
      `ZooKeeper JMX enabled by default\nUsing config: /conf/zoo.cfg\n${iso(context).slice(0, 23).replace('T', ' ').replace('.', ',')} [myid:1] - INFO  [main:o.a.z.s.NIOServerCnxnFactory@660] - binding to port 0.0.0.0/0.0.0.0:2181\n`,
  },
  {
    homes: ['apache/kafka', 'confluentinc/cp-kafka', 'apache/kafka-native'],
    program: 'kafka',
    versions: { '4.1': 1, '4.0': 1, '3.9': 1, '3.8': 1, '3.7': 2, '7.9': 1, '7.8': 1, '7.5': 1, '7.4': 0 },
    newest: '4.1.1',
    ...{ megabytes: 190, memory: 420, port: 9092, also: [9093], base: 'alpine', startMs: 5000 },
    says: (context) =>
      `[${iso(context).slice(0, 23).replace('T', ' ').replace('.', ',')}] INFO [SocketServer listenerType=BROKER, nodeId=1] Started data-plane acceptor and processor(s) for endpoint : ListenerName(PLAINTEXT) (kafka.network.SocketServer)\n[${iso(context).slice(0, 23).replace('T', ' ').replace('.', ',')}] INFO [KafkaRaftServer nodeId=1] Kafka Server started (kafka.server.KafkaRaftServer)\n`,
  },
  {
    homes: ['grafana/loki'],
    program: 'loki',
    versions: { '3.5': 8, '3.4': 6, '3.3': 4, '3.0': 1, '2.9': 17, '2.8': 11 },
    newest: '3.5.8',
    ...{ megabytes: 35, memory: 70, port: 3100, also: [9095], user: '10001', fd: 2 },
    says: (context) =>
      `level=info ts=${iso(context)} caller=main.go:103 msg="Starting Loki" version="(version=3.5.8, branch=release-3.5.x)"\nlevel=info ts=${iso(context)} caller=server.go:351 msg="server listening on addresses" http=[::]:3100 grpc=[::]:9095\nlevel=info ts=${iso(context)} caller=loki.go:506 msg="Loki started" startup_time=498.6ms\n`,
    pages: {
      '/ready': plain('ready\n'),
      '/loki/api/v1/labels': json({ status: 'success' }),
      '*': plain('404 page not found\n', 404),
    },
  },
  {
    homes: ['grafana/promtail'],
    program: 'promtail',
    versions: { '3.5': 8, '3.4': 6, '3.0': 1, '2.9': 17 },
    newest: '3.5.8',
    ...{ megabytes: 70, memory: 45, port: 80, base: 'debian', fd: 2 },
    says: (context) =>
      `level=info ts=${iso(context)} caller=promtail.go:133 msg="Reloading configuration file" md5sum=9f1f2c3d\nlevel=info ts=${iso(context)} caller=server.go:351 msg="server listening on addresses" http=[::]:80 grpc=[::]:9095\nlevel=info ts=${iso(context)} caller=main.go:173 msg="Starting Promtail" version="(version=3.5.8, branch=release-3.5.x)"\n`,
    pages: { '/ready': plain('Ready\n'), '*': page('Promtail') },
  },
  {
    homes: ['sonarqube'],
    program: 'sonarqube',
    versions: { '10.7': 0, '10.6': 0, '9.9': 8 },
    newest: '10.7.0',
    endings: ['community', 'lts', 'lts-community'],
    ...{ megabytes: 560, memory: 1400, port: 9000, user: 'sonarqube', base: 'debian', startMs: 40_000 },
    says: (context) =>
      `${iso(context).slice(0, 19).replace('T', ' ')} INFO  app[][o.s.a.SchedulerImpl] SonarQube is operational\n`,
    pages: {
      '/api/system/status': json({ id: '243B8A4D', version: '10.7.0', status: 'UP' }),
      '*': page('SonarQube'),
    },
  },
  {
    homes: ['sonatype/nexus3'],
    program: 'nexus',
    versions: { '3.86': 2, '3.75': 1, '3.70': 3, '3.61': 0 },
    newest: '3.86.2',
    ...{ megabytes: 380, memory: 1100, port: 8081, user: 'nexus', base: 'debian', startMs: 45_000 },
    says: () =>
      '-------------------------------------------------\n\nStarted Sonatype Nexus COMMUNITY 3.86.2-01\n\n-------------------------------------------------\n',
    pages: { '/service/rest/v1/status': plain(''), '*': page('Sonatype Nexus Repository') },
  },
  {
    homes: ['portainer/portainer-ce'],
    program: 'portainer',
    versions: { '2.33': 3, '2.27': 9, '2.21': 5, '2.19': 5 },
    newest: '2.33.3',
    ...{ endings: ['alpine'], megabytes: 65, memory: 35, port: 9000, also: [8000, 9443], fd: 2 },
    says: (context) =>
      `${iso(context).slice(0, 16).replaceAll('-', '/').replace('T', ' ')}PM INF github.com/portainer/portainer/api/http/server.go:367 > starting HTTP server | bind_address=:9000\n`,
    pages: { '/api/status': json({ Version: '2.33.3', InstanceID: 'e4b5c6d7' }), '*': page('Portainer') },
  },
  {
    homes: ['swaggerapi/swagger-ui'],
    program: 'swagger-ui',
    versions: { '5.30': 2, '5.17': 14, '4.19': 1 },
    newest: '5.30.2',
    ...{ prefix: 'v', megabytes: 50, memory: 6, port: 8080, base: 'alpine' },
    says: () => '/docker-entrypoint.sh: Configuration complete; ready for start up\n',
    pages: { '*': page('Swagger UI') },
  },
  {
    homes: ['neo4j'],
    program: 'neo4j',
    versions: { '5.26': 16, '5.20': 0, '5.12': 0, '4.4': 46 },
    newest: '5.26.16',
    ...{
      endings: ['community'],
      megabytes: 290,
      memory: 600,
      port: 7474,
      also: [7687],
      base: 'debian',
      startMs: 7000,
    },
    says: (context) =>
      `${iso(context).slice(0, 19).replace('T', ' ')}.000+0000 INFO  Bolt enabled on 0.0.0.0:7687.\n${iso(context).slice(0, 19).replace('T', ' ')}.000+0000 INFO  HTTP enabled on 0.0.0.0:7474.\n${iso(context).slice(0, 19).replace('T', ' ')}.000+0000 INFO  Started.\n`,
    pages: { '*': json({ neo4j_version: '5.26.16', neo4j_edition: 'community' }) },
  },
];

/** A site of PHP under Apache. */
function apacheSite(
  homes: readonly string[],
  versions: Readonly<Record<string, number>>,
  newest: string,
  title: string,
): PlainService[] {
  return [
    {
      ...{ homes, versions, newest, endings: ['apache'] },
      ...{ program: `${homes[0]}-apache`, megabytes: 220, memory: 60, port: 80, base: 'debian', fd: 2 },
      says: (context) =>
        `${unnamed(context, 'apache2')}[mpm_prefork:notice] [pid 1] AH00163: Apache/2.4.65 (Debian) PHP/8.3.27 configured -- resuming normal operations\n[core:notice] [pid 1] AH00094: Command line: 'apache2 -D FOREGROUND'\n`,
      pages: { '*': page(title) },
    },
  ];
}

function answer(service: PlainService, context: Context, request: HttpRequest): HttpResponse {
  const pages = service.pages ?? {};
  return (pages[pathOf(request)] ?? pages['*'] ?? plain('Not Found\n', 404))(request, context);
}

const BASES = {
  alpine: (into: Parameters<typeof alpineBase>[0]) => alpineBase(into, '3.22.1'),
  debian: (into: Parameters<typeof debianBase>[0]) => debianBase(into, 'debian', '12 bookworm'),
};

function imagesOf(service: PlainService): ImageFamily[] {
  const { program, prefix = '', base, cmd = [], user = '' } = service;
  const tags = [...variants(releases(service.versions), service.newest, service.endings).keys()];
  return appImages({
    homes: service.homes,
    tags: [...tags.map((tag) => (/^\d/.test(tag) ? `${prefix}${tag}` : tag)), service.newest],
    sizeBytes: service.megabytes * 1_000_000,
    footprint: { memoryBytes: service.memory * MEBI, cores: 0.002 },
    path: `/usr/local/bin/${program}`,
    ...(base ? { base: BASES[base] } : {}),
    config: () => ({ entrypoint: [program], cmd, ...(user ? { user } : {}) }),
    files: (into) => {
      if (user && !/^\d+$/.test(user))
        into.write('/etc/passwd', `${into.fs.read('/etc/passwd')}${user}:x:1000:1000::/:/sbin/nologin\n`);
    },
    spec: specOf(service),
  });
}

function specOf(service: PlainService): ServerSpec {
  const { program, port, startMs = 0 } = service;
  return {
    ...{ program, port, started: service.says },
    ...(service.also ? { also: service.also } : {}),
    ...(service.fd ? { fd: service.fd } : {}),
    ...(service.refusal ? { refusal: service.refusal } : {}),
    ...(startMs > 0 ? { prepares: () => ({ says: '', takesMs: startMs }) } : {}),
    ...(service.pages ? { http: (context) => (request) => answer(service, context, request) } : {}),
    taken: () => `listen tcp :${port}: bind: address already in use\n`,
  };
}

/** Services that people put into their first clusters. */
export const PLAIN_SERVICES: readonly ImageFamily[] = SERVICES.flatMap(imagesOf);
