import { isSystemError, type Main, type NetworkNamespace, wasResumed } from '../../host/index.ts';
import type { KubeObject } from '../../objects/object.ts';
import { type Clock, WaitQueue, waitOn } from '../../sim/index.ts';
import type { Client, Resource } from '../client/client.ts';
import { SeriesRecorder } from '../client/events.ts';
import { clientFromKubeconfig, watchFailure } from '../client/http-client.ts';
import { Informer } from '../client/informer.ts';
import { stopOnSignals } from '../client/program-start.ts';
import { RESOURCES } from '../client/resources.ts';
import { FlagError } from '../flags.ts';
import { klogLine } from '../klog.ts';
import { HealthServers } from './health.ts';
import { kernelRules } from './iptables.ts';
import { hideIpvs, showIpvs } from './ipvs.ts';
import { nftTable } from './nftables.ts';
import { ProxyRules, servicePorts } from './rules.ts';
import { ProxyError, readSettings, type Settings } from './settings.ts';

/** Changes are gathered for a moment before the rules are written anew. */
const SYNC_MS = 20;

/** After a restore: until the API server is there again. */
const RESUME_MS = 15;

/** kube-proxy: turns services and their endpoints into rules of the host's network. */
export const kubeProxy: Main = function* (context) {
  const say = (severity: 'I' | 'E', source: string, message: string) =>
    context.err(klogLine(context, severity, source, message));
  const { clock } = context.process;
  let settings: Settings;
  let client: ReturnType<typeof clientFromKubeconfig>;
  try {
    settings = readSettings(context);
    client = clientFromKubeconfig(context, settings.kubeconfig, 'kube-proxy/v1.33.1 (linux/amd64)');
  } catch (error) {
    const message = isSystemError(error)
      ? `open ${error.path}: ${error.message.toLowerCase()}`
      : (error as Error).message;
    if (!(error instanceof FlagError) && !(error instanceof ProxyError) && !isSystemError(error)) throw error;
    yield* say('E', 'run.go:72', `"command failed" err=${JSON.stringify(message)}`);
    return 1;
  }
  if (wasResumed(context)) yield* context.sleep(RESUME_MS);
  else for (const warning of settings.warnings) yield* say('I', 'server.go:443', warning);
  const wake = new WaitQueue();
  const errors: string[] = [];
  const onError = (resource: Resource, error: unknown) => errors.push(watchFailure(resource, error));
  const services = new Informer({ client, clock, wake, resource: RESOURCES.services, onError });
  const slices = new Informer({ client, clock, wake, resource: RESOURCES.endpointslices, onError });
  slices.addIndex('service', (slice) => [
    `${slice.metadata.namespace}/${slice.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`,
  ]);
  const rules = new ProxyRules({
    node: settings.node,
    host: context.network.host,
    random: context.host.random.fork('kube-proxy'),
    now: () => context.now,
    mode: settings.mode,
    nodePortAddresses: settings.nodePortAddresses,
    localhostNodePorts: settings.localhostNodePorts,
  });
  const health = new HealthServers(context, settings);
  for (const problem of health.start())
    yield* say('E', 'server.go:521', `"Unhandled Error" err="starting server failed: ${problem}"`);
  let dirty = true;
  const touch = () => {
    dirty = true;
  };
  for (const informer of [services, slices]) informer.on({ added: touch, updated: touch, deleted: touch });
  const { translations } = context.network.host;
  context.process.onExit.push(() => {
    translations.delete('kube-proxy');
    hideTables(context.network.host);
    for (const informer of [services, slices]) informer.close();
  });
  yield* say('I', 'server_linux.go:145', `"Using ${settings.mode} proxy"`);
  if (!wasResumed(context)) announce(client, clock, settings.node);
  let synced = false;
  const stopped = stopOnSignals(context, wake);
  // A Go program that does not look after SIGTERM ends with 2, also as process 1 of its container.
  for (;;) {
    if (stopped()) return 2;
    services.pump();
    slices.pump();
    for (const error of errors.splice(0)) yield* say('E', 'reflector.go:200', error);
    if (dirty && services.synced && slices.synced) {
      dirty = false;
      const slicesOf = (namespace: string, name: string) => slices.byIndex('service', `${namespace}/${name}`);
      const ports = servicePorts(services.list(), slicesOf, () => zoneOf(client, settings.node));
      rules.set(ports);
      health.synced(ports);
      translations.set('kube-proxy', rules.translate);
      showTables(context.network.host, rules, settings, () => serviceCidrs(client));
      if (!synced)
        yield* say('I', 'shared_informer.go:357', '"Caches are synced" controller="service config"');
      synced = true;
    }
    const due = [services.nextDue, slices.nextDue].filter((at) => at !== undefined);
    const woke = yield* waitOn([wake], due.length > 0 ? Math.min(...due) : undefined);
    if (woke === 'event' && synced) yield* context.sleep(SYNC_MS);
  }
};

/** What the kernel's tools show of the rules. */
function showTables(
  network: NetworkNamespace,
  rules: ProxyRules,
  settings: Settings,
  serviceCidrs: () => string[],
): void {
  if (settings.mode === 'ipvs') showIpvs(network, rules.list(), rules.nodePortIps);
  else if (settings.mode === 'iptables')
    network.kernelRules.set('kube-proxy', () =>
      kernelRules(rules.list(), { ...settings, nodePortIps: rules.nodePortIps }),
    );
  else {
    const options = {
      ...settings,
      nodeAddresses: rules.nodePortIps ?? [],
      serviceCidrs: serviceCidrs(),
    };
    network.nftTables.set('kube-proxy', () => nftTable(rules.list(), options));
  }
}

/** The ranges of services; none while the server is away. */
function serviceCidrs(client: Client): string[] {
  try {
    const { items } = client.list(RESOURCES.servicecidrs);
    return items.flatMap(({ spec }) => (spec?.cidrs ?? []) as string[]).filter((cidr) => !cidr.includes(':'));
  } catch {
    return [];
  }
}

/** The tables go with the proxy that made them. */
function hideTables(network: NetworkNamespace): void {
  network.kernelRules.delete('kube-proxy');
  network.nftTables.delete('kube-proxy');
  hideIpvs(network);
}

/** The node's zone; unknown while the server is away. */
function zoneOf(client: Client, node: string): string | undefined {
  try {
    return client.find(RESOURCES.nodes, node)?.metadata.labels?.['topology.kubernetes.io/zone'];
  } catch {
    return undefined;
  }
}

/** Every node's events tell that its kube-proxy was started. Models cmd/kube-proxy/app ProxyServer.Run */
function announce(client: Client, clock: Clock, node: string): void {
  const recorder = new SeriesRecorder({
    client,
    clock,
    controller: 'kube-proxy',
    instance: `kube-proxy-${node}`,
  });
  const about = { kind: 'Node', metadata: { name: node, uid: node } } as KubeObject;
  recorder.event(about, { type: 'Normal', reason: 'Starting', action: 'StartKubeProxy', message: '' });
}
