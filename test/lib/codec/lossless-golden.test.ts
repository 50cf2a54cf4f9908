import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeLossless, encodeLossless } from '../../../src/lib/codec/lossless.js';
import { readRecording } from '../../../src/lib/signal/wfdb/index.js';
import { beats, noise } from './signals.js';

/**
 * Payloads as they went out before. A difference means that stored segments no longer decode: raise the codec's version.
 * UPDATE_GOLDEN=1 writes the file anew.
 */
const FILE = new URL('golden/lossless.json', import.meta.url);
const SAMPLES = fileURLToPath(new URL('../../../samples/', import.meta.url));

async function windowOf(record: string, lead: number, from: number, count: number): Promise<Int16Array> {
  const { leads } = await readRecording(`${SAMPLES}${record}`);
  return Int16Array.from(leads[lead]!.samples.subarray(from, from + count));
}

const WINDOWS: Record<string, () => Int16Array | Promise<Int16Array>> = {
  'A00282, window 1': () => windowOf('A00282', 0, 1792, 1792),
  'A04040, window 0': () => windowOf('A04040', 0, 0, 1792),
  'mitdb-228-pvc, lead 0, window 1': () => windowOf('mitdb-228-pvc', 0, 2151, 2150),
  'mitdb-202-af, lead 1, window 0': () => windowOf('mitdb-202-af', 1, 0, 2151),
  'a piece of 256 samples': () => windowOf('A00624', 0, 4000, 256),
  'synthetic beats': () => beats(1792, 300),
  'every fourth value': () => beats(512, 300).map((x) => (x >> 2) * 4 + 1),
  constant: () => new Int16Array(1792).fill(-12),
  'rails in turn': () => Int16Array.from({ length: 300 }, (_, t) => (t % 2 === 0 ? -32_768 : 32_767)),
  'full-scale noise, kept plain': () => noise(64, 65_536),
  'one sample': () => Int16Array.of(-300),
};

if (process.env['UPDATE_GOLDEN'] === '1') {
  const payloads: Record<string, string> = {};
  for (const [name, make] of Object.entries(WINDOWS)) {
    payloads[name] = Buffer.from(encodeLossless(await make())).toString('base64');
  }
  mkdirSync(new URL('.', FILE), { recursive: true });
  writeFileSync(FILE, `${JSON.stringify(payloads, null, 2)}\n`);
}

describe('lossless payloads', () => {
  const golden = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, string>) : {};

  it.each(Object.keys(WINDOWS))('%s is coded and decoded as ever', async (name) => {
    const samples = await WINDOWS[name]!();
    const payload = Buffer.from(golden[name] ?? '', 'base64');
    expect(decodeLossless(payload, samples.length)).toEqual(samples);
    expect(Buffer.from(encodeLossless(samples)).toString('base64')).toBe(golden[name]);
  });
});
