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
  await expect.poll(() => bluish(page)).toBeGreaterThan(500);

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
  await expect.poll(() => contents.length).toBe(2);
  expect(names.map((name) => name.split('.')[1]).sort()).toEqual(['dat', 'hea']);
  expect(contents.some((content) => /^\S+ 1 300 \d+/.test(content.toString()))).toBe(true);

  // On paper 25 mm are a second: the strip has a width of its own, and its bitmap fits it.
  const strip = (): Promise<number[]> =>
    page.locator('canvas.strip').evaluate((canvas) => {
      const { width, height } = canvas.getBoundingClientRect();
      return [width, (canvas as HTMLCanvasElement).width / width, (canvas as HTMLCanvasElement).height / height];
    });
  const [screen = 0] = await strip();
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  const [width = 0, across = 0, down = 0] = await strip();
  expect(width).toBeCloseTo((265 * 96) / 25.4, 0);
  expect(across).toBeCloseTo(1, 2);
  expect(down).toBeCloseTo(1, 2);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  expect((await strip())[0]).toBe(screen);

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
  expect(errors.rhythm.records.length).toBe(48);
  await expect.poll(() => page.locator('.trend canvas').count()).toBe(2);

  // The same in numbers, the largest true error first.
  const numbers = page.locator('.data-table').filter({ hasText: 'Predicted and true error' });
  await numbers.locator('summary').click();
  const first = numbers.locator('tbody tr').first();
  const largest = (task: 'rhythm' | 'peaks'): string =>
    Math.max(...errors[task].records.map((record) => record.true ?? 0)).toFixed(4);
  expect(await first.innerText()).toMatch(new RegExp(`^${largest('rhythm')}\\s.*\\sno$`));
  await page.getByLabel('Task whose errors are drawn').selectOption('peaks');
  await expect.poll(() => first.innerText()).toMatch(new RegExp(`^${largest('peaks')}\\s.*\\syes$`));

  // Now is the last minutes alone; a ward is drawn by itself.
  const { compression } = station;
  const { recent, total, wards } = compression.report(Date.now());
  expect(recent.wireBytes).toBeLessThan(total.wireBytes / 5);
  expect(wards.map(({ gateway, recent: own }) => [gateway, own.wireBytes])).toEqual([
    ['ward-1', recent.wireBytes],
    ['ward-2', 0],
  ]);
  const now = page.locator('.figure', { hasText: 'Wire gain now' }).locator('.value');
  // The page's report may be of the minute before.
  const off = async (): Promise<number> => {
    const { nativeBytes, wireBytes } = compression.report(Date.now()).recent;
    return Math.abs(Number(await now.innerText()) - nativeBytes / wireBytes);
  };
  await expect.poll(off).toBeLessThan(0.5);
  const drawn = (): Promise<string> => page.locator('.trend canvas').first().evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL()); // prettier-ignore
  const whole = await drawn();
  await page.getByLabel('Ward whose gain is drawn').selectOption('ward-2');
  await expect.poll(drawn).not.toBe(whole);
});

it('tells everything of a bed when it is opened, and says in words and numbers what it draws', async () => {
  station = await startStation();
  stop = fillWard(station, 4);
  const page = await openPage(`${station.url}/#/ward`);
  // The ward holds the newest results alone: what a bed shows comes when it is opened, also for the second time.
  for (let times = 0; times < 2; times++) {
    await page.locator('.tile[data-device="ward-1-002"] .bed-name').click();
    await page.locator('.data-table', { hasText: 'RR intervals' }).locator('summary').click();
    const rows = page.locator('.data-table tbody tr');
    await expect.poll(() => rows.count()).toBeGreaterThanOrEqual(3);
    // 69 beats a minute, each with its neighbours within a few per cent.
    const [, , , median = ''] = (await rows.nth(1).innerText()).split(/\s+/);
    expect(Math.abs(Number(median) - 60_000 / 69)).toBeLessThan(30);
    expect(await page.locator('.trend canvas').getAttribute('aria-label')).toContain('RR intervals');
    const spoken = (): Promise<string | null> => page.locator('canvas.strip').getAttribute('aria-label');
    await expect.poll(spoken).toMatch(/Bed 002: .*reconstructed, neural-6.*\. \d\d R peaks\. .*Sinus/);
    expect(await page.locator('section.bed .scrolls tbody tr').count()).toBeGreaterThan(6);
    await page.locator('a.back').click();
  }
});
