// The product as a candidate uses it, in a real browser. Run: npx tsx scripts/browser/main.ts
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { brokenApiServer } from './broken-api-server.ts';
import { ownClient } from './own-client.ts';
import { resume } from './resume.ts';
import { TestServer } from './server.ts';
import { staticPod } from './static-pod.ts';
import { watching } from './watching.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const PORT = 18_080;

if (!existsSync(CHROMIUM))
  throw new Error(`no browser at ${CHROMIUM}: apt-get install chromium, or set CHROMIUM`);
const data = mkdtempSync(join(tmpdir(), 'examlet-'));
const server = new TestServer(PORT, data);
await server.start();
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--headless', '--disable-quic', '--disable-background-networking', '--disable-sync'],
});
try {
  await staticPod(browser, server.base);
  await watching(browser, server.base);
  await ownClient(browser, server.base);
  await brokenApiServer(browser, server.base);
  await resume(browser, server);
  console.log('the browser test passes');
} finally {
  await browser.close();
  server.kill();
  rmSync(data, { recursive: true, force: true });
}
