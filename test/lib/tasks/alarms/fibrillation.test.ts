import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/lib/signal/random.js';
import { alarmLimitsSchema } from '../../../../src/lib/tasks/alarms/limits.js';
import { RHYTHM_CLASSES } from '../../../../src/lib/tasks/rhythm.js';
import { fibrillating, of, T0, Ward, type Said } from './compose.js';

const label = RHYTHM_CLASSES.indexOf('A');
const KIND = 'atrial-fibrillation';
const AF: Said = { label, intervals: fibrillating() };
const REGULAR: Said = { label, bpm: 80 };

describe('labels of atrial fibrillation', () => {
  it('call nothing while the beats are regular, and call it when they no longer are', () => {
    const ward = new Ward();
    expect(ward.play(120, REGULAR)).toEqual([]);
    const changes = ward.play(60, AF);
    expect(of(changes, KIND)).toEqual(['ACTIVE ONSET']);
    expect(changes[0]!.at - T0 - 120_000).toBeLessThanOrEqual(40_000);
  });

  it.each([
    ['a bigeminus', [500, 1100]],
    ['a trigeminus', [800, 500, 1100]],
    ['an ectopic beat in ten', [800, 800, 800, 500, 1100, 800, 800, 800, 800, 800]],
    ['a missed beat in ten', [800, 800, 800, 800, 1600, 800, 800, 800, 800]],
  ])('call nothing in %s', (_, intervals) => {
    const random = seededRandom(1);
    // Twelve repetitions, each a little different: no heart is a clock.
    const own = Array.from({ length: 12 }, () =>
      intervals.map((each) => Math.round(each + 8 * random.normal())),
    ).flat();
    const ward = new Ward();
    expect(of(ward.play(180, { label, intervals: own }), KIND)).toEqual([]);
  });

  it('wait for twelve beats, which a slow heart has within 60 s', () => {
    const mean = 2400;
    const intervals = fibrillating(200, mean);
    const ward = new Ward();
    const [onset] = ward.play(60, { label, intervals }).filter(({ kind }) => kind === KIND);
    const twelfth = intervals.slice(0, 12).reduce((sum, each) => sum + each, 0);
    // The window of labels is full long before.
    expect(twelfth).toBeGreaterThan(20_000);
    expect(onset!.at - T0).toBeGreaterThanOrEqual(twelfth);
    expect(onset!.at - T0).toBeLessThanOrEqual(60_000);
  });

  it('count beats anew after a hole, as labels', () => {
    const ward = new Ward();
    ward.play(8, AF);
    ward.leads[0]!.skip(5);
    expect(of(ward.play(8, AF), KIND)).toEqual([]);
    expect(of(ward.play(20, AF), KIND)).toEqual(['ACTIVE ONSET']);
  });

  it('need irregular beats on every readable lead that has enough of them', () => {
    const ward = new Ward({ leads: 2 });
    expect(of(ward.play(60, AF, REGULAR), KIND)).toEqual([]);
    expect(of(ward.play(20, AF, { ...REGULAR, obstacle: 'lead-off' }), KIND)).toEqual(['ACTIVE ONSET']);
    const other = new Ward({ leads: 2 });
    // One beat in 3.9 s is not yet silence, and says nothing of rhythm.
    expect(of(other.play(32, AF, { label, intervals: [3900] }), KIND)).toEqual(['ACTIVE ONSET']);
  });
});

describe('atrial fibrillation that was called', () => {
  it('ends when the beats are regular, whatever the labels say, and comes back with them', () => {
    const ward = new Ward();
    ward.play(60, AF);
    expect(of(ward.play(60, REGULAR), KIND)).toEqual(['ENDED CONDITION_ENDED']);
    expect(of(ward.play(60, AF), KIND)).toEqual(['ACTIVE ONSET']);
  });

  it('ends when the beats are regular while the labels are undecided', () => {
    const ward = new Ward();
    ward.play(60, AF);
    const undecided = (said: Said) =>
      Array.from({ length: 12 }, () => [...ward.play(2, said), ...ward.play(2, { ...said, label: 0 })]).flat();
    expect(undecided(AF)).toEqual([]);
    expect(of(undecided(REGULAR), KIND)).toEqual(['ENDED CONDITION_ENDED']);
  });

  it('goes on while the beats are between the two limits: it does not flap', () => {
    const random = seededRandom(2);
    const intervals = Array.from({ length: 400 }, () => Math.round(800 * (1 + 0.05 * random.normal())));
    const [called, silent] = [new Ward(), new Ward()];
    called.play(60, AF);
    expect(of(called.play(180, { label, intervals }), KIND)).toEqual([]);
    expect(of(silent.play(180, { label, intervals }), KIND)).toEqual([]);
  });

  it('is what the labels say alone, where a policy takes the limits down', () => {
    const limits = alarmLimitsSchema.parse({ irregularity: { onEntropy: -9, offEntropy: -10 } });
    const ward = new Ward({ limits });
    expect(of(ward.play(60, REGULAR), KIND)).toEqual(['ACTIVE ONSET']);
    expect(of(ward.play(60, { label: 0 }), KIND)).toEqual(['ENDED CONDITION_ENDED']);
  });

  it('survives a restart with what is known of the beats', () => {
    const [whole, cut] = [new Ward(), new Ward()];
    for (const ward of [whole, cut]) ward.play(16, AF);
    cut.restart();
    expect(cut.play(60, AF)).toEqual(whole.play(60, AF));
  });
});
