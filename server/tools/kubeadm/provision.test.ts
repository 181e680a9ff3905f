import { expect, test } from 'vitest';
import { clientFromKubeconfig } from '../../cluster/client/http-client.ts';
import { RESOURCES } from '../../cluster/client/resources.ts';
import { clusterPrograms } from '../../cluster/programs.ts';
import { LogRegistry } from '../../cluster/store/registry.ts';
import { Host, Network, type Program, ubuntuDisk } from '../../host/index.ts';
import { Clock, Random } from '../../sim/index.ts';
import { provisionControlPlane, provisionWorker } from './provision.ts';

const START = Date.UTC(2026, 10, 21, 9, 0, 0);

/** As much of cp as flannel's init containers need. */
const CP: Program = {
  name: 'cp',
  main: function* (context) {
    const [from = '', to = ''] = context.args.slice(-2);
    context.fs.write(to, context.fs.read(from), 0o755);
    return 0;
  },
};

/** A control plane and a worker, provisioned and switched on. */
function boot(hollow = false) {
  const clock = new Clock(START);
  const network = new Network();
  const logs = new LogRegistry();
  const programs = new Map([...clusterPrograms({ logs }), CP].map((program) => [program.name, program]));
  const base = ubuntuDisk(clock, []);
  const crashes: unknown[] = [];
  const host = (hostname: string, address: string) => {
    const made = new Host({
      hostname,
      clock,
      network,
      programs,
      base,
      random: new Random(hostname),
      onCrash: (process, error) => {
        crashes.push(`${process.argv[0]}: ${(error as Error).stack}`);
      },
    });
    made.network.interfaces.push({
      name: 'eth0',
      mac: '',
      addresses: [`${address}/24`],
      up: true,
      mtu: 1500,
    });
    made.network.routes.push({ to: 'default', via: '172.30.1.1', dev: 'eth0' });
    return made;
  };
  const controlPlane = host('controlplane', '172.30.1.2');
  const worker = host('node01', '172.30.1.3');
  const plan = provisionControlPlane(controlPlane, {
    controlPlane: { name: 'controlplane', address: '172.30.1.2' },
    ...(hollow ? { components: 'services', hollow: true, addons: [] } : {}),
  });
  provisionWorker(worker, plan, controlPlane);
  controlPlane.boot();
  worker.boot();
  return { clock, controlPlane, worker, crashes, logs };
}

test('a control plane of static pods comes up, and nodes join it', () => {
  const { clock, controlPlane, crashes } = boot();
  const began = performance.now();
  clock.advance(60_000);
  console.log('boot ms', performance.now() - began);
  expect(crashes).toEqual([]);
  const client = clientFromKubeconfig(controlPlane.init, '/etc/kubernetes/admin.conf');
  const show = () => {
    for (const pod of client.list(RESOURCES.pods).items) {
      console.log(
        pod.metadata.namespace,
        pod.metadata.name,
        pod.status.phase,
        pod.spec.nodeName,
        pod.status.podIP,
        JSON.stringify(pod.status.containerStatuses?.[0]?.state),
        pod.status.containerStatuses?.[0]?.restartCount,
      );
    }
    for (const node of client.list(RESOURCES.nodes).items)
      console.log(
        node.metadata.name,
        JSON.stringify(node.spec),
        JSON.stringify(node.status.conditions.at(-1)),
      );
  };
  show();
  for (const line of controlPlane.journal.entries().slice(-30))
    console.log(line.identifier, line.message.slice(0, 200));
});
