import { describe, expect, it } from 'vitest';
import { nativeIndex, STEP, WINDOW } from '../../../src/lib/signal/grid.js';
import { UNASKED, type HasteOpinion, type HasteQuestion } from '../../../src/lib/signal/haste.js';
import { cutPieces, cutPiecesAsking, PieceCutter } from '../../../src/lib/signal/piece-cutter.js';
import type { CutPiece } from '../../../src/lib/signal/pieces.js';
import { seededRandom } from '../../../src/lib/signal/random.js';
import { resampleSupport } from '../../../src/lib/signal/resample.js';
import { MISSING } from '../../../src/lib/signal/types.js';
import { asystole, fibrillating, GAIN, paced, sample } from './composed.js';

const RATES = [250, 300, 360, 500] as const;
/** Device time that this stage has from the last beat to the closing of the piece that shows 4 s and 0.3 s without one. */
const BUDGET = 6.2;

const cut = (samples: Int32Array, rate: number): CutPiece[] => [...cutPieces(samples, { rate, gain: GAIN })];
const urgent = (pieces: readonly CutPiece[]): CutPiece[] => pieces.filter((piece) => piece.urgent);
const shape = ({ start, length, urgent: hurries }: CutPiece): unknown[] => [start, length, hurries];

/** Seconds from the last beat to the closing of the first piece that shows the silence. */
function delay(pieces: readonly CutPiece[], last: number, rate: number): number {
  const showing = pieces.find((p) => p.urgent && (p.start + p.length) / 300 >= last + 4.3);
  return showing === undefined ? Infinity : showing.closing / rate - last;
}

describe.each(RATES)('a signal at %i Hz', (rate) => {
  it('is cut into whole windows while it beats as it should', async () => {
    const { samples } = await sample('mitdb-100-normal', rate, 60);
    const pieces = cut(samples, rate);
    expect(pieces.slice(0, -1).every(({ whole }) => whole)).toBe(true);
    expect(urgent(pieces)).toEqual([]);
    const support = resampleSupport(rate, 300);
    for (const { closing, firstIndex, count } of pieces.slice(0, -2)) {
      expect(closing).toBe(firstIndex + count + support);
    }
  });

  it.each([0.005, 0.01, 0.03])(
    'closes early within 6.2 s of the last beat, wherever it falls, over noise of %d mV',
    async (mv) => {
      const record = await sample('mitdb-100-normal', rate, 40);
      for (let last = 20; last < 34; last++) {
        const { samples, beats } = asystole(record, last, 15, mv);
        expect(delay(cut(samples, rate), beats.at(-1)!, rate)).toBeLessThanOrEqual(BUDGET);
      }
    },
  );

  it('then closes every 512 samples and on the grid, without a hole', async () => {
    const { samples, beats } = asystole(await sample('mitdb-100-normal', rate, 40), 25, 45, 0.01);
    const pieces = cut(samples, rate);
    let next = 0;
    for (const [i, { start, length, firstIndex, gap, whole }] of pieces.entries()) {
      expect([start, gap]).toEqual([next, false]);
      expect(firstIndex).toBe(nativeIndex(start, rate));
      if (i < pieces.length - 1) expect(length % STEP).toBe(0);
      expect(Math.floor(start / WINDOW)).toBe(Math.floor((start + length - 1) / WINDOW));
      expect(whole).toBe(length === WINDOW);
      next = start + length;
    }
    const silent = pieces.slice(pieces.findIndex((piece) => piece.urgent) + 1, -1);
    expect(silent.every((piece) => piece.urgent)).toBe(true);
    for (const { closing, firstIndex, count } of silent) expect(closing).toBe(firstIndex + count);
    // The longest silence that an alarm waits for has been told by then.
    const told = silent.findIndex(({ closing }) => closing / rate > beats.at(-1)! + 15.9);
    expect(told).toBeGreaterThan(5);
    expect(silent.slice(0, told).every(({ length }) => length <= 2 * STEP)).toBe(true);
    expect(new Set(silent.slice(told + 1).map(({ length }) => length))).toEqual(new Set([4 * STEP, 3 * STEP]));
  });

  it('closes early while the rate is extreme, for half a minute, and not at 60 a minute', async () => {
    const record = await sample('mitdb-100-normal', rate, 20);
    expect(urgent(cut(paced(record, 1, 60), rate))).toEqual([]);
    for (const [interval, first] of [
      [0.36, 5],
      [1.8, 10],
    ] as const) {
      const hurried = urgent(cut(paced(record, interval, 90), rate));
      expect(hurried[0]!.closing / rate).toBeLessThan(first);
      const gaps = hurried.slice(1).map(({ closing }, i) => (closing - hurried[i]!.closing) / rate);
      expect(Math.max(...gaps)).toBeLessThan((2 * STEP) / 300 + 0.1);
      expect(hurried.at(-1)!.closing / rate).toBeLessThan(first + 31);
    }
  });

  it('closes early at a slow rate, also where a fast one came just before it', async () => {
    const record = await sample('mitdb-100-normal', rate, 20);
    const [fast, slow] = [paced(record, 0.36, 60), paced(record, 1.8, 30)];
    const samples = new Int32Array(fast.length + slow.length);
    samples.set(fast);
    samples.set(slow, fast.length);
    const hurried = urgent(cut(samples, rate)).map(({ closing }) => closing / rate);
    expect(hurried.filter((at) => at > 36 && at < 60)).toEqual([]);
    expect(hurried.some((at) => at > 60 && at < 70)).toBe(true);
  });

  it('is cut alike when the lead is inverted', async () => {
    const { samples } = asystole(await sample('mitdb-228-pvc', rate, 60), 50, 15, 0.01);
    const upside = cut(samples.map((v) => 100 - v), rate); // prettier-ignore
    const pieces = cut(samples, rate);
    expect(upside.map(shape)).toEqual(pieces.map(shape));
    expect(urgent(pieces).length).toBeGreaterThan(0);
  });

  it('is watched as well after noise at the start', async () => {
    const { samples, beats } = asystole(await sample('mitdb-100-normal', rate, 60), 55, 15, 0.01);
    const random = seededRandom(3);
    for (let i = 0; i < 8 * rate; i++) samples[i] = Math.round(random.normal() * 8 * GAIN);
    const pieces = cut(samples, rate);
    expect(delay(pieces, beats.at(-1)!, rate)).toBeLessThanOrEqual(BUDGET);
    // Beats are seen again in time: from 20 s on nothing hurries until they stop.
    const early = urgent(pieces).filter(({ closing }) => closing > 20 * rate && closing < (beats.at(-1)! + 4) * rate);
    expect(early).toEqual([]);
  });
});

describe('a line without beats', () => {
  it('counts its silence from the start of the epoch', () => {
    const random = seededRandom(1);
    const quiet = Int32Array.from({ length: 300 * 12 }, () => Math.round(random.normal() * 2));
    const [first] = cut(quiet, 300);
    expect(shape(first!)).toEqual([0, 1536, true]);
  });

  it.each([
    ['constant', (cutter: PieceCutter) => cutter.push(7)],
    ['off by the device’s flag', (cutter: PieceCutter, i: number) => cutter.push(i % 9, true)],
  ])('that is %s does not hurry for ever', (_, push) => {
    const cutter = new PieceCutter({ rate: 300, gain: GAIN });
    const pieces = Array.from({ length: 300 * 120 }, (_, i) => push(cutter, i) ?? []).flat();
    expect(urgent(pieces).map(shape)).toEqual([[0, 1280, true]]);
    expect(pieces.slice(2).every(({ whole }) => whole)).toBe(true);
  });

  it.each(RATES)('that is constant fills 4 s of pieces within 6.7 s, wherever it begins, at %i Hz', async (rate) => {
    const { samples } = await sample('mitdb-100-normal', rate, 40);
    for (let from = 20; from < 28; from += 0.37) {
      const still = samples.slice();
      still.fill(still[Math.round(from * rate)]!, Math.round(from * rate));
      const pieces = cut(still, rate);
      const constant = pieces.filter((piece) => piece.firstIndex >= from * rate);
      const shown = constant.find((piece) => (piece.firstIndex + piece.count - constant[0]!.firstIndex) / rate >= 4);
      expect(shown!.closing / rate - from, `from ${from}`).toBeLessThanOrEqual(6.7);
      expect(urgent(constant).length, `from ${from}`).toBeLessThanOrEqual(3);
    }
  });

  it('hurries again when a constant line begins to move without beats', () => {
    const random = seededRandom(2);
    const samples = Int32Array.from({ length: 9000 }, (_, i) => (i < 6000 ? 7 : Math.round(random.normal() * 2)));
    const hurried = urgent(cut(samples, 300));
    expect(hurried.filter(({ start, closing }) => start > 0 && closing <= 6000).map(shape)).toEqual([]);
    expect(hurried.some(({ start }) => start >= 6000)).toBe(true);
  });

  it('takes no pacing pulse for a beat', async () => {
    for (const rate of [250, 360, 500, 1000]) {
      const { samples, beats } = asystole(await sample('mitdb-100-normal', rate, 40), 30, 15, 0.005);
      const from = Math.round((beats.at(-1)! + 0.6) * rate);
      // 2 ms, 2 mV, once a second, and no answer of the heart.
      for (let at = from; at < samples.length; at += rate) {
        for (let i = at; i < at + Math.max(1, Math.round(0.002 * rate)); i++) samples[i] = samples[i]! + 2 * GAIN;
      }
      expect(delay(cut(samples, rate), beats.at(-1)!, rate)).toBeLessThanOrEqual(BUDGET);
    }
  });
});

describe('gaps', () => {
  it('mark the pieces beside them, and no early piece', async () => {
    const { samples } = asystole(await sample('mitdb-100-normal', 300, 40), 25, 20, 0.01);
    const at = 40 * 300;
    samples.fill(MISSING, at, at + 100);
    const pieces = cut(samples, 300);
    const beside = pieces.filter(({ gap }) => gap);
    expect(beside.map(({ firstIndex, count }) => [firstIndex + count === at, firstIndex === at + 100])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('begin the silence anew: what comes after them is watched from there', async () => {
    const { samples } = asystole(await sample('mitdb-100-normal', 300, 40), 25, 30, 0.01);
    const from = nativeIndex(6 * WINDOW, 300) + 100;
    samples.fill(MISSING, from, from + 50);
    const after = cut(samples, 300).filter(({ firstIndex, urgent: hurries }) => hurries && firstIndex >= from);
    expect((after[0]!.closing - from - 50) / 300).toBeGreaterThanOrEqual(4.4);
    expect((after[0]!.closing - from - 50) / 300).toBeLessThan(4.4 + STEP / 300);
  });

  it('give every piece the samples that it needs, and no more than there were', async () => {
    const { samples } = asystole(await sample('mitdb-100-normal', 360, 40), 25, 20, 0.01);
    samples.fill(MISSING, 5000, 5300);
    for (const piece of cut(samples, 360)) {
      const { firstIndex, count, samplesFirst, samples: own, closing } = piece;
      expect(samplesFirst).toBeLessThanOrEqual(firstIndex);
      expect(samplesFirst + own.length).toBeGreaterThanOrEqual(firstIndex + count);
      expect(samplesFirst + own.length).toBeLessThanOrEqual(closing);
      expect(own).toEqual(samples.slice(samplesFirst, samplesFirst + own.length));
      expect(own.includes(MISSING)).toBe(false);
    }
  });
});

describe('a cutter that asks before a rhythm closes a window early', () => {
  const asking = async (samples: Int32Array, rate: number, answer: (question: HasteQuestion) => HasteOpinion) => {
    const asked: number[] = [];
    const pieces: CutPiece[] = [];
    for await (const piece of cutPiecesAsking(samples, { rate, gain: GAIN }, (question) => {
      asked.push(question.first + question.samples.length);
      return Promise.resolve(answer(question));
    })) {
      pieces.push(piece);
    }
    return { pieces, asked };
  };

  it('keeps windows whole where nobody agrees, and asks at every step', async () => {
    const { samples, beats, rate } = asystole(await sample('mitdb-100-normal', 360, 40), 25, 30, 0.01);
    const { pieces, asked } = await asking(samples, rate, () => ({ silent: false }));
    expect(urgent(pieces)).toEqual([]);
    expect(pieces.slice(0, -1).every(({ whole }) => whole)).toBe(true);
    const early = asked.filter((at) => at / rate < beats.at(-1)! + 30);
    const gaps = early.slice(1).map((at, i) => at - early[i]!);
    expect(gaps.length).toBeGreaterThan(8);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(Math.ceil((STEP * 360) / 300));
    expect(asked[0]! / rate - beats.at(-1)!).toBeLessThanOrEqual(BUDGET);
  });

  it('closes where it is told to, as it would without asking', async () => {
    const { samples, rate } = asystole(await sample('mitdb-100-normal', 360, 40), 25, 30, 0.01);
    const { pieces, asked } = await asking(samples, rate, () => ({ silent: true }));
    expect(pieces).toEqual(cut(samples, rate));
    expect(asked).toHaveLength(urgent(pieces).length);
  });

  it('closes by the watch alone where nobody can be asked, a rate for half a minute', async () => {
    const record = await sample('mitdb-100-normal', 300, 20);
    for (const interval of [0.36, 1.8]) {
      const samples = paced(record, interval, 120);
      const { pieces } = await asking(samples, 300, () => UNASKED);
      const closings = urgent(pieces).map(({ closing }) => closing / 300);
      expect(closings.length).toBeGreaterThan(10);
      expect(closings.at(-1)! - closings[0]!).toBeLessThanOrEqual(30);
    }
  });

  it('tells a silence in time though the watch has been blind to the beats before it', async () => {
    // What the watch calls silent from 20 s on is denied until 60 s.
    const { samples, rate } = asystole(await sample('mitdb-100-normal', 300, 40), 20, 80, 0.01);
    const { pieces } = await asking(samples, rate, ({ first, samples: own }) => ({
      silent: (first + own.length) / rate > 60,
    }));
    const [first] = urgent(pieces).map(({ closing }) => closing / rate);
    expect(first).toBeGreaterThan(60);
    expect(first).toBeLessThan(62.6);
  });

  it('asks about waves that the watch takes for beats, and keeps windows whole where nobody answers', async () => {
    const { samples, beats, rate } = fibrillating(await sample('mitdb-100-normal', 300, 40), 25, 20, 0.6);
    const until = (pieces: readonly CutPiece[]): number => urgent(pieces)[0]!.closing / rate - beats.at(-1)!;
    expect(until(cut(samples, rate))).toBeGreaterThan(8);
    const agreed = await asking(samples, rate, () => ({ silent: true }));
    expect(until(agreed.pieces)).toBeLessThanOrEqual(BUDGET + 0.5);
    // Those that the watch itself calls silent later on close.
    const unasked = await asking(samples, rate, () => UNASKED);
    expect(urgent(unasked.pieces)).toEqual(urgent(cut(samples, rate)));
  });

  it('closes at every step while a rate is near, and asks every 1.7 s once it was denied for 30 s', async () => {
    const record = await sample('mitdb-100-normal', 300, 20);
    const near = await asking(paced(record, 1.8, 40), 300, () => ({ silent: false, slow: 'near' }));
    const lengths = urgent(near.pieces).slice(1, -1).map(({ length }) => length); // prettier-ignore
    expect(new Set(lengths)).toEqual(new Set([STEP]));

    const denied = await asking(paced(record, 1.8, 120), 300, () => ({ silent: false }));
    expect(denied.pieces.slice(0, -1).every(({ whole, urgent: hurries }) => whole && !hurries)).toBe(true);
    const late = denied.asked.map((at) => at / 300).filter((at) => at > 50);
    const gaps = late.slice(1).map((at, i) => at - late[i]!);
    expect(Math.min(...gaps)).toBeGreaterThan(1.6);
    expect(Math.max(...gaps)).toBeLessThan(2.6);
  });

  it('hears of a true rate after the watch was wrong for minutes', async () => {
    const record = await sample('mitdb-100-normal', 300, 20);
    const { pieces } = await asking(paced(record, 1.8, 180), 300, ({ first, samples: own }) => {
      return { silent: false, slow: (first + own.length) / 300 > 120 ? 'shown' : undefined };
    });
    const [only, ...others] = urgent(pieces).map(({ closing }) => closing / 300);
    expect(only).toBeGreaterThan(120);
    expect(only).toBeLessThan(124.5);
    expect(others).toEqual([]);
  });

  it('takes no sample while a question is open', async () => {
    const { samples, rate } = asystole(await sample('mitdb-100-normal', 360, 40), 25, 30, 0.01);
    const cutter = new PieceCutter({ rate, gain: GAIN, asks: true });
    const first = samples.findIndex((value) => {
      cutter.push(value);
      return cutter.isAsking;
    });
    expect(() => cutter.push(0)).toThrow('before the question was settled');
    expect((await cutter.settle(() => Promise.resolve({ silent: true })))?.closing).toBe(first + 1);
    expect(await cutter.settle(() => Promise.reject(new Error('nothing is to be asked')))).toBeUndefined();
    cutter.push(0);
  });

  it('shows the newest signal, 10.2 s of it and none from before a gap', async () => {
    const { samples, rate } = asystole(await sample('mitdb-100-normal', 360, 40), 25, 30, 0.01);
    const hole = 34 * rate;
    samples.fill(MISSING, hole, hole + 100);
    const lengths: number[] = [];
    await asking(samples, rate, ({ samples: own, first }) => {
      expect(own).toEqual(samples.slice(first, first + own.length));
      if (first + own.length > hole) expect(first).toBeGreaterThanOrEqual(hole + 100);
      lengths.push(own.length / rate);
      return { silent: false };
    });
    expect(Math.max(...lengths)).toBeCloseTo(10.24, 2);
    expect(Math.min(...lengths)).toBeLessThan(5);
  });

  it('tells all of an extreme rate once, and again after 10 s without', async () => {
    const record = await sample('mitdb-100-normal', 300, 20);
    const [slow, usual] = [paced(record, 1.8, 60), paced(record, 0.8, 30)];
    const samples = Int32Array.from([...slow, ...usual, ...slow]);
    const { pieces } = await asking(samples, 300, ({ first, samples: own }) => {
      const now = (first + own.length) / 300;
      return { silent: false, slow: now < 62 || now > 100 ? 'shown' : undefined };
    });
    expect(urgent(pieces).map(({ closing }) => closing / 300 > 90)).toEqual([false, true]);
  });

  it('tells all of a fast rate again a step later', async () => {
    const record = await sample('mitdb-100-normal', 300, 20);
    const { pieces } = await asking(paced(record, 0.36, 60), 300, () => ({ silent: false, fast: 'shown' }));
    const [first, second, ...others] = urgent(pieces).map(({ closing }) => closing / 300);
    expect(second! - first!).toBeCloseTo(256 / 300);
    expect(others).toEqual([]);
  });

  it('hurries for half a minute where a rate stays near', async () => {
    const record = await sample('mitdb-100-normal', 300, 20);
    const { pieces } = await asking(paced(record, 1.8, 90), 300, () => ({ silent: false, slow: 'near' }));
    const closings = urgent(pieces).map(({ closing }) => closing / 300);
    expect(closings.at(-1)! - closings[0]!).toBeGreaterThan(25);
    expect(closings.at(-1)! - closings[0]!).toBeLessThanOrEqual(30);
  });
});
