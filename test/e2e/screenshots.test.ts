/** Pictures of every view, as the README shows them; `npx vitest run --project browser test/e2e/screenshots.test.ts`. */
import { mkdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { closePages, openPage } from './browser.js';
import { fillWard, madeUpPreview } from './filled-ward.js';
import { startStation, type Station } from './station.js';

/** Not among the committed ones unless asked for: a picture of a living page is never the same twice. */
const FOLDER = fileURLToPath(
  new URL(process.env['SCREENSHOTS'] ? '../../docs/pictures/' : '../../.cache/pictures/', import.meta.url),
);
const VIEWS = [
  { name: 'ward', place: 'ward', height: 900 },
  { name: 'bed', place: 'bed/ward-1-003', height: 1420 },
  { name: 'alarms', place: 'alarms', height: 380 },
  { name: 'compression', place: 'compression', height: 1240 },
  { name: 'policy', place: 'policy', height: 1780 },
  { name: 'system', place: 'system', height: 650 },
] as const;

let station: Station;
let stop: () => void;
beforeAll(async () => {
  station = await startStation({ tryOut: madeUpPreview });
  stop = fillWard(station, 12);
  await mkdir(FOLDER, { recursive: true });
});
afterEach(closePages);
afterAll(async () => {
  stop();
  await station.close();
});

it.each(VIEWS)('$name', async ({ name, place, height }) => {
  const colorScheme = name === 'compression' ? 'light' : 'dark';
  // What flashes is caught in its dark half otherwise.
  const look = { viewport: { width: 1440, height }, colorScheme, reducedMotion: 'reduce' } as const;
  const page = await openPage(`${station.url}/#/${place}`, look);
  await page.locator('.connection', { hasText: 'Live' }).waitFor();
  await page.waitForTimeout(5_000);
  if (name === 'policy') {
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.locator('.preview table').waitFor();
  }
  const path = `${FOLDER}${name}.png`;
  await page.screenshot({ path });
  expect((await stat(path)).size).toBeGreaterThan(10_000);
  expect(await page.locator('.not-medical').isVisible()).toBe(true);
});

it('a phone shows the same, one tile below the other, with nothing to scroll sideways', async () => {
  const page = await openPage(station.url, {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 3,
    isMobile: true,
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  });
  await page.locator('.tile .rate', { hasText: /\d/ }).first().waitFor();
  for (const place of ['ward', 'alarms', 'bed/ward-1-003', 'compression', 'policy', 'system']) {
    await page.goto(`${station.url}/#/${place}`);
    await page.waitForTimeout(1_000);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide, place).toBeLessThanOrEqual(0);
    expect(await page.locator('.not-medical').isVisible()).toBe(true);
    // Every view can be reached without a swipe.
    const edges = await page.locator('.top > *, .top nav a, .tools > *').evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().right)); // prettier-ignore
    expect(Math.max(...edges), place).toBeLessThanOrEqual(390);
    expect(await page.locator('.top').evaluate((head) => head.clientHeight)).toBeLessThan(125);
    if (!process.env['SCREENSHOTS'])
      await page.screenshot({ path: `${FOLDER}phone-${place.replaceAll('/', '-')}.png` });
  }
  await page.goto(`${station.url}/#/ward`);
  await page.waitForTimeout(3_000);
  await page.screenshot({ path: `${FOLDER}phone.png` });
});
