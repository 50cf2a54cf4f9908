/** The ladder is data: the codec's manifest lists its rungs, their coders and their entropy tables. */
import { z } from 'zod';
import { DynamicDeepError } from '../errors/index.js';
import type { StoredManifest } from '../model/manifest.js';
import type { TaskErrors } from './choose.js';
import { HEADS, LATENT_CONTEXTS, LATENT_RANGE, LATENT_SYMBOLS, type Head } from './latents.js';
import { FrequencyTable } from './frequency-table.js';
import { NEURAL_CHANNELS, NEURAL_CONTEXTS, NEURAL_RANGE, NEURAL_SYMBOLS } from './neural-latents.js';
import { COEFFICIENT_CONTEXTS, COEFFICIENT_RANGE, COEFFICIENT_SYMBOLS } from './transform.js';

const counts = z.array(z.array(z.int().nonnegative()).length(LATENT_SYMBOLS)).length(LATENT_CONTEXTS);
/** Each row ends with the escape's count. */
const coefficientCounts = z
  .array(z.array(z.int().nonnegative()).length(COEFFICIENT_SYMBOLS + 1))
  .length(COEFFICIENT_CONTEXTS);
/** Likewise. */
const neuralCounts = z.array(z.array(z.int().nonnegative()).length(NEURAL_SYMBOLS + 1)).length(NEURAL_CONTEXTS);
const channelGains = z.array(z.number().positive()).length(NEURAL_CHANNELS);
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
    kind: z.literal('neural'),
    nominalGain: z.null(),
    gains: channelGains,
    inverses: channelGains,
    counts: neuralCounts,
  }),
  z.strictObject({
    name: z.string(),
    kind: z.literal('paper'),
    nominalGain: z.number(),
    head: z.literal(HEADS),
    counts,
  }),
]);

export const ladderParameters = z.looseObject({
  /** From the safest rung to the one with the largest gain; a segment names its rung by its place here. */
  ladder: z.array(rungSchema).min(1),
  /** Scale indices that training saw, 0.1% and 99.9% quantiles: a window outside them goes losslessly. */
  scaleRange: z.tuple([z.int(), z.int()]),
  /** Share of a bound that an error may reach as the dense predictor says it: how far it is to be trusted. */
  tau: z.number().min(0).max(1),
  /** The same for the synthesis predictor; absent where the codec was never measured with it. */
  synthesisTau: z.number().min(0).max(1).optional(),
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
export interface NeuralRung {
  readonly kind: 'neural';
  readonly index: number;
  readonly name: string;
  readonly nominalGain: null;
  /** What each channel of the encoder's output is multiplied by before it is rounded, and the integers after. */
  readonly gains: readonly number[];
  readonly inverses: readonly number[];
  readonly tables: readonly FrequencyTable[];
}
export interface PaperRung {
  readonly kind: 'paper';
  readonly index: number;
  readonly name: string;
  readonly nominalGain: number;
  readonly head: Head;
  readonly tables: readonly FrequencyTable[];
}
export type Rung = LosslessRung | TransformRung | NeuralRung | PaperRung;
/** A rung whose payload is a scale and latents, for networks to decode. */
export type LatentRung = NeuralRung | PaperRung;

export interface Ladder {
  readonly rungs: readonly Rung[];
  readonly lossless: LosslessRung;
  readonly scaleRange: readonly [number, number];
  /** Share of a bound that an error may reach as the dense predictor says it, and as the synthesis predictor does. */
  readonly tau: number;
  readonly synthesisTau: number | undefined;
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
      return { ...rest, index, tables: tablesOf(rows, COEFFICIENT_RANGE) };
    }
    if (rung.kind === 'neural') {
      const { counts: rows, ...rest } = rung;
      return { ...rest, index, tables: tablesOf(rows, NEURAL_RANGE) };
    }
    const { counts: rows, ...rest } = rung;
    return { ...rest, index, tables: rows.map((row) => FrequencyTable.fromCounts(row, -LATENT_RANGE)) };
  });
  const lossless = rungs.find((rung) => rung.kind === 'lossless');
  if (lossless === undefined) throw new DynamicDeepError('MODEL_INVALID', 'the ladder has no lossless rung');
  const { scaleRange, tau, synthesisTau } = parsed.data;
  return { rungs, lossless, scaleRange, tau, synthesisTau, hash, id: Buffer.from(hash.slice(0, 16), 'hex') };
}

/** Tables of integers within +-`range` from counts whose last is the escape's. */
export function tablesOf(counts: readonly (readonly number[])[], range: number): FrequencyTable[] {
  return counts.map((row) => FrequencyTable.fromCounts(row.slice(0, -1), -range, row.at(-1)));
}

export function rungAt(ladder: Ladder, index: number): Rung {
  const rung = ladder.rungs[index];
  if (rung === undefined)
    throw new DynamicDeepError('PAYLOAD_CORRUPT', `no rung ${index} in a ladder of ${ladder.rungs.length}`);
  return rung;
}

/** In the ladder's order. */
export function neuralRungs({ rungs }: Ladder): NeuralRung[] {
  return rungs.filter((rung): rung is NeuralRung => rung.kind === 'neural');
}

export function hasLatents(rung: Rung): rung is LatentRung {
  return rung.kind === 'neural' || rung.kind === 'paper';
}
