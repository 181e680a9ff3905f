import type { Browser } from 'playwright-core';
import { newcomer, ok, run, shows, type } from './page.ts';

/** A troubleshooter breaks the API server with vi, sees it in crictl and the journal, and mends it. */
export async function brokenApiServer(browser: Browser, base: string): Promise<void> {
  const page = await newcomer(browser);
  await page.goto(base);
  await page.click('form[action="/labs/tainted-nodes/attempts"] button');
  await shows(page, /candidate@base:~\$/);
  await type(page, 'sudo -i');
  await shows(page, /root@base:~#/);
  await type(page, 'exit');
  await run(page, 'ssh controlplane');
  await shows(page, /root@controlplane:~#/);
  await type(page, 'sudo -i');
  await type(page, 'clear');
  await substitute('2379', '2380');
  await run(page, 'sleep 30; crictl ps -a --name kube-apiserver');
  await shows(page, /Exited +kube-apiserver/);
  ok('crictl shows that the API server has exited');
  const logs = 'crictl logs $(crictl ps -aq --name kube-apiserver | head -1)';
  await run(page, `${logs} 2>&1 | grep -o 'dial tcp.*' | tail -1`);
  await shows(page, /^dial tcp 127\.0\.0\.1:2380: connect: connection refused/m);
  ok('its log says that etcd does not answer at 2380');
  await run(page, 'kubectl get nodes');
  await shows(page, /The connection to the server \S+ was refused - did you specify the right host or port/);
  await run(page, 'journalctl -u kubelet -f');
  await shows(page, /dial tcp 172\.30\.1\.2:6443/);
  await page.keyboard.press('Control+c');
  await substitute('2380', '2379');
  await run(page, 'until kubectl get nodes 2>/dev/null; do sleep 1; done');
  await shows(page, /controlplane +Ready/);
  ok('mended, the API server answers');
  await type(page, 'exit');
  await type(page, 'exit');
  await shows(page, /candidate@base:~\$ *$/m);
  await page.close();

  /** Replaces a port in the API server's manifest with vi. */
  async function substitute(from: string, to: string): Promise<void> {
    await type(page, 'vi /etc/kubernetes/manifests/kube-apiserver.yaml');
    await shows(page, /apiVersion: v1/);
    await type(page, `:%s/${from}/${to}/g`);
    await type(page, ':wq');
    await shows(page, /root@controlplane:~# *$/m);
  }
}
