import type { Browser, Page } from 'playwright-core';
import { equal, newcomer, ok, run, shows, type } from './page.ts';
import type { TestServer } from './server.ts';

/** An exam goes on after the sudden end of the server: same task, time, cluster and files; then it is submitted. */
export async function resume(browser: Browser, server: TestServer): Promise<void> {
  const page = await newcomer(browser);
  await page.goto(server.base);
  await page.click('form[action="/exams/first-steps/attempts"] button');
  await shows(page, /candidate@base:~\$/);
  await page.click('nav .tasks a >> nth=1');
  await shows(page, /candidate@base:~\$/);
  await type(page, 'echo kept > note; kubectl create configmap kept -n team-blue --from-literal=a=b');
  await shows(page, /configmap\/kept created/);
  const before = await secondsLeft(page);
  const asked = Date.now();
  server.kill();
  await page.waitForTimeout(1500);
  await server.start();
  await shows(page, /The session was restarted[\s\S]*candidate@base:~\$/);
  await run(page, 'cat note; kubectl get configmap kept -n team-blue; kubectl get nodes');
  await shows(page, /kept[\s\S]*kept\s+1\s[\s\S]*node02\s+Ready/);
  ok('files and cluster are as they were after kill -9');
  await page.reload();
  await shows(page, /\$/);
  equal((await page.textContent('.tasks a[aria-current=page] .index'))?.trim(), '2', 'task after kill -9');
  const after = await secondsLeft(page);
  const passed = (Date.now() - asked) / 1000;
  const said = `time left: ${before} s before, ${after} s ${passed.toFixed(1)} s later`;
  if (Math.abs(before - after - passed) > 2) throw new Error(said);
  ok(said);
  await page.click('#submit');
  await page.click('#ask-yes');
  await page.waitForSelector('.score');
  equal(await page.locator('.task-result').count(), 3, 'tasks judged');
  await page.close();
}

async function secondsLeft(page: Page): Promise<number> {
  const [minutes, seconds] = (await page.innerText('#clock-time')).split(':').map(Number);
  return (minutes ?? 0) * 60 + (seconds ?? 0);
}
