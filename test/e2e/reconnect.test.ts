/** After a cut and after a restart of the server: everything once, nothing across the hole. */
import { afterEach, expect, it } from 'vitest';
import { closePages, columns, openPage } from './browser.js';
import { alarm, signalWindow, square, streamInfo, WINDOW_MS } from './signals.js';
import { startStation, type Station } from './station.js';

let station: Station | undefined;
afterEach(async () => {
  await closePages();
  await station?.close();
});

/** What a page complains of while its server is away. */
const AWAY = /ERR_CONNECTION_REFUSED|WebSocket connection|Failed to load resource/;
const PX_PER_S = (25 * 96) / 25.4;

it('goes on after a restart of the server without a repeat, without a line across the hole', async () => {
  station = await startStation({ instance: 'first' });
  const { port } = station;
  const lead = { device: 'bed-1', stream: 'bed-1.1', epoch: Math.round(Date.now() - 4 * WINDOW_MS) };
  station.ward.takeStream(streamInfo(lead));
  for (const n of [0, 1]) station.ward.takeSignal(signalWindow(lead, n, square), 0);
  station.ward.takeAlarm(alarm('bed-1', 'asystole'));
  const page = await openPage(`${station.url}/#/bed/bed-1`, { viewport: { width: 1900, height: 1500 } }, AWAY);
  await page.locator('.bed-alarms li', { hasText: 'Asystole' }).waitFor();

  await station.close();
  await page.locator('.connection', { hasText: 'Connection lost' }).waitFor();
  // The new server has read the topics again: what the page has, without what was never sent, and what came since.
  station = await startStation({ port, instance: 'second' });
  station.ward.takeStream(streamInfo(lead));
  for (const n of [0, 1, 3]) station.ward.takeSignal(signalWindow(lead, n, square), 0);
  station.ward.takeAlarm(alarm('bed-1', 'atrial-fibrillation'));
  await page.locator('.bed-alarms li', { hasText: 'Atrial fibrillation' }).waitFor();
  // The alarm that ended while nobody listened is gone.
  expect(await page.locator('.bed-alarms li').count()).toBe(1);
  await page.locator('.connection', { hasText: 'Live' }).waitFor();

  // Two windows, a hole of one, a window.
  const shape = async (): Promise<string> => {
    const drawn = await columns(page, '.live-leads canvas:nth-of-type(2)');
    return runs([...drawn, ...drawn].map((column) => column === undefined));
  };
  await expect.poll(shape).toMatch(/hole/);
});

it('goes on behind the last change after a cut, and tells no alarm twice', async () => {
  station = await startStation();
  const { url, ward } = station;
  ward.takeStream(streamInfo({ device: 'bed-1', stream: 'bed-1.1', epoch: Date.now() }));
  const page = await openPage(`${url}/#/alarms`, {}, AWAY);
  await page.locator('.connection', { hasText: 'Live' }).waitFor();
  const told: string[] = [];
  await page.exposeFunction('tell', (text: string) => told.push(text));
  await page.evaluate(() => {
    const alert = document.querySelector('[role=alert]');
    if (alert === null) return;
    const hear = (globalThis as unknown as { tell: (text: string) => void }).tell;
    new MutationObserver(() => {
      hear(alert.textContent);
    }).observe(alert, { childList: true, characterData: true, subtree: true });
  });
  ward.takeAlarm(alarm('bed-1', 'asystole'));
  await page.locator('tr[data-alarm]').waitFor();
  await page.context().setOffline(true);
  station.live.cut();
  await page.locator('.connection', { hasText: 'Connection lost' }).waitFor();
  ward.takeAlarm(alarm('bed-1', 'noise'));
  await page.context().setOffline(false);
  await expect.poll(() => page.locator('tr[data-alarm]').count()).toBe(2);
  await expect.poll(() => told.filter((text) => text.includes('Asystole'))).toHaveLength(1);
  expect(await page.locator('tr[data-alarm]').count()).toBe(2);
});

/** 'hole' where an empty run is about as wide as a window, between drawn ones that are at least so wide. */
function runs(flags: readonly boolean[]): string {
  const lengths: { readonly empty: boolean; length: number }[] = [];
  for (const empty of flags) {
    const last = lengths.at(-1);
    if (last?.empty === empty) last.length++;
    else lengths.push({ empty, length: 1 });
  }
  const width = (WINDOW_MS / 1000) * PX_PER_S;
  const hole = lengths.some(({ empty, length }) => empty && Math.abs(length - width) < 0.03 * width);
  return `${hole ? 'hole' : 'whole'}: ${lengths.map(({ empty, length }) => `${empty ? '-' : '+'}${length}`).join(' ')}`;
}
