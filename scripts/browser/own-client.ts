import { request } from 'node:https';
import type { Browser } from 'playwright-core';
import { parse } from 'yaml';
import { equal, newcomer, run, shows } from './page.ts';

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { user: { token: string } }[];
}

/** The kubeconfig that a page offers, used by a client outside of the browser: both see the same cluster. */
export async function ownClient(browser: Browser, base: string): Promise<void> {
  const page = await newcomer(browser);
  await page.goto(base);
  await page.click('form[action="/labs/static-pod/attempts"] button');
  await shows(page, /candidate@base:~\$/);
  await run(page, 'kubectl create configmap seen --from-literal=by=me');
  await shows(page, /configmap\/seen created/);
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[download]')]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  equal(download.suggestedFilename(), 'static-pod.kubeconfig', 'name of the download');
  const config = parse(Buffer.concat(chunks).toString('utf8')) as Kubeconfig;
  const found = await get(config, '/api/v1/namespaces/default/configmaps/seen');
  equal((found as { data?: { by?: string } }).data?.by, 'me', 'read with the downloaded kubeconfig');
  await page.close();
}

function get(config: Kubeconfig, path: string): Promise<unknown> {
  const { cluster } = config.clusters[0] as Kubeconfig['clusters'][number];
  const { user } = config.users[0] as Kubeconfig['users'][number];
  const options = {
    ca: Buffer.from(cluster['certificate-authority-data'], 'base64'),
    headers: { accept: 'application/json', authorization: `Bearer ${user.token}` },
  };
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, cluster.server), options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve(JSON.parse(body)));
    });
    asked.on('error', reject).end();
  });
}
