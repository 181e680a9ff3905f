import type { Browser } from 'playwright-core';
import { check, equal, newcomer, ok, run, select, shows, type } from './page.ts';

const MANIFEST = `apiVersion: v1
kind: Pod
metadata:
  name: nginx-pod
spec:
  containers:
    - name: nginx-container
      image: nginx:1.14
      ports:
      - containerPort: 80
      - containerPort: 443
        protocol: TCP
`;

/** The static Pod lab from the first click to full marks, and to none. */
export async function staticPod(browser: Browser, base: string): Promise<void> {
  const page = await newcomer(browser);
  await page.goto(base);
  await page.click('form[action="/labs/static-pod/attempts"] button');
  await shows(page, /candidate@base:~\$/);
  await type(page, 'ssh node02');
  await shows(page, /root@node02:~#/);
  await type(page, 'cd /etc/kubernetes/manifests');
  await type(page, 'cat > nginx.yaml');
  for (const line of MANIFEST.trimEnd().split('\n')) await type(page, line);
  await page.keyboard.press('Control+d');
  await page.click('#add-terminal');
  await shows(page, /candidate@base:~\$/);
  await type(page, 'watch kubectl get pods -o wide');
  const tookMs = await shows(
    page,
    /nginx-pod-node02\s+1\/1\s+Running\s+0\s+\S+\s+10\.244\.\d+\.\d+\s+node02/,
  );
  ok(`watch shows the Pod after ${tookMs} ms`);
  await page.keyboard.press('Control+c');
  await run(page, 'kubectl delete pod nginx-pod-node02');
  await shows(page, /pod "nginx-pod-node02" deleted/);
  await run(page, 'sleep 3; kubectl get pods');
  await shows(page, /nginx-pod-node02\s+1\/1\s+Running/);
  ok('the deleted Pod came back');
  equal(await check(page), '5 of 5 points', 'check');
  await select(page, 0);
  equal((await page.textContent('[role=tab] >> nth=0'))?.trim(), '1 · root@node02', 'title of the tab');
  await type(page, 'rm nginx.yaml');
  await select(page, 1);
  await run(page, 'sleep 3; kubectl get pods');
  await shows(page, /No resources found in default namespace/);
  equal(await check(page), '0 of 5 points', 'check without the manifest');
  await page.close();
}
