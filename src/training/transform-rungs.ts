/** The transform rungs of the ladder: their quantiser steps and their tables. */
import { tablesOf, transformCodingOf, type StoredTransformCoding } from '../lib/codec/ladder.js';
import {
  COEFFICIENT_GROUPS,
  COEFFICIENT_RANGE,
  forEachNeighbourhood,
  quantiseNearest,
  quantiseTransformed,
  reconstructWindow,
  type TransformCode,
  type TransformedWindow,
  type TransformQuantiser,
} from '../lib/codec/transform.js';
import { STEPS_PER_MILLIVOLT } from '../lib/codec/window-scale.js';
import { coefficientCounts, scaleCounts } from './symbol-counts.js';
import { learnContexts, type Neighbourhoods } from './learn-contexts.js';

/** Quantiser steps in 1/256 of a window's scale. */
export const TRANSFORM_RATIOS = {
  'transform-1': 64,
  'transform-2': 128,
  'transform-3': 192,
  'transform-4': 256,
  'transform-5': 384,
} as const;
/** Rungs between those and lossless, added later: a segment names its rung by index, so a ladder can only grow. */
export const FINE_TRANSFORM_RATIOS = { 'transform-fine-1': 16, 'transform-fine-2': 32 } as const;

/** Numbers of classes of the learned contexts. */
const CLASSES = { sizes: 32, values: 5 };

/** Tables of a rung with step `ratio`, from windows before quantisation. */
export function transformTables(
  windows: readonly TransformedWindow[],
  ratio: number,
): { counts: number[][]; coding: StoredTransformCoding } {
  const scales = scaleCounts(windows.map(({ scale }) => scale));
  const learn = (codes: readonly TransformCode[]): { counts: number[][]; coding: StoredTransformCoding } => {
    const each: Neighbourhoods = (visit) => {
      for (const { values } of codes) forEachNeighbourhood(values, visit);
    };
    const contexts = learnContexts(each, COEFFICIENT_GROUPS, CLASSES);
    const values = codes.map((code) => code.values);
    return { counts: coefficientCounts(values, contexts), coding: { contexts, scales } };
  };
  // Once so that bits have a price, and again with windows quantised by that price.
  const first = learn(windows.map((window) => quantiseNearest(window, ratio)));
  const coder = { ratio, tables: tablesOf(first.counts, COEFFICIENT_RANGE), coding: transformCodingOf(first.coding) };
  return learn(windows.map((window) => quantiseTransformed(window, coder)));
}

/** A window's code as a decoder gives it back, millivolts. */
export function reconstructed(code: TransformCode, { ratio }: Pick<TransformQuantiser, 'ratio'>): Float32Array {
  return Float32Array.from(reconstructWindow(code, ratio), (v) => v / STEPS_PER_MILLIVOLT);
}
