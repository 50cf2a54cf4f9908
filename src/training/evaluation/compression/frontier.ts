/**
 * The frontier of all ways to code a record that were tried, with their gains and the errors they add. The points are
 * committed beside the codec (`frontier.json`, written by `node bench/run.mjs frontier`) and drawn in the report.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DynamicDeepError, messageOf } from '../../../lib/errors/index.js';

const figure = z.number().nonnegative().nullable();
const pointSchema = z.strictObject({
  name: z.string(),
  /** A rung of the ladder, a rung of the paper's codec, a well-known compressor, or a way that was tried and dropped. */
  kind: z.enum(['shipped', 'paper', 'baseline', 'tried']),
  /** `measured`: on the records of the file; `sketch`: on other records, in an experiment before the first version. */
  source: z.enum(['measured', 'sketch']),
  payloadGainTotal: z.number().positive(),
  /** Percent. */
  prdnMedian: figure,
  /** Added cross-entropy over a record, nats. */
  rhythmMedian: figure,
  rhythmMean: figure,
  rhythmP95: figure,
  /** Share of records above 0.1 nats. */
  above01: figure,
  /** Loss between the distance maps of R-peaks, mean over records. */
  peaksMean: figure,
  /** Share of classifier steps whose decision changes. */
  stepsChanged: figure,
});
export type FrontierPoint = z.infer<typeof pointSchema>;

const frontierSchema = z.looseObject({
  records: z.int().positive(),
  part: z.string(),
  /** SHA-256 of the manifests of the models behind the measured points, by name. */
  models: z.record(z.string(), z.string()).optional(),
  points: z.array(pointSchema).min(1),
});
export type Frontier = z.infer<typeof frontierSchema>;

/**
 * Reads the points beside the codec of a models folder; undefined if there are none.
 *
 * @throws DynamicDeepError DATA_INVALID if the file is not such a list
 */
export async function readFrontier(models: string): Promise<Frontier | undefined> {
  const path = join(models, 'codec', 'frontier.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return frontierSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new DynamicDeepError('DATA_INVALID', `${path} is no list of points: ${messageOf(error)}`, { cause: error });
  }
}

type ErrorKey = Exclude<keyof FrontierPoint, 'name' | 'kind' | 'source' | 'payloadGainTotal'>;

/**
 * Returns those of `points` that beat this one: fewer bytes and no larger error in any of `errors`. A point with an unknown
 * error neither beats nor is beaten. Points from different sources, so on other records, are not compared.
 */
export function beatenBy(
  point: FrontierPoint,
  points: readonly FrontierPoint[],
  errors: readonly ErrorKey[],
): FrontierPoint[] {
  return points.filter((other) => {
    if (other.source !== point.source || other.payloadGainTotal <= point.payloadGainTotal) return false;
    return errors
      .map((key) => [other[key], point[key]] as const)
      .every(([own, its]) => own !== null && its !== null && own <= its);
  });
}

/** Returns the measured points that none beats in one error, by increasing gain: the frontier line of a drawing. */
export function frontierLine(points: readonly FrontierPoint[], error: ErrorKey): FrontierPoint[] {
  const known = points.filter((point) => point.source === 'measured' && point[error] !== null);
  return known
    .filter((point) => beatenBy(point, known, [error]).length === 0)
    .sort((a, b) => a.payloadGainTotal - b.payloadGainTotal);
}
