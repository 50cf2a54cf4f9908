/** What is shown of records and bytes, and what leaves the page: originals, exports, errors, money. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import { closePages, openPage } from './browser.js';
import { fillWard } from './filled-ward.js';
import { rhythm, signalWindow, streamInfo, WINDOW_MS, type Lead } from './signals.js';
import { startStation, type Station } from './station.js';

let station: Station | undefined;
let stop: (() => void) | undefined;
afterEach(async () => {
  stop?.();
  await closePages();
  await station?.close();
});

const WINDOWS = 8;
const DECODED = rhythm(60, 0);
/** The colour of originals in the dark theme is the one in which blue leads. */
const bluish = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.strip');
    const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    let count = 0;
    for (let i = 0; i < data.length; i += 4) {
      const [green = 0, blue = 0] = [data[i + 1], data[i + 2]];
      if (blue > 190 && blue > green + 40) count++;
    }
    return count;
  });

it('draws the original over the decoded strip, and hands it out as PNG, PDF and WFDB', async () => {
  const lead: Lead = { device: 'bed-1', stream: 'bed-1.1', epoch: Math.round(Date.now() - WINDOWS * WINDOW_MS) };
  const original = (seconds: number): number => DECODED(seconds) + 0.2;
  station = await startStation({
    stored: (_stretch, topic) =>
      Array.from({ length: WINDOWS }, (_, n) =>
        signalWindow(
          lead,
          n,
          topic === 'ecg.originals' ? original : DECODED,
          topic === 'ecg.originals' ? { lossless: true } : {},
        ),
      ),
  });
  station.ward.takeStream(streamInfo(lead));
  for (let n = 0; n < WINDOWS; n++) station.ward.takeSignal(signalWindow(lead, n, DECODED), 0);
  const viewport = { width: 1280, height: 1400 };
  const page = await openPage(`${station.url}/#/bed/bed-1`, { viewport, colorScheme: 'dark', acceptDownloads: true });
  await page.locator('.strip-tools time').filter({ hasText: ':' }).waitFor();
  // A few of its labels' edges are blue as well.
  expect(await bluish(page)).toBeLessThan(100);
  await page.getByLabel('Original over it, where audited').check();
  await expect.poll(() => bluish(page), { timeout: 15_000 }).toBeGreaterThan(500);

  const [picture] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'PNG' }).click(),
  ]);
  expect(picture.suggestedFilename()).toMatch(/^[\w-]+\.png$/);
  expect((await readFile(await picture.path())).subarray(1, 4).toString()).toBe('PNG');

  const names: string[] = [];
  const contents: Buffer[] = [];
  page.on('download', (download) => {
    names.push(download.suggestedFilename());
    void download.path().then(async (path) => contents.push(await readFile(path)));
  });
  await page.getByRole('button', { name: 'WFDB' }).click();
  await expect.poll(() => contents.length, { timeout: 15_000 }).toBe(2);
  expect(names.map((name) => name.split('.')[1]).sort()).toEqual(['dat', 'hea']);
  expect(contents.some((content) => /^\S+ 1 300 \d+/.test(content.toString()))).toBe(true);

  // What the printer gets is the strip, not the page around it.
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('canvas.strip').isVisible()).toBe(true);
  expect(await page.locator('header.top nav').isVisible()).toBe(false);
  expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-');
});

it('shows money, violations with their interval, and predicted beside true errors', async () => {
  const price = { saved: (bytes: number) => ({ currency: 'EUR', amount: bytes / 1e6 }) };
  station = await startStation({ price });
  stop = fillWard(station, 8);
  // A second ward, silent for half an hour, of which nothing is known but bytes.
  const late = { topic: 'ecg.audits', partition: 0, offset: 0, timestamp: Date.now() - 1_800_000 };
  station.compression.takeFrame({ ...late, key: Buffer.from('ward-2'), value: Buffer.alloc(500) });
  const page = await openPage(`${station.url}/#/compression`);
  const figure = page.locator('.figure', { hasText: 'EUR' });
  await figure.waitFor();
  expect(Number((await figure.locator('.value').innerText()).split(' ')[0])).toBeGreaterThan(0);
  const day = page.locator('tr', { hasText: '24 hours' });
  const { violations, errors } = station.compression.report(Date.now());
  const [, all] = violations;
  const interval = all?.interval ?? [NaN, NaN];
  expect(await day.innerText()).toContain(`${all?.violated ?? NaN} / ${all?.records ?? NaN}`);
  expect(await day.innerText()).toContain(
    `${(100 * interval[0]).toFixed(1)} \u2013 ${(100 * interval[1]).toFixed(1)} %`,
  );
  expect(errors.length).toBe(48);
  expect(await page.locator('.trend canvas').count()).toBe(2);

  // Now is the last minutes alone; a ward is drawn by itself.
  const { recent, total, wards } = station.compression.report(Date.now());
  expect(recent.wireBytes).toBeLessThan(total.wireBytes / 5);
  expect(wards.map(({ gateway, recent: own }) => [gateway, own.wireBytes])).toEqual([
    ['ward-1', recent.wireBytes],
    ['ward-2', 0],
  ]);
  const now = page.locator('.figure', { hasText: 'Wire gain now' }).locator('.value');
  expect(Number(await now.innerText())).toBeCloseTo(recent.nativeBytes / recent.wireBytes, 0);
  const drawn = (): Promise<string> => page.locator('.trend canvas').first().evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL()); // prettier-ignore
  const whole = await drawn();
  await page.getByLabel('Ward whose gain is drawn').selectOption('ward-2');
  await expect.poll(drawn).not.toBe(whole);
});
