import { RESOURCES } from '../../cluster/client/resources.ts';
import { MINIKUBE_ADDONS, type MinikubeAddon } from '../../cluster/manifests/minikube.ts';
import { type Context, FunctionFile } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import type { MinikubeCluster } from './cluster.ts';
import { flag } from './services.ts';

const NAME = 'kubernetes-dashboard';
/** Between two looks at whether the dashboard answers, and how often it is looked. */
const LOOK_MS = 500;
const LOOKS = 1200;

/** `minikube dashboard`: a proxy to the dashboard for as long as it runs. Models cmd/minikube/cmd/dashboard.go */
export function* dashboard(
  context: Context,
  cluster: MinikubeCluster,
  args: readonly string[],
): Steps<number> {
  const port = flag(args, '--port') ?? String(context.network.ephemeralPort());
  const addon = MINIKUBE_ADDONS.find(({ name }) => name === 'dashboard') as MinikubeAddon;
  if (!cluster.isOn(addon.name)) {
    yield* context.err('🔌  Enabling dashboard ...\n');
    cluster.apply(addon.objects?.() ?? []);
    cluster.switch(addon.name, true);
  }
  yield* context.err('🤔  Verifying dashboard health ...\n');
  for (let look = 0; look < LOOKS && !isReady(cluster); look++) yield* context.sleep(LOOK_MS);
  yield* context.err('🚀  Launching proxy ...\n');
  const silent = new Map(context.fds).set(1, new FunctionFile('/dev/null', {}));
  const proxy = context.spawn('kubectl', {
    args: ['kubectl', '--context', 'minikube', 'proxy', '--port', port],
    fds: silent,
  });
  yield* context.err('🤔  Verifying proxy health ...\n');
  const url = `http://127.0.0.1:${port}/api/v1/namespaces/${NAME}/services/http:${NAME}:/proxy/`;
  // Nobody shows root a browser.
  const bare = args.includes('--url') || context.credentials.uid === 0;
  yield* context.out(bare ? `${url}\n` : `🎉  Opening ${url} in your default browser...\n`);
  return (yield* context.wait(proxy)).code;
}

function isReady(cluster: MinikubeCluster): boolean {
  const selection = { namespace: NAME, labelSelector: `k8s-app=${NAME}` };
  return cluster.client
    .list(RESOURCES.pods, selection)
    .items.some((pod) => pod.status?.conditions?.some((c: any) => c.type === 'Ready' && c.status === 'True'));
}
