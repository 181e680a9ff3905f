import { RESOURCES } from '../../cluster/client/resources.ts';
import type { Context } from '../../host/index.ts';
import type { KubeObject } from '../../objects/object.ts';
import { type Steps, waitOn } from '../../sim/index.ts';
import type { MinikubeCluster } from './cluster.ts';
import { box } from './table.ts';

/** `http://192.168.49.2:30080`, one a node port. */
export function serviceUrls(service: KubeObject, ip: string): string[] {
  return (service.spec?.ports ?? []).flatMap((port: any) =>
    port.nodePort ? [`http://${ip}:${port.nodePort}`] : [],
  );
}

export function flag(args: readonly string[], ...names: string[]): string | undefined {
  const at = args.findIndex((arg) => names.some((name) => arg === name || arg.startsWith(`${name}=`)));
  if (at < 0) return undefined;
  const arg = args[at] as string;
  return arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : args[at + 1];
}

/** `minikube service …` */
export function* service(context: Context, cluster: MinikubeCluster, args: readonly string[]): Steps<number> {
  const namespace = flag(args, '-n', '--namespace') ?? 'default';
  const valued = new Set(['-n', '--namespace']);
  const [name] = args.filter((arg, i) => !arg.startsWith('-') && !valued.has(args[i - 1] ?? ''));
  if (name === 'list') return yield* list(context, cluster);
  if (name === undefined) {
    yield* context.err('\n❌  Exiting due to MK_USAGE: You must specify service name(s) or --all\n\n');
    return 14;
  }
  const found = cluster.client.find(RESOURCES.services, name, namespace);
  if (!found) {
    yield* context.err(
      `\n❌  Exiting due to SVC_NOT_FOUND: Service '${name}' was not found in '${namespace}' namespace.\nYou may select another namespace by using 'minikube service ${name} -n <namespace>'. Or list out all the services using 'minikube service list'\n\n`,
    );
    return 115;
  }
  const urls = serviceUrls(found, cluster.ip());
  if (args.includes('--url')) {
    yield* context.out(urls.map((url) => `${url}\n`).join(''));
    return 0;
  }
  yield* context.out(box(HEADINGS, [row(found, cluster.ip())]));
  if (urls.length === 0) {
    yield* context.out(`😿  service ${namespace}/${name} has no node port\n`);
    return 0;
  }
  yield* context.out(`🎉  Opening service ${namespace}/${name} in default browser...\n`);
  return 0;
}

const HEADINGS = ['NAMESPACE', 'NAME', 'TARGET PORT', 'URL'];

function row(object: KubeObject, ip: string): string[] {
  const { namespace = '', name } = object.metadata;
  const ports: any[] = object.spec?.ports ?? [];
  const urls = serviceUrls(object, ip);
  const target =
    urls.length === 0
      ? 'No node port'
      : ports.map((port) => `${port.name ? `${port.name}/` : ''}${port.port}`).join(' ');
  return [namespace, name, target, urls.join(' ')];
}

function* list(context: Context, cluster: MinikubeCluster): Steps<number> {
  const ip = cluster.ip();
  const rows = cluster.client.list(RESOURCES.services).items.map((one) => row(one, ip));
  yield* context.out(box(HEADINGS, rows));
  return 0;
}

/** How often the tunnel looks for services that want an address. */
const LOOK_MS = 5000;

/** `minikube tunnel`: while it runs, load balancers have the addresses of their services, and can be reached from here. */
export function* tunnel(context: Context, cluster: MinikubeCluster): Steps<number> {
  const { network } = context.host;
  const route = { to: '10.96.0.0/12', via: cluster.ip(), dev: 'eth0' };
  network.routes.push(route);
  const served = new Set<string>();
  context.process.onExit.push(() => {
    network.routes.splice(network.routes.indexOf(route), 1);
  });
  let stopped = false;
  for (const signal of ['INT', 'TERM'] as const)
    context.process.handlers.set(signal, () => {
      stopped = true;
    });
  yield* context.out(
    `✅  Tunnel successfully started\n\n📌  NOTE: Please do not close this terminal as this process must stay alive for the tunnel to be accessible ...\n\n`,
  );
  while (!stopped) {
    for (const one of cluster.client.list(RESOURCES.services).items) {
      const { name, namespace = '' } = one.metadata;
      if (one.spec?.type !== 'LoadBalancer' || (one.status?.loadBalancer?.ingress ?? []).length > 0) continue;
      publish(cluster, one, [{ ip: one.spec.clusterIP }]);
      served.add(`${namespace}/${name}`);
      yield* context.out(`🏃  Starting tunnel for service ${name}.\n`);
    }
    yield* waitOn([], context.now + LOOK_MS);
  }
  for (const key of served) {
    const [namespace = '', name = ''] = key.split('/');
    const found = cluster.client.find(RESOURCES.services, name, namespace);
    yield* context.out(`✋  Stopped tunnel for service ${name}.\n`);
    if (found) publish(cluster, found, []);
  }
  return 0;
}

function publish(cluster: MinikubeCluster, object: KubeObject, ingress: readonly object[]): void {
  const body = { status: { loadBalancer: { ingress } } };
  const { name, namespace } = object.metadata;
  cluster.client.patch(RESOURCES.services, name, { type: 'merge', body, subresource: 'status' }, namespace);
}
