import { beforeAll, describe, expect, test } from 'vitest';
import { bootWorld, forkWorld } from '../exam/boot.ts';
import { StepShell } from '../exam/shell-run.ts';
import { loadTopology } from '../exam/topology.ts';
import type { World } from '../exam/world.ts';
import { worldBuilder } from './builder.ts';

const START_MS = Date.UTC(2026, 10, 21, 9);

describe('a node of a whole cluster whose kubelet stops', () => {
  let world: World;
  let shell: StepShell;
  const run = async (step: string) => (await shell.run(step)).stdout.trim();
  const pods = () =>
    run("kubectl get pods --no-headers -o wide | awk '{print $3, $7}' | sort | uniq -c | xargs");

  beforeAll(async () => {
    const options = { seed: 'outage', startMs: START_MS };
    world = await bootWorld(worldBuilder, loadTopology('labs', 'three-nodes'), options);
    shell = new StepShell(world);
    await run(`kubectl apply -f - <<X
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: nginx}]
      tolerations:
      - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 20}
X
kubectl rollout status deployment web`);
  });

  test('is unknown 40 s after its last renewal, loses its pods, and comes back', async () => {
    expect(await pods()).toBe('1 Running node01 1 Running node02');
    await run('ssh node01 sudo systemctl stop kubelet; sleep 29');
    expect(await run("kubectl get nodes --no-headers | awk '{print $2}' | xargs")).toBe('Ready Ready Ready');
    await run('sleep 12');
    expect(await run("kubectl get nodes --no-headers | awk '{print $2}' | xargs")).toBe(
      'Ready NotReady Ready',
    );
    const conditions = '{range .status.conditions[*]}{.type}={.status} {.reason} {.message}{"\\n"}{end}';
    expect(await run(`kubectl get node node01 -o jsonpath='${conditions}' | grep -v Network | sort`)).toBe(
      ['DiskPressure', 'MemoryPressure', 'PIDPressure', 'Ready']
        .map((type) => `${type}=Unknown NodeStatusUnknown Kubelet stopped posting node status.`)
        .join('\n'),
    );
    const taints = '{range .spec.taints[*]}{.key}:{.effect}{"\\n"}{end}';
    expect(await run(`kubectl get node node01 -o jsonpath='${taints}'`)).toBe(
      'node.kubernetes.io/unreachable:NoSchedule\nnode.kubernetes.io/unreachable:NoExecute',
    );
    await run('sleep 25');
    expect(await pods()).toBe('2 Running node02 1 Terminating node01');
    await run('ssh node01 sudo systemctl start kubelet; sleep 5');
    expect(await run("kubectl get nodes --no-headers | awk '{print $2}' | xargs")).toBe('Ready Ready Ready');
    expect(await run(`kubectl get node node01 -o jsonpath='${taints}'`)).toBe('');
    expect(await pods()).toBe('2 Running node02');
  });

  test('that is rebooted forgets what lay in memory, and runs its pods again', async () => {
    await run('kubectl run tied --image=nginx --overrides=\'{"spec":{"nodeName":"node01"}}\'');
    await run('kubectl wait --for=condition=Ready pod/tied');
    await run('ssh node01 "touch /tmp/scratch /root/kept; sysctl -w net.ipv4.tcp_syncookies=0"');
    expect((await shell.run('ssh node01 reboot')).stderr).toBe(
      'Connection to node01 closed by remote host.\n',
    );
    await run('sleep 40');
    expect(await run('ssh node01 "ls /tmp /root; uptime -p; sysctl -n net.ipv4.tcp_syncookies"')).toBe(
      '/root:\nkept\n\n/tmp:\nup 0 minutes\n1',
    );
    const app = '{.status.containerStatuses[0]}';
    expect(JSON.parse(await run(`kubectl get pod tied -o jsonpath='${app}'`))).toMatchObject({
      ready: true,
      restartCount: 1,
      lastState: { terminated: { exitCode: 255, reason: 'Unknown' } },
    });
    expect(await run('kubectl get events | grep -c "node01 has been rebooted, boot id"')).toBe('1');
  });

  test('and whose kubelet is given time ends its pods first', async () => {
    await run(
      'ssh node01 "echo shutdownGracePeriod: 20s >> /var/lib/kubelet/config.yaml; systemctl restart kubelet; sleep 2; shutdown -r now"',
    );
    const status = '{.status.phase} {.status.reason} {.status.message}';
    expect(await run(`kubectl get pod tied -o jsonpath='${status}'`)).toBe(
      'Failed Terminated Pod was terminated in response to imminent node shutdown.',
    );
    await run('sleep 40');
    expect(await run("kubectl get nodes --no-headers | awk '{print $2}' | xargs")).toBe('Ready Ready Ready');
  });

  test('and that is switched off stays off, in a fork too; who sits at a machine does not switch it off', async () => {
    await run('ssh node01 poweroff; sleep 45');
    const fork = await forkWorld(worldBuilder, world.snapshot(), { seed: 'outage', startMs: START_MS });
    for (const one of [shell, new StepShell(fork)]) {
      const nodes = await one.run(
        "kubectl get nodes --no-headers | awk '{print $2}' | xargs; ssh node01 true",
      );
      expect([nodes.stdout, nodes.stderr]).toEqual([
        'Ready NotReady Ready\n',
        'ssh: connect to host node01 port 22: No route to host\n',
      ]);
    }
    expect((await shell.run('sudo poweroff')).exit).toBe(1);
  });
});
