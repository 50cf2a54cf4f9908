import { describe, expect, it } from 'vitest';
import type { RungCandidate, WindowCandidates } from '../../../src/lib/codec/window-encoder.js';
import type { CandidateDecoder, WindowAndCandidate } from '../../../src/lib/prediction/candidate-decoder.js';
import { ReconstructionBound } from '../../../src/lib/prediction/reconstruction-bound.js';
import { window } from './fake-codec.js';

/** A candidate with its PRDN in percent. */
type Known = readonly [kind: 'neural' | 'transform', gain: number, prdn: number];

function setting(bound: number) {
  const prdns = new Map<RungCandidate, number>();
  const asked: number[] = [];
  const decoder = {
    decode: (list: readonly WindowAndCandidate[]) => {
      asked.push(...list.map(([, { gain }]) => gain));
      return Promise.resolve(list.map(([, own]) => ({ sent: new Float32Array(), prdn: prdns.get(own)! })));
    },
  } as unknown as CandidateDecoder;
  const windowOf = (known: readonly Known[], stream = 'a'): WindowCandidates => {
    const base = window(stream, 0);
    const candidates = known.map(([kind, gain, prdn]) => {
      const own = { ...base.candidates[0]!, rung: gain, gain };
      const candidate = { ...own, code: { ...own.code, rung: { ...own.code.rung, kind } } } as RungCandidate;
      prdns.set(candidate, prdn);
      return candidate;
    });
    return { ...base, candidates };
  };
  const own = new ReconstructionBound(decoder, { bounds: { rhythm: 1, peaks: 1, reconstruction: bound }, tau: 1 });
  const narrowed = async (...windows: WindowCandidates[]): Promise<number[][]> =>
    (await own.narrow(windows)).map(({ candidates }) => candidates.map(({ gain }) => gain));
  return { own, asked, windowOf, narrowed };
}

/** By gain the kinds lie between each other: at 40 a transform rung is too coarse, at 45 and 55 neural ones are not. */
const MIXED: Known[] = [
  ...[20, 30, 40, 50].map((gain): Known => ['transform', gain, gain / 2]),
  ...[35, 45, 55, 65, 75].map((gain): Known => ['neural', gain, gain / 4]),
];

describe('the bound on PRDN', () => {
  it('leaves of each kind of rung those that keep it, though the kinds differ', async () => {
    const { windowOf, narrowed } = setting(15);
    // Neural: 8.75, 11.25, 13.75, 16.25; transform: 10, 15, 20.
    expect(await narrowed(windowOf(MIXED))).toEqual([[30, 20, 55, 45, 35]]);
  });

  it('asks of each kind about two where the last window ended at the same rung, and about one where none keeps it', async () => {
    const { asked, windowOf, narrowed } = setting(15);
    const hopeless = MIXED.map(([kind, gain]): Known => [kind, gain, 90]);
    await narrowed(windowOf(MIXED), windowOf(hopeless, 'b'));
    asked.length = 0;
    expect(await narrowed(windowOf(MIXED), windowOf(hopeless, 'b'))).toEqual([[30, 20, 55, 45, 35], []]);
    expect(asked.toSorted((a, b) => a - b)).toEqual([20, 30, 35, 40, 55, 65]);
  });

  it('takes what equals the bound, and neither NaN nor what is infinite', async () => {
    const { own, windowOf, narrowed } = setting(12);
    expect(await narrowed(windowOf([['neural', 30, 12]]))).toEqual([[30]]);
    expect(await narrowed(windowOf([['neural', 30, Number.NaN]]))).toEqual([[]]);
    // Of a constant line that is not kept.
    expect(await narrowed(windowOf([['neural', 30, Infinity]]))).toEqual([[]]);
    const keeps = [12, 12.001, Number.NaN].map((prdn) => own.keeps(windowOf([]), { prdn }));
    expect(keeps).toEqual([true, false, false]);
  });

  it('decodes nothing where PRDN is free', async () => {
    const { own, asked, windowOf } = setting(Infinity);
    const windows = [windowOf(MIXED)];
    expect(await own.narrow(windows)).toEqual(windows);
    expect(asked).toEqual([]);
    expect(own.keeps(windows[0]!, { prdn: Number.NaN })).toBe(true);
  });
});
