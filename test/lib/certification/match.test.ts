import { describe, expect, it } from 'vitest';
import {
  findCertificate,
  isLossless,
  isSamePolicy,
  whyVoid,
  type Demand,
} from '../../../src/lib/certification/match.js';
import { certificate, HASHES } from './certificates.js';

const LOSSY = ['transform-1', 'neural-1', 'neural-2'];
const demand = (some: Partial<Demand> = {}, bounds: Partial<Demand['bounds']> = {}): Demand => ({
  bounds: { rhythm: 0.25, peaks: 0.1, reconstruction: null, weightedSum: null, ...bounds },
  weights: { rhythm: 1, peaks: 1 },
  rungs: null,
  alpha: 0.01,
  predictor: 'synthesis',
  models: HASHES,
  lossyRungs: LOSSY,
  ...some,
});
const other = '0'.repeat(64);
const reason = (own: Demand, of = [certificate()]) => findCertificate(of, own).reason;

describe('the certificate of a policy', () => {
  it('is that of its bounds', () => {
    expect(findCertificate([certificate()], demand()).certificate).toEqual(certificate());
    expect(reason(demand(), [])).toContain('no certificate');
  });

  it('is void with other weights, task models, predictor or allowed rungs, and says which', () => {
    expect(reason(demand({ models: { ...HASHES, codec: other } }))).toContain('codec');
    expect(reason(demand({ models: { ...HASHES, rhythm: other } }))).toContain('rhythm classifier');
    expect(reason(demand({ models: { ...HASHES, peaks: other } }))).toContain('R-peak network');
    expect(reason(demand({ predictor: 'dense' }))).toContain('predictor');
    expect(reason(demand(), [certificate({ rule: 1 })])).toContain('rule of choice');
    expect(reason(demand({ rungs: ['neural-1', 'neural-2'] }))).toContain('rungs');
    expect(reason(demand(), [certificate({ rungs: ['neural-1'] })])).toContain('rungs');
  });

  it('of the dense predictor is void with other weights of it; that of the synthesis predictor is not', () => {
    const [one, two] = ['1'.repeat(64), '2'.repeat(64)];
    const dense = certificate({ predictor: 'dense', models: { ...HASHES, dense: one } });
    const asked = (models: Demand['models']): Demand => demand({ predictor: 'dense', models });
    expect(reason(asked({ ...HASHES, dense: one }), [dense])).toBeUndefined();
    expect(reason(asked({ ...HASHES, dense: two }), [dense])).toContain('another dense predictor');
    expect(reason(asked(HASHES), [dense])).toContain('another dense predictor');
    expect(reason(asked({ ...HASHES, dense: one }), [certificate({ predictor: 'dense' })])).toContain('another dense');
    expect(reason(demand({ models: { ...HASHES, dense: two } }))).toBeUndefined();
  });

  it('knows one set of rungs in any form', () => {
    for (const rungs of [LOSSY, [...LOSSY].reverse(), ['lossless', ...LOSSY]]) {
      expect(reason(demand({ rungs }))).toBeUndefined();
    }
    expect(reason(demand({ rungs: ['neural-1'] }), [certificate({ rungs: ['lossless', 'neural-1'] })])).toBeUndefined();
  });

  it('is not asked for where no lossy rung of the codec is allowed, whatever the bounds', () => {
    for (const rungs of [['lossless'], ['of-another-codec']]) {
      expect(reason(demand({ rungs }))).toContain('needs no certificate');
      expect(isLossless({ rungs }, { lossyRungs: LOSSY })).toBe(true);
    }
    expect(isLossless({ rungs: ['lossless', 'neural-1'] }, { lossyRungs: LOSSY })).toBe(false);
    expect(isLossless({ rungs: null }, { lossyRungs: LOSSY })).toBe(false);
  });

  it('is void over records that training had seen', () => {
    expect(reason(demand(), [certificate({ seen: 1 })])).toContain('seen');
  });

  it('is void with less confidence than 95%, and counts for nothing beside one that has it', () => {
    const weak = certificate({ delta: 0.9, k: 10, payloadGainTotal: 200 });
    expect(reason(demand(), [weak])).toContain('less confidence than 95%');
    expect(reason(demand(), [certificate({ delta: 0.0501 })])).toContain('confidence');
    expect(reason(demand(), [certificate({ delta: 0.05 })])).toBeUndefined();
    const sure = certificate({ payloadGainTotal: 40 });
    expect(findCertificate([weak, sure], demand()).certificate).toEqual(sure);
  });

  it('may be tighter than the policy, never looser, in any bound and in alpha', () => {
    expect(reason(demand({ alpha: 0.02 }, { rhythm: 0.3, peaks: 0.2 }))).toBeUndefined();
    expect(reason(demand({}, { rhythm: 0.24 }))).toContain('bounds');
    expect(reason(demand({}, { peaks: 0.09 }))).toContain('bounds');
    expect(reason(demand({}, { reconstruction: 20 }))).toContain('bounds');
    expect(reason(demand({}, { weightedSum: 1 }))).toContain('bounds');
    expect(reason(demand({ alpha: 0.005 }))).toContain('alpha');
    const prdn = certificate({ bounds: { rhythm: 0.25, peaks: 0.1, reconstruction: 20, weightedSum: null } });
    expect(reason(demand({}, { reconstruction: 25 }), [prdn])).toBeUndefined();
    expect(reason(demand(), [prdn])).toBeUndefined();
  });

  it('bounds a weighted sum only with the same weights', () => {
    const sum = certificate({ bounds: { rhythm: 0.25, peaks: 0.1, reconstruction: null, weightedSum: 0.2 } });
    expect(reason(demand({}, { weightedSum: 0.2 }), [sum])).toBeUndefined();
    expect(reason(demand({ weights: { rhythm: 1, peaks: 2 } }, { weightedSum: 0.2 }), [sum])).toContain('bounds');
    expect(reason(demand({ weights: { rhythm: 1, peaks: 2 } }), [sum])).toBeUndefined();
  });

  it('is the one of several that gained most', () => {
    // A bound on PRDN costs more than a tight bound on the rhythm.
    const tight = certificate({ bounds: { ...certificate().bounds, rhythm: 0.1 }, payloadGainTotal: 83 });
    const prdn = certificate({ bounds: { ...certificate().bounds, reconstruction: 20 }, payloadGainTotal: 39 });
    expect(findCertificate([prdn, tight], demand()).certificate).toEqual(tight);
    expect(findCertificate([tight, prdn], demand()).certificate).toEqual(tight);
    expect(findCertificate([tight, prdn], demand({}, { reconstruction: 20 })).certificate).toEqual(prdn);
  });

  it('is the loosest of several that do not say what they gained', () => {
    const tight = certificate({ bounds: { ...certificate().bounds, rhythm: 0.1 }, tau: 1 });
    expect(findCertificate([tight, certificate()], demand()).certificate).toEqual(certificate());
    expect(findCertificate([certificate(), tight], demand({}, { rhythm: 0.2 })).certificate).toEqual(tight);
    // 1 x 0.1 lets more through than 0.3 x 0.25.
    const wary = certificate({ tau: 0.3 });
    expect(findCertificate([wary, tight], demand()).certificate).toEqual(tight);
    const prdn = certificate({ bounds: { ...certificate().bounds, reconstruction: 20 } });
    expect(findCertificate([prdn, certificate()], demand()).certificate).toEqual(certificate());
  });
});

describe('what voids a certificate whatever the policy', () => {
  it('is another model, another rule, or another version of a task that is loaded', () => {
    expect(whyVoid(certificate(), HASHES)).toBeUndefined();
    for (const name of ['codec', 'rhythm', 'peaks'] as const) {
      expect(whyVoid(certificate(), { ...HASHES, [name]: other })).toContain('another');
    }
    expect(whyVoid(certificate({ rule: 1 }), HASHES)).toContain('rule');
    const task = certificate({ models: { ...HASHES, tasks: { pvc: 'd'.repeat(64) } } });
    expect(whyVoid(task, { ...HASHES, tasks: { pvc: other } })).toContain('version of a task');
    // What is not loaded here may be elsewhere.
    expect(whyVoid(task, HASHES)).toBeUndefined();
  });

  it('of the dense predictor are its weights too, and of the synthesis predictor not', () => {
    const models = { ...HASHES, dense: other };
    expect(whyVoid(certificate(), models)).toBeUndefined();
    expect(whyVoid(certificate({ predictor: 'dense', models }), models)).toBeUndefined();
    expect(whyVoid(certificate({ predictor: 'dense', models }), HASHES)).toContain('dense');
  });
});

describe('one policy', () => {
  const codec = { lossyRungs: LOSSY };
  const { bounds } = certificate();
  const isSame = (some: Parameters<typeof certificate>[0], before = certificate()) =>
    isSamePolicy(before, certificate(some), codec);

  it('has one set of bounds, rungs, alpha and predictor', () => {
    expect(isSame({ tau: 1, n: 10, k: 0, delta: 0.05 })).toBe(true);
    expect(isSame({ rungs: [...LOSSY, 'lossless'] })).toBe(true);
    expect(isSame({ rungs: ['neural-1'] })).toBe(false);
    expect(isSame({ alpha: 0.02 })).toBe(false);
    expect(isSame({ predictor: 'dense' })).toBe(false);
    for (const own of [{ rhythm: 0.1 }, { peaks: 0.2 }, { reconstruction: 20 }, { weightedSum: 1 }]) {
      expect(isSame({ bounds: { ...bounds, ...own } })).toBe(false);
    }
  });

  it('has the same tasks of one’s own, in any order', () => {
    const tasks = (own: Record<string, number> | null) => certificate({ bounds: { ...bounds, tasks: own } });
    expect(isSame(tasks(null))).toBe(true);
    expect(isSame(tasks({ a: 1 }))).toBe(false);
    expect(isSame(tasks({ a: 1, b: 2 }), tasks({ b: 2, a: 1 }))).toBe(true);
    expect(isSame(tasks({ a: 1, b: 2 }), tasks({ a: 1, b: 3 }))).toBe(false);
  });

  it('has the same weights where a sum is bounded', () => {
    const weights = { rhythm: 1, peaks: 2 };
    expect(isSame({ weights })).toBe(true);
    const sum = certificate({ bounds: { ...bounds, weightedSum: 1 } });
    expect(isSame({ ...sum, weights }, sum)).toBe(false);
  });
});
