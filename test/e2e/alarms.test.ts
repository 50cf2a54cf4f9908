/** Alarms in a real browser: seen, heard of, and answered by keyboard alone. */
import { afterEach, expect, it } from 'vitest';
import { closePages, openPage } from './browser.js';
import { alarm, streamInfo } from './signals.js';
import { startStation, type Station } from './station.js';

let station: Station | undefined;
afterEach(async () => {
  await closePages();
  await station?.close();
});

function bed(device: string): void {
  station?.ward.takeStream(streamInfo({ device, stream: `${device}.1`, epoch: Date.now() }));
}

it('shows an alarm soon after its message, tells a screen reader, and takes its acknowledgement by keyboard', async () => {
  station = await startStation();
  bed('bed-1');
  const page = await openPage(`${station.url}/#/alarms`);
  await page.locator('.connection', { hasText: 'Live' }).waitFor();
  await page.locator('.empty', { hasText: 'No alarm' }).waitFor();
  const sentAt = Date.now();
  station.ward.takeAlarm(alarm('bed-1', 'asystole'));
  const row = page.locator('tr[data-alarm]');
  await row.waitFor();
  console.info(`an alarm was on the page ${Date.now() - sentAt} ms after its message`);
  expect(await row.innerText()).toContain('*** High');
  const said = (): Promise<string> => page.locator('[role=alert]').innerText();
  await expect.poll(said).toBe('High priority: Asystole, bed bed-1');

  // From the top of the page: nothing but Tab and Enter.
  await page.locator('body').press('Tab');
  const focused = (): Promise<string | null> =>
    page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null);
  for (let i = 0; i < 40 && (await focused()) !== 'Acknowledge Asystole of bed bed-1'; i++)
    await page.keyboard.press('Tab');
  expect(await focused()).toBe('Acknowledge Asystole of bed bed-1');
  await page.keyboard.press('Enter');
  await row.filter({ hasText: 'acknowledged (open-access)' }).waitFor();
  expect(station.commands.map(({ request }) => request)).toEqual([
    { device: 'bed-1', action: 'ACKNOWLEDGE', alarm: 'bed-1/asystole/1', pauseMs: null },
  ]);
  // Who answered by keyboard is still in the row.
  expect(await page.evaluate(() => document.activeElement?.closest('tr')?.getAttribute('data-alarm'))).toBe(
    'bed-1/asystole/1',
  );
  await page.keyboard.press('Enter');
  await row.filter({ hasText: 'paused until' }).waitFor();
});

it('is answered at the bed, too, by keyboard: acknowledged, paused, resumed', async () => {
  station = await startStation();
  bed('bed-1');
  station.ward.takeAlarm(alarm('bed-1', 'asystole'));
  const page = await openPage(`${station.url}/#/bed/bed-1`);
  const item = page.locator('.bed-alarms li');
  await item.getByRole('button', { name: 'Acknowledge Asystole of bed bed-1' }).focus();
  await page.keyboard.press('Enter');
  await item.filter({ hasText: 'acknowledged (open-access)' }).waitFor();
  // The focus is on what can be answered next.
  await page.keyboard.press('Enter');
  await item.filter({ hasText: 'paused until' }).waitFor();
  expect(await item.getByRole('button').innerText()).toBe('Resume');
  await page.keyboard.press('Enter');
  await item.getByRole('button', { name: 'Pause 2 min' }).waitFor();
  expect(station.commands.map(({ request }) => request.action)).toEqual(['ACKNOWLEDGE', 'PAUSE', 'RESUME']);
});

it('lists the most urgent first, filters, and keeps what ended apart', async () => {
  station = await startStation();
  for (const device of ['bed-1', 'bed-2', 'bed-3', 'bed-4']) bed(device);
  station.ward.takeAlarm(alarm('bed-1', 'noise'));
  station.ward.takeAlarm(alarm('bed-2', 'asystole', { state: 'ACKNOWLEDGED', acknowledgedBy: 'nurse-1' }));
  station.ward.takeAlarm(alarm('bed-3', 'atrial-fibrillation'));
  station.ward.takeAlarm(alarm('bed-4', 'asystole', { state: 'ENDED', reason: 'CONDITION_ENDED' }));
  const page = await openPage(`${station.url}/#/alarms`);
  const beds = (): Promise<string[]> => page.locator('tr[data-alarm] td:nth-child(2)').allInnerTexts();
  await expect.poll(beds).toEqual(['bed-3', 'bed-1', 'bed-2']);
  await page.getByLabel('Acknowledged').uncheck();
  await expect.poll(beds).toEqual(['bed-3', 'bed-1']);
  await page.getByLabel('Ended').check();
  await expect.poll(beds).toEqual(['bed-3', 'bed-1', 'bed-4']);
  await page.getByLabel('Bed or alarm').fill('noise');
  await expect.poll(beds).toEqual(['bed-1']);
});

it('says that sound is blocked until somebody presses something, and a press on that sets it free', async () => {
  station = await startStation();
  bed('bed-1');
  const localStorage = [{ name: 'dynamic-deep-sound', value: 'on' }];
  const storageState = { cookies: [], origins: [{ origin: new URL(station.url).origin, localStorage }] };
  for (const pressed of ['.product', 'button[aria-pressed]']) {
    const page = await openPage(station.url, { storageState }, /AudioContext/);
    const sound = page.locator('button[aria-pressed]');
    await sound.filter({ hasText: 'Sound blocked: press' }).waitFor();
    await page.locator(pressed).click();
    await sound.filter({ hasText: 'Sound on' }).waitFor();
    await sound.click();
    await sound.filter({ hasText: 'Sound off' }).waitFor();
  }
});

it('neither flashes nor asks again where what somebody has seen cannot be read any more', async () => {
  station = await startStation();
  bed('bed-1');
  station.ward.takeAlarm(alarm('bed-1', 'asystole', { state: 'HELD', acknowledgedBy: 'nurse-1' }));
  const page = await openPage(station.url);
  await page.locator('.tile.quiet .alarm', { hasText: 'Asystole' }).waitFor();
  expect(await page.locator('.tile .answer').isVisible()).toBe(false);
});

it('says that nothing is confirmed where the server fails', async () => {
  station = await startStation();
  bed('bed-1');
  station.ward.takeAlarm(alarm('bed-1', 'noise'));
  const page = await openPage(`${station.url}/#/alarms`, {}, /503/);
  await page.route('**/api/alarm-commands', (route) =>
    route.fulfill({ status: 503, json: { error: 'the broker is away' } }),
  );
  await page.getByRole('button', { name: 'Acknowledge Noise of bed bed-1' }).click();
  await page.locator('.note', { hasText: 'Not confirmed: the broker is away' }).waitFor();
  expect(await page.locator('tr[data-alarm]').innerText()).toContain('active');
});
