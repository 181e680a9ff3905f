import { type Context, type HttpRequest, resolveName } from '../../host/index.ts';
import { type AppImage, appImages, mirrors } from './app.ts';
import { alpineBase, debianBase } from './bases/unix.ts';
import { HTTPD } from './httpd.ts';
import { type ImageFamily, MEBI } from './image.ts';
import { NGINX } from './nginx.ts';
import { html, pathOf, text } from './serve.ts';

/** A page that tutorials deploy to see that something answers. */
interface Page {
  readonly homes: readonly string[];
  readonly tags?: readonly string[];
  readonly port?: number;
  readonly program: string;
  readonly title: string;
  readonly started?: string;
  readonly page: (context: Context, request: HttpRequest) => string;
}

function pages({ homes, tags = ['latest'], port = 80, ...page }: Page): ImageFamily[] {
  return appImages({
    homes,
    tags,
    sizeBytes: 40_000_000,
    footprint: { memoryBytes: 12 * MEBI, cores: 0.001 },
    path: `/usr/local/bin/${page.program}`,
    base: (into) => alpineBase(into, '3.18.0'),
    config: () => ({ cmd: [page.program] }),
    spec: {
      program: page.program,
      port,
      title: () => page.title,
      started: () => page.started ?? '',
      taken: () => `bind() to 0.0.0.0:${port} failed (98: Address already in use)\n`,
      http: (context) => (request) =>
        pathOf(request) === '/' ? html(200, page.page(context, request)) : html(404, '<h1>Not Found</h1>\n'),
    },
  });
}

const MASTER = 'nginx: master process nginx -g daemon off;';

const simple = (title: string, body: string) =>
  `<!DOCTYPE html>\n<html>\n<head>\n<title>${title}</title>\n</head>\n<body>\n${body}\n</body>\n</html>\n`;

const PAGES: readonly Page[] = [
  {
    homes: ['rancher/hello-world', 'tutum/hello-world'],
    program: 'hello-world-page',
    title: MASTER,
    page: ({ hostname }) =>
      simple('Hello world!', `<h1>Hello world!</h1>\n<h3>My hostname is ${hostname}</h3>`),
  },
  {
    homes: ['dockersamples/static-site'],
    program: 'static-site',
    title: MASTER,
    page: ({ env }) => simple('Hello Docker', `<h1>Hello ${env.get('AUTHOR') ?? 'Docker'}!</h1>`),
  },
  {
    homes: ['docker/getting-started'],
    program: 'getting-started',
    title: MASTER,
    page: () => simple('Getting Started', '<h1>Getting Started</h1>'),
  },
  {
    homes: ['mcr.microsoft.com/azuredocs/aks-helloworld'],
    tags: ['v1', 'v2'],
    program: 'aks-helloworld',
    title: 'python /app/main.py',
    page: ({ env }) => {
      const title = env.get('TITLE') ?? 'Welcome to Azure Container Service (AKS)';
      return simple(title, `<div id="logo">${title}</div>`);
    },
  },
  {
    homes: ['nigelpoulton/k8sbook', 'nigelpoulton/qsk-book'],
    tags: ['latest', '1.0', '1.1', '2.0'],
    port: 8080,
    program: 'k8sbook',
    title: 'node ./app.js',
    page: () => simple('Kubernetes rocks!', '<h1>Kubernetes Rocks!</h1>'),
  },
  {
    homes: ['ghost'],
    tags: ['latest', 'alpine', '5', '5-alpine', '4', '3'],
    port: 2368,
    program: 'ghost-server',
    title: 'node current/index.js',
    started: 'INFO Ghost is running in production...\nINFO Listening on: :::2368\n',
    page: () => simple('Ghost', '<h1>Thoughts, stories and ideas.</h1>'),
  },
];

/** Tells callers what they have sent. */
const ECHOES: AppImage = {
  homes: ['ealen/echo-server', 'mendhak/http-https-echo'],
  tags: ['latest', '0.9.2', '0.7.0', '0.5.1', '31', '33', '35'],
  sizeBytes: 47_000_000,
  footprint: { memoryBytes: 30 * MEBI, cores: 0.001 },
  path: '/usr/local/bin/node-echo',
  base: (into) => alpineBase(into, '3.18.0'),
  config: () => ({ cmd: ['node-echo'] }),
  spec: {
    program: 'node-echo',
    port: 80,
    listensOn: ({ env }) => Number(env.get('PORT') ?? env.get('HTTP_PORT') ?? 80),
    title: () => 'node ./index.js',
    started: ({ env }) => `Listening on port ${env.get('PORT') ?? env.get('HTTP_PORT') ?? 80}.\n`,
    taken: () => 'Error: listen EADDRINUSE: address already in use\n',
    http: (context) => (request) => {
      const { method, path, headers, body = '' } = request;
      const said = {
        host: { hostname: headers['host'], ip: request.peer?.address },
        http: { method, originalUrl: path },
        request: { headers, body },
        environment: { HOSTNAME: context.hostname },
      };
      return {
        ...text(200, JSON.stringify(said)),
        headers: { 'content-type': 'application/json; charset=utf-8' },
      };
    },
  },
};

/** httpbin: what was asked as JSON, states by their numbers. */
const HTTPBIN: AppImage = {
  homes: ['kennethreitz/httpbin', 'docker.io/kong/httpbin', 'mccutchen/go-httpbin'],
  tags: ['latest', 'v2.15.0', '0.1.0'],
  sizeBytes: 214_000_000,
  footprint: { memoryBytes: 60 * MEBI, cores: 0.001 },
  path: '/usr/local/bin/gunicorn',
  base: (into) => debianBase(into, 'ubuntu', '18.04 bionic'),
  config: () => ({ cmd: ['gunicorn', '-b', '0.0.0.0:80', 'httpbin:app', '-k', 'gevent'] }),
  spec: {
    program: 'httpbin',
    port: 80,
    fd: 2,
    started: () =>
      '[INFO] Starting gunicorn 19.9.0\n[INFO] Listening at: http://0.0.0.0:80 (1)\n[INFO] Using worker: gevent\n',
    taken: () => "[ERROR] Connection in use: ('0.0.0.0', 80)\n",
    http: () => (request) => {
      const path = pathOf(request);
      const status = /^\/status\/(\d{3})$/.exec(path)?.[1];
      if (status !== undefined) return text(Number(status), '');
      const { method, headers, body } = request;
      const url = `http://${headers['host'] ?? ''}${request.path}`;
      const all = { args: {}, headers, origin: request.peer?.address, url };
      const facts: Readonly<Record<string, object>> = {
        '/headers': { headers },
        '/ip': { origin: request.peer?.address },
        '/user-agent': { 'user-agent': headers['user-agent'] },
        '/get': all,
        '/post': { ...all, data: body ?? '' },
        '/anything': { ...all, method, data: body ?? '' },
      };
      const found = facts[path];
      if (path === '/') return html(200, simple('httpbin.org', '<h2>httpbin.org</h2>'));
      if (!found) return html(404, simple('404 Not Found', '<h1>Not Found</h1>'));
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: `${JSON.stringify(found, null, 2)}\n`,
      };
    },
  },
};

/** The page in front of a MongoDB, which has to be there. */
const MONGO_EXPRESS: AppImage = {
  homes: ['mongo-express'],
  tags: ['latest', '1.0.2', '1.0.0', '0.54', '1'],
  sizeBytes: 72_000_000,
  footprint: { memoryBytes: 60 * MEBI, cores: 0.002 },
  path: '/usr/local/bin/mongo-express',
  base: (into) => alpineBase(into, '3.18.0'),
  config: () => ({
    entrypoint: ['/docker-entrypoint.sh'],
    cmd: ['mongo-express'],
    env: { ME_CONFIG_MONGODB_URL: 'mongodb://mongo:27017' },
    workingDir: '/app',
  }),
  files(into) {
    into.write('/docker-entrypoint.sh', '#!/bin/sh\nexec "$@"\n', 0o755);
  },
  spec: {
    program: 'mongo-express',
    port: 8081,
    title: () => 'node app',
    prepares: () => ({
      says: 'Welcome to mongo-express 1.0.2\n------------------------\n\n\n',
      takesMs: 800,
    }),
    refusal(context) {
      const { host, port } = mongoOf(context);
      const found = resolveName(context, host);
      const reached = found.ok && context.network.connect(found.addresses[0] as string, port).ok;
      return reached
        ? undefined
        : `Could not connect to database using connectionString: mongodb://${host}:${port}/"\nMongoServerSelectionError: ${found.ok ? `connect ECONNREFUSED ${found.addresses[0]}:${port}` : `getaddrinfo ENOTFOUND ${host}`}\n`;
    },
    started: () => 'Mongo Express server listening at http://0.0.0.0:8081\n',
    taken: () => 'Error: listen EADDRINUSE: address already in use 0.0.0.0:8081\n',
    http:
      ({ env }) =>
      (request) => {
        const user = env.get('ME_CONFIG_BASICAUTH_USERNAME') ?? 'admin';
        const password = env.get('ME_CONFIG_BASICAUTH_PASSWORD') ?? 'pass';
        const sent =
          request.headers['authorization'] ===
          `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
        return sent
          ? html(200, simple('Home - Mongo Express', '<h1>Mongo Express</h1>'))
          : {
              status: 401,
              headers: { 'www-authenticate': 'Basic realm="Authorization Required"' },
              body: 'Unauthorized',
            };
      },
  },
};

function mongoOf({ env }: Context): { host: string; port: number } {
  const url = /^mongodb:\/\/(?:[^@/]*@)?([^:/]+)(?::(\d+))?/.exec(env.get('ME_CONFIG_MONGODB_URL') ?? '');
  const host = env.get('ME_CONFIG_MONGODB_SERVER') ?? url?.[1] ?? 'mongo';
  return { host, port: Number(env.get('ME_CONFIG_MONGODB_PORT') ?? url?.[2] ?? 27_017) };
}

/** What tutorials and their authors deploy, and copies of the library at other registries. */
export const DEMO_PAGES: readonly ImageFamily[] = [
  ...PAGES.flatMap(pages),
  ...appImages(ECHOES),
  ...appImages(HTTPBIN),
  ...appImages(MONGO_EXPRESS),
  ...mirrors(NGINX, [
    'public.ecr.aws/nginx/nginx',
    'public.ecr.aws/docker/library/nginx',
    'mcr.microsoft.com/oss/nginx/nginx',
  ]),
  ...mirrors({ ...HTTPD, tags: [...HTTPD.tags, '2.4.38-4', '2.4.39-4'] }, [
    'registry.k8s.io/e2e-test-images/httpd',
    'public.ecr.aws/docker/library/httpd',
  ]),
];
