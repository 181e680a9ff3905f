import { expect, test } from 'vitest';
import { RESOURCES } from '../../client/resources.ts';
import { container, NodeUnderTest } from '../testing.ts';

test('static policy: whole processors of guaranteed pods are theirs, others share the rest, also after a restart', () => {
  const settings = { cpuManagerPolicy: 'static', reserved: [{ cpu: '500m' }], effective: {} };
  const world = new NodeUnderTest({ settings });
  const pod = (cpu?: string) => {
    const resources =
      cpu === undefined ? {} : { limits: { cpu, memory: '64Mi' }, requests: { cpu, memory: '64Mi' } };
    return { containers: [container('c', 'busybox', { command: ['sleep', 'infinity'], resources })] };
  };
  const cpus = (name: string) => world.file(name, '/sys/fs/cgroup/cpuset.cpus');
  const state = () => JSON.parse(world.node.host.init.fs.read('/var/lib/kubelet/cpu_manager_state'));
  world.run('shared', pod());
  world.run('own', pod('1'));
  world.run('part', pod('200m'));
  world.clock.advance(8000);
  expect(['shared', 'own', 'part'].map(cpus)).toEqual(['0\n', '1\n', '0\n']);
  expect(state()).toMatchObject({ policyName: 'static', defaultCpuSet: '0' });
  world.node.stopKubelet();
  world.node.startKubelet();
  world.clock.advance(3000);
  expect(state().entries).toEqual({ [world.get('own').metadata.uid]: { c: '1' } });
  world.run('another', { restartPolicy: 'Never', ...pod('1') });
  world.clock.advance(3000);
  expect(world.get('another').status).toMatchObject({ phase: 'Failed', reason: 'OutOfcpu' });
  world.client.delete(RESOURCES.pods, 'own', 'default');
  world.clock.advance(40_000);
  expect(cpus('shared')).toBe('0-1\n');
  expect(state()).toMatchObject({ defaultCpuSet: '0-1' });
});
