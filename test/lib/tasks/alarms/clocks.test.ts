/** What a device's clock that is set does to what must last, and a bed of which one lead has the new clock first. */
import { describe, expect, it } from 'vitest';
import { of, Ward } from './compose.js';

describe('a clock that was set', () => {
  it.each([60_000, -60_000])('by %i ms begins the 10 s anew after which an alarm is held', (step) => {
    const ward = new Ward();
    ward.play(40, { bpm: 130 });
    ward.play(2, { bpm: 130, obstacle: 'noise' });
    ward.leads[0]!.begin(ward.wall + step);
    expect(of(ward.play(8, { bpm: 130, obstacle: 'noise' }), 'tachycardia')).toEqual([]);
    expect(of(ward.play(4, { bpm: 130, obstacle: 'noise' }), 'tachycardia')).toEqual(['HELD UNREADABLE']);
  });

  it.each(['noise', 'saturation'] as const)('back on one lead of two raises no %s before its delay', (obstacle) => {
    const delay = obstacle === 'noise' ? 10_000 : 5000;
    const ward = new Ward({ leads: 2 });
    ward.play(40);
    const since = ward.wall;
    ward.leads[0]!.begin(ward.wall - 60_000);
    const [onset] = ward.play(20, { obstacle }).filter(({ kind }) => kind === obstacle);
    // The other lead may be a piece behind when the first one of the new clock comes.
    expect(onset!.onsetAt).toBeGreaterThanOrEqual(since - 2000);
    expect(onset!.at - onset!.onsetAt).toBeGreaterThanOrEqual(delay);
    expect(onset!.at - since).toBeLessThan(delay + 2000);
  });

  it('back on one lead of two leaves the time of the bed with the newest', () => {
    const ward = new Ward({ leads: 2 });
    ward.play(40);
    ward.leads[0]!.begin(ward.wall - 60_000);
    for (let second = 0; second < 8; second += 2) {
      for (const { at } of ward.play(2)) expect(at).toBeGreaterThanOrEqual(ward.wall - 2000);
      expect(ward.engine.state.now).toBe(ward.wall);
    }
    ward.leads[1]!.begin(ward.wall - 60_000);
    ward.play(2);
    expect(ward.engine.state.now).toBe(ward.wall - 60_000);
  });

  it('on, of a lead that then ends, keeps no alarm of the other from its onset', () => {
    const ward = new Ward({ leads: 2 });
    ward.play(20);
    ward.leads[0]!.begin(ward.wall + 60_000);
    ward.play(2);
    ward.play(2, { over: { last: true } }, {});
    const since = ward.wall;
    const changes = Array.from({ length: 8 }, () => {
      ward.wall += 2000;
      return ward.leads[1]!.say({ obstacle: 'noise' });
    }).flat();
    const [onset] = changes.filter(({ kind }) => kind === 'noise');
    expect(onset!.at - since).toBeLessThanOrEqual(12_000);
  });
});
