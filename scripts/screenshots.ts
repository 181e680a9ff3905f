// Pictures of every page, light and dark, at 1440 and 1280 pixels, for a look before a landing.
// Run: npx tsx scripts/screenshots.ts DIRECTORY   (with a server at EXAMLET_URL, else http://127.0.0.1:8080)
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const BASE = process.env['EXAMLET_URL'] ?? 'http://127.0.0.1:8080';
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1280, height: 800 },
];
const THEMES = ['light', 'dark'] as const;

/** Takes a picture of what the page shows now. */
type Shoot = (name: string) => Promise<void>;

/** Waits until the terminal shows a shell's prompt. */
async function prompt(page: Page): Promise<void> {
  await page.locator('.xterm-rows', { hasText: /\$ *$/ }).first().waitFor({ timeout: 90_000 });
}

async function start(page: Page, shoot: Shoot): Promise<void> {
  await page.goto(BASE);
  await shoot('start');
  await page.goto(`${BASE}/?lang=ko`);
  await shoot('start-ko');
  await page.goto(`${BASE}/?lang=en`);
  await page.goto(`${BASE}/nothing-here`);
  await shoot('error');
}

async function practice(page: Page, shoot: Shoot): Promise<void> {
  await page.goto(BASE);
  await page.click('form[action="/labs/static-pod/attempts"] button');
  await prompt(page);
  await page.keyboard.type('kubectl get nodes -o wide; ls --color /; kubectl get pods -A\n');
  await page.waitForTimeout(1500);
  await shoot('practice');
  await page.click('#check');
  await page.waitForSelector('#report:not([hidden])', { timeout: 60_000 });
  await page.waitForTimeout(600);
  await shoot('practice-checked');
  await page.click('#hint');
  await page.waitForSelector('#hints:not([hidden])');
  await page.click('#show-solution');
  await page.waitForTimeout(300);
  await shoot('practice-ask');
  await page.click('#ask-yes');
  await page.waitForSelector('#solution:not([hidden])');
  await page.waitForTimeout(600);
  await shoot('practice-solution');
  await page.locator('#task').evaluate((task) => task.scrollTo(0, task.scrollHeight));
  for (let tab = 0; tab < 3; tab++) await page.click('#add-terminal');
  await page.waitForTimeout(600);
  await shoot('practice-tabs');
}

async function exam(page: Page, shoot: Shoot): Promise<void> {
  await page.goto(BASE);
  await page.click('form[action="/exams/first-steps/attempts"] button');
  await prompt(page);
  await page.click('#flag');
  await shoot('exam');
  await page.goto(BASE);
  await shoot('start-running');
  await page.goBack();
  await page.waitForSelector('#submit');
  await page.click('#submit');
  await page.waitForTimeout(300);
  await shoot('exam-ask');
  await page.click('#ask-yes');
  await page.waitForSelector('.score', { timeout: 90_000 });
  await shoot('result');
  await page.locator('details').last().click();
  await page.waitForTimeout(300);
  await shoot('result-solution');
}

async function shootAll(browser: Browser, directory: string): Promise<void> {
  for (const size of SIZES) {
    for (const theme of THEMES) {
      const context = await browser.newContext({ viewport: size, colorScheme: theme });
      const page = await context.newPage();
      const shoot: Shoot = async (name) => {
        await page.screenshot({ path: join(directory, `${name}-${theme}-${size.width}.png`) });
      };
      await start(page, shoot);
      await practice(page, shoot);
      await exam(page, shoot);
      await context.close();
    }
  }
}

const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: npx tsx scripts/screenshots.ts DIRECTORY');
mkdirSync(directory, { recursive: true });
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--headless'] });
try {
  await shootAll(browser, directory);
} finally {
  await browser.close();
}
