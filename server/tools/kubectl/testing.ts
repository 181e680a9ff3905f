import { FunctionFile, Host, type HttpHandler, Network, ROOT } from '../../host/index.ts';
import { Clock, Random } from '../../sim/index.ts';
import { kubectl } from './index.ts';

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Files of the working directory. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface Bench {
  readonly host: Host;
  readonly clock: Clock;
  /** Runs kubectl with these words and standard input. */
  run(words: readonly string[], options?: RunOptions): Ran;
}

const CONFIG = `apiVersion: v1
kind: Config
clusters:
- cluster: {server: 'http://172.30.1.2:6443'}
  name: kubernetes
contexts:
- context: {cluster: kubernetes, user: kubernetes-admin}
  name: kubernetes-admin@kubernetes
current-context: kubernetes-admin@kubernetes
users:
- name: kubernetes-admin
  user: {token: test}
`;

/** A host with kubectl and nothing else; with `api`, a server on 172.30.1.2:6443 and a kubeconfig for it. */
export function bench(options: { clock?: Clock; api?: HttpHandler } = {}): Bench {
  const clock = options.clock ?? new Clock(Date.UTC(2026, 0, 1));
  const network = new Network();
  const crashes: unknown[] = [];
  const host = new Host({
    hostname: 'base',
    clock,
    random: new Random('kubectl'),
    network,
    programs: new Map([[kubectl.name, { name: kubectl.name, main: kubectl.main }]]),
    onCrash: (_, error) => crashes.push(error),
  });
  host.network.interfaces.push({ name: 'eth0', mac: '', addresses: ['172.30.1.2/24'], up: true, mtu: 1500 });
  host.network.interfaces.push({ name: 'lo', mac: '', addresses: ['127.0.0.1/8'], up: true, mtu: 65536 });
  if (options.api) {
    host.network.listen({ protocol: 'TCP', address: '0.0.0.0', port: 6443, pid: 1, http: options.api });
  }
  const run: Bench['run'] = (words, { stdin = '', env = {}, files = {} } = {}) => {
    let stdout = '';
    let stderr = '';
    let input: string | undefined = stdin;
    const fds = new Map([
      [
        0,
        new FunctionFile('stdin', {
          read: () => {
            const text = input ?? '';
            input = undefined;
            return text;
          },
        }),
      ],
      [
        1,
        new FunctionFile('stdout', {
          write: (text) => {
            stdout += text;
            return text.length;
          },
        }),
      ],
      [
        2,
        new FunctionFile('stderr', {
          write: (text) => {
            stderr += text;
            return text.length;
          },
        }),
      ],
    ]);
    const process = host.spawn({
      main: (context) => {
        if (options.api && !context.fs.exists('/root/.kube/config')) {
          context.fs.mkdirAll('/root/.kube');
          context.fs.write('/root/.kube/config', CONFIG);
        }
        if (!context.fs.exists('/work')) context.fs.mkdirAll('/work');
        context.cwd = '/work';
        for (const [name, text] of Object.entries(files)) context.fs.write(name, text);
        return kubectl.main(context);
      },
      process: {},
      state: {
        host,
        args: ['kubectl', ...words],
        env: new Map(Object.entries({ HOME: '/root', PATH: '/usr/bin', ...env })),
        cwd: '/',
        umask: 0o022,
        credentials: ROOT,
        fds,
        mounts: host.mounts,
        network: host.network,
        hostname: undefined,
      },
    });
    for (let i = 0; process.alive && i < 10_000; i++) clock.advance(100);
    if (crashes.length > 0) throw crashes[0];
    return { stdout, stderr, exit: process.status?.code ?? -1 };
  };
  return { host, clock, run };
}
