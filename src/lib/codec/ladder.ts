/** The ladder is data: the codec's manifest lists its rungs, their coders and their entropy tables. */
import { z } from 'zod';
import { DynamicDeepError } from '../errors/index.js';
import type { StoredManifest } from '../model/manifest.js';
import type { TaskErrors } from './choose.js';
import { LATENT_CONTEXTS, LATENT_RANGE, LATENT_SYMBOLS } from './latents.js';
import { FrequencyTable } from './frequency-table.js';
import { COEFFICIENT_CONTEXTS, COEFFICIENT_RANGE, COEFFICIENT_SYMBOLS } from './transform.js';

const counts = z.array(z.array(z.int().nonnegative()).length(LATENT_SYMBOLS)).length(LATENT_CONTEXTS);
/** Each row ends with the escape's count. */
const coefficientCounts = z
  .array(z.array(z.int().nonnegative()).length(COEFFICIENT_SYMBOLS + 1))
  .length(COEFFICIENT_CONTEXTS);
const taskErrors = z.strictObject({ rhythm: z.number().nonnegative(), peaks: z.number().nonnegative() });
const rungSchema = z.discriminatedUnion('kind', [
  z.strictObject({ name: z.string(), kind: z.literal('lossless'), nominalGain: z.number() }),
  z.strictObject({
    name: z.string(),
    kind: z.literal('transform'),
    nominalGain: z.null(),
    ratio: z.int().min(1).max(65_536),
    counts: coefficientCounts,
    expected: taskErrors,
  }),
  z.strictObject({
    name: z.string(),
    kind: z.literal('paper'),
    nominalGain: z.number(),
    head: z.union([z.literal(32), z.literal(64)]),
    counts,
  }),
]);

export const ladderParameters = z.looseObject({
  /** From the safest rung to the one with the largest gain; a segment names its rung by its place here. */
  ladder: z.array(rungSchema).min(1),
  /** Scale indices that training saw, 0.1% and 99.9% quantiles: a window outside them goes losslessly. */
  scaleRange: z.tuple([z.int(), z.int()]),
  /** Share of a bound that a predicted error may reach: how far the predictor is to be trusted. */
  tau: z.number().min(0).max(1),
});

export type LosslessRung = {
  readonly kind: 'lossless';
  readonly index: number;
  readonly name: string;
  readonly nominalGain: number;
};
export interface TransformRung {
  readonly kind: 'transform';
  readonly index: number;
  readonly name: string;
  readonly nominalGain: null;
  /** Quantiser step in 1/256 of the window's scale. */
  readonly ratio: number;
  readonly tables: readonly FrequencyTable[];
  /** Error that 99% of the selection part's records stay below: what stands for a prediction. */
  readonly expected: TaskErrors;
}
export interface PaperRung {
  readonly kind: 'paper';
  readonly index: number;
  readonly name: string;
  readonly nominalGain: number;
  readonly head: 32 | 64;
  readonly tables: readonly FrequencyTable[];
}
export type Rung = LosslessRung | TransformRung | PaperRung;

export interface Ladder {
  readonly rungs: readonly Rung[];
  readonly lossless: LosslessRung;
  readonly scaleRange: readonly [number, number];
  /** Share of a bound that a predicted error may reach. */
  readonly tau: number;
  /** SHA-256 of the codec's manifest, in hexadecimal. */
  readonly hash: string;
  /** Its first 8 bytes: what a frame carries. */
  readonly id: Buffer;
}

/** Version of payloads and frames: docs/bitstream.md. */
export const BITSTREAM_VERSION = 1;

export function readLadder({ manifest, hash }: StoredManifest): Ladder {
  const parsed = ladderParameters.safeParse(manifest.parameters);
  if (!parsed.success) {
    throw new DynamicDeepError('MODEL_INVALID', `codec manifest: ${z.prettifyError(parsed.error)}`);
  }
  const rungs = parsed.data.ladder.map((rung, index): Rung => {
    if (rung.kind === 'lossless') return { ...rung, index };
    if (rung.kind === 'transform') {
      const { counts: rows, ...rest } = rung;
      return { ...rest, index, tables: transformTables(rows) };
    }
    const { counts: rows, ...rest } = rung;
    return { ...rest, index, tables: rows.map((row) => FrequencyTable.fromCounts(row, -LATENT_RANGE)) };
  });
  const lossless = rungs.find((rung) => rung.kind === 'lossless');
  if (lossless === undefined) throw new DynamicDeepError('MODEL_INVALID', 'the ladder has no lossless rung');
  const { scaleRange, tau } = parsed.data;
  return { rungs, lossless, scaleRange, tau, hash, id: Buffer.from(hash.slice(0, 16), 'hex') };
}

/** Tables of a transform rung from the counts of `countCoefficients`. */
export function transformTables(counts: readonly (readonly number[])[]): FrequencyTable[] {
  return counts.map((row) => FrequencyTable.fromCounts(row.slice(0, -1), -COEFFICIENT_RANGE, row.at(-1)));
}

export function rungAt(ladder: Ladder, index: number): Rung {
  const rung = ladder.rungs[index];
  if (rung === undefined)
    throw new DynamicDeepError('PAYLOAD_CORRUPT', `no rung ${index} in a ladder of ${ladder.rungs.length}`);
  return rung;
}
