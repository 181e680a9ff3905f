import { type Context, type HttpRequest, type Main, resolveName } from '../../host/index.ts';
import { appImages } from './app.ts';
import { alpineBase } from './bases/unix.ts';
import { type ImageFamily, MEBI } from './image.ts';
import { html, log, text } from './serve.ts';
import { SqlServer } from './sql/server.ts';

/** What the courses' colours look like. */
const COLOURS: Readonly<Record<string, string>> = {
  red: '#e74c3c',
  green: '#16a085',
  blue: '#2980b9',
  blue2: '#30336b',
  pink: '#be2edd',
  darkblue: '#130f40',
};
const NAMES = Object.keys(COLOURS);
const ABOUT = ` This is a sample web application that displays a colored background.
 A color can be specified in two ways.

 1. As a command line argument with --color as the argument. Accepts one of ${NAMES.join(',')}
 2. As an Environment variable APP_COLOR. Accepts one of ${NAMES.join(',')}
 3. If none of the above then a random color is picked from the above list.
 Note: Command line argument precedes over environment variable.

`;
const FLASK = ` * Serving Flask app "app" (lazy loading)
 * Environment: production
   WARNING: Do not use the development server in a production environment.
   Use a production WSGI server instead.
 * Debug mode: off
 * Running on http://0.0.0.0:8080/ (Press CTRL+C to quit)
`;
const SERVER = { server: 'Werkzeug/0.16.1 Python/3.6.6' };
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The color that was asked for on the command line, else by the environment, else by chance. */
function chosen(context: Context): { color: string; how: string } {
  const { args, env } = context;
  const at = args.findIndex((arg) => arg === '--color' || arg.startsWith('--color='));
  const given = at < 0 ? undefined : (args[at]?.split('=')[1] ?? args[at + 1] ?? '');
  const set = env.get('APP_COLOR');
  if (given !== undefined) {
    const both = set === undefined ? '' : 'A color was set through environment variable -' + set;
    const other =
      both === '' ? '' : `${both}. However, color from command line argument takes precendence.\n`;
    return { color: given, how: `Color from command line argument =${given}\n${other}` };
  }
  if (set !== undefined)
    return {
      color: set,
      how: `No Command line argument. Color from environment variable =${set}\n`,
    };
  const color = NAMES[Number.parseInt(context.hostname.slice(-4), 36) % NAMES.length] ?? 'red';
  return {
    color,
    how: `No command line argument or environment variable. Picking a Random Color =${color}\n`,
  };
}

/** Flask's line for a request. */
function requested(context: Context, request: HttpRequest, status: number): void {
  const [date, time] = new Date(context.now).toISOString().slice(0, 19).split('T') as [string, string];
  const [year, month, day] = date.split('-') as [string, string, string];
  const when = `${day}/${MONTHS[Number(month) - 1]}/${year} ${time}`;
  const line = `"${request.method} ${request.path} HTTP/1.1" ${status} -`;
  log(context, `${request.peer?.address} - - [${when}] ${line}\n`, 2);
}

const notFound = () =>
  html(
    404,
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n',
    SERVER,
  );

const WEBAPP_COLOR = appImages({
  homes: ['kodekloud/webapp-color', 'mmumshad/simple-webapp-color'],
  tags: ['latest', 'v1', 'v2', 'v3'],
  sizeBytes: 31_800_000,
  footprint: { memoryBytes: 21 * MEBI, cores: 0.001 },
  path: '/usr/local/bin/webapp-color',
  base: (into) => alpineBase(into, '3.8.1'),
  config: () => ({ entrypoint: ['/opt/start.sh'], workingDir: '/opt' }),
  files: (into) => into.write('/opt/start.sh', '#!/bin/sh\nexec webapp-color python app.py "$@"\n', 0o755),
  spec: {
    program: 'webapp-color',
    port: 8080,
    refusal(context) {
      const { color, how } = chosen(context);
      const why = `Color not supported. Received '${color}' expected one of ${NAMES.join(',')}\n`;
      return NAMES.includes(color) ? undefined : ABOUT + how + why;
    },
    started: (context) => ABOUT + chosen(context).how + FLASK,
    taken: () => 'OSError: [Errno 98] Address in use\n',
    title: () => 'python app.py',
    http: (context) => (request) => {
      const { color } = chosen(context);
      const [path] = request.path.split('?');
      requested(context, request, path === '/' || path === '/color' ? 200 : 404);
      if (path === '/color') return text(200, color, SERVER);
      if (path !== '/') return notFound();
      const head = '<!doctype html>\n<title>Hello from Flask</title>\n';
      const body = `<body style="background: ${COLOURS[color]};"></body>\n<div style="color: #e4e4e4;\n    text-align:  center;\n    height: 90px;\n    vertical-align:  middle;">\n\n  <h1>Hello from ${context.hostname}!</h1>\n\n</div>\n`;
      return html(200, head + body, SERVER);
    },
  },
});

/** Why the database that the variables name does not let it in. */
function refusalOf(context: Context): string | undefined {
  const host = context.env.get('DB_Host') ?? 'localhost';
  const found = resolveName(context, host);
  const reached = found.ok ? context.network.connect(found.addresses[0] as string, 3306) : undefined;
  if (!reached?.ok) {
    const why = found.ok ? '111 Connection refused' : '-2 Name does not resolve';
    return `2003: Can't connect to MySQL server on '${host}:3306' (${why})`;
  }
  const { service } = reached.listener;
  const [user, password] = [context.env.get('DB_User') ?? '', context.env.get('DB_Password') ?? ''];
  if (service instanceof SqlServer && service.catalog.users().get(user)?.password === password)
    return undefined;
  const from = context.network.primaryAddress();
  return `1045 (28000): Access denied for user '${user}'@'${from}' (using password: ${password === '' ? 'NO' : 'YES'})`;
}

const WEBAPP_MYSQL = appImages({
  homes: ['kodekloud/simple-webapp-mysql', 'mmumshad/simple-webapp-mysql'],
  tags: ['latest'],
  sizeBytes: 38_600_000,
  footprint: { memoryBytes: 24 * MEBI, cores: 0.001 },
  path: '/usr/local/bin/webapp-mysql',
  base: (into) => alpineBase(into, '3.8.1'),
  config: () => ({ entrypoint: ['webapp-mysql'], workingDir: '/opt' }),
  spec: {
    program: 'webapp-mysql',
    port: 8080,
    started: () => FLASK,
    taken: () => 'OSError: [Errno 98] Address in use\n',
    title: () => 'python app.py',
    http: (context) => (request) => {
      const why = refusalOf(context);
      requested(context, request, 200);
      const variables = ['DB_Host', 'DB_Database', 'DB_User', 'DB_Password'].map((name) => {
        const value = context.env.get(name) ?? (name === 'DB_Host' ? 'localhost' : 'Not Set');
        return `${name}=${value}; `;
      });
      const color = why === undefined ? '#39b54b' : '#ff3f3f';
      const result =
        why === undefined
          ? 'Successfully connected to the MySQL database.'
          : 'Failed connecting to the MySQL database.';
      const end = why === undefined ? '' : `<p>${why}</p>\n`;
      return html(
        200,
        `<!doctype html>\n<title>Hello from Flask</title>\n<body style="background: ${color};"></body>\n<h1>${result}</h1>\n<p>Environment Variables: ${variables.join('')}</p>\n${end}<p>From ${context.hostname}!</p>\n`,
        SERVER,
      );
    },
  },
});

const EVENTS = ['logged in', 'logged out', 'is viewing page1', 'is viewing page2', 'is viewing page3'];
/** The event that goes wrong, and how often. */
const FAILED = {
  fifth: 'USER5 Failed to Login as the account is locked due to MANY FAILED ATTEMPTS.',
  eighth: 'USER7 Order failed as the item is OUT OF STOCK.',
};

/** Says every second or so what a user of a shop does. */
const eventSimulator: Main = function* (context) {
  const stamp = () => new Date(context.now).toISOString().slice(0, 23).replace('T', ' ').replace('.', ',');
  const say = (level: string, what: string) =>
    context.out(`[${stamp()}] ${level} in event-simulator: ${what}\n`);
  for (let n = 1; ; n++) {
    if (n % 5 === 0) yield* say('WARNING', FAILED.fifth);
    if (n % 8 === 0) yield* say('WARNING', FAILED.eighth);
    const { random } = context.host;
    yield* say('INFO', `USER${1 + random.below(4)} ${random.pick(EVENTS)}`);
    yield* context.sleep(1000);
  }
};

const EVENT_SIMULATOR: ImageFamily = {
  repository: 'kodekloud/event-simulator',
  tags: ['latest'],
  sizeBytes: 28_900_000,
  footprint: { memoryBytes: 7 * MEBI, cores: 0.001 },
  config: () => ({ entrypoint: ['/usr/local/bin/event-simulator'], workingDir: '/opt' }),
  files(into) {
    alpineBase(into, '3.11.5');
    into.install('/usr/local/bin/event-simulator', 'event-simulator');
    into.fs.mkdirAll('/log');
  },
  programs: [{ name: 'event-simulator', main: eventSimulator }],
};

/** What KodeKloud's courses deploy. */
export const KODEKLOUD: readonly ImageFamily[] = [...WEBAPP_COLOR, ...WEBAPP_MYSQL, EVENT_SIMULATOR];
