import type { Browser, Page } from 'playwright-core';

/** What a candidate does at the desk, and sees there. */

/** How long anything may take before it counts as broken: this is no measurement, and machines may be busy. */
const PATIENCE_MS = 120_000;

/** A page of somebody who was never here. */
export async function newcomer(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}

/** The text of the terminal in front. */
export async function screen(page: Page): Promise<string> {
  const text = await page.locator('.panel:not([hidden]) .xterm-rows').innerText();
  return text.replaceAll('\u00a0', ' ');
}

/** Waits until the terminal in front shows something. Returns how long that took, in ms. */
export async function shows(page: Page, pattern: RegExp): Promise<number> {
  const started = Date.now();
  for (;;) {
    const text = await screen(page);
    if (pattern.test(text)) return Date.now() - started;
    if (Date.now() - started > PATIENCE_MS)
      throw new Error(`the terminal does not show ${pattern}:\n${text}`);
    await page.waitForTimeout(50);
  }
}

export async function type(page: Page, line: string): Promise<void> {
  await page.keyboard.type(`${line}\n`);
}

/** Clears the screen, so that what `shows` finds is new, and runs a command. */
export async function run(page: Page, line: string): Promise<void> {
  await type(page, `clear; ${line}`);
}

export async function select(page: Page, tab: number): Promise<void> {
  await page.click(`[role=tab] >> nth=${tab}`);
}

/** Presses the button that judges. Returns the points as they are shown. */
export async function check(page: Page): Promise<string> {
  await page.click('#check');
  await page.waitForSelector('#check:disabled');
  await page.waitForSelector('#check:not(:disabled)');
  return (await page.textContent('#report-points'))?.trim() ?? '';
}

export function equal<T>(actual: T, expected: T, what: string): void {
  if (actual !== expected) throw new Error(`${what}: expected ${expected}, got ${actual}`);
  ok(`${what}: ${actual}`);
}

export function ok(what: string): void {
  console.log(`ok   ${what}`);
}
