import { beforeAll, describe, expect, test } from 'vitest';
import { bootWorld } from '../exam/boot.ts';
import { StepShell } from '../exam/shell-run.ts';
import { loadTopology } from '../exam/topology.ts';
import { worldBuilder } from './builder.ts';

const MANIFESTS = '/etc/kubernetes/manifests';

describe('static pods of a whole cluster', () => {
  let shell: StepShell;
  const run = async (step: string) => {
    const { stdout, stderr } = await shell.run(step);
    return (stdout + stderr).trim();
  };
  const away = (name: string) => run(`ssh controlplane sudo mv ${MANIFESTS}/${name}.yaml /root/`);
  const back = (name: string) => run(`ssh controlplane sudo mv /root/${name}.yaml ${MANIFESTS}/`);

  beforeAll(async () => {
    const options = { seed: 'static', startMs: Date.UTC(2026, 10, 21, 9) };
    shell = new StepShell(await bootWorld(worldBuilder, loadTopology('labs', 'three-nodes'), options));
  });

  test('run within a second of their manifest, come back as mirrors, and go with the file', async () => {
    await run(`ssh node02 'sudo tee ${MANIFESTS}/web.yaml >/dev/null <<X
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "nginx:1.27"}]}
X'; sleep 1`);
    const phase = 'kubectl get pod web-node02 -o jsonpath={.status.phase}';
    expect(await run(phase)).toBe('Running');
    await run('kubectl delete pod web-node02; sleep 1');
    expect(await run(phase)).toBe('Running');
    await run(`ssh node02 sudo rm ${MANIFESTS}/web.yaml; sleep 2`);
    expect(await run(phase)).toContain('NotFound');
  });

  test('without a scheduler pods wait, without an event', async () => {
    await away('kube-scheduler');
    await run('sleep 5; kubectl run a --image=nginx; sleep 3');
    expect(await run('kubectl get pod a --no-headers')).toMatch(/^a +0\/1 +Pending/);
    expect(await run('kubectl get events --field-selector involvedObject.name=a')).toContain('No resources');
    await back('kube-scheduler');
    await run('sleep 15');
    expect(await run('kubectl get pod a --no-headers')).toMatch(/^a +1\/1 +Running/);
  });

  test('without an API server nobody answers, until it is back', async () => {
    const refused =
      'The connection to the server 172.30.1.2:6443 was refused - did you specify the right host or port?';
    await away('kube-apiserver');
    await run('sleep 12');
    expect(await run('kubectl get nodes')).toBe(refused);
    await back('kube-apiserver');
    await run('sleep 15');
    expect((await shell.run('kubectl get nodes')).exit).toBe(0);
  });
});
