/**
 * What the ward view costs a browser: `node bench/run.mjs dashboard [--beds 32] [--minutes 10]`, after `npm run setup`.
 * Measures script time per frame as the page reports it, frames per second, and once a minute the page's memory after garbage
 * collection.
 */
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type CDPSession } from 'playwright-core';
import { fillWard } from '../test/e2e/filled-ward.js';
import { startStation } from '../test/e2e/station.js';
import { writeResult } from './result.js';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const MINUTE_MS = 60_000;

interface FrameCost {
  readonly frames: number;
  readonly mean: number;
  readonly p99: number;
}

const { values } = parseArgs({
  options: { beds: { type: 'string', default: '32' }, minutes: { type: 'string', default: '10' } },
});
const beds = Number(values.beds);
const minutes = Number(values.minutes);

async function usedBytes(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  // Waveforms are in array buffers, outside the script's own heap. The protocol's types lack the last two keys.
  const usage = (await session.send('Runtime.getHeapUsage')) as Record<string, number>;
  const parts = [usage['usedSize'], usage['embedderHeapUsedSize'], usage['backingStorageSize']];
  return parts.reduce<number>((sum, bytes) => sum + (bytes ?? NaN), 0);
}

const station = await startStation({ root: `${process.cwd()}/dist/web`, models: 'models' });
const stop = fillWard(station, beds);
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: FLAGS });
try {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.goto(station.url);
  const session = await page.context().newCDPSession(page);
  // The page's rings are full after 40 s.
  await sleep(MINUTE_MS);
  const before = await page.evaluate<FrameCost>('dynamicDeepFrames()');
  const memory = [await usedBytes(session)];
  for (let minute = 1; minute <= minutes; minute++) {
    await sleep(MINUTE_MS);
    memory.push(await usedBytes(session));
    console.log(`${minute} min: ${((memory.at(-1) ?? 0) / 1e6).toFixed(2)} MB`);
  }
  const after = await page.evaluate<FrameCost>('dynamicDeepFrames()');
  writeResult('dashboard', {
    beds,
    minutes,
    chromium: browser.version(),
    scriptMsAFrame: { mean: after.mean, p99: after.p99 },
    framesASecond: (after.frames - before.frames) / (minutes * 60),
    heapBytes: memory,
    heapGrowthBytes: (memory.at(-1) ?? NaN) - (memory[0] ?? NaN),
  });
} finally {
  stop();
  await browser.close();
  await station.close();
}
