import { expect, it } from 'vitest';
import type { StreamView } from '../../../src/dashboard/web/store.js';
import { knownHoles } from '../../../src/dashboard/web/wave/holes.js';
import { heldStretch } from '../../../src/dashboard/web/wave/stretch.js';
import { dropOlder, type Wave } from '../../../src/dashboard/web/wave/wave.js';

const wave = (startAt: number): Wave => ({ startAt, endAt: startAt + 6_000 }) as Wave;
const lead = (waves: Wave[], calibrated = true): StreamView =>
  ({ waves, beats: [], rhythms: [], info: { calibrated } }) as unknown as StreamView;

it('keeps what is read when the page drops it', () => {
  const stream = lead([0, 6_000, 12_000, 18_000].map(wave), false);
  const kept = heldStretch(stream, { from: 1_000, to: 9_000 });
  dropOlder(stream.waves, 0);
  expect(kept?.waves.map(({ startAt }) => startAt)).toEqual([0, 6_000]);
  expect(kept).toMatchObject({ known: { from: 1_000, to: 9_000 }, calibrated: false });
  expect(heldStretch(stream, { from: 1_000, to: 9_000 })).toBeUndefined();
  expect(heldStretch(lead([]), { from: 1_000, to: 9_000 })).toBeUndefined();
});

it('calls nothing a hole of which it is not known what is there', () => {
  const waves = [wave(10_000)];
  const holes = (known: { from: number; to: number }) =>
    knownHoles({ waves, known }, { from: 0, to: 30_000 }).map(({ from, to }) => [from, to]);
  expect(holes({ from: 8_000, to: 20_000 })).toEqual([
    [8_000, 10_000],
    [16_000, 20_000],
  ]);
  expect(holes({ from: 40_000, to: 50_000 })).toEqual([]);
  expect(holes({ from: 5_000, to: 5_000 })).toEqual([]);
});
