/** Debian's Chromium, one for a file of tests. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** No request of its own, no sandbox (CI runs as root), no GPU. */
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--enable-precise-memory-info']; // prettier-ignore

let browser: Promise<Browser> | undefined;
const faults: string[] = [];
const contexts = new Set<BrowserContext>();
afterAll(async () => {
  await (await browser)?.close();
  // What a page complains of is a fault, also where no test looks.
  expect(faults).toEqual([]);
});

export function chromiumPath(): string {
  const found = process.env['CHROMIUM'] ?? PLACES.find((path) => existsSync(path));
  if (found === undefined) throw new Error('no Chromium: install the Debian package chromium, or set CHROMIUM');
  return found;
}

/** A page of its own; `allow` names complaints that the test brings about. */
export async function openPage(url: string, options: BrowserContextOptions = {}, allow?: RegExp): Promise<Page> {
  browser ??= chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
  const context = await (await browser).newContext({ viewport: { width: 1280, height: 800 }, ...options });
  contexts.add(context);
  const page = await context.newPage();
  const hear = (text: string): void => {
    if (allow?.test(text) !== true && !text.includes('willReadFrequently')) faults.push(text);
  };
  page.on('pageerror', (error) => {
    hear(String(error));
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') hear(message.text());
  });
  await page.goto(url);
  return page;
}

/** Before the server goes: a page that misses it complains. */
export async function closePages(): Promise<void> {
  for (const context of contexts) await context.close();
  contexts.clear();
}

/** Columns of the trace canvas of a tile: CSS y of the topmost and lowest pixel that is drawn, or undefined. */
export async function columns(page: Page, selector: string): Promise<({ top: number; bottom: number } | undefined)[]> {
  return page.evaluate((wanted) => {
    const canvas = document.querySelector<HTMLCanvasElement>(wanted);
    const context = canvas?.getContext('2d');
    if (canvas === null || !context) return [];
    const ratio = canvas.width / canvas.clientWidth;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return Array.from({ length: canvas.width }, (_, x) => {
      let top = -1;
      let bottom = -1;
      for (let y = 0; y < canvas.height; y++) {
        // Half covered or more: the middle of the line.
        if ((data[4 * (y * canvas.width + x) + 3] ?? 0) < 128) continue;
        if (top < 0) top = y;
        bottom = y;
      }
      return top < 0 ? undefined : { top: (top + 0.5) / ratio, bottom: (bottom + 0.5) / ratio };
    });
  }, selector);
}
