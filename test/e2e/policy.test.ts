/** The policy editor in a real browser, before a real dashboard and ecg.policy. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { openGate } from '../../src/dashboard/auth/gate.js';
import { ensureTopics, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { openPolicyTable, readShippedPolicy, setPolicy, type PolicyVersion } from '../../src/lib/policy/index.js';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { RECORD } from '../../src/lib/signal/grid.js';
import { cutPieces } from '../../src/lib/signal/piece-cutter.js';
import { ownSamples } from '../../src/lib/signal/pieces.js';
import { readRecording } from '../../src/lib/signal/wfdb/index.js';
import { encode } from '../../src/lib/wire/index.js';
import { connect, produce, unique } from '../integration/kafka-helpers.js';
import { drained, startService, untilReady } from '../integration/processes.js';
import { SAMPLES } from '../lib/wire/samples.js';
import { closePages, openPage } from './browser.js';
import { fillWard, madeUpPreview } from './filled-ward.js';
import { startStation } from './station.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
  await ensureTopics(connection.admin, { partitions: 4 });
});
afterAll(async () => {
  await closePages();
  await connection.close();
});

/** One audited record of a recording that ships, as decoder and tasks would leave it: sent losslessly, 6 : 1. */
async function publishRecord(device: string): Promise<void> {
  const stream = `${device}.1`;
  const now = Date.now();
  const epoch = now - 40_000;
  const [lead] = (await readRecording(join(SHIPPED_SAMPLES, 'mitdb-100-normal'), { strict: true, to: 40 * 360 })).leads;
  if (lead === undefined) throw new Error('no lead');
  const { rate, gain, baseline } = lead;
  const info = { ...SAMPLES['ecg.streams'], stream, device, ward: null, rate, gain, baseline, declaredAt: now };
  await produce(connection, 'ecg.streams', [{ key: stream, value: encode('ecg.streams', info) }]);
  const pieces = [...cutPieces(lead.samples, lead)].filter(({ start }) => start < RECORD);
  const originals = pieces.map((piece, sequence) => {
    const { start, length, firstIndex } = piece;
    const samples = Buffer.from(ownSamples(piece).buffer);
    const place = { stream, device, epoch, sequence, start, length, firstIndex, rate, gain, baseline, samples };
    return { key: device, value: encode('ecg.originals', { ...SAMPLES['ecg.originals'], ...place }) };
  });
  await produce(connection, 'ecg.originals', originals);
  const nativeBytes = 2 * pieces.reduce((sum, { count }) => sum + count, 0);
  const result = {
    ...SAMPLES['ecg.audit-results'],
    // Behind the originals, as an audit is: the preview reads up to then.
    stream,
    device,
    epoch,
    record: 0,
    outcome: 'COMPLETE' as const,
    evaluatedAt: Date.now(),
    nativeBytes,
    payloadBytes: Math.round(nativeBytes / 6),
  };
  await produce(connection, 'ecg.audit-results', [{ key: device, value: encode('ecg.audit-results', result) }]);
}

async function onTopic(): Promise<PolicyVersion | undefined> {
  const table = await openPolicyTable({ connection });
  await table.close();
  return table.log.current('default');
}

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute('aria-label') ?? element?.closest('label')?.textContent ?? element?.textContent ?? '';
  });

/** By Tab alone. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let i = 0; i < 80 && !(await focused(page)).startsWith(name); i++) await page.keyboard.press('Tab');
  expect(await focused(page)).toContain(name);
}

async function type(page: Page, field: string, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Backspace');
  await page.keyboard.type(text);
}

/** The server ends a preview: half a minute to read, two and a half to code. Wall ms. */
const PREVIEW_MS = 190_000;

interface Previewed {
  readonly gain: number;
  /** Largest added cross-entropy, nats. */
  readonly rhythm: number;
  readonly above: string;
}

async function previewed(page: Page): Promise<Previewed> {
  const preview = page.locator('.preview');
  await page.getByRole('button', { name: 'Preview' }).and(page.locator(':enabled')).waitFor();
  await tabTo(page, 'Preview');
  await page.keyboard.press('Enter');
  try {
    await preview.locator('table, .failed, .legend:not([hidden])', { hasNotText: 'Coding' }).first().waitFor({ timeout: PREVIEW_MS }); // prettier-ignore
  } catch {
    throw new Error(`no answer; the page says:\n${await page.locator('.policy-form').innerText()}`);
  }
  expect(await preview.innerText()).toContain('All');
  const cells = await preview.locator('tr', { hasText: 'All' }).locator('td').allInnerTexts();
  expect(cells.slice(0, 3)).toEqual(['All', '1', '6.0 : 1']);
  const largest = /\(([\d.]+)\)/.exec(cells[4] ?? '')?.[1];
  return { gain: Number(cells[3]?.split(' ')[0]), rhythm: Number(largest), above: cells[7] ?? '' };
}

it('is edited by keyboard: mistakes are named, a preview is measured, and the policy is on the topic', async () => {
  await publishRecord(unique('bed'));
  const { policy } = await readShippedPolicy();
  const before = await setPolicy(connection, { scope: 'default', policy, author: 'physician-1' });
  const service = await startService('dashboard', ['--insecure-open-access', '--page-port', '0']);
  await untilReady(service);
  const url = /"page":"([^"]+)"/.exec(service.output())?.[1] ?? '';
  const page = await openPage(`${url}/#/policy`, {}, /40[09]|409/);
  await page.locator('.policy td', { hasText: 'by physician-1' }).waitFor();

  const edit = `Edit version ${before.version} of default`;
  await page.getByRole('button', { name: edit }).first().waitFor();
  await tabTo(page, edit);
  await page.keyboard.press('Enter');
  await type(page, 'Rhythm bound', '-1');
  await type(page, 'Share of audits', '2');
  const mistakes = page.locator('.mistakes li');
  await expect.poll(() => mistakes.count()).toBe(2);
  expect((await mistakes.allInnerTexts()).map((text) => text.split(':')[0])).toEqual(['bounds.rhythm', 'auditShare']);
  expect(await page.getByRole('button', { name: 'Put in force' }).isDisabled()).toBe(true);

  // From the top again.
  await page.locator('main').focus();
  await type(page, 'Rhythm bound', '0.75');
  await type(page, 'PRDN bound', '');
  await type(page, 'Share of audits', '0.01');
  await page.locator('.standing', { hasText: 'It would cover 1 stream' }).waitFor();
  expect(await page.locator('.standing').innerText()).toContain('Certified');
  const loose = await previewed(page);
  await page.locator('main').focus();
  await type(page, 'Rhythm bound', '0.0001');
  await page.locator('.standing', { hasText: 'Not certified' }).waitFor();
  const lossless = await previewed(page);
  expect(lossless.gain).toBeGreaterThan(1);
  expect(loose.gain).toBeGreaterThan(2 * lossless.gain);
  // What the tasks would have lost: something within the bound, and nothing at all.
  expect(loose.rhythm).toBeGreaterThan(0);
  expect(loose.rhythm).toBeLessThanOrEqual(0.75);
  expect(loose.above).toBe('0');
  expect(lossless).toMatchObject({ rhythm: 0, above: '0' });

  await page.locator('main').focus();
  await type(page, 'Rhythm bound', '0.75');
  await page.getByRole('button', { name: 'Put in force' }).and(page.locator(':enabled')).waitFor();
  await tabTo(page, 'Put in force');
  await page.keyboard.press('Enter');
  await page.locator('.changes', { hasText: 'bounds.rhythm: 0.25 \u2192 0.75' }).waitFor();
  const after = await onTopic();
  expect(after).toMatchObject({ version: before.version + 1, author: 'open-access', policy: { auditShare: 0.01 } });
  expect(after?.policy?.bounds).toMatchObject({ rhythm: 0.75, reconstruction: null });
  expect(Math.abs((after?.at ?? 0) - Date.now())).toBeLessThan(60_000);

  // Somebody else was first: nothing is written over theirs.
  await setPolicy(connection, { scope: 'default', policy, author: 'physician-2' });
  await page.locator('.policy td', { hasText: 'by physician-2' }).waitFor();
  await page.locator('main').focus();
  await type(page, 'Rhythm bound', '0.5');
  await page.getByRole('button', { name: 'Put in force' }).and(page.locator(':enabled')).waitFor();
  await tabTo(page, 'Put in force');
  await page.keyboard.press('Enter');
  await page.locator('.mistakes li', { hasText: 'by physician-2' }).waitFor();
  expect(await onTopic()).toMatchObject({ author: 'physician-2' });
  await page.context().close();
  expect(await drained(service)).toBe(0);
}, 500_000);

it('says why there is no preview, ends one whose text changes, and takes the next press', async () => {
  const asked: AbortSignal[] = [];
  const answers = [
    (): Promise<never> => Promise.reject(new Error('ecg.originals is away')),
    // Without an end of its own.
    (stop: AbortSignal): Promise<never> =>
      new Promise((_, reject) => {
        stop.addEventListener('abort', () => {
          reject(new Error('stopped'));
        });
      }),
  ];
  const station = await startStation({
    tryOut: (streams, stop) => {
      asked.push(stop);
      return answers.shift()?.(stop) ?? madeUpPreview(streams);
    },
  });
  const stopFilling = fillWard(station, 4, { behind: 2 });
  try {
    const page = await openPage(`${station.url}/#/policy`, {}, /503/);
    const press = page.getByRole('button', { name: 'Preview' }).and(page.locator(':enabled'));
    await press.click();
    await page.locator('.preview .failed', { hasText: 'ecg.originals is away' }).waitFor();
    await press.click();
    await page.locator('.preview', { hasText: /Coding audited records anew.*: [1-9]\d* s/ }).waitFor();
    await page.getByLabel('Rhythm bound (nats)').fill('0.75');
    await expect.poll(() => page.locator('.preview').innerText()).toBe('');
    await expect.poll(() => asked[1]?.aborted).toBe(true);
    await press.click();
    await page.locator('.preview tr', { hasText: 'All' }).waitFor();
    expect(asked).toHaveLength(3);
  } finally {
    stopFilling();
    await closePages();
    await station.close();
  }
});

it('is read by everybody, and edited by an admin alone', async () => {
  const clinician = { id: 'c', name: 'c', role: 'clinician', openAccess: false } as const;
  const station = await startStation({
    gate: { ...openGate(), session: () => Promise.resolve({ viewer: clinician, until: Infinity }) },
  });
  try {
    const page = await openPage(`${station.url}/#/policy`);
    await page.getByText('The role admin may edit policies.').waitFor();
    await page.locator('textarea').waitFor({ state: 'hidden' });
    const statusOf = async (path: string, body?: object): Promise<number> => {
      const headers = { 'content-type': 'application/json', origin: station.url };
      const request = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
      return (await fetch(`${station.url}${path}`, request)).status;
    };
    const text = JSON.stringify({ scope: 'default', ...(await readShippedPolicy()).policy });
    expect(await statusOf('/api/policies')).toBe(200);
    expect(await statusOf('/api/policies', { text, expected: 0 })).toBe(403);
    expect(await statusOf('/api/policies/check', { text })).toBe(403);
    expect(await statusOf('/api/policies/preview', { text })).toBe(403);
    expect(station.policyLog.newest).toBe(0);
    await page.context().close();
  } finally {
    await station.close();
  }
});
