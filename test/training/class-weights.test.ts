import { describe, expect, it } from 'vitest';
import { buildRhythm, RHYTHM_DEFAULT } from '../../src/lib/model/architectures/rhythm.js';
import tf, { type LayersModel, type Tensor } from '../../src/lib/model/tf.js';
import { STEP } from '../../src/lib/signal/grid.js';
import type { Manifest } from '../../src/lib/model/manifest.js';
import {
  putBackClassWeights,
  takeOutClassWeights,
  weightedAnswers,
  WITHOUT_CLASS_WEIGHTS,
} from '../../src/training/class-weights.js';

const manifest = (training: Manifest['training'] = {}) => ({ training }) as Manifest;
const without = manifest(WITHOUT_CLASS_WEIGHTS);
const logitsOf = (network: LayersModel): Tensor => network.predict(tf.ones([1, 1, 14 * STEP, 1])) as Tensor;

describe('class weights', () => {
  it('are taken out of the logits of the rarer classes alone, and put back once', () => {
    const network = buildRhythm(RHYTHM_DEFAULT);
    const before = logitsOf(network).dataSync();
    takeOutClassWeights(network);
    logitsOf(network)
      .dataSync()
      .forEach((logit, i) => {
        expect(logit - before[i]!).toBeCloseTo(i % 2 === 1 ? -Math.log(1.6) : 0, 5);
      });
    putBackClassWeights(network, manifest());
    expect(logitsOf(network).dataSync()[1]! - before[1]!).toBeCloseTo(-Math.log(1.6), 5);
    putBackClassWeights(network, without);
    expect(logitsOf(network).dataSync()[1]).toBeCloseTo(before[1]!, 5);
  });

  it('stand in what a teacher says, whether or not they were taken out of it', () => {
    const logits = [2, 1, 0, -1];
    const weights = [1, 1.6, 1, 1.6];
    const said = weightedAnswers(tf.tensor2d([logits]), manifest()).dataSync();
    const out = tf.tensor2d([logits.map((v, c) => v - Math.log(weights[c]!))]);
    weightedAnswers(out, without)
      .dataSync()
      .forEach((p, c) => {
        expect(p).toBeCloseTo(said[c]!, 6);
      });
  });
});
