import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { CincRecord } from '../../src/training/data/cinc.js';
import { formatSplit, readSplit, splitCinc, splitPatients, type Part } from '../../src/training/split.js';

const ROOT = new URL('../../', import.meta.url);
const committed = (name: string): Promise<Map<string, Part>> =>
  readSplit(fileURLToPath(new URL(`models/splits/${name}.csv`, ROOT)));

function sizes(parts: ReadonlyMap<string, Part>): Record<Part, number> {
  const counts = { train: 0, selection: 0, calibration: 0, test: 0 };
  for (const part of parts.values()) counts[part]++;
  return counts;
}

/** Records of flat samples that differ in their first one, some of other lengths, some twins. */
function records(count: number, twins: readonly (readonly [number, number])[] = []): CincRecord[] {
  const flat = new Map<number, Int16Array>();
  const samplesOf = (length: number, content: number): Int16Array => {
    const shared = flat.get(content) ?? new Int16Array(length);
    shared[0] = content % 30_000;
    shared[1] = Math.floor(content / 30_000);
    flat.set(content, shared);
    return shared;
  };
  const twinOf = new Map(twins.map(([a, b]) => [b, a]));
  return Array.from({ length: count }, (_, i) => {
    const length = i % 20 === 0 ? 9216 : i % 20 === 1 ? 8959 : 8960 + (i % 256);
    const content = twinOf.get(i) ?? i;
    return { name: `A${String(i).padStart(5, '0')}`, label: i % 4, samples: samplesOf(length, content) };
  });
}

describe('the split of CinC 2017', () => {
  const twins = Array.from({ length: 40 }, (_, k) => [100 + 20 * k + 2, 1500 + 20 * k + 2] as const);
  const given = records(2400, twins);
  const parts = splitCinc(given, 1);

  it('has 400 records of test, 900 of calibration and 700 of selection, a twin more at most', () => {
    const { test, calibration, selection, train } = sizes(parts);
    for (const [size, wanted] of [
      [test, 400],
      [calibration, 900],
      [selection, 700],
    ] as const) {
      expect(size).toBeGreaterThanOrEqual(wanted);
      expect(size).toBeLessThanOrEqual(wanted + 1);
    }
    expect(test + calibration + selection + train).toBe(2400);
  });

  it('trains on every record of another length', () => {
    for (const { name, samples } of given) {
      if (samples.length < 8960 || samples.length > 9215) expect(parts.get(name)).toBe('train');
    }
  });

  it('keeps records with the same samples in one part', () => {
    const name = (i: number): string => given[i]!.name;
    const together = twins.map(([a, b]) => [parts.get(name(a)), parts.get(name(b))]);
    for (const [a, b] of together) expect(a).toBe(b);
    expect(new Set(together.map(([a]) => a)).size).toBeGreaterThan(1);
  });

  it('is the same for the same seed, whatever the order of the records, and another for another', () => {
    const sorted = (split: ReadonlyMap<string, Part>): string => [...split].map(String).sort().join();
    expect(sorted(splitCinc(given, 1))).toBe(sorted(parts));
    expect(sorted(splitCinc(given, 2))).not.toBe(sorted(parts));
  });

  it('refuses too few records', () => {
    expect(() => splitCinc(records(1500), 1)).toThrow(expect.objectContaining({ code: 'DATA_INVALID' }));
  });
});

describe('the split of patients', () => {
  const names = Array.from({ length: 48 }, (_, i) => String(300 + 3 * i));

  it('selects a seventh, the shipped samples among them, and keeps one patient’s records together', () => {
    for (const seed of [1, 2, 3, 4]) {
      const parts = splitPatients(names, ['300', '303'], seed);
      expect([parts.get('300'), parts.get('303')]).toEqual(['selection', 'selection']);
      const { selection, train } = sizes(parts);
      expect(selection).toBeGreaterThanOrEqual(7);
      expect(selection).toBeLessThanOrEqual(10);
      expect(selection + train).toBe(names.length);
      const pair = splitPatients(['201', '202', ...names.slice(0, 20)], ['202'], seed);
      expect([pair.get('201'), pair.get('202')]).toEqual(['selection', 'selection']);
    }
  });
});

describe('the committed splits', () => {
  it('of CinC 2017 have 400, 900 and 700 records beside those that train', async () => {
    const { train, ...rest } = sizes(await committed('cinc2017'));
    expect(rest).toEqual({ test: 400, calibration: 900, selection: 700 });
    expect(train).toBe(7926 - 2000);
  });

  it('of MIT-BIH keep 201 and 202, one patient, together, and test nothing', async () => {
    const parts = await committed('mitdb');
    expect(parts.get('201')).toBe(parts.get('202'));
    expect(sizes(parts)).toMatchObject({ test: 0, calibration: 0 });
  });

  it('train on none of the shipped samples', async () => {
    const [cinc, mitdb] = [await committed('cinc2017'), await committed('mitdb')];
    const names = readdirSync(new URL('samples/', ROOT)).flatMap((file) =>
      file.endsWith('.hea') ? [file.slice(0, -4)] : [],
    );
    const shipped = names.map((name) => cinc.get(name) ?? mitdb.get(name.split('-')[1] ?? ''));
    expect(shipped.length).toBeGreaterThanOrEqual(10);
    expect(shipped).not.toContain('train');
    expect(shipped).not.toContain(undefined);
  });

  it('come back from their text', async () => {
    const parts = await committed('mitdb');
    expect(formatSplit(parts)).toContain('100,selection\n');
    await expect(readSplit('/nowhere/split.csv')).rejects.toMatchObject({ code: 'DATA_INVALID' });
  });
});
