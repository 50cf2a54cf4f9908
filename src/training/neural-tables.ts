/** Entropy tables of the neural rungs, for the head, the ends and the latents of a window. */
import type { StoredNeuralCoding } from '../lib/codec/ladder.js';
import { forEachNeighbourhood, NEURAL_CHANNELS } from '../lib/codec/neural-latents.js';
import { quantise } from '../lib/codec/neural-quantiser.js';
import { END_RANGE, quantiseEnds } from '../lib/codec/window-ends.js';
import { OFFSET_RANGE, offsetUnit, type WindowScale } from '../lib/codec/window-scale.js';
import { learnContexts, type Neighbourhoods } from './learn-contexts.js';
import { latentCounts, scaleCounts, symbolCounts } from './symbol-counts.js';

/** Numbers of classes of the learned contexts. */
const CLASSES = { sizes: 16, values: 5 };
/** Quantiser steps of the ends as shares of the scale, the finest rung first: coarser rungs have coarser lines. */
const END_UNITS = [0.05, 0.05, 0.1, 0.1, 0.2, 0.2] as const;

/** A training window as the encoder sees it. */
export interface TableWindow {
  readonly scale: WindowScale;
  /** 1,792 normalised samples. */
  readonly samples: Float32Array;
  /** [56 x 4], before any gain. */
  readonly values: Float32Array;
}

/** @param place index among the neural rungs, the finest first */
export function neuralTables(
  windows: readonly TableWindow[],
  gains: readonly number[],
  place: number,
): { counts: number[][]; coding: StoredNeuralCoding } {
  const latents = windows.map(({ values }) => quantise(values, { gains }));
  const each: Neighbourhoods = (visit) => {
    for (const own of latents) forEachNeighbourhood(own, visit);
  };
  const contexts = learnContexts(each, NEURAL_CHANNELS, CLASSES);
  const unit = END_UNITS[Math.min(place, END_UNITS.length - 1)]!;
  const offsets = windows.map(({ scale: { offset, index } }) => Math.round(offset / offsetUnit(index)));
  const ends = windows.flatMap(({ samples }) => quantiseEnds(samples, unit));
  return {
    counts: latentCounts(latents, contexts),
    coding: {
      contexts,
      scales: scaleCounts(windows.map(({ scale }) => scale.index)),
      offsets: symbolCounts(offsets, -OFFSET_RANGE, 2 * OFFSET_RANGE + 1),
      ends: { unit, counts: symbolCounts(ends, -END_RANGE, 2 * END_RANGE + 1) },
    },
  };
}
