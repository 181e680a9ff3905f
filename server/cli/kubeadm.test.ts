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

  test('a node is reset and joins again with a token; a wrong CA hash is not trusted', async () => {
    await shell.run('kubectl drain node02 --ignore-daemonsets --force; kubectl delete node node02');
    const command = (await kubeadm('token create --print-join-command')).trim();
    expect((await shell.run('ssh node02 sudo kubeadm reset -f')).exit).toBe(0);
    const wrong = command.replace(/sha256:\w{4}/, 'sha256:0000');
    expect((await shell.run(`ssh node02 sudo ${wrong}`)).stderr).toContain(
      'cluster CA found in cluster-info ConfigMap is invalid: none of the public keys',
    );
    expect((await shell.run(`ssh node02 sudo ${command}`)).stdout).toContain(
      '\nThis node has joined the cluster:\n',
    );
    await shell.run('sleep 15');
    expect((await shell.run('kubectl get node node02 --no-headers')).stdout).toMatch(/^node02 +Ready /);
    expect((await shell.run('kubectl get csr --no-headers')).stdout).toMatch(
      /^node-csr-\S+ .*system:bootstrap:\w{6} +<none> +Approved,Issued$/m,
    );
    expect((await shell.run(`ssh node02 sudo ${command}`)).exit).toBe(2);
  });

  test('upgrades the control plane and a node as the documents say', async () => {
    const on = async (host: string, script: string) => {
      const { stdout, stderr } = await shell.run(`ssh ${host} sudo bash -s <<'X'\n${script}\nX`);
      return stdout + stderr;
    };
    const install = (packages: string) =>
      `apt-get update -qq; apt-get install -y -qq --allow-change-held-packages ${packages} >/dev/null`;
    expect(await kubeadm('upgrade apply v1.33.4 -y')).toContain(
      'Specified version to upgrade to "v1.33.4" is higher than the kubeadm version "v1.33.1"',
    );
    await on('controlplane', install('kubeadm=1.33.4-1.1'));
    expect(await kubeadm('upgrade plan')).toMatch(/^kube-apiserver +controlplane +v1\.33\.1 +v1\.33\.\d+$/m);
    expect(await kubeadm('upgrade apply v1.33.4 -y')).toContain(
      'SUCCESS! A control plane node of your cluster was upgraded to "v1.33.4".',
    );
    expect((await shell.run('kubectl version')).stdout).toContain('Server Version: v1.33.4\n');
    await on('controlplane', `${install('kubelet=1.33.4-1.1')}; systemctl restart kubelet`);
    await on('node01', `${install('kubeadm=1.33.4-1.1 kubelet=1.33.4-1.1')}`);
    expect(await on('node01', 'kubeadm upgrade node; systemctl restart kubelet')).toContain(
      'The kubelet configuration for this node was successfully upgraded!',
    );
    await shell.run('sleep 60');
    const versions = await shell.run("kubectl get nodes --no-headers | awk '{print $1, $2, $5}'");
    expect(versions.stdout).toBe('controlplane Ready v1.33.4\nnode01 Ready v1.33.4\nnode02 Ready v1.33.1\n');
    const images = 'jsonpath={.items[*].spec.containers[0].image}';
    expect(
      (await shell.run(`kubectl -n kube-system get pods -l k8s-app=kube-proxy -o '${images}'`)).stdout,
    ).toBe(Array(3).fill('registry.k8s.io/kube-proxy:v1.33.4').join(' '));
  });

  test('refuses what it does not know', async () => {
    expect(await kubeadm('foo')).toContain('error: unknown command "foo" for "kubeadm"\n');
    expect(await kubeadm('version -o short --foo')).toContain('error: unknown flag: --foo\n');
    expect(await kubeadm('version -o short')).toBe('v1.33.4\n');
    expect(await kubeadm('certs renew apiserver --cert-dir /tmp')).toContain(
      'error: a certificate directory',
    );
    expect(await kubeadm('config images list --kubernetes-version 1.32.1')).toContain(
      'registry.k8s.io/kube-proxy:v1.32.1\n',
    );
  });
});
