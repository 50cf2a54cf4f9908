import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodePieceCodes } from '../../../../src/lib/codec/window-encoder.js';
import { loadEncoder } from '../../../../src/lib/codec/codec-networks.js';
import { SHIPPED_SAMPLES } from '../../../../src/lib/runtime/paths.js';
import { codeRecords, type CodedRecord } from '../../../../src/training/evaluation/compression/coded-record.js';
import { Outcomes } from '../../../../src/training/evaluation/compression/outcomes.js';
import { densePredictor, withTau } from '../../../../src/training/evaluation/compression/predictors.js';
import { loadRecords, type EcgRecord } from '../../../../src/training/evaluation/compression/records.js';
import { byPrediction, throughout } from '../../../../src/training/evaluation/compression/rules.js';
import { loadCompressionSystem, rungNames, type CompressionSystem } from '../../../../src/training/evaluation/compression/system.js'; // prettier-ignore
import { MODELS } from '../../../models.js';
import { sampleLabels } from './samples.js';

let system: CompressionSystem;
let records: EcgRecord[];
let coded: CodedRecord[];

beforeAll(async () => {
  system = await loadCompressionSystem(MODELS);
  records = (await loadRecords(SHIPPED_SAMPLES, await sampleLabels())).records;
  coded = await codeRecords(records, system.codecs);
}, 60_000);

describe('a record by every rung', () => {
  it('has five windows of each, and gzip of the whole', () => {
    for (const { uniform, record } of coded) {
      for (const name of [...rungNames(system.codecs), 'raw']) expect(uniform.get(name)).toHaveLength(5);
      const [gzip, ...none] = uniform.get('gzip')!;
      expect(none).toEqual([]);
      const bytes = gunzipSync(gzip!.payload);
      expect(bytes.readInt16LE(2 * 1234)).toBe(record.original.samples[1234]);
      expect(bytes).toHaveLength(17_920);
    }
  });

  it('comes back as it was from the lossless rung and from raw samples', () => {
    for (const { uniform, record } of coded) {
      for (const name of [system.codecs.codec.ladder.lossless.name, 'raw']) {
        const samples = uniform.get(name)!.flatMap(({ stretch }) => [...stretch.samples]);
        expect(Int16Array.from(samples)).toEqual(record.original.samples);
      }
    }
  });

  it('is chosen window by window as the edge chooses', async () => {
    // The dense predictor is taken at its word here, however far it is to be trusted.
    const ladder = { ...system.codecs.codec.ladder, tau: 1 };
    const encoder = await loadEncoder(join(MODELS, 'codec'));
    const outcomes = new Outcomes(system.inference);
    const kinds = new Set<string>();
    for (const [rhythm, peaks] of [[0.05, 0.01], [0.3, 0.05], [2, 0.2]] as const) {
      for (const own of coded) {
        const { name: stream, lead, windows: cut } = own.record;
        const pieces = cut.map(({ piece }) => ({ piece, lead, stream }));
        const encode = (windows: Float32Array, n: number) => Promise.resolve(encoder.encode(windows, n));
        const edge = await encodePieceCodes(pieces, { ladder, bounds: { rhythm, peaks }, encode });
        const [sent = []] = await byPrediction(densePredictor(system.codecs.codec, withTau(1)), ladder)([own], { rhythm, peaks, reconstruction: Infinity }, outcomes); // prettier-ignore
        expect(sent.map(({ name }) => name)).toEqual(edge.map(({ code }) => code.rung.name));
        sent.forEach(({ name, payload }, i) => {
          kinds.add(name);
          expect(Buffer.from(payload)).toEqual(Buffer.from(edge[i]!.code.payload));
        });
      }
    }
    expect(kinds.size).toBeGreaterThan(1);
  }, 60_000); // prettier-ignore
});

describe('its outcome', () => {
  it('is exactly nothing lost where nothing was', async () => {
    const outcomes = new Outcomes(system.inference);
    const exact = throughout(coded[0]!, 'gzip');
    await outcomes.measure([[coded[0]!, exact]]);
    const { rhythm, peaks, prd, prdn, relative, beats } = outcomes.of(coded[0]!, exact);
    expect([rhythm, peaks, prd, prdn, relative]).toEqual([0, 0, 0, 0, 0]);
    expect(beats.at75).toMatchObject({ missed: 0, invented: 0 });
    // Another way to lose nothing is the same outcome.
    expect(outcomes.of(coded[0]!, throughout(coded[0]!, 'raw'))).toBe(outcomes.of(coded[0]!, exact));
  });

  it('of a mixture lies between those of its rungs in PRDN, and is measured once', async () => {
    const [own] = coded;
    const lossy = throughout(own!, system.codecs.codec.ladder.rungs.at(-1)!.name);
    const mixed = [...throughout(own!, 'raw').slice(0, 3), ...lossy.slice(3)];
    let runs = 0;
    const counting = { ...system.inference, rhythm: (rows: readonly Float32Array[]) => ((runs += rows.length), system.inference.rhythm(rows)) }; // prettier-ignore
    const outcomes = new Outcomes(counting);
    await outcomes.measure([[own!, mixed], [own!, lossy], [own!, mixed]]); // prettier-ignore
    await outcomes.measure([[own!, lossy]]);
    expect(runs).toBe(3);
    const [part, all] = [outcomes.of(own!, mixed), outcomes.of(own!, lossy)];
    expect(part.prdn).toBeGreaterThan(0);
    expect(part.prdn).toBeLessThan(all.prdn);
    expect(all.rhythm).toBeGreaterThan(0);
    expect(() => outcomes.of(coded[1]!, lossy)).toThrow('never measured');
  });
});
