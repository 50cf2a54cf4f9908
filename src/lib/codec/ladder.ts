/** Reads the ladder from the codec's manifest, which lists the rungs, their coders and their entropy tables. */
import { z } from 'zod';
import { DynamicDeepError } from '../errors/index.js';
import type { StoredManifest } from '../model/manifest.js';
import type { TaskErrors } from './choose.js';
import { HEADS, LATENT_CONTEXTS, LATENT_RANGE, LATENT_SYMBOLS, type Head } from './latents.js';
import { FrequencyTable } from './frequency-table.js';
import { contextCount, learnedContextsSchema, weightsFit, type LearnedContexts } from './learned-contexts.js';
import { latentNeighbours, NEURAL_CHANNELS, NEURAL_CONTEXTS, NEURAL_RANGE, NEURAL_SYMBOLS } from './neural-latents.js';
import {
  COEFFICIENT_CONTEXTS,
  COEFFICIENT_GROUPS,
  COEFFICIENT_NEIGHBOURS,
  COEFFICIENT_RANGE,
  COEFFICIENT_SYMBOLS,
  type TransformCoding,
} from './transform.js';
import { END_RANGE } from './window-ends.js';
import { OFFSET_RANGE, SCALES } from './window-scale.js';

const counts = z.array(z.array(z.int().nonnegative()).length(LATENT_SYMBOLS)).length(LATENT_CONTEXTS);
/** Counts of one table; the escape's count is last. */
const tableCounts = (symbols: number) => z.array(z.int().nonnegative()).length(symbols + 1);
/** One row per context. */
const coefficientCounts = z.array(tableCounts(COEFFICIENT_SYMBOLS)).min(1);
const neuralCounts = z.array(tableCounts(NEURAL_SYMBOLS)).min(1);
/**
 * How a rung codes its head, and which table codes each integer. A rung without it writes the head as bytes and chooses the table
 * by a fixed rule.
 */
const transformCoding = z.strictObject({ contexts: learnedContextsSchema, scales: tableCounts(SCALES) });
const neuralCoding = z.strictObject({
  ...transformCoding.shape,
  offsets: tableCounts(2 * OFFSET_RANGE + 1),
  /** Window ends; `unit` is a share of the window's scale. */
  ends: z.strictObject({ unit: z.number().positive(), counts: tableCounts(2 * END_RANGE + 1) }),
});
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
    coding: transformCoding.optional(),
    expected: taskErrors,
  }),
  z.strictObject({
    name: z.string(),
    kind: z.literal('neural'),
    nominalGain: z.null(),
    gains: channelGains,
    inverses: channelGains,
    counts: neuralCounts,
    coding: neuralCoding.optional(),
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
  /**
   * Rungs; a segment names its rung by the index in this list. Within a family, such as `neural-1` to `neural-6`, the order is
   * from the smallest errors to the largest gain. Across families the order implies neither.
   */
  ladder: z.array(rungSchema).min(1),
  /**
   * 0.1% and 99.9% quantiles of the scale indices in training. Windows below are coded losslessly, those above losslessly or by
   * transform rungs.
   */
  scaleRange: z.tuple([z.int(), z.int()]),
  /** Largest share of a bound that an error predicted by the dense predictor may reach: how far the predictor is trusted. */
  tau: z.number().min(0).max(1),
  /** The same for the synthesis predictor; absent if the codec was never measured with it. */
  synthesisTau: z.number().min(0).max(1).optional(),
});

export type LosslessRung = {
  readonly kind: 'lossless';
  readonly index: number;
  readonly name: string;
  readonly nominalGain: number;
};
/** How a neural rung codes its head, and which of its tables codes each integer. */
export interface NeuralCoding extends TransformCoding {
  readonly offsets: FrequencyTable;
  /** Coding of the window's border values; `unit` is a share of the window's scale. */
  readonly ends: { readonly unit: number; readonly table: FrequencyTable };
}
export interface TransformRung {
  readonly kind: 'transform';
  readonly index: number;
  readonly name: string;
  readonly nominalGain: null;
  /** Quantiser step in 1/256 of the window's scale. */
  readonly ratio: number;
  readonly tables: readonly FrequencyTable[];
  readonly coding: TransformCoding | undefined;
  /** Error that 99% of the records of the selection part stay below; used if no predicted error is available. */
  readonly expected: TaskErrors;
}
export interface NeuralRung {
  readonly kind: 'neural';
  readonly index: number;
  readonly name: string;
  readonly nominalGain: null;
  /** Factors of the channels: `gains` for the encoder's output before rounding, `inverses` for the integers afterwards. */
  readonly gains: readonly number[];
  readonly inverses: readonly number[];
  readonly tables: readonly FrequencyTable[];
  readonly coding: NeuralCoding | undefined;
}
export interface PaperRung {
  readonly kind: 'paper';
  readonly index: number;
  readonly name: string;
  readonly nominalGain: number;
  readonly head: Head;
  readonly tables: readonly FrequencyTable[];
}
/** A rung and its coding as the manifest stores them. */
export type StoredRung = z.infer<typeof rungSchema>;
export type StoredTransformCoding = z.infer<typeof transformCoding>;
export type StoredNeuralCoding = z.infer<typeof neuralCoding>;
export type Rung = LosslessRung | TransformRung | NeuralRung | PaperRung;
/** A rung whose payload is a scale and latents that networks decode. */
export type LatentRung = NeuralRung | PaperRung;

export interface Ladder {
  readonly rungs: readonly Rung[];
  readonly lossless: LosslessRung;
  readonly scaleRange: readonly [number, number];
  /** Largest share of a bound that an error may reach as predicted: by the dense and by the synthesis predictor. */
  readonly tau: number;
  readonly synthesisTau: number | undefined;
  /** SHA-256 of the codec's manifest, in hexadecimal. */
  readonly hash: string;
  /** First 8 bytes of the hash, which every frame carries. */
  readonly id: Buffer;
}

/** Version of payloads and frames (docs/bitstream.md). */
export const BITSTREAM_VERSION = 1;

export function readLadder({ manifest, hash }: StoredManifest): Ladder {
  const parsed = ladderParameters.safeParse(manifest.parameters);
  if (!parsed.success) {
    throw new DynamicDeepError('MODEL_INVALID', `codec manifest: ${z.prettifyError(parsed.error)}`);
  }
  const rungs = parsed.data.ladder.map(readRung);
  const lossless = rungs.find((rung) => rung.kind === 'lossless');
  if (lossless === undefined) throw new DynamicDeepError('MODEL_INVALID', 'the ladder has no lossless rung');
  const { scaleRange, tau, synthesisTau } = parsed.data;
  return { rungs, lossless, scaleRange, tau, synthesisTau, hash, id: Buffer.from(hash.slice(0, 16), 'hex') };
}

const COEFFICIENTS = {
  fixed: COEFFICIENT_CONTEXTS,
  neighbours: new Array<number>(COEFFICIENT_GROUPS).fill(COEFFICIENT_NEIGHBOURS),
};
const LATENTS = {
  fixed: NEURAL_CONTEXTS,
  neighbours: Array.from({ length: NEURAL_CHANNELS }, (_, channel) => latentNeighbours(channel)),
};

/** Builds a rung and its tables from the manifest's entry. Throws MODEL_INVALID. */
export function readRung(rung: StoredRung, index: number): Rung {
  if (rung.kind === 'lossless') return { ...rung, index };
  if (rung.kind === 'transform') {
    const { counts: rows, coding, ...rest } = rung;
    requireTables(rung.name, rows.length, coding?.contexts, COEFFICIENTS);
    return { ...rest, index, tables: tablesOf(rows, COEFFICIENT_RANGE), coding: coding && transformCodingOf(coding) };
  }
  if (rung.kind === 'neural') {
    const { counts: rows, coding, ...rest } = rung;
    requireTables(rung.name, rows.length, coding?.contexts, LATENTS);
    return { ...rest, index, tables: tablesOf(rows, NEURAL_RANGE), coding: coding && neuralCodingOf(coding) };
  }
  const { counts: rows, ...rest } = rung;
  return { ...rest, index, tables: rows.map((row) => FrequencyTable.fromCounts(row, -LATENT_RANGE)) };
}

/** Builds tables of integers within +-`range` from rows of counts; the last count of a row is the escape's. */
export function tablesOf(counts: readonly (readonly number[])[], range: number): FrequencyTable[] {
  return counts.map((row) => tableOf(row, -range));
}

export function tableOf(counts: readonly number[], first: number): FrequencyTable {
  return FrequencyTable.fromCounts(counts.slice(0, -1), first, counts.at(-1));
}

export function transformCodingOf({ contexts, scales }: z.infer<typeof transformCoding>): TransformCoding {
  return { contexts, scales: tableOf(scales, 0) };
}

function neuralCodingOf(coding: z.infer<typeof neuralCoding>): NeuralCoding {
  const { unit, counts: ends } = coding.ends;
  return {
    ...transformCodingOf(coding),
    offsets: tableOf(coding.offsets, -OFFSET_RANGE),
    ends: { unit, table: tableOf(ends, -END_RANGE) },
  };
}

/** @param neighbours number of neighbours of an integer in each group, for the rung's kind */
function requireTables(
  name: string,
  tables: number,
  contexts: LearnedContexts | undefined,
  { fixed, neighbours }: { readonly fixed: number; readonly neighbours: readonly number[] },
): void {
  const wanted = contexts === undefined ? fixed : contextCount(contexts);
  const fits = contexts === undefined || weightsFit(contexts, neighbours);
  if (tables === wanted && fits) return;
  throw new DynamicDeepError(
    'MODEL_INVALID',
    `codec manifest: ${name} has ${tables} tables for ${wanted} contexts${fits ? '' : ', and weights of other neighbours'}`,
  );
}

export function rungAt(ladder: Ladder, index: number): Rung {
  const rung = ladder.rungs[index];
  if (rung === undefined)
    throw new DynamicDeepError('PAYLOAD_CORRUPT', `no rung ${index} in a ladder of ${ladder.rungs.length}`);
  return rung;
}

/** Returns the neural rungs in the ladder's order. */
export function neuralRungs({ rungs }: Ladder): NeuralRung[] {
  return rungs.filter((rung): rung is NeuralRung => rung.kind === 'neural');
}

export function hasLatents(rung: Rung): rung is LatentRung {
  return rung.kind === 'neural' || rung.kind === 'paper';
}
