import { beforeAll, describe, expect, test } from 'vitest';
import { bootWorld } from '../exam/boot.ts';
import { StepShell } from '../exam/shell-run.ts';
import { loadTopology } from '../exam/topology.ts';
import { worldBuilder } from './builder.ts';

describe('kubeadm on a running control plane', () => {
  let shell: StepShell;
  const kubeadm = async (args: string) => {
    const { stdout, stderr } = await shell.run(`ssh controlplane sudo kubeadm ${args}`);
    return stdout + stderr;
  };

  beforeAll(async () => {
    const options = { seed: 'kubeadm', startMs: Date.UTC(2026, 10, 21, 9) };
    shell = new StepShell(await bootWorld(worldBuilder, loadTopology('labs', 'three-nodes'), options));
  });

  test('gives tokens, and the command that joins with them', async () => {
    expect(await kubeadm('token create --print-join-command')).toMatch(
      /^kubeadm join 172\.30\.1\.2:6443 --token [a-z0-9]{6}\.[a-z0-9]{16} --discovery-token-ca-cert-hash sha256:[0-9a-f]{64} \n$/,
    );
    expect(await kubeadm('token create abcdef.0123456789abcdef --ttl 2h')).toBe('abcdef.0123456789abcdef\n');
    expect(await kubeadm('token create abcdef.0123456789abcdef')).toContain(
      'error: a token with id "abcdef" already exists\n',
    );
    expect(await kubeadm('token list')).toMatch(
      /^abcdef\.0123456789abcdef {3}1h {8}2026-11-21T11:\S+ {3}authentication,signing {3}<none> {8}system:bootstrappers:kubeadm:default-node-token$/m,
    );
    expect(await kubeadm('token delete abcdef')).toBe('bootstrap token "abcdef" deleted\n');
  });

  test('renews certificates, which keep what they say', async () => {
    const subject =
      'ssh controlplane sudo openssl x509 -noout -subject -in /etc/kubernetes/pki/apiserver.crt';
    const before = (await shell.run(subject)).stdout;
    const expires = async () => /^apiserver +(.*? UTC)/m.exec(await kubeadm('certs check-expiration'))?.[1];
    const first = await expires();
    await shell.run('sleep 120');
    expect(await kubeadm('certs renew apiserver')).toMatch(
      /\n\ncertificate for serving the Kubernetes API renewed\n$/,
    );
    expect(await expires()).not.toBe(first);
    expect((await shell.run(subject)).stdout).toBe(before);
    await kubeadm('certs renew all');
    expect((await shell.run('ssh controlplane sudo kubectl get nodes')).exit).toBe(0);
  });

  test('refuses what it does not know', async () => {
    expect(await kubeadm('foo')).toContain('error: unknown command "foo" for "kubeadm"\n');
    expect(await kubeadm('version -o short --foo')).toContain('error: unknown flag: --foo\n');
    expect(await kubeadm('version -o short')).toBe('v1.33.1\n');
    expect(await kubeadm('config images list --kubernetes-version 1.32.1')).toContain(
      'registry.k8s.io/kube-proxy:v1.32.1\n',
    );
  });
});
