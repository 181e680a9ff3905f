// The product as a candidate uses it, in a real browser: the static Pod lab from the first click to full marks, and an
// exam that survives the sudden end of the server. Run: npx tsx scripts/browser-test.ts
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const MAIN = process.env['EXAMLET_MAIN'] ?? 'server/bin.mjs';
const PORT = 18_080;
const BASE = `http://127.0.0.1:${PORT}`;

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

function startServer(data: string): Promise<ChildProcess> {
  const server = spawn(process.execPath, [MAIN, 'serve', '--port', String(PORT), '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    server.stdout?.on('data', (chunk) => String(chunk).includes('Examlet is at') && resolve(server));
    server.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

function screen(page: Page): Promise<string> {
  return page.locator('.panel:not([hidden]) .xterm-rows').innerText();
}

/** Waits until the visible terminal shows something. */
async function shows(page: Page, pattern: RegExp, timeoutMs = 15_000): Promise<number> {
  const started = Date.now();
  for (;;) {
    const text = (await screen(page)).replaceAll('\u00a0', ' ');
    if (pattern.test(text)) return Date.now() - started;
    if (Date.now() - started > timeoutMs) throw new Error(`the terminal does not show ${pattern}:\n${text}`);
    await page.waitForTimeout(50);
  }
}

async function type(page: Page, line: string): Promise<void> {
  await page.keyboard.type(`${line}\n`);
}

function equal<T>(actual: T, expected: T, what: string): void {
  if (actual !== expected) throw new Error(`${what}: expected ${expected}, got ${actual}`);
  console.log(`ok   ${what}: ${actual}`);
}

async function check(page: Page): Promise<string> {
  await page.click('#check');
  await page.waitForSelector('#check:disabled');
  await page.waitForSelector('#check:not(:disabled)', { timeout: 60_000 });
  return (await page.textContent('#report-points'))?.trim() ?? '';
}

async function staticPod(browser: Browser): Promise<void> {
  const page = await browser.newPage();
  await page.goto(BASE);
  await page.click('form[action="/labs/static-pod/attempts"] button');
  await shows(page, /candidate@base:~\$/, 60_000);
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
  console.log(`ok   watch shows the Pod after ${tookMs} ms`);
  await page.keyboard.press('Control+c');
  await type(page, 'clear; kubectl delete pod nginx-pod-node02');
  await shows(page, /pod "nginx-pod-node02" deleted/);
  await type(page, 'clear; sleep 3; kubectl get pods');
  await shows(page, /nginx-pod-node02\s+1\/1\s+Running/);
  console.log('ok   the deleted Pod came back');
  equal(await check(page), '5 of 5 points', 'check');
  await page.click('[role=tab] >> nth=0');
  await type(page, 'rm nginx.yaml');
  await page.click('[role=tab] >> nth=1');
  await type(page, 'clear; sleep 3; kubectl get pods');
  await shows(page, /No resources found in default namespace/);
  equal(await check(page), '0 of 5 points', 'check without the manifest');
  await page.close();
}

async function resume(browser: Browser, server: ChildProcess, data: string): Promise<ChildProcess> {
  const page = await browser.newPage();
  await page.goto(BASE);
  await page.click('form[action="/exams/first-steps/attempts"] button');
  await shows(page, /candidate@base:~\$/, 60_000);
  await page.click('nav .tasks a >> nth=1');
  await shows(page, /candidate@base:~\$/, 60_000);
  await type(page, 'echo kept > note; kubectl create configmap kept -n team-blue --from-literal=a=b');
  await shows(page, /configmap\/kept created/);
  const before = await secondsLeft(page);
  server.kill('SIGKILL');
  await page.waitForTimeout(1500);
  const again = await startServer(data);
  await shows(page, /candidate@base:~\$/, 30_000);
  await type(page, 'clear; cat note; kubectl get configmap kept -n team-blue; kubectl get nodes');
  await shows(page, /kept[\s\S]*kept\s+1\s[\s\S]*node02\s+Ready/, 30_000);
  console.log('ok   files and cluster are as they were after kill -9');
  await page.reload();
  await shows(page, /\$/, 30_000);
  equal((await page.textContent('.tasks a[aria-current=page] .index'))?.trim(), '2', 'task after kill -9');
  const after = await secondsLeft(page);
  if (after > before || before - after > 60)
    throw new Error(`time left: ${before} s before, ${after} s after`);
  console.log(`ok   time left: ${before} s before, ${after} s after`);
  await page.click('#submit');
  await page.click('#ask-yes');
  await page.waitForSelector('.score', { timeout: 60_000 });
  equal(await page.locator('.task-result').count(), 3, 'tasks judged');
  await page.close();
  return again;
}

async function secondsLeft(page: Page): Promise<number> {
  const [minutes, seconds] = (await page.innerText('#clock-time')).split(':').map(Number);
  return (minutes ?? 0) * 60 + (seconds ?? 0);
}

if (!existsSync(CHROMIUM))
  throw new Error(`no browser at ${CHROMIUM}: apt-get install chromium, or set CHROMIUM`);
const data = mkdtempSync(join(tmpdir(), 'examlet-'));
let server = await startServer(data);
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--headless', '--disable-quic', '--disable-background-networking', '--disable-sync'],
});
try {
  await staticPod(browser);
  server = await resume(browser, server, data);
  console.log('the browser test passes');
} finally {
  await browser.close();
  server.removeAllListeners('exit');
  server.kill('SIGKILL');
  rmSync(data, { recursive: true, force: true });
}
