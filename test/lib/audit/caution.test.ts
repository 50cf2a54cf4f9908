import { describe, expect, it } from 'vitest';
import { Caution } from '../../../src/lib/audit/caution.js';

const HOUR = 3_600_000;
/** A midnight UTC. */
const START = Date.UTC(2026, 4, 3);
const ALPHA = 0.01;

/** A record of each of 200 beds an hour, so many of which violate, spread evenly. */
function play(caution: Caution, hours: number, violating: number, from = START): number {
  for (let hour = 0; hour < hours; hour++) {
    for (let bed = 0; bed < 200; bed++) {
      const at = from + hour * HOUR + bed * 1000;
      caution.take({ stream: `${bed}`, at, violated: (bed + 1) % (200 / violating) === 0, alpha: ALPHA });
    }
  }
  return from + hours * HOUR;
}

describe('caution', () => {
  it('is not called for where nothing is known, nor at a rate just below what is allowed', () => {
    const caution = new Caution();
    expect(caution.judge(START)).toEqual({ isCautious: false, rate: 0, allowed: 0, records: 0, evidence: 0 });
    const now = play(caution, 24, 1);
    expect(caution.judge(now)).toMatchObject({
      isCautious: false,
      rate: 0.005,
      allowed: expect.closeTo(ALPHA, 12) as number,
    });
  });

  it('waits for proof: a few violations above alpha are none', () => {
    const caution = new Caution();
    const now = play(caution, 1, 5);
    const { isCautious, rate, evidence } = caution.judge(now);
    expect([isCautious, rate]).toEqual([false, 0.025]);
    expect(evidence).toBeLessThan(4);
  });

  it('begins with the proof, and ends when the estimate of the last day is back under alpha, though the proof stands', () => {
    const caution = new Caution();
    const bad = play(caution, 6, 10);
    expect(caution.judge(bad)).toMatchObject({ isCautious: true, rate: expect.closeTo(0.05, 12) as number });
    // Not as soon as the violations end.
    const hour = play(caution, 2, 0, bad);
    expect(caution.judge(hour).isCautious).toBe(true);
    const day = play(caution, 22, 0, hour);
    const after = caution.judge(day + HOUR);
    expect(after).toMatchObject({ isCautious: false });
    expect(after.evidence).toBeGreaterThan(4);
    // Within the week the next rise above alpha is answered at once.
    expect(caution.judge(play(caution, 6, 10, day + HOUR)).isCautious).toBe(true);
  });

  it('bets on no record whose policy is not known', () => {
    const caution = new Caution();
    for (let i = 0; i < 1000; i++) caution.take({ stream: `${i}`, at: START, violated: true, alpha: undefined });
    expect(caution.judge(START)).toMatchObject({ isCautious: false, records: 0, evidence: 0 });
  });
});
