import { describe, expect, it } from 'vitest';
import { buildRhythm, RHYTHM_DEFAULT } from '../../src/lib/model/architectures/rhythm.js';
import tf, { type Tensor, type Tensor4D } from '../../src/lib/model/tf.js';
import { fitInputScale } from '../../src/training/input-scale.js';

const x: Tensor4D = tf.randomNormal([1, 1, 2560, 1], 0, 1, 'float32', 3);

describe('the scale of a classifier’s input', () => {
  it('is the one that costs least, and the network then gives the answers by which it was chosen', () => {
    const network = buildRhythm(RHYTHM_DEFAULT);
    const valuesOf = (answer: Tensor): number[] => [...answer.dataSync<'float32'>()];
    const wanted = valuesOf(network.predict(tf.mul(x, 1.3)) as Tensor);
    const heard: number[][] = [];
    const best = fitInputScale(network, (predict) => {
      const said = valuesOf(predict(x));
      heard.push(said);
      return said.reduce((sum, v, i) => sum + (v - wanted[i]!) ** 2, 0);
    });
    expect(best).toBe(1.3);
    valuesOf(network.predict(x) as Tensor).forEach((v, i) => {
      expect(v).toBeCloseTo(heard[3]![i]!, 2);
    });
  });

  it('is none where a loss is not finite', () => {
    const network = buildRhythm(RHYTHM_DEFAULT);
    expect(() => fitInputScale(network, () => Number.NaN)).toThrow(expect.objectContaining({ code: 'DATA_INVALID' }));
  });
});
