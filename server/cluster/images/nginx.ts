import { binary, type Files, isSystemError, type Main } from '../../host/index.ts';
import { account, alpineBase, debianBase } from './bases/unix.ts';
import { type ImageFamily, type ImageFiles, MEBI } from './image.ts';
import { nginx } from './programs/nginx.ts';
import { releases, variants } from './tags.ts';

/** Releases since 1.7, with `1` and `stable`. */
const VERSIONS = variants(
  new Map([
    ...releases({
      ...{ '1.29': 3, '1.28': 0, '1.27': 5, '1.26': 3, '1.25': 5, '1.24': 0, '1.23': 4, '1.22': 1 },
      ...{ '1.21': 6, '1.20': 2, '1.19': 10, '1.18': 0, '1.17': 10, '1.16': 1, '1.15': 12, '1.14': 2 },
      ...{ '1.13': 12, '1.12': 2, '1.11': 13, '1.10': 3, '1.9': 15, '1.8': 1, '1.7': 12 },
    }),
    ['stable', '1.28.0'],
    ['mainline', '1.29.3'],
  ]),
  '1.29.3',
  ['alpine', 'alpine-slim', 'perl', 'bookworm'],
);

/** The entry point script of the image: says what it does, then becomes the command. */
const entrypoint: Main = function* (context) {
  const args = context.args.slice(1);
  const [command] = args;
  if (command === undefined) return 0;
  if (command === 'nginx' || command === 'nginx-debug') {
    yield* context.out(mayWrite(context.fs, SITE) ? STARTING : STARTING.replace(LISTENS, READ_ONLY));
    // The scripts ran as processes of their own.
    context.process.namespace.startAt(FIRST_WORKER);
  }
  return yield* context.exec(command, args);
};

function mayWrite(fs: Files, path: string): boolean {
  try {
    fs.utimes(path, fs.stat(path).mtimeMs);
    return fs.can(path, 'write');
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}

const FIRST_WORKER = 29;
const SITE = '/etc/nginx/conf.d/default.conf';

const LISTENS = `10-listen-on-ipv6-by-default.sh: info: Getting the checksum of ${SITE}
10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in ${SITE}
`;
const READ_ONLY = `10-listen-on-ipv6-by-default.sh: info: can not modify ${SITE} (read-only file system?)
`;

const STARTING = `/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration
/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/
/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh
${LISTENS}/docker-entrypoint.sh: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh
/docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh
/docker-entrypoint.sh: Launching /docker-entrypoint.d/30-tune-worker-processes.sh
/docker-entrypoint.sh: Configuration complete; ready for start up
`;

export const NGINX: ImageFamily = {
  repository: 'nginx',
  tags: [...VERSIONS.keys()],
  sizeBytes: 72_000_000,
  footprint: { memoryBytes: 3 * MEBI, cores: 0 },
  config: (tag) => ({
    ...(isOld(tag) ? {} : { entrypoint: ['/docker-entrypoint.sh'] }),
    cmd: ['nginx', '-g', 'daemon off;'],
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      NGINX_VERSION: versionOf(tag),
      PKG_RELEASE: '1~bookworm',
    },
    stopSignal: isOld(tag) ? 'TERM' : 'QUIT',
    ports: ['80/tcp'],
  }),
  files(into) {
    if (into.tag.includes('alpine')) alpineBase(into, '3.21.3');
    else debianBase(into, 'debian', '12 bookworm');
    if (!into.tag.includes('slim')) into.install('/usr/bin/curl', 'curl');
    nginxFiles(into);
    if (isOld(into.tag)) {
      into.write('/etc/nginx/nginx.conf', OLD_CONF);
      into.write('/etc/nginx/conf.d/default.conf', DEFAULT_CONF.replace('    listen  [::]:80;\n', ''));
      into.fs.unlink('/docker-entrypoint.sh');
      into.fs.rmdir('/docker-entrypoint.d');
    }
  },
  programs: [
    { name: 'nginx', main: nginx },
    { name: 'nginx-entrypoint', main: entrypoint },
  ],
};

function versionOf(tag: string): string {
  return VERSIONS.get(tag) ?? '1.29.3';
}

/** Images before 1.19 start nginx itself: one worker, IPv4 only, and nothing is said at the start. */
function isOld(tag: string): boolean {
  return Number(versionOf(tag).split('.')[1]) < 19;
}

/** What every image that is built on nginx holds. */
export function nginxFiles(into: ImageFiles): void {
  into.install('/usr/sbin/nginx', 'nginx');
  into.write('/docker-entrypoint.sh', binary('nginx-entrypoint'), 0o755);
  into.write('/etc/nginx/nginx.conf', NGINX_CONF);
  into.write('/etc/nginx/conf.d/default.conf', DEFAULT_CONF);
  into.write('/etc/nginx/mime.types', MIME_TYPES);
  into.write('/etc/nginx/fastcgi_params', FASTCGI_PARAMS);
  for (const kind of ['scgi', 'uwsgi']) into.write(`/etc/nginx/${kind}_params`, paramsOf(kind));
  into.fs.mkdirAll('/usr/lib/nginx/modules');
  into.fs.symlink('/usr/lib/nginx/modules', '/etc/nginx/modules');
  into.write('/usr/share/nginx/html/index.html', INDEX);
  into.write(
    '/usr/share/nginx/html/50x.html',
    '<!DOCTYPE html>\n<html>\n<head>\n<title>Error</title>\n</head>\n<body>\n<h1>An error occurred.</h1>\n</body>\n</html>\n',
  );
  for (const path of ['/var/cache/nginx', '/var/log/nginx', '/docker-entrypoint.d', '/run'])
    into.fs.mkdirAll(path);
  into.fs.symlink('/dev/stdout', '/var/log/nginx/access.log');
  into.fs.symlink('/dev/stderr', '/var/log/nginx/error.log');
  account(into, 'nginx', 101, '/nonexistent');
}

const NGINX_CONF = `
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;


events {
    worker_connections  1024;
}


http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;

    keepalive_timeout  65;

    include /etc/nginx/conf.d/*.conf;
}
`;

const MIME_TYPES = `
types {
    text/html                                        html htm shtml;
    text/css                                         css;
    text/xml                                         xml;
    image/gif                                        gif;
    image/jpeg                                       jpeg jpg;
    application/javascript                           js;
    application/atom+xml                             atom;
    application/rss+xml                              rss;

    text/mathml                                      mml;
    text/plain                                       txt;
    text/vnd.wap.wml                                 wml;

    image/avif                                       avif;
    image/png                                        png;
    image/svg+xml                                    svg svgz;
    image/tiff                                       tif tiff;
    image/webp                                       webp;
    image/x-icon                                     ico;
    image/bmp                                        bmp;

    font/woff                                        woff;
    font/woff2                                       woff2;

    application/java-archive                         jar war ear;
    application/json                                 json;
    application/msword                               doc;
    application/pdf                                  pdf;
    application/postscript                           ps eps ai;
    application/rtf                                  rtf;
    application/vnd.ms-excel                         xls;
    application/wasm                                 wasm;
    application/x-7z-compressed                      7z;
    application/x-perl                               pl pm;
    application/x-sh                                 sh;
    application/x-x509-ca-cert                       der pem crt;
    application/xhtml+xml                            xhtml;
    application/zip                                  zip;

    application/octet-stream                         bin exe dll;
    application/octet-stream                         deb;
    application/octet-stream                         iso img;

    audio/midi                                       mid midi kar;
    audio/mpeg                                       mp3;
    audio/ogg                                        ogg;

    video/mp4                                        mp4;
    video/mpeg                                       mpeg mpg;
    video/webm                                       webm;
    video/x-msvideo                                  avi;
}
`;

/** What servers of scripts are told. */
const PARAMS: readonly (readonly [name: string, value: string])[] = [
  ['QUERY_STRING', '$query_string'],
  ['REQUEST_METHOD', '$request_method'],
  ['CONTENT_TYPE', '$content_type'],
  ['CONTENT_LENGTH', '$content_length'],
  ['REQUEST_URI', '$request_uri'],
  ['DOCUMENT_URI', '$document_uri'],
  ['DOCUMENT_ROOT', '$document_root'],
  ['SERVER_PROTOCOL', '$server_protocol'],
  ['REQUEST_SCHEME', '$scheme'],
  ['HTTPS', '$https if_not_empty'],
  ['REMOTE_ADDR', '$remote_addr'],
  ['REMOTE_PORT', '$remote_port'],
  ['SERVER_PORT', '$server_port'],
  ['SERVER_NAME', '$server_name'],
];

const paramsOf = (kind: string) =>
  `\n${PARAMS.map(([name, value]) => `${kind}_param  ${name.padEnd(18)} ${value};\n`).join('')}`;

const FASTCGI_PARAMS = `${paramsOf('fastcgi')}
fastcgi_param  SCRIPT_NAME        $fastcgi_script_name;
fastcgi_param  GATEWAY_INTERFACE  CGI/1.1;
fastcgi_param  SERVER_SOFTWARE    nginx/$nginx_version;

# PHP only, required if PHP was built with --enable-force-cgi-redirect
fastcgi_param  REDIRECT_STATUS    200;
`;

const OLD_CONF = NGINX_CONF.replace('auto', '1')
  .replace('error.log notice', 'error.log warn')
  .replace('/run/nginx.pid', '/var/run/nginx.pid');

const DEFAULT_CONF = `server {
    listen       80;
    listen  [::]:80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`;

/** The page that tells that the server works. */
const INDEX = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;
