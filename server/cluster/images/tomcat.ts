import type { Context } from '../../host/index.ts';
import { appImages } from './app.ts';
import { account, debianBase } from './bases/unix.ts';
import { MEBI } from './image.ts';
import { html, pathOf } from './serve.ts';
import { releases, variants } from './tags.ts';

const VERSIONS = variants(
  releases({ '11.0': 13, '10.1': 48, '9.0': 111, '8.5': 100, '8.0': 53, '7.0': 109 }),
  '11.0.13',
  ['jdk21', 'jdk17', 'jre17', 'jdk11', 'alpine'],
);
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** From the start of the virtual machine to the first request that it takes. */
const START_MS = 900;

function line(context: Context, source: string, says: string): string {
  const [date, time] = new Date(context.now).toISOString().slice(0, 23).split('T') as [string, string];
  const [year, month, day] = date.split('-') as [string, string, string];
  return `${day}-${MONTHS[Number(month) - 1]}-${year} ${time} INFO [main] ${source} ${says}\n`;
}

const versionOf = (context: Context) => context.env.get('TOMCAT_VERSION') ?? '11.0.13';

/** Tomcat as its image has it: running, with no application. */
export const TOMCAT = appImages({
  homes: ['tomcat'],
  tags: VERSIONS.keys(),
  sizeBytes: 174_000_000,
  footprint: { memoryBytes: 110 * MEBI, cores: 0.002 },
  path: '/usr/local/tomcat/bin/catalina.sh',
  base: (into) => debianBase(into, 'ubuntu', '24.04 noble'),
  config: (tag) => ({
    cmd: ['catalina.sh', 'run'],
    workingDir: '/usr/local/tomcat',
    env: {
      PATH: '/usr/local/tomcat/bin:/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      CATALINA_HOME: '/usr/local/tomcat',
      JAVA_HOME: '/opt/java/openjdk',
      TOMCAT_VERSION: VERSIONS.get(tag) ?? '11.0.13',
    },
  }),
  files(into) {
    into.install('/opt/java/openjdk/bin/java', 'java-image');
    for (const name of ['webapps', 'webapps.dist/ROOT', 'logs', 'conf', 'temp', 'work'])
      into.fs.mkdirAll(`/usr/local/tomcat/${name}`);
    into.write('/usr/local/tomcat/webapps.dist/ROOT/index.jsp', '<h1>Apache Tomcat</h1>\n');
    account(into, 'tomcat', 1000, '/usr/local/tomcat');
  },
  spec: {
    program: 'tomcat',
    port: 8080,
    fd: 2,
    title: () =>
      '/opt/java/openjdk/bin/java -classpath /usr/local/tomcat/bin/bootstrap.jar org.apache.catalina.startup.Bootstrap start',
    prepares: (context) => ({
      says: [
        line(
          context,
          'org.apache.catalina.startup.VersionLoggerListener.log',
          `Server version name:   Apache Tomcat/${versionOf(context)}`,
        ),
        line(
          context,
          'org.apache.coyote.AbstractProtocol.init',
          'Initializing ProtocolHandler ["http-nio-8080"]',
        ),
        line(
          context,
          'org.apache.catalina.core.StandardEngine.startInternal',
          `Starting Servlet engine: [Apache Tomcat/${versionOf(context)}]`,
        ),
      ].join(''),
      takesMs: START_MS,
    }),
    started: (context) =>
      line(
        context,
        'org.apache.coyote.AbstractProtocol.start',
        'Starting ProtocolHandler ["http-nio-8080"]',
      ) +
      line(
        context,
        'org.apache.catalina.startup.Catalina.start',
        `Server startup in [${START_MS}] milliseconds`,
      ),
    stopped: (context) =>
      line(context, 'org.apache.coyote.AbstractProtocol.stop', 'Stopping ProtocolHandler ["http-nio-8080"]'),
    taken: () =>
      'SEVERE [main] org.apache.catalina.util.LifecycleBase.handleSubClassException Failed to initialize component [Connector["http-nio-8080"]]\n',
    http: (context) => (request) => answer(context, pathOf(request)),
  },
});

/** Pages of the applications in `webapps`, of which there are none at first. */
function answer(context: Context, path: string) {
  const [, first = ''] = path.split('/');
  const root = '/usr/local/tomcat/webapps';
  const has = context.fs.isDirectory(`${root}/${first}`) && first !== '';
  const file = `${root}${has ? path : `/ROOT${path}`}`.replace(/\/$/, '');
  for (const name of [file, `${file}/index.html`, `${file}/index.jsp`])
    if (context.fs.isFile(name)) return html(200, context.fs.read(name));
  const version = versionOf(context);
  const says = `The requested resource [${path}] is not available`;
  return html(
    404,
    `<!doctype html><html lang="en"><head><title>HTTP Status 404 – Not Found</title></head><body><h1>HTTP Status 404 – Not Found</h1><hr class="line" /><p><b>Type</b> Status Report</p><p><b>Message</b> ${says}</p><p><b>Description</b> The origin server did not find a current representation for the target resource or is not willing to disclose that one exists.</p><hr class="line" /><h3>Apache Tomcat/${version}</h3></body></html>`,
    { 'content-type': 'text/html;charset=utf-8' },
  );
}
