import { RESOURCES } from '../../cluster/client/resources.ts';
import { metallbPool } from '../../cluster/manifests/metallb.ts';
import { MINIKUBE_ADDONS, type MinikubeAddon } from '../../cluster/manifests/minikube.ts';
import type { Context } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import type { MinikubeCluster } from './cluster.ts';
import { serviceUrls } from './services.ts';
import { box } from './table.ts';

const ENDPOINT_LABEL = 'kubernetes.io/minikube-addons-endpoint';
/** Between two looks at whether an add-on's pods are ready, and how often it is looked. */
const LOOK_MS = 500;
const LOOKS = 360;

/** `minikube addons …` */
export function* addons(context: Context, cluster: MinikubeCluster, args: readonly string[]): Steps<number> {
  const [verb, name] = args;
  if (verb === 'list') return yield* list(context, cluster, args.includes('json'));
  if (verb === undefined || !['enable', 'disable', 'open', 'configure', 'images'].includes(verb)) {
    yield* context.out(HELP);
    return verb === undefined || verb === 'help' ? 0 : 1;
  }
  if (name === undefined) {
    yield* context.err(`\n❌  Exiting due to MK_USAGE: usage: minikube addons ${verb} ADDON_NAME\n\n`);
    return 14;
  }
  const isOld = verb === 'enable' && name === 'heapster';
  if (isOld) yield* context.out('⌛  using metrics-server addon, heapster is deprecated\n');
  const known = isOld ? 'metrics-server' : name;
  const addon = MINIKUBE_ADDONS.find((one) => one.name === known);
  if (!addon) return yield* refuse(context, verb, name);
  if (verb === 'open') return yield* open(context, cluster, addon);
  if (verb === 'images') return yield* images(context, addon);
  if (verb === 'configure') return yield* configure(context, cluster, addon);
  if (!addon.objects) {
    yield* context.err(`\n❌  Exiting due to MK_ADDON_ENABLE: the addon '${name}' is not simulated here\n\n`);
    return 10;
  }
  return yield* verb === 'enable' ? enable(context, cluster, addon) : disable(context, cluster, addon);
}

function* list(context: Context, cluster: MinikubeCluster, json: boolean): Steps<number> {
  if (json) {
    const all = MINIKUBE_ADDONS.map((addon) => [
      addon.name,
      { Profile: 'minikube', Status: cluster.isOn(addon.name) ? 'enabled' : 'disabled' },
    ]);
    yield* context.out(`${JSON.stringify(Object.fromEntries(all))}\n`);
    return 0;
  }
  const rows = MINIKUBE_ADDONS.map((addon) => [
    addon.name,
    'minikube',
    cluster.isOn(addon.name) ? 'enabled ✅' : 'disabled',
    addon.maintainer,
  ]);
  yield* context.out(box(['ADDON NAME', 'PROFILE', 'STATUS', 'MAINTAINER'], rows));
  return 0;
}

function* enable(context: Context, cluster: MinikubeCluster, addon: MinikubeAddon): Steps<number> {
  const { name, maintainer, objects = () => [], images = [], advice } = addon;
  yield* context.out(
    `💡  ${name} is an addon maintained by ${maintainer}. For any concerns contact minikube on GitHub.\nYou can view the list of minikube maintainers at: https://github.com/kubernetes/minikube/blob/master/OWNERS\n`,
  );
  for (const image of images) yield* context.out(`    ▪ Using image ${image}\n`);
  cluster.apply(objects());
  if (advice !== undefined && !cluster.switched()[advice])
    yield* context.out(
      `💡  Some ${name} features require the ${advice} addon. To enable all features please run:\n\n\tminikube addons enable ${advice}\n\n`,
    );
  if (name === 'ingress') {
    yield* context.out('🔎  Verifying ingress addon...\n');
    for (let look = 0; look < LOOKS && !controllerIsReady(cluster); look++) yield* context.sleep(LOOK_MS);
  }
  cluster.switch(name, true);
  yield* context.out(`🌟  The '${name}' addon is enabled\n`);
  return 0;
}

function controllerIsReady(cluster: MinikubeCluster): boolean {
  const selection = {
    namespace: 'ingress-nginx',
    labelSelector: 'app.kubernetes.io/component=controller',
  };
  const pods = cluster.client.list(RESOURCES.pods, selection).items;
  return pods.some((pod) =>
    pod.status?.conditions?.some((c: any) => c.type === 'Ready' && c.status === 'True'),
  );
}

function* images(context: Context, { name, images: all = [] }: MinikubeAddon): Steps<number> {
  const rows = [...new Set(all)].map((full) => {
    const [, registry = '', path = ''] = /^([^/]+\.[^/]+)\/(.+)$/.exec(full) ?? [];
    const title = (/([^/]+):[^:]+$/.exec(full)?.[1] ?? '').replace(/(^|-)(.)/g, (_, _dash, c: string) =>
      c.toUpperCase(),
    );
    return [title, path, registry];
  });
  yield* context.out(
    rows.length === 0
      ? `${name} has no images.\n`
      : `▪ ${name} has following images:\n${box(['IMAGE NAME', 'DEFAULT IMAGE', 'DEFAULT REGISTRY'], rows)}`,
  );
  return 0;
}

/** Asks for what an add-on has to know. Models cmd/minikube/cmd/config/configure.go */
function* configure(
  context: Context,
  cluster: MinikubeCluster,
  { name, images: all = [] }: MinikubeAddon,
): Steps<number> {
  if (name !== 'metallb') {
    yield* context.err(
      ['registry-creds', 'ingress', 'registry-aliases', 'auto-pause'].includes(name)
        ? `\n❌  Exiting due to UNIMPLEMENTED: configuring ${name} is not simulated here\n\n`
        : `🤷  ${name} has no available configuration options\n`,
    );
    return name === 'ingress' ? 1 : 0;
  }
  const input = { rest: '' };
  const first = yield* ask(context, input, '-- Enter Load Balancer Start IP: ');
  const last = yield* ask(context, input, '-- Enter Load Balancer End IP: ');
  cluster.remove([metallbPool()]);
  cluster.apply([metallbPool(first, last)]);
  for (const image of all) yield* context.out(`    ▪ Using image ${image}\n`);
  yield* context.out('✅  metallb was successfully configured\n');
  return 0;
}

function* ask(context: Context, input: { rest: string }, prompt: string): Steps<string> {
  yield* context.out(prompt);
  while (!input.rest.includes('\n')) {
    const piece = yield* context.read(0);
    if (piece === '') break;
    input.rest += piece;
  }
  const [line = '', ...rest] = input.rest.split('\n');
  input.rest = rest.join('\n');
  return line.trim();
}

function* disable(context: Context, cluster: MinikubeCluster, addon: MinikubeAddon): Steps<number> {
  cluster.remove(addon.objects?.() ?? []);
  cluster.switch(addon.name, false);
  yield* context.out(`🌑  "The '${addon.name}' addon is disabled\n`);
  return 0;
}

/** What each verb says of an add-on that there is none of, with its exit code. */
function* refuse(context: Context, verb: string, name: string): Steps<number> {
  const unknown = `addon '${name}' is not a valid addon packaged with minikube.\nTo see the list of available addons run:\nminikube addons list`;
  const [reason, message, code] =
    verb === 'open'
      ? ['MK_USAGE', unknown, 14]
      : verb === 'enable'
        ? ['MK_ADDON_ENABLE', unknown, 10]
        : name === 'heapster'
          ? [
              'SVC_ADDON_UNSUPPORTED',
              'The heapster addon is depreciated. please try to disable metrics-server instead',
              116,
            ]
          : ['MK_ADDON_DISABLE', `run disable callbacks: ${unknown}`, 10];
  yield* context.err(`\n❌  Exiting due to ${reason}: ${message}\n\n`);
  return Number(code);
}

/** Shows the URLs of the services that an add-on marks as its front door; there is no browser here. */
function* open(context: Context, cluster: MinikubeCluster, addon: MinikubeAddon): Steps<number> {
  if (!cluster.isOn(addon.name)) {
    yield* context.err(
      `\n❌  Exiting due to MK_ADDON_NOT_ENABLED: addon '${addon.name}' is currently not enabled.\nTo enable this addon run:\nminikube addons enable ${addon.name}\n\n`,
    );
    return 11;
  }
  const labelSelector = `${ENDPOINT_LABEL}=${addon.name}`;
  const services = cluster.client.list(RESOURCES.services, { labelSelector }).items;
  if (services.length === 0) {
    yield* context.err(
      `\n❌  Exiting due to SVC_NOT_FOUND: This addon does not have an endpoint defined for the 'addons open' command.\nYou can add one by annotating a service with the label ${ENDPOINT_LABEL}:${addon.name}\n\n`,
    );
    return 115;
  }
  for (const service of services) {
    const { namespace, name } = service.metadata;
    yield* context.out(`🎉  Opening kubernetes service ${namespace}/${name} in default browser...\n`);
    for (const url of serviceUrls(service, cluster.ip())) yield* context.out(`${url}\n`);
  }
  return 0;
}

const HELP = `addons modifies minikube addons files using subcommands like "minikube addons enable dashboard"

Available Commands:
  configure     Configures the addon w/ADDON_NAME within minikube (example: minikube addons configure registry-creds)
  disable       Disables the addon w/ADDON_NAME within minikube. For a list of available addons use: minikube addons list
  enable        Enables the addon w/ADDON_NAME within minikube. For a list of available addons use: minikube addons list
  images        List image names the addon w/ADDON_NAME used. For a list of available addons use: minikube addons list
  list          Lists all available minikube addons as well as their current statuses (enabled/disabled)
  open          Opens the addon w/ADDON_NAME within minikube

Usage:
  minikube addons SUBCOMMAND [flags] [options]
`;
