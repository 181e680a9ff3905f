import type { Context, Main } from '../../../host/index.ts';
import { CONFIG, gccOf, Nginx } from './nginx-master.ts';

/** nginx: serves the files and locations of its configuration. */
export const nginx: Main = function* (context) {
  const options = parseArguments(context.args.slice(1));
  if (typeof options === 'string') {
    yield* context.err(`nginx: ${options}\n`);
    return 1;
  }
  const version = context.env.get('NGINX_VERSION') ?? '1.27.5';
  if (options.version !== undefined) {
    yield* context.err(`nginx version: nginx/${version}\n${options.version === 'V' ? buildOf(context) : ''}`);
    return 0;
  }
  if (!options.test && !options.signal) context.process.argv = [masterTitle(context.args)];
  const server = new Nginx(context, version);
  const problem = server.load(options.config);
  if (problem) {
    yield* context.err(
      options.test
        ? `nginx: [emerg] ${problem}\nnginx: configuration file ${options.config} test failed\n`
        : `${server.stamp('emerg')}: ${problem}\nnginx: [emerg] ${problem}\n`,
    );
    return 1;
  }
  if (options.test) {
    yield* context.err(
      `nginx: the configuration file ${options.config} syntax is ok\nnginx: configuration file ${options.config} test is successful\n`,
    );
    if (options.dump)
      for (const [path, text] of server.files) yield* context.out(`# configuration file ${path}:\n${text}\n`);
    return 0;
  }
  if (options.signal) {
    if (server.isTalkative) yield* context.err(`${server.stamp('notice')}: signal process started\n`);
    return yield* signalMaster(context, options.signal);
  }
  return yield* server.run();
};

function masterTitle(args: readonly string[]): string {
  return `nginx: master process ${args.join(' ')}`;
}

interface Options {
  config: string;
  test: boolean;
  /** The letter that asks for it. */
  version: 'v' | 'V' | undefined;
  /** Shows what it has read. */
  dump: boolean;
  signal: string | undefined;
}

function parseArguments(args: readonly string[]): Options | string {
  const options: Options = {
    config: CONFIG,
    test: false,
    version: undefined,
    dump: false,
    signal: undefined,
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '-t' || arg === '-T') {
      options.test = true;
      options.dump = arg === '-T';
    } else if (arg === '-v' || arg === '-V') options.version = arg.slice(1) as 'v' | 'V';
    else if (arg === '-c') options.config = args[++i] ?? CONFIG;
    else if (arg === '-s') options.signal = args[++i];
    else if (arg === '-g' || arg === '-p' || arg === '-e') i++;
    else if (arg !== '-q') return `invalid option: "${arg.replace(/^-/, '')}"`;
  }
  return options;
}

function* signalMaster(context: Context, name: string) {
  const signals = { stop: 'TERM', quit: 'QUIT', reload: 'HUP', reopen: 'USR1' } as const;
  const signal = signals[name as keyof typeof signals];
  if (!signal) {
    yield* context.err(`nginx: invalid option: "-s ${name}"\n`);
    return 1;
  }
  const pid = context.fs.isFile('/run/nginx.pid') ? Number(context.fs.read('/run/nginx.pid')) : 0;
  const master = context.process.namespace.members.get(pid);
  if (!master?.alive) {
    yield* context.err('nginx: [error] open() "/run/nginx.pid" failed (2: No such file or directory)\n');
    return 1;
  }
  master.signal(signal);
  return 0;
}

function buildOf(context: Context): string {
  return `built by gcc ${gccOf(context)}\nbuilt with OpenSSL 3.0.17 1 Jul 2025\nTLS SNI support enabled\nconfigure arguments: --prefix=/etc/nginx --sbin-path=/usr/sbin/nginx --modules-path=/usr/lib/nginx/modules --conf-path=/etc/nginx/nginx.conf --error-log-path=/var/log/nginx/error.log --http-log-path=/var/log/nginx/access.log --pid-path=/run/nginx.pid --lock-path=/run/nginx.lock --user=nginx --group=nginx --with-compat --with-file-aio --with-threads --with-http_ssl_module --with-http_stub_status_module --with-http_v2_module --with-stream --with-stream_ssl_module\n`;
}
