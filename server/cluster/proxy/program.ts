import { parse as parseYaml } from 'yaml';
import { type Context, isSystemError, type Main, wasResumed } from '../../host/index.ts';
import { WaitQueue, waitOn } from '../../sim/index.ts';
import { clientFromKubeconfig } from '../client/http-client.ts';
import { Informer } from '../client/informer.ts';
import { stopOnSignals } from '../client/program-start.ts';
import { RESOURCES } from '../client/resources.ts';
import { FlagError, type FlagKind, parseFlags } from '../flags.ts';
import { klogLine } from '../klog.ts';
import { natRules } from './iptables.ts';
import { ProxyRules, servicePorts } from './rules.ts';

const FLAGS: Readonly<Record<string, FlagKind>> = {
  config: 'string',
  'hostname-override': 'string',
  kubeconfig: 'string',
  'cluster-cidr': 'string',
  'proxy-mode': 'string',
  'bind-address': 'string',
  'healthz-bind-address': 'string',
  'metrics-bind-address': 'string',
  v: 'int',
};
const MODES = ['', 'iptables', 'ipvs', 'nftables'];
/** Changes are gathered for a moment before the rules are written anew. */
const SYNC_MS = 20;

/** After a restore: until the API server is there again. */
const RESUME_MS = 15;

class ProxyError extends Error {
  override name = 'ProxyError';
}

interface Settings {
  readonly node: string;
  readonly kubeconfig: string;
  readonly mode: string;
}

function readSettings(context: Context): Settings {
  const flags = parseFlags(context.args.slice(1), FLAGS);
  const path = flags.get('config');
  let config: any = {};
  if (path !== undefined) {
    if (!context.fs.isFile(path))
      throw new ProxyError(`failed complete: open ${path}: no such file or directory`);
    try {
      config = parseYaml(context.fs.read(path)) ?? {};
    } catch (error) {
      throw new ProxyError(
        `failed complete: couldn't get version/kind; json parse error: ${(error as Error).message.split('\n')[0]}`,
      );
    }
    if (config.kind !== 'KubeProxyConfiguration')
      throw new ProxyError(
        `failed complete: no kind "${config.kind}" is registered for version "${config.apiVersion}"`,
      );
  }
  const mode = flags.get('proxy-mode') ?? config.mode ?? '';
  if (!MODES.includes(mode)) {
    throw new ProxyError(
      `failed validate: KubeProxyConfiguration.Mode: Invalid value: "${mode}": must be iptables,ipvs,nftables or blank (blank means the best-available proxy [currently iptables])`,
    );
  }
  return {
    node: (flags.get('hostname-override') ?? config.hostnameOverride) || context.hostname,
    kubeconfig: flags.get('kubeconfig') ?? config.clientConnection?.kubeconfig ?? '',
    mode: mode === '' ? 'iptables' : mode,
  };
}

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
  const wake = new WaitQueue();
  const errors: string[] = [];
  const onError = (resource: { kind: string }, error: unknown) =>
    errors.push(
      `"Failed to watch" err="failed to list *v1.${resource.kind}: ${(error as Error).message}" logger="UnhandledError" reflector="k8s.io/client-go/informers/factory.go:160" type="*v1.${resource.kind}"`,
    );
  const services = new Informer({ client, clock, wake, resource: RESOURCES.services, onError });
  const slices = new Informer({ client, clock, wake, resource: RESOURCES.endpointslices, onError });
  slices.addIndex('service', (slice) => [
    `${slice.metadata.namespace}/${slice.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`,
  ]);
  const rules = new ProxyRules(settings.node, context.network.host, context.host.random.fork('kube-proxy'));
  let dirty = true;
  const touch = () => {
    dirty = true;
  };
  for (const informer of [services, slices]) informer.on({ added: touch, updated: touch, deleted: touch });
  const { translations } = context.network.host;
  context.process.onExit.push(() => {
    translations.delete('kube-proxy');
    context.network.host.natRules.delete('kube-proxy');
    for (const informer of [services, slices]) informer.close();
  });
  yield* say('I', 'server_linux.go:145', `"Using ${settings.mode} proxy"`);
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
      rules.set(
        servicePorts(services.list(), (namespace, name) => slices.byIndex('service', `${namespace}/${name}`)),
      );
      translations.set('kube-proxy', rules.translate);
      if (settings.mode === 'iptables')
        context.network.host.natRules.set('kube-proxy', () => natRules(rules.list()));
      if (!synced)
        yield* say('I', 'shared_informer.go:357', '"Caches are synced" controller="service config"');
      synced = true;
    }
    const due = [services.nextDue, slices.nextDue].filter((at) => at !== undefined);
    const woke = yield* waitOn([wake], due.length > 0 ? Math.min(...due) : undefined);
    if (woke === 'event' && synced) yield* context.sleep(SYNC_MS);
  }
};
