import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { SHIPPED_SAMPLES } from '../../../../src/lib/runtime/paths.js';
import { seededRandom } from '../../../../src/lib/signal/random.js';
import { MISSING } from '../../../../src/lib/signal/types.js';
import { readRecording, writeRecording } from '../../../../src/lib/signal/wfdb/index.js';
import { ADULT_LIMITS } from '../../../../src/lib/tasks/alarms/limits.js';
import { textureOf } from '../../../../src/training/evaluation/alarms/baseline.js';
import { cutExcerpt, toRecording } from '../../../../src/training/evaluation/alarms/canvas.js';
import { watchBed } from '../../../../src/training/evaluation/alarms/chain.js';
import { evaluateAlarms } from '../../../../src/training/evaluation/alarms/evaluate.js';
import { writeAsystole } from '../../../../src/training/evaluation/alarms/events.js';
import { readMaterial } from '../../../../src/training/evaluation/alarms/material.js';
import { placeEvent } from '../../../../src/training/evaluation/alarms/place.js';
import { loadSystem } from '../../../../src/training/evaluation/alarms/system.js';
import { MODELS } from '../../../models.js';

const bounds = { rhythm: 0.75, peaks: 0.1, reconstruction: Infinity };
const about = { seed: 2, recordings: 2, minutes: 2, untouchedMinutes: 0, bounds, models: MODELS };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamic-deep-test-'));
});

describe('a bed of real beats that stop', () => {
  it('has its asystole within 30 s of the last beat, and no alarm before it', async () => {
    const material = await readMaterial(SHIPPED_SAMPLES, 'mitdb-100-normal');
    if (typeof material === 'string') throw new Error(material);
    const canvas = cutExcerpt(material, 0, 100 * material.rate);
    const place = placeEvent(canvas, 40 * material.rate, 25)!;
    writeAsystole({ canvas, place, random: seededRandom(1), texture: textureOf(canvas) }, 'baseline');
    const system = await loadSystem(MODELS);
    const { raises, carried } = await watchBed(toRecording(canvas, 'r'), { system, bounds, limits: ADULT_LIMITS });
    const onset = place.beat / material.rate;
    const asystole = raises.find(({ kind }) => kind === 'asystole');
    expect(asystole?.at).toBeGreaterThan(onset + 4);
    expect(asystole?.at).toBeLessThan(onset + 30);
    expect(raises.filter(({ at, kind }) => at < onset && kind !== 'other-rhythm')).toEqual([]);
    expect([...carried.values()].reduce((sum, samples) => sum + samples, 0)).toBe(2 * 100 * 300);
  }, 60_000);
});

describe('evaluate alarms', () => {
  it('gives the same scores from the recordings that it kept', async () => {
    const [first, second] = [join(folder, 'first.json'), join(folder, 'second.json')];
    const keep = join(folder, 'kept');
    const scores = await evaluateAlarms({ ...about, source: { records: SHIPPED_SAMPLES, keep }, json: first });
    await evaluateAlarms({ ...about, source: { composed: keep }, json: second });
    const text = await readFile(first, 'utf8');
    expect(await readFile(second, 'utf8')).toBe(text);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(scores)));
    const onsets = Object.values(scores.perKind).reduce((sum, { onsets: own }) => sum + own, 0);
    expect(onsets).toBeGreaterThan(0);
    expect(scores).toMatchObject({ records: 2, seconds: 240, seed: 2, untouched: null, warnings: [], leftOut: [] });
    expect(Object.values(scores.rungs).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  }, 120_000);

  it('warns of kept annotations without their end mark, on stderr and in the JSON', async () => {
    const [keep, json] = [join(folder, 'short'), join(folder, 'endless.json')];
    const one = { ...about, recordings: 1 };
    await evaluateAlarms({ ...one, source: { records: SHIPPED_SAMPLES, keep }, json: join(folder, 'whole.json') });
    const [name] = Object.keys(JSON.parse(await readFile(join(keep, 'onsets.json'), 'utf8')) as object);
    const marks = await readFile(join(keep, `${name}.atr`));
    await writeFile(join(keep, `${name}.atr`), marks.subarray(0, -2));
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { warnings } = await evaluateAlarms({ ...one, source: { composed: keep }, json });
    const lines = stderr.mock.calls.map(([line]) => String(line));
    stderr.mockRestore();
    const text = `${name}.atr: no end mark: annotations may be missing`;
    expect(warnings).toEqual([{ record: name, text }]);
    expect(lines).toContain(`evaluate alarms: ${name}: ${text}\n`);
    expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({ warnings });
  }, 120_000);

  it('says where no certificate stands behind its bounds, on stderr and in the JSON', async () => {
    const system = await loadSystem(MODELS);
    const tight = { rhythm: 1e-6, peaks: 1e-6, reconstruction: 1e-6 };
    expect(system.certificate(tight)).toBeUndefined();
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const [source, json] = [{ records: SHIPPED_SAMPLES, keep: undefined }, join(folder, 'tight.json')];
    const { certified } = await evaluateAlarms({ ...about, recordings: 1, bounds: tight, source, json });
    const lines = stderr.mock.calls.map(([line]) => String(line)).join('');
    stderr.mockRestore();
    expect(certified).toBeNull();
    expect(lines).toContain('evaluate alarms: no certificate of its bounds');
    expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({ certified: null });
  }, 120_000);

  it('scores a recording with holes in its asystole, and goes on behind one that it cannot score', async () => {
    const composed = join(folder, 'holes');
    await mkdir(composed);
    const { leads, rate } = await readRecording(join(SHIPPED_SAMPLES, 'mitdb-100-normal'));
    const lead = leads[0]!;
    const samples = lead.samples.slice(0, 60 * rate).fill(1000, 20 * rate, 45 * rate);
    for (let i = 20 * rate; i < 45 * rate; i++) samples[i]! += i % 3;
    const holed = samples.slice();
    for (const at of [21, 30, 50]) holed.fill(MISSING, at * rate, at * rate + 20);
    for (const [name, own] of [
      ['a-holes', holed],
      ['c-whole', samples],
    ] as const)
      // prettier-ignore
      await writeRecording(composed, { name, rate, leads: [{ ...lead, samples: own }], warnings: [] });
    await writeRecording(composed, { name: 'b-slow', rate: 40, leads: [{ ...lead, rate: 40 }], warnings: [] });
    const onset = { kind: 'asystole', onsetSeconds: 19.6, endSeconds: 45 };
    const truth = { 'a-holes': [onset], 'b-slow': [onset], 'c-whole': [onset] };
    await writeFile(join(composed, 'onsets.json'), JSON.stringify(truth));
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const json = join(folder, 'holes.json');
    const { records, leftOut, inventedBeats } = await evaluateAlarms({ ...about, source: { composed }, json });
    const lines = stderr.mock.calls.map(([line]) => String(line)).join('');
    stderr.mockRestore();
    expect(records).toBe(2);
    expect(leftOut).toEqual([{ name: 'b-slow', reason: expect.stringMatching(/\w/) as string }]);
    expect(lines).toContain(`evaluate alarms: b-slow is left out: ${leftOut[0]!.reason}`);
    // Three windows of the whole one, two of the other.
    expect(inventedBeats['lossless']).toMatchObject({ windows: 5, beats: 0 });
  }, 120_000);

  it('refuses a folder that cannot be kept in, before any record is read', async () => {
    const keep = join(folder, 'first.json', 'kept');
    const source = { records: join(folder, 'nowhere'), keep };
    const refused = evaluateAlarms({ ...about, source, json: join(folder, 'kept.json') });
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('warns of a record to compose of once, however often it is read', async () => {
    const records = join(folder, 'sources');
    await mkdir(records);
    for (const ending of ['hea', 'dat', 'atr']) {
      const file = `mitdb-100-normal.${ending}`;
      const bytes = await readFile(join(SHIPPED_SAMPLES, file));
      await writeFile(join(records, file), ending === 'atr' ? bytes.subarray(0, -2) : bytes);
    }
    const source = { records, keep: undefined };
    const { warnings } = await evaluateAlarms({ ...about, source, json: join(folder, 'sources.json') });
    const text = 'mitdb-100-normal.atr: no end mark: annotations may be missing';
    expect(warnings).toEqual([{ record: 'mitdb-100-normal', text }]);
  }, 120_000);

  it('refuses a folder without beats, and says what is needed', async () => {
    const source = { records: join(folder, 'kept', '..'), keep: undefined };
    await expect(evaluateAlarms({ ...about, source, json: join(folder, 'none.json') })).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringContaining('beat annotations') as string,
    });
  }, 60_000);

  it('refuses a file that cannot be written, before any record is read', async () => {
    const [source, json] = [{ composed: join(folder, 'nowhere') }, join(folder, 'missing', 'scores.json')];
    await expect(evaluateAlarms({ ...about, source, json })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('refuses a folder without onsets.json', async () => {
    const source = { composed: SHIPPED_SAMPLES };
    await expect(evaluateAlarms({ ...about, source, json: join(folder, 'none.json') })).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringContaining('onsets.json') as string,
    });
  }, 60_000);
});
