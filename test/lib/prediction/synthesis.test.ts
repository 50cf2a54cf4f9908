import { describe, expect, it } from 'vitest';
import type { Bounds } from '../../../src/lib/codec/choose.js';
import { SynthesisPredictor } from '../../../src/lib/prediction/synthesis.js';
import { STEP, WINDOW } from '../../../src/lib/signal/grid.js';
import type { Inference } from '../../../src/lib/tasks/inference.js';
import { beatsAt, decodeTo, HEIGHT, ladder, names, rungs, window } from './fake-codec.js';

const UNSURE = 0.3;

/** A classifier that gives each context, by what it holds, the same probabilities at every step. */
const answering =
  (of: (context: Float32Array) => readonly number[]): Inference['rhythm'] =>
  (rows) =>
    Promise.resolve(
      rows.map((row) => {
        const step = of(row);
        return Float32Array.from({ length: (row.length / STEP) * step.length }, (_, i) => step[i % step.length]!);
      }),
    );

/** Probabilities of a step: what the first class lacks is shared by the others. */
const unsureBy = (unsure: number): readonly number[] => [1 - unsure, unsure / 3, unsure / 3, unsure / 3];

/** 0.7 sure of the first class, and less so as the mean of a context is high. */
const byMean = answering((row) => {
  const mean = row.reduce((a, b) => a + b, 0) / row.length;
  return unsureBy(Math.min(0.9, Math.max(0, UNSURE + mean)));
});

/**
 * PRDN is free where no bound is given: the originals are lines, of which it is infinite. The map is the signal itself where
 * no other is given. `contexts` has the lengths that the classifier was asked about, run by run, `maps` the rows of RPnet.
 */
function predictor(some: Partial<Bounds>, tau = 1, heights = HEIGHT, own: Partial<Inference> = {}) {
  const contexts: number[][] = [];
  const maps: Float32Array[] = [];
  const { rhythm, peaks }: Inference = { rhythm: byMean, peaks: (rows) => Promise.resolve(rows.map((row) => row.slice())), ...own }; // prettier-ignore
  const inference: Inference = {
    rhythm: (rows) => {
      contexts.push(rows.map((row) => row.length / WINDOW));
      return rhythm(rows);
    },
    peaks: (rows) => {
      maps.push(...rows);
      return peaks(rows);
    },
  };
  const bounds = { rhythm: 10, peaks: 10, reconstruction: Infinity, ...some };
  const synthesis = new SynthesisPredictor({ ladder, bounds, tau, decode: decodeTo(heights), inference });
  return { contexts, maps, synthesis };
}

/** Heights that the three rungs decode to, from the finest. */
const heights = (...of: readonly number[]) => new Map(rungs.map(({ index }, i) => [index, of[i]!]));

/** Added cross-entropy of a context with this mean. */
const added = (mean: number): number =>
  (1 - UNSURE) * Math.log((1 - UNSURE) / (1 - UNSURE - mean)) + UNSURE * Math.log(UNSURE / (UNSURE + mean));

describe('the synthesis predictor', () => {
  it('takes the largest gain whose measured errors keep both bounds where bytes are far apart, and says them', async () => {
    const { synthesis } = predictor({ rhythm: added(0.25), peaks: 1 });
    const [chosen] = await synthesis.choose([window('a', 0)]);
    expect(chosen?.code.rung.name).toBe('middle');
    expect(chosen?.predicted.rhythm).toBeCloseTo(added(0.2), 5);
    expect(chosen?.code.predicted).toEqual(chosen?.predicted);
    const tight = predictor({ rhythm: 10, peaks: 0.05 * 0.99 }).synthesis;
    // Smooth L1 of 0.1 with a transition of 0.2: 0.025; of 0.2: 0.1.
    expect(names(await tight.choose([window('a', 0)]))).toEqual(['fine']);
  });

  it('takes a coarse rung that keeps the bounds where finer ones break them', async () => {
    const { synthesis } = predictor({ rhythm: added(0.25) }, 1, heights(0.3, 0.4, 0.2));
    expect(names(await synthesis.choose([window('a', 0)]))).toEqual(['coarse']);
    const fineAlone = predictor({ rhythm: added(0.25) }, 1, heights(0.2, 0.4, 0.3));
    expect(names(await fineAlone.synthesis.choose([window('a', 0)]))).toEqual(['fine']);
  });

  it('trusts a bound as far as tau says', async () => {
    const { synthesis } = predictor({ rhythm: added(0.25), peaks: 1 }, 0.5);
    expect(names(await synthesis.choose([window('a', 0)]))).toEqual(['fine']);
    expect(names(await predictor({ rhythm: added(0.25), peaks: 1 }, 0).synthesis.choose([window('a', 0)]))).toEqual([
      'lossless',
    ]);
  });

  it('asks the classifier about the window in its context as sent: windows that went well give room', async () => {
    const { synthesis, contexts } = predictor({ rhythm: 0.1 }, 1, heights(0.1, 0.32, 0.45));
    const windows = [0, 1, 2, 3, 4, 5, 6].map((w) => window('a', w * WINDOW, w === 0 ? [] : rungs));
    const chosen = names(await synthesis.choose(windows));
    // Lossless at first. 0.22 in the mean of a context keeps the bound, 0.23 breaks it.
    expect(chosen.slice(0, 5)).toEqual(['lossless', 'middle', 'middle', 'fine', 'middle']);
    expect(Math.max(...contexts.flat())).toBe(5);
  });

  it('judges a window without what went before in another epoch, though its index follows', async () => {
    const { synthesis, contexts } = predictor({ rhythm: 10 });
    const inEpoch = (epoch: number, w: number) => window('a', w * WINDOW, [rungs[0]!], { epoch });
    await synthesis.choose([inEpoch(1, 0), inEpoch(1, 1)]);
    await synthesis.choose([inEpoch(2, 2), inEpoch(2, 3)]);
    // Each time the original and the candidate.
    expect(contexts).toEqual([1, 2, 1, 2].map((length) => [length, length]));
  });

  describe('weighs errors against bytes', () => {
    interface Setting {
      readonly tau?: number;
      readonly own?: Partial<Inference>;
      /** Windows before it, which went losslessly. */
      readonly before?: number;
    }
    /** What a window takes of rungs of these bytes. */
    const chosenOf = async (bytes: readonly number[], bound: number, { tau, own, before = 0 }: Setting = {}) => {
      const { synthesis, ...seen } = predictor({ rhythm: bound }, tau, HEIGHT, own);
      const past = Array.from({ length: before }, (_, w) => window('a', w * WINDOW, []));
      const chosen = names(await synthesis.choose([...past, window('a', before * WINDOW, rungs, { bytes })]));
      return { chosen: chosen.at(-1), ...seen };
    };
    /** The coarse rung spends nearly all of it, the middle one less than half, the fine one a tenth. */
    const nearly = added(0.3) * 1.01;

    it('takes a finer rung where a few bytes save most of the bound', async () => {
      expect((await chosenOf([300, 35, 30], nearly)).chosen).toBe('middle');
    });

    it('keeps the coarse one where a finer one that is asked about costs more in all, and shows that not to RPnet', async () => {
      const { chosen, contexts, maps } = await chosenOf([300, 55, 30], nearly);
      expect(chosen).toBe('coarse');
      // The original and both candidates; RPnet sees the coarse one alone.
      expect(contexts.flat()).toHaveLength(3);
      expect(maps).toHaveLength(2);
    });

    it('shows RPnet nothing that breaks the bound', async () => {
      const { chosen, maps } = await chosenOf([300, 200, 100], added(0.15));
      expect(chosen).toBe('fine');
      expect(maps).toHaveLength(2);
    });

    it('weighs by tau of the bound', async () => {
      const loose = added(0.5);
      expect((await chosenOf([300, 36, 30], loose)).chosen).toBe('coarse');
      expect((await chosenOf([300, 36, 30], loose, { tau: 0.4 })).chosen).toBe('middle');
    });

    it('weighs errors by the part of a record that they are the mean of', async () => {
      // Half of it spent by the mean of five windows is more than by that of one.
      const own = { rhythm: answering((row) => unsureBy(UNSURE + Math.max(...row) * 0.6)) };
      const bytes = [300, 50, 40];
      expect((await chosenOf(bytes, nearly, { own })).chosen).toBe('coarse');
      expect((await chosenOf(bytes, nearly, { own, before: 4 })).chosen).toBe('middle');
    });

    it('asks about no finer rung once the bytes alone cost more', async () => {
      const { chosen, contexts } = await chosenOf([300, 90, 30], 10);
      expect(chosen).toBe('coarse');
      // The original and the one candidate.
      expect(contexts.flat()).toHaveLength(2);
    });

    it('gives bytes for a decision that would turn, and for a clear one that would turn in doubt', async () => {
      const chosenBy = async (bound: number, coarse: readonly number[], others: readonly number[]) => {
        const rhythm = answering(([height = 0]) => (height > 0.25 ? coarse : others));
        return (await chosenOf([300, 35, 30], bound, { own: { rhythm } })).chosen;
      };
      expect(await chosenBy(0.01, [0.42, 0.44, 0.07, 0.07], [0.44, 0.42, 0.07, 0.07])).toBe('middle');
      expect(await chosenBy(0.01, [0.44, 0.42, 0.07, 0.07], [0.46, 0.4, 0.07, 0.07])).toBe('coarse');
      expect(await chosenBy(0.1, unsureBy(3e-2), unsureBy(3e-4))).toBe('middle');
    });
  });

  it('refuses a candidate that puts a beat into a silence, whatever the bounds', async () => {
    const chosenWith = async (decodedBeat: number): Promise<string[]> => {
      // One beat in the original; the coarsest rung, 0.3 high, adds one.
      const peaks: Inference['peaks'] = (rows) =>
        Promise.resolve(rows.map((row) => (row[0]! > 0.25 ? beatsAt(500, decodedBeat) : beatsAt(500))));
      const { synthesis } = predictor({}, 1, HEIGHT, { peaks });
      return names(await synthesis.choose([window('a', 0)]));
    };
    expect(await chosenWith(620)).toEqual(['coarse']);
    expect(await chosenWith(1400)).toEqual(['middle']);
  });

  it('begins a context anew after a gap, and keeps streams apart', async () => {
    const { synthesis, contexts } = predictor({ rhythm: 10, peaks: 10 });
    await synthesis.choose([window('a', 0), window('b', 5 * WINDOW)]);
    contexts.length = 0;
    await synthesis.choose([window('a', WINDOW), window('b', 7 * WINDOW)]);
    // Originals and the first candidates, in one run.
    expect(contexts[0]).toEqual([2, 1, 2, 1]);
  });

  it('sends losslessly what the networks cannot decode, and answers in order', async () => {
    const { synthesis } = predictor(
      { rhythm: 10, peaks: 10 },
      1,
      new Map([...HEIGHT.keys()].map((k) => [k, Number.NaN])),
    );
    const windows = [window('a', 0), window('b', 0), window('a', WINDOW)];
    expect(await synthesis.choose(windows)).toEqual([undefined, undefined, undefined]);
    expect(await synthesis.choose([])).toEqual([]);
  });

  describe('under a bound on PRDN', () => {
    const wave = Float32Array.from({ length: WINDOW }, (_, i) => Math.sin((2 * Math.PI * i) / 256));
    /** PRDN of a line at this height, of a sine of 1 mV. */
    const prdnOf = (height: number): number => 100 * Math.sqrt(1 + 2 * height ** 2);
    const waving = (stream: string, start: number) => window(stream, start, rungs, { native: wave });

    it('takes the largest gain that keeps it and the tasks where bytes are far apart, whatever tau is: PRDN is exact', async () => {
      const chosenUnder = async (some: Partial<Bounds>, tau = 1) =>
        names(await predictor(some, tau).synthesis.choose([waving('a', 0)]))[0];
      expect(await chosenUnder({ reconstruction: prdnOf(0.3) + 1e-3 })).toBe('coarse');
      expect(await chosenUnder({ reconstruction: prdnOf(0.3) - 1e-3 })).toBe('middle');
      expect(await chosenUnder({ reconstruction: prdnOf(0.3) + 1e-3 }, 0.5)).toBe('coarse');
      expect(await chosenUnder({ reconstruction: prdnOf(0.2) + 1e-3, rhythm: added(0.15) })).toBe('fine');
      expect(await chosenUnder({ reconstruction: prdnOf(0.1) - 1e-3 })).toBe('lossless');
    });

    it('runs no task on what breaks it, and none at all where every candidate does', async () => {
      const { synthesis, contexts } = predictor({ reconstruction: prdnOf(0.15) });
      expect(names(await synthesis.choose([waving('a', 0)]))).toEqual(['fine']);
      // The original and the one candidate that is left.
      expect(contexts.flat().length).toBe(2);
      const hopeless = predictor({ reconstruction: 50 });
      expect(names(await hopeless.synthesis.choose([waving('a', 0)]))).toEqual(['lossless']);
      expect(hopeless.contexts.flat()).toEqual([]);
    });

    it('sends a constant line losslessly where a candidate does not keep it, and lossily where it does', async () => {
      const { synthesis } = predictor({ reconstruction: 1000 });
      expect(names(await synthesis.choose([window('a', 0)]))).toEqual(['lossless']);
      const kept = predictor({ reconstruction: 1e-6 }, 1, new Map());
      expect(names(await kept.synthesis.choose([window('a', 0)]))).toEqual(['coarse']);
    });

    it('holds for what the tasks go on to, where PRDN does not fall from rung to rung', async () => {
      // Half way up between the coarse rung and the middle one: the fine one is furthest away.
      const raised = window('a', 0, rungs, { native: wave.map((v) => v + 0.25) });
      const chosenUnder = async (rhythm: number, prdn: number) =>
        names(await predictor({ rhythm, reconstruction: prdn }).synthesis.choose([raised]))[0];
      expect(await chosenUnder(added(0.35), prdnOf(0.1))).toBe('coarse');
      expect(await chosenUnder(added(0.25), prdnOf(0.1))).toBe('middle');
      expect(await chosenUnder(added(0.15), prdnOf(0.1))).toBe('lossless');
      expect(await chosenUnder(added(0.15), prdnOf(0.2))).toBe('fine');
    });
  });
});
