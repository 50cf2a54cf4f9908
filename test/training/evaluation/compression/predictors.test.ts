import { describe, expect, it } from 'vitest';
import type { Ladder } from '../../../../src/lib/codec/ladder.js';
import type { Certificates } from '../../../../src/lib/certification/certificates.js';
import type { Codec } from '../../../../src/training/evaluation/compression/codec.js';
import { predictorsOf } from '../../../../src/training/evaluation/compression/predictors.js';
import type { Bounds } from '../../../../src/lib/codec/choose.js';
import { certificate } from '../../../lib/certification/certificates.js';

/** Knows one certificate: of the synthesis predictor, for bounds of 0.25 and looser ones. */
const asked: Parameters<Certificates['find']>[] = [];
const certificates: Pick<Certificates, 'find'> = {
  find: (policy, predictor) => {
    asked.push([policy, predictor]);
    const { bounds } = certificate();
    return predictor === 'synthesis' && policy.bounds.rhythm >= bounds.rhythm && policy.bounds.peaks >= bounds.peaks
      ? { certificate: certificate() }
      : { certificate: undefined, reason: 'none', command: 'none' };
  },
};
const codec = { ladder: { tau: 0.1, synthesisTau: 0.9 } as Ladder } as Codec;
const inference = { rhythm: () => Promise.resolve([]), peaks: () => Promise.resolve([]) };
const [synthesis, dense] = predictorsOf(codec, inference, certificates);
const bounds = (some: Partial<Bounds>): Bounds => ({ rhythm: 0.25, peaks: 0.1, reconstruction: Infinity, ...some });

describe('what a predictor chooses by', () => {
  it('is the certificate of the bounds, also of tighter ones', () => {
    const certified = { tau: 0.5, n: 900, k: 2, alpha: 0.01, delta: 0.01, bounds: certificate().bounds };
    expect(synthesis.choiceFor(bounds({}))).toEqual({ bounds: bounds({}), tau: 0.5, certified });
    expect(synthesis.choiceFor(bounds({ rhythm: 0.4 }))).toEqual({ bounds: bounds({}), tau: 0.5, certified });
    asked.length = 0;
    synthesis.choiceFor(bounds({ reconstruction: 20 }));
    expect(asked[0]![0].bounds).toEqual({ rhythm: 0.25, peaks: 0.1, reconstruction: 20, weightedSum: null });
  });

  it('is the tau of validation where nothing is certified, of each predictor its own', () => {
    const tight = bounds({ rhythm: 0.2 });
    expect(synthesis.choiceFor(tight)).toEqual({ bounds: tight, tau: 0.9, certified: null });
    expect(dense!.choiceFor(bounds({}))).toEqual({ bounds: bounds({}), tau: 0.1, certified: null });
  });

  it('is no policy where a task has no bound, as in the curves of one task', () => {
    asked.length = 0;
    for (const free of [bounds({ rhythm: Infinity }), bounds({ peaks: Infinity })]) {
      expect(synthesis.choiceFor(free)).toEqual({ bounds: free, tau: 0.9, certified: null });
    }
    expect(asked).toEqual([]);
  });

  it('has the dense predictor alone where the codec was never measured with the other', () => {
    const old = { ladder: { tau: 0.1 } as Ladder } as Codec;
    expect(predictorsOf(old, inference, certificates).map(({ name }) => name)).toEqual(['dense']);
  });
});
