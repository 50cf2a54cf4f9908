import { describe, expect, it } from 'vitest';
import { forcedRung } from '../../../src/lib/prediction/forced-rung.js';
import { WINDOW } from '../../../src/lib/signal/grid.js';
import { beatsAt, decodeTo, ladder, names, rungs, window } from './fake-codec.js';

const [, , coarse] = rungs;

/** What a rung does with one window whose original, 0 mV, and decoded signal, 0.3 mV, have these maps. */
async function sentBy(original: Float32Array, decoded: Float32Array, decode = decodeTo()): Promise<string[]> {
  const peaks = (rows: readonly Float32Array[]): Promise<Float32Array[]> =>
    Promise.resolve(rows.map((row) => (row[0]! > 0.25 ? decoded : original)));
  const { choose } = forcedRung(coarse!, { ladder, decode }, { peaks });
  return names(await choose!([window('a', 0, [coarse!])]));
}

describe('a forced rung', () => {
  it('takes a window whose beats stay', async () => {
    expect(await sentBy(beatsAt(500, 1000), beatsAt(505, 1000))).toEqual(['coarse']);
    expect(await sentBy(beatsAt(), beatsAt())).toEqual(['coarse']);
  });

  it('leaves one in which it would invent or lose a beat that stands alone', async () => {
    expect(await sentBy(beatsAt(), beatsAt(700))).toEqual(['lossless']);
    expect(await sentBy(beatsAt(500, 1000), beatsAt(500))).toEqual(['lossless']);
  });

  it('leaves one in which noise would become a clear beat', async () => {
    const noise = beatsAt(900).map((v) => Math.max(v, 0.3));
    expect(await sentBy(noise, beatsAt(900))).toEqual(['lossless']);
    expect(await sentBy(noise, noise)).toEqual(['coarse']);
  });

  it('leaves one that does not decode to numbers', async () => {
    const broken = (_rung: number, _latents: Int8Array, n: number): Promise<Float32Array> =>
      Promise.resolve(new Float32Array(n * WINDOW).fill(Number.NaN));
    expect(await sentBy(beatsAt(), beatsAt(), broken)).toEqual(['lossless']);
  });

  it('offers no other rung', () => {
    const peaks = (): Promise<Float32Array[]> => Promise.resolve([]);
    const own = forcedRung(coarse!, { ladder, decode: decodeTo() }, { peaks }).ladder;
    expect(own.rungs.filter(({ kind }) => kind !== 'lossless')).toEqual([coarse]);
  });
});
