/** 1,000 streams: the page answers, draws what is in sight alone, and its memory has an end. */
import { afterEach, expect, it } from 'vitest';
import { closePages, openPage } from './browser.js';
import { alarm, square } from './signals.js';
import { fillWard } from './filled-ward.js';
import { startStation, type Station } from './station.js';

const STREAMS = 1_000;
let station: Station | undefined;
let stop: (() => void) | undefined;
afterEach(async () => {
  stop?.();
  await closePages();
  await station?.close();
});

it(`stays usable with ${STREAMS} streams`, async () => {
  station = await startStation({ signalMs: 60_000 });
  stop = fillWard(station, STREAMS, { behind: 4, shape: square });
  const page = await openPage(station.url);
  await expect.poll(() => page.locator('.tile').count(), { timeout: 60_000 }).toBe(STREAMS);
  // What is in sight is drawn, once the browser has laid out the tiles; what is out of sight has no canvas.
  const canvases = page.locator('.tile canvas');
  await expect.poll(() => canvases.count()).toBeGreaterThan(4);
  expect(await canvases.count()).toBeLessThan(120);
  // An alarm at the last bed comes to the top, in bounded time.
  station.ward.takeAlarm(alarm('ward-1-999', 'asystole'));
  await expect
    .poll(
      () =>
        page.locator('.tile').evaluateAll((tiles) => tiles.slice(0, 3).map((tile) => tile.getAttribute('data-device'))),
      { timeout: 30_000 },
    )
    .toContain('ward-1-999');
  // Other views answer; back again too.
  await page.getByRole('link', { name: /Alarms/ }).click();
  await page.locator('tr[data-alarm]').first().waitFor({ timeout: 30_000 });
  await page.getByRole('link', { name: 'System' }).click();
  await page.getByText('script a frame').waitFor({ timeout: 30_000 });
  console.info(`${STREAMS} streams: ${await page.getByText('script a frame').innerText()}`);
  await page.getByRole('link', { name: 'Ward' }).click();
  await expect.poll(() => page.locator('.tile').count(), { timeout: 60_000 }).toBe(STREAMS);
}, 300_000);
