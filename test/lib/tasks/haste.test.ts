import { describe, expect, it } from 'vitest';
import { loadPeaks } from '../../../src/lib/offline/tasks.js';
import { MODELS } from '../../models.js';
import { cutPieces, cutPiecesAsking } from '../../../src/lib/signal/piece-cutter.js';
import { alarmLimitsSchema } from '../../../src/lib/tasks/alarms/limits.js';
import { secondOpinionOf } from '../../../src/lib/tasks/haste.js';
import { asystole, fibrillating, GAIN, paced, sample } from '../signal/composed.js';

const secondOpinion = secondOpinionOf((await loadPeaks(MODELS)).peaks);
const lead = (rate: number) => ({ rate, gain: GAIN, baseline: 0 });
/** Of the 10.2 s that end `to` seconds into the signal. */
const opinion = (samples: Int32Array, rate: number, to: number) => {
  const first = Math.max(0, Math.round((to - 10.24) * rate));
  return secondOpinion({ samples: samples.slice(first, Math.round(to * rate)), first }, lead(rate));
};

describe.each([250, 300, 360, 500])('the second opinion on a lead at %i Hz', (rate) => {
  it('sees silence once it has lasted 4.4 s, and not before', async () => {
    const { samples, beats } = asystole(await sample('mitdb-100-normal', rate, 40), 25, 15, 0.01);
    const last = beats.at(-1)!;
    expect(await opinion(samples, rate, last + 4.3)).toMatchObject({ silent: false });
    expect(await opinion(samples, rate, last + 4.5)).toMatchObject({ silent: true });
  });

  it.each([
    [0.8, undefined, undefined],
    [60 / 160, 'shown', undefined],
    [60 / 135, 'near', undefined],
    [60 / 43, undefined, 'near'],
    [60 / 30, undefined, 'shown'],
    [60 / 18, undefined, 'shown'],
  ])('of a beat every %d s is fast: %s, slow: %s', async (interval, fast, slow) => {
    const samples = paced(await sample('mitdb-100-normal', rate, 20), interval, 30);
    // Just before a beat: the open interval is as long as the others.
    const to = Math.floor(20 / interval) * interval - 0.02;
    expect(await opinion(samples, rate, to)).toEqual({ silent: false, fast, slow });
  });
});

it('is silence where no beat is seen from the start, and none for a signal of one step', async () => {
  const noise = Int32Array.from({ length: 2000 }, (_, i) => (i * 7919) % 5);
  expect(await opinion(noise, 300, 6)).toEqual({ silent: true, fast: undefined, slow: undefined });
  expect(await opinion(noise, 300, 0.86)).toMatchObject({ silent: false });
});

it('is silence 5 s into waves like fibrillation', async () => {
  const { samples, rate, beats } = fibrillating(await sample('mitdb-100-normal', 300, 40), 25, 15, 0.6);
  expect(await opinion(samples, rate, beats.at(-1)! + 5.5)).toMatchObject({ silent: true });
});

it('keeps whole windows where the watch alone would close them', async () => {
  const { samples } = await sample('mitdb-228-pvc', 360, 60);
  const early = (pieces: readonly { urgent: boolean }[]): number => pieces.filter(({ urgent }) => urgent).length;
  const asked = [];
  for await (const piece of cutPiecesAsking(samples, lead(360), (question) => secondOpinion(question, lead(360)))) {
    asked.push(piece);
  }
  const plain = early([...cutPieces(samples, lead(360))]);
  expect(plain).toBeGreaterThan(0);
  expect(early(asked)).toBeLessThan(plain);
});

it('goes by the limits of the bed, and never shows all of an alarm that is delayed', async () => {
  const samples = paced(await sample('mitdb-100-normal', 300, 20), 60 / 155, 30);
  const fast = async (limits: object) => {
    const first = Math.round((20 - 10.24) * 300);
    const question = { samples: samples.slice(first, 6000), first };
    return (await secondOpinion(question, lead(300), alarmLimitsSchema.parse(limits))).fast;
  };
  expect(await fast({})).toBe('shown');
  expect(await fast({ extremeTachycardia: 160 })).toBe('near');
  expect(await fast({ extremeTachycardia: 170 })).toBeUndefined();
  expect(await fast({ delays: { 'extreme-tachycardia': { onSeconds: 5 } } })).toBe('near');
});
