/** Sums the findings of a preview, by stream and in total. No I/O. */
import { tasksViolated } from '../../lib/codec/violated-bounds.js';
import type { ChoiceLimits } from '../../lib/codec/choose.js';
import type { Audit } from '../protocol.js';
import { violationInterval } from '../violations.js';
import type { TriedRecord } from './preview.worker.js';
import type { PreviewStream, PreviewSums, Spread } from './protocol.js';

export type TriedAudit = readonly [audit: Audit, tried: TriedRecord];

/** The part of the predictor's limits that is measured here; null: all went losslessly, so no error was added. */
type MeasuredBounds = Pick<ChoiceLimits, 'bounds'> | null;

/** Sums by stream, in the order of the streams' names. */
export function sumByStream(tried: readonly TriedAudit[], limits: MeasuredBounds): PreviewStream[] {
  const byStream = new Map<string, TriedAudit[]>();
  for (const one of tried) byStream.set(one[0].stream, [...(byStream.get(one[0].stream) ?? []), one]);
  return [...byStream]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([stream, own]) => ({ stream, ...sumsOf(own, limits) }));
}

export function sumsOf(tried: readonly TriedAudit[], limits: MeasuredBounds): PreviewSums {
  const rungs: Record<string, number> = {};
  for (const [, own] of tried) {
    for (const [rung, count] of Object.entries(own.rungs)) rungs[rung] = (rungs[rung] ?? 0) + count;
  }
  const above = tried.map(([, own]) => brokenBy(own, limits));
  const spread = (of: (own: TriedRecord) => number): Spread => spreadOf(tried.map(([, own]) => of(own)));
  return {
    records: tried.length,
    nativeBytes: tried.reduce((sum, [{ nativeBytes }]) => sum + nativeBytes, 0),
    sentBytes: tried.reduce((sum, [{ payloadBytes }]) => sum + payloadBytes, 0),
    payloadBytes: tried.reduce((sum, [, { payloadBytes }]) => sum + payloadBytes, 0),
    rungs,
    rhythm: spread(({ rhythmError }) => rhythmError),
    peaks: spread(({ peaksError }) => peaksError),
    prdn: spread(({ prdn }) => prdn),
    above: {
      any: above.filter((tasks) => tasks.length > 0).length,
      rhythm: above.filter((tasks) => tasks.includes('rhythm')).length,
      peaks: above.filter((tasks) => tasks.includes('peaks')).length,
    },
  };
}

/** 95% interval of the share of records above a bound (docs/audits.md); null without records. */
export function intervalOf(tried: readonly TriedAudit[], limits: MeasuredBounds): readonly [number, number] | null {
  const records = tried.map(([{ stream }, own]) => ({ stream, violated: brokenBy(own, limits).length > 0 }));
  return violationInterval(records);
}

function brokenBy({ rhythmError, peaksError }: TriedRecord, limits: MeasuredBounds) {
  const { rhythm = Infinity, peaks = Infinity, weightedSum } = limits?.bounds ?? {};
  // Tasks of one's own are not loaded here, so their bounds are not judged.
  const bounds = { rhythm, peaks, ...(weightedSum === undefined ? {} : { weightedSum }) };
  return tasksViolated({ rhythmError, peaksError }, bounds);
}

/** Mean and largest value; null if any value is not finite, which JSON cannot express. */
function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0 || !values.every(Number.isFinite)) return null;
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, largest: Math.max(...values) };
}
