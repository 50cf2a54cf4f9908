import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tasksViolated } from '../../src/lib/codec/violated-bounds.js';
import { readManifest } from '../../src/lib/model/manifest.js';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { RECORD, WINDOW } from '../../src/lib/signal/grid.js';
import { joinStretches } from '../../src/lib/signal/model-rate.js';
import { readRecording } from '../../src/lib/signal/wfdb/index.js';
import { encode, type SignalWindow } from '../../src/lib/wire/index.js';
import { evaluateAudit } from '../../src/tasks-stream/audit-evaluation.js';
import type { AuditPair } from '../../src/tasks-stream/audit-pairs.js';
import { workerInference } from '../../src/tasks-stream/inference.js';
import { stretchOf } from '../../src/tasks-stream/windows.js';
import { MODELS } from '../models.js';
import { tasksWorker } from '../workers.js';
import { EPOCH, lossyWindow, nativeWindow } from './windows.js';

const RATE = 360;
const recording = await readRecording(join(SHIPPED_SAMPLES, 'mitdb-100-normal'));
const native = Int16Array.from(recording.leads[0]!.samples.subarray(0, 20_000));
const temperature = Number((await readManifest(join(MODELS, 'rhythm'))).manifest.parameters['temperature']);
const inference = workerInference({ worker: tasksWorker(), temperature, observe: () => undefined });

const originals = [0, 1, 2, 3, 4].map((i) => nativeWindow(i, native, RATE));
const signal = joinStretches(originals.map(stretchOf));
const lossy = (change: (v: number, i: number) => number): SignalWindow[] =>
  originals.map((_, i) => lossyWindow(i, signal.map(change)));
const pairOf = (decoded: readonly SignalWindow[], given: readonly SignalWindow[] = originals): AuditPair => ({
  stream: 'bed-7.1',
  device: 'bed-7',
  epoch: EPOCH,
  record: 0,
  decoded: [...decoded],
  originals: [...given],
});
const context = {
  bounds: { rhythm: 0.75, peaks: 0.1 },
  models: { rhythm: 'ab', peaks: 'cd' },
  source: { topic: 'ecg.originals', partition: 1, offset: 7 },
  now: EPOCH + 1000,
};

describe('the true error of an audited record', () => {
  it('is exactly 0 in every task where all windows were lossless, in whatever order they came', async () => {
    const decoded = [...originals].reverse().map((window) => ({ ...window, source: { ...window.source, offset: 9 } }));
    const result = await evaluateAudit(['COMPLETE', pairOf(decoded)], inference, context);
    expect(result).toMatchObject({
      outcome: 'COMPLETE',
      record: 0,
      violated: false,
      rungs: new Array(5).fill('lossless') as string[],
      rhythmError: 0,
      rhythmErrorCausal: 0,
      peaksError: 0,
      prdn: 0,
      prdnWindow: 0,
      beatsMissed: 0,
      beatsInvented: 0,
      nativeBytes: originals.reduce((sum, { nativeBytes }) => sum + nativeBytes, 0),
      predicted: null,
    });
    expect(() => encode('ecg.audit-results', result)).not.toThrow();
  });

  it('is small where a window was rounded, and large where the signal is gone', async () => {
    const kept = await evaluateAudit(['COMPLETE', pairOf(lossy((v) => v))], inference, context);
    const lost = await evaluateAudit(['COMPLETE', pairOf(lossy((_, i) => Math.sin(i / 3)))], inference, context);
    expect(kept.prdn).toBeGreaterThan(0);
    expect(kept.prdn).toBeLessThan(10);
    expect(lost.prdn).toBeGreaterThan(60);
    for (const task of ['rhythmError', 'rhythmErrorCausal', 'peaksError'] as const) {
      expect(kept[task]).toBeGreaterThanOrEqual(0);
      expect(lost[task]).toBeGreaterThan(kept[task] ?? Infinity);
    }
    const sum = { weights: { rhythm: 1, peaks: 1 }, bound: 1e-9 };
    const summed = { ...context, bounds: { rhythm: 9, peaks: 9, weightedSum: sum } };
    const above = await evaluateAudit(['COMPLETE', pairOf(lossy((_, i) => Math.sin(i / 3)))], inference, summed);
    expect(above).toMatchObject({ violated: true, bounds: { rhythm: 9, peaks: 9, weightedSum: 1e-9 } });
    const unbound = await evaluateAudit(['COMPLETE', pairOf(lossy((_, i) => Math.sin(i / 3)))], inference, { ...context, bounds: undefined }); // prettier-ignore
    expect(unbound).toMatchObject({ violated: false, bounds: { rhythm: null, peaks: null, weightedSum: null } });
    const tight = { ...context, bounds: { rhythm: 1e-9, peaks: 1e-9 } };
    expect(
      (await evaluateAudit(['COMPLETE', pairOf(lossy((_, i) => Math.sin(i / 3)))], inference, tight)).violated,
    ).toBe(true);
  });

  it('is judged by the PRDN of its worst window, which the edge bounds, and not by that of the whole', async () => {
    const offset = lossy((v) => v).map((window, i) => (i === 2 ? lossyWindow(2, signal.map((v) => 1.3 * v)) : window)); // prettier-ignore
    const free = { ...context, bounds: { rhythm: 9, peaks: 9 } };
    const result = await evaluateAudit(['COMPLETE', pairOf(offset)], inference, free);
    expect(result).toMatchObject({ violated: false, bounds: { reconstruction: null } });
    const [worst, whole] = [result.prdnWindow ?? Number.NaN, result.prdn ?? Number.NaN];
    expect(worst).toBeGreaterThan(1.5 * whole);
    const judged = async (reconstruction: number) =>
      (await evaluateAudit(['COMPLETE', pairOf(offset)], inference, { ...free, bounds: { ...free.bounds, reconstruction } })).violated; // prettier-ignore
    expect([await judged(worst), await judged(0.99 * worst)]).toEqual([false, true]);
  });

  it('counts the windows as really sent, mixed rungs and their predictions included', async () => {
    const [first, second, ...rest] = lossy((v) => v);
    const mixed = [first!, { ...second!, predicted: null, rung: 'paper-64' }, ...rest.slice(0, 2), originals[4]!];
    const result = await evaluateAudit(['COMPLETE', pairOf(mixed)], inference, context);
    expect(result.rungs).toEqual(['paper-32', 'paper-64', 'paper-32', 'paper-32', 'lossless']);
    expect(result.predicted).toEqual([[0.25, 0.0625], [], [0.25, 0.0625], [0.25, 0.0625], []]);
    expect(result.payloadBytes).toBe(4 * 40 + originals[4]!.payloadBytes);
    expect(result.rhythmError).not.toBeNull();
  });

  it('is none of a record that did not become complete: it is counted apart, never as kept or violated', async () => {
    for (const outcome of ['INCOMPLETE', 'UNPAIRED'] as const) {
      const result = await evaluateAudit([outcome, pairOf(originals.slice(0, 3), [])], inference, context);
      expect(result).toMatchObject({ outcome, violated: false, rhythmError: null, peaksError: null, prdn: null });
      expect(() => encode('ecg.audit-results', result)).not.toThrow();
    }
  });

  it('cannot be had of windows that do not cover the record', async () => {
    const short = evaluateAudit(['COMPLETE', pairOf(originals.slice(0, 4))], inference, context);
    await expect(short).rejects.toThrow(String(RECORD));
    expect(signal).toHaveLength(5 * WINDOW);
  });
});

describe('a violation', () => {
  const bounds = { rhythm: 0.75, peaks: 0.1 };
  it.each([
    [0.75, 0.1, []],
    [0.7501, 0.1, ['rhythm']],
    [0, 0.11, ['peaks']],
    [NaN, 0, ['rhythm']],
    [null, null, ['rhythm', 'peaks']],
    [Infinity, 0, ['rhythm']],
  ])('with errors %s and %s is of the tasks %j', (rhythmError, peaksError, expected) => {
    expect(tasksViolated({ rhythmError, peaksError }, bounds)).toEqual(expected);
  });

  it.each([
    [20, []],
    [20.01, ['reconstruction']],
    [null, ['reconstruction']],
  ])(
    'with a PRDN of %s under a bound of 20 is of the tasks %j, and of none without a bound',
    (prdnWindow, expected) => {
      const errors = { rhythmError: 0, peaksError: 0, prdnWindow };
      expect(tasksViolated(errors, { ...bounds, reconstruction: 20 })).toEqual(expected);
      expect(tasksViolated(errors, bounds)).toEqual([]);
    },
  );
});
