import type { Browser } from 'playwright-core';
import { equal, newcomer, ok, run, screen, select, shows, type } from './page.ts';

/** What changes is printed as it changes, through pipes and in loops, until ^C. */
export async function watching(browser: Browser, base: string): Promise<void> {
  const page = await newcomer(browser);
  await page.goto(base);
  await page.click('form[action="/labs/static-pod/attempts"] button');
  await shows(page, /candidate@base:~\$/);
  await type(page, 'kubectl get pods -w | grep web');
  await page.click('#add-terminal');
  await shows(page, /candidate@base:~\$/);
  await type(page, 'kubectl create deployment web --image=nginx');
  await shows(page, /deployment.apps\/web created/);
  await select(page, 0);
  await shows(page, /web-\S+\s+0\/1\s+ContainerCreating[\s\S]*web-\S+\s+1\/1\s+Running/);
  ok('a watch through a pipe prints as pods change');
  await page.keyboard.press('Control+c');
  await run(page, 'while :; do date; sleep 1; done');
  await shows(page, /UTC 20\d\d\n[\s\S]*UTC 20\d\d/);
  const before = (await screen(page)).match(/UTC 20/g)?.length ?? 0;
  await page.waitForTimeout(3000);
  const printed = ((await screen(page)).match(/UTC 20/g)?.length ?? 0) - before;
  if (Math.abs(printed - 3) > 1) throw new Error(`a loop of a second printed ${printed} lines in 3 s`);
  ok(`a loop of a second printed ${printed} lines in 3 s`);
  await page.keyboard.press('Control+c');
  await run(page, 'echo ended');
  await shows(page, /ended/);
  equal((await screen(page)).includes('^C'), false, 'the screen was cleared after ^C');
  await page.close();
}
