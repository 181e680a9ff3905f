import { beforeAll, describe, expect, test } from 'vitest';
import { bootWorld } from '../exam/boot.ts';
import { StepShell } from '../exam/shell-run.ts';
import { loadTopology } from '../exam/topology.ts';
import { worldBuilder } from './builder.ts';

const START_MS = Date.UTC(2026, 10, 21, 9);

describe('a node of a whole cluster whose kubelet stops', () => {
  let shell: StepShell;
  const run = async (step: string) => (await shell.run(step)).stdout.trim();
  const pods = () =>
    run("kubectl get pods --no-headers -o wide | awk '{print $3, $7}' | sort | uniq -c | xargs");

  beforeAll(async () => {
    const options = { seed: 'outage', startMs: START_MS };
    shell = new StepShell(await bootWorld(worldBuilder, loadTopology('labs', 'three-nodes'), options));
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
});
