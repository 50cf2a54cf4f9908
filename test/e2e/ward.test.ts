/** The ward in a real browser: lines move, and are where their samples say. */
import { afterEach, expect, it } from 'vitest';
import { closePages, columns, openPage } from './browser.js';
import { beatsWindow, rhythmWindow, signalWindow, square, streamInfo, WINDOW_MS, type Lead } from './signals.js';
import { startStation, type Station } from './station.js';

const TRACE = '.tile canvas:nth-of-type(2)';
const PX_PER_MM = 96 / 25.4;

let station: Station | undefined;
afterEach(async () => {
  await closePages();
  await station?.close();
});

/** A bed whose newest window ended just now. */
function leadOf(device: string, windows: number): Lead {
  return { device, stream: `${device}.1`, epoch: Math.round(Date.now() - windows * WINDOW_MS) };
}

function publish(lead: Lead, n: number): void {
  station?.ward.takeSignal(signalWindow(lead, n, square), 0);
  station?.ward.takeRhythm(rhythmWindow(lead, n, 'N'));
  station?.ward.takeBeats(beatsWindow(lead, n, 60));
}

it.each([1, 2, 1.5])(
  'draws a square wave of 1 mV and 1 Hz at 10 mm/mV and 25 mm/s, at pixel ratio %s',
  async (ratio) => {
    station = await startStation();
    const lead = leadOf('bed-1', 3);
    station.ward.takeStream(streamInfo(lead));
    for (let n = 0; n < 3; n++) publish(lead, n);
    const page = await openPage(station.url, { deviceScaleFactor: ratio, reducedMotion: 'reduce' });
    await page.waitForFunction((selector) => {
      const canvas = document.querySelector<HTMLCanvasElement>(selector);
      return canvas
        ?.getContext('2d')
        ?.getImageData(0, 0, canvas.width, canvas.height)
        .data.some((value) => value > 128);
    }, TRACE);
    const drawn = await columns(page, TRACE);
    const found = drawn.filter((column) => column !== undefined);
    const heights = found.map(({ top, bottom }) => bottom - top);
    const plateaus = found.filter(({ top, bottom }) => bottom - top < 3).map(({ top, bottom }) => (top + bottom) / 2);
    expect(Math.abs(Math.max(...plateaus) - Math.min(...plateaus) - 10 * PX_PER_MM)).toBeLessThan(1);
    // Plateaus are flat lines, edges run over the whole height, one each half second: 12.5 mm.
    expect(heights.filter((height) => height < 3).length).toBeGreaterThan(0.9 * heights.length);
    const edges = drawn.flatMap((column, x) =>
      column !== undefined && column.bottom - column.top > 30 ? [x / ratio] : [],
    );
    const places = edges.filter((x, i) => i === 0 || x - (edges[i - 1] ?? 0) > 5);
    const gaps = places.slice(1).map((x, i) => x - (places[i] ?? 0));
    expect(gaps.length).toBeGreaterThan(3);
    // The sweep's own front may lie between two edges: it shifts that one distance.
    const right = gaps.filter((gap) => Math.abs(gap - 12.5 * PX_PER_MM) < 1.5);
    expect(right.length).toBeGreaterThanOrEqual(gaps.length - 1);
  },
);

it('moves, shows the rate, rhythm, rung, gain, quality and age, and sorts by alarm', async () => {
  station = await startStation();
  // Two windows ahead of time: on a slow machine, too, the tile is not silent yet.
  const leads = ['bed-1', 'bed-2', 'bed-3'].map((device) => leadOf(device, 1));
  for (const lead of leads) {
    station.ward.takeStream(streamInfo(lead));
    for (let n = 0; n < 3; n++) publish(lead, n);
  }
  const page = await openPage(station.url);
  const tile = page.locator('[data-device="bed-2"]');
  await tile.locator('.rate', { hasText: '60' }).waitFor();
  const text = await tile.innerText();
  for (const part of ['bed-2', 'II', '60', 'Normal', 'neural-3', '70 : 1', 'good signal', 's ago'])
    expect(text).toContain(part);
  const seen = async (): Promise<string> => JSON.stringify(await columns(page, TRACE));
  // Of itself, not when a window comes: each gives it six seconds to move in.
  let next = 3;
  const moves = async (): Promise<boolean> => {
    publish(leads[0]!, next++);
    await page.waitForTimeout(500);
    const first = await seen();
    await page.waitForTimeout(500);
    return (await seen()) !== first;
  };
  await expect.poll(moves).toBe(true);
  const { alarm } = await import('./signals.js');
  station.ward.takeAlarm(alarm('bed-3', 'asystole'));
  station.ward.takeAlarm(alarm('bed-2', 'noise'));
  const order = (): Promise<(string | null)[]> =>
    page.locator('.tile').evaluateAll((tiles) => tiles.map((each) => each.getAttribute('data-device')));
  await expect.poll(order).toEqual(['bed-3', 'bed-2', 'bed-1']);
  expect(await page.locator('[data-device="bed-3"] .alarm').innerText()).toBe('*** Asystole');
  expect(await page.locator('[data-device="bed-2"] .alarm').innerText()).toBe('* Noise');
});

it('says the scale of each lead, none of one that is not calibrated, and nothing of a signal that has stopped', async () => {
  station = await startStation();
  const lead = leadOf('bed-1', 3);
  const other = { ...lead, stream: 'bed-1.2', lead: 'V1' };
  station.ward.takeStream(streamInfo(lead));
  station.ward.takeStream({ ...streamInfo(other), calibrated: false });
  for (const one of [lead, other]) for (let n = 0; n < 3; n++) publish(one, n);
  station.ward.takeStream({ ...streamInfo(leadOf('bed-2', 9)), calibrated: false });
  const old = { ...leadOf('bed-2', 3), epoch: Math.round(Date.now() - 60_000) };
  for (let n = 0; n < 3; n++) publish(old, n);
  const page = await openPage(station.url);
  const tile = page.locator('[data-device="bed-2"]');
  await tile.locator('.age', { hasText: 'no signal for' }).waitFor();
  expect(await tile.locator('.scale').innerText()).toBe('uncalibrated');
  expect(await tile.locator('footer').innerText()).toMatch(/^no signal for \d+ s$/);
  await page.goto(`${station.url}/#/bed/bed-1`);
  const scales = (): Promise<string[]> => page.locator('.live-leads .scale').allTextContents();
  await expect.poll(scales).toEqual(['II  25 mm/s  10 mm/mV', 'V1  25 mm/s  uncalibrated']);
});

it('flashes by priority as IEC 60601-1-8 has it, and not where less motion is asked for', async () => {
  station = await startStation();
  const { alarm } = await import('./signals.js');
  for (const [device, kind] of [
    ['bed-1', 'asystole'],
    ['bed-2', 'atrial-fibrillation'],
    ['bed-3', 'noise'],
  ] as const) {
    station.ward.takeStream(streamInfo(leadOf(device, 1)));
    station.ward.takeAlarm(alarm(device, kind));
  }
  const hertz = async (reducedMotion: 'reduce' | 'no-preference'): Promise<number[]> => {
    const page = await openPage(station?.url ?? '', { reducedMotion });
    await page.locator('.tile .alarm', { hasText: 'Noise' }).waitFor();
    return page.locator('.tile').evaluateAll((tiles) =>
      tiles
        .sort((a, b) => ((a.getAttribute('data-device') ?? '') < (b.getAttribute('data-device') ?? '') ? -1 : 1))
        .map((tile) => {
          const style = getComputedStyle(tile.querySelector('.alarm') ?? tile);
          return style.animationName === 'none' ? 0 : 1 / parseFloat(style.animationDuration);
        }),
    );
  };
  const [high = 0, medium = 0, low = 0] = await hertz('no-preference');
  expect(high).toBeGreaterThanOrEqual(1.4);
  expect(high).toBeLessThanOrEqual(2.8);
  expect(medium).toBeGreaterThanOrEqual(0.4);
  expect(medium).toBeLessThanOrEqual(0.8);
  expect(low).toBe(0);
  expect(await hertz('reduce')).toEqual([0, 0, 0]);
});

it('draws no line across a hole', async () => {
  station = await startStation();
  const lead = leadOf('bed-1', 4);
  station.ward.takeStream(streamInfo(lead));
  for (const n of [0, 1, 3]) publish(lead, n);
  const page = await openPage(`${station.url}/#/bed/bed-1`, { viewport: { width: 1280, height: 1400 } });
  const spoken = (): Promise<string | null> => page.locator('canvas.strip').getAttribute('aria-label');
  await expect.poll(spoken).toContain('reconstructed, neural-3');
  // Until the line goes on behind the hole: only then something could join them.
  await page.waitForTimeout(2_000);
  // In the sweep: the hole is six seconds wide, and empty over its whole width.
  const emptySeconds = async (): Promise<number> => {
    const sweep = await columns(page, '.live-leads canvas:nth-of-type(2)');
    // The hole may lie across the right edge and go on at the left one.
    return longestEmpty([...sweep, ...sweep].map((column) => column === undefined)) / (25 * PX_PER_MM);
  };
  // The bar before the sweep and the width of the trace take a little of it; a canvas without a line has more.
  await expect.poll(async () => Math.abs((await emptySeconds()) - 6)).toBeLessThan(0.5);
});

function longestEmpty(flags: readonly boolean[]): number {
  let longest = 0;
  let run = 0;
  for (const flag of flags) {
    run = flag ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
