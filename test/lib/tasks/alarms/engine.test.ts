import { describe, expect, it } from 'vitest';
import { AlarmEngine, type AlarmChange, type Observation } from '../../../../src/lib/tasks/alarms/engine.js';
import { ADULT_LIMITS } from '../../../../src/lib/tasks/alarms/limits.js';
import { RHYTHM_CLASSES } from '../../../../src/lib/tasks/rhythm.js';

const T0 = Date.UTC(2026, 0, 2);
const [N, A, , NOISE] = RHYTHM_CLASSES.map((_, i) => i);
const STEP_MS = (256 / 300) * 1000;

/** A lead that is observed every two seconds. */
class Lead {
  now = T0;
  readonly #name: string;
  #engine: AlarmEngine;
  #labelled = T0;

  constructor(engine: AlarmEngine, name = 'bed-1.1') {
    this.#engine = engine;
    this.#name = name;
  }

  moveTo(engine: AlarmEngine): void {
    this.#engine = engine;
  }

  observe(over: Partial<Observation> & { label?: number | undefined; beating?: boolean } = {}): AlarmChange[] {
    const { label, beating = true, ...rest } = over;
    const from = this.now;
    this.now += 2000;
    const labels: { at: number; label: number }[] = [];
    for (; this.#labelled + STEP_MS <= this.now; this.#labelled += STEP_MS) {
      if (label !== undefined) labels.push({ at: this.#labelled + STEP_MS, label });
    }
    return this.#engine.observe({
      ...{ stream: this.#name, beatsFrom: from, beatsTo: this.now, beats: beating ? [from + 500, from + 1500] : [] },
      ...{ rate: 60, labels, readable: true, restarted: false },
      ...rest,
    });
  }

  repeat(times: number, over: Parameters<Lead['observe']>[0]): AlarmChange[] {
    return Array.from({ length: times }, () => this.observe(over)).flat();
  }
}

const brief = (changes: readonly AlarmChange[]): string[] => changes.map(({ kind, state }) => `${kind} ${state}`);

describe('asystole', () => {
  it('begins 4 s after the last beat, ends with the next, one event each', () => {
    const lead = new Lead(new AlarmEngine('bed-1'));
    lead.observe();
    const onset = lead.repeat(10, { beating: false, rate: null });
    expect(brief(onset)).toEqual(['asystole ACTIVE']);
    const lastBeat = T0 + 1500;
    expect(onset[0]?.onsetAt).toBeGreaterThanOrEqual(lastBeat + ADULT_LIMITS.asystole);
    expect(onset[0]?.onsetAt).toBeLessThanOrEqual(lastBeat + ADULT_LIMITS.asystole + 2000);
    const end = lead.observe();
    expect(brief(end)).toEqual(['asystole ENDED']);
    expect(end[0]?.id).toBe(onset[0]?.id);
    expect(end[0]?.onsetAt).toBe(onset[0]?.onsetAt);
  });

  it('needs the agreement of all readable leads; an unreadable one has no say', () => {
    const engine = new AlarmEngine('bed-1');
    const [one, two] = [new Lead(engine, 'bed-1.1'), new Lead(engine, 'bed-1.2')];
    const both = (readable: boolean): AlarmChange[] =>
      Array.from({ length: 6 }, () => [
        ...one.observe({ beating: false, rate: null }),
        ...two.observe({ readable }),
      ]).flat();
    one.observe();
    expect(both(true)).toEqual([]);
    expect(brief(both(false))).toEqual(['asystole ACTIVE']);
  });

  it('is neither raised nor ended while nothing is readable', () => {
    const lead = new Lead(new AlarmEngine('bed-1'));
    lead.observe();
    expect(lead.repeat(5, { beating: false, rate: null, readable: false })).toEqual([]);
    expect(brief(lead.repeat(3, { beating: false, rate: null }))).toEqual(['asystole ACTIVE']);
    expect(lead.repeat(5, { readable: false })).toEqual([]);
    expect(brief(lead.observe())).toEqual(['asystole ENDED']);
  });

  it('counts anew after a gap, and a gap alone does not end it', () => {
    const lead = new Lead(new AlarmEngine('bed-1'));
    lead.observe();
    lead.observe({ beating: false, rate: null });
    // 3.5 s without a beat before the gap and 2 s after it are not 4 s of readable silence; 4 s after it are.
    expect(lead.observe({ beating: false, rate: null, restarted: true })).toEqual([]);
    expect(brief(lead.repeat(3, { beating: false, rate: null }))).toEqual(['asystole ACTIVE']);
    expect(lead.observe({ beating: false, rate: null, restarted: true })).toEqual([]);
    expect(brief(lead.observe())).toEqual(['asystole ENDED']);
  });
});

describe.each([
  ['tachycardia', 140, 128, 124],
  ['bradycardia', 40, 48, 51],
])('%s', (kind, beyond, between, back) => {
  it('begins when the rate has been beyond the limit for the delay, and ends with hysteresis', () => {
    const lead = new Lead(new AlarmEngine('bed-1'));
    lead.observe();
    const changes = lead.repeat(6, { rate: beyond });
    expect(brief(changes)).toEqual([`${kind} ACTIVE`]);
    const since = T0 + 4000;
    expect(changes[0]?.onsetAt).toBeGreaterThanOrEqual(since + ADULT_LIMITS.rateDelay);
    expect(changes[0]?.onsetAt).toBeLessThanOrEqual(since + ADULT_LIMITS.rateDelay + 2000);
    expect(lead.repeat(3, { rate: between })).toEqual([]);
    expect(brief(lead.observe({ rate: back }))).toEqual([`${kind} ENDED`]);
  });

  it('is not raised by a rate that keeps coming back', () => {
    const lead = new Lead(new AlarmEngine('bed-1'));
    const changes = Array.from({ length: 12 }, (_, i) => lead.observe({ rate: i % 3 === 2 ? 70 : beyond })).flat();
    expect(changes).toEqual([]);
  });

  it('needs all leads that have a rate', () => {
    const engine = new AlarmEngine('bed-1');
    const [one, two] = [new Lead(engine, 'a'), new Lead(engine, 'b')];
    const both = (rate: number | null): AlarmChange[] =>
      Array.from({ length: 6 }, () => [...one.observe({ rate: beyond }), ...two.observe({ rate })]).flat();
    expect(both(70)).toEqual([]);
    expect(brief(both(null))).toEqual([`${kind} ACTIVE`]);
  });

  it('does not count time across a gap or unreadable signal', () => {
    for (const hole of [
      { restarted: true, rate: null },
      { readable: false, rate: null },
    ]) {
      const lead = new Lead(new AlarmEngine('bed-1'));
      lead.repeat(2, { rate: beyond });
      lead.repeat(4, hole);
      expect(lead.repeat(2, { rate: beyond })).toEqual([]);
      expect(brief(lead.repeat(3, { rate: beyond }))).toEqual([`${kind} ACTIVE`]);
    }
  });
});

describe('atrial fibrillation', () => {
  it('has one event at onset and one at the end, with one id', () => {
    const lead = new Lead(new AlarmEngine('bed-1'));
    expect(lead.repeat(12, { label: N })).toEqual([]);
    const onset = lead.repeat(20, { label: A });
    expect(brief(onset)).toEqual(['atrial-fibrillation ACTIVE']);
    const end = lead.repeat(20, { label: N });
    expect(brief(end)).toEqual(['atrial-fibrillation ENDED']);
    expect(end[0]?.id).toBe(onset[0]?.id);
    const again = lead.repeat(20, { label: A });
    expect(brief(again)).toEqual(['atrial-fibrillation ACTIVE']);
    expect(again[0]?.id).not.toBe(onset[0]?.id);
  });

  it('is not called on less than half a window of readable steps, nor ended by noise', () => {
    const lead = new Lead(new AlarmEngine('bed-1'));
    expect(lead.repeat(4, { label: A })).toEqual([]);
    expect(lead.repeat(20, { label: NOISE })).toEqual([]);
    expect(brief(lead.repeat(10, { label: A }))).toEqual(['atrial-fibrillation ACTIVE']);
    expect(lead.repeat(20, { label: NOISE })).toEqual([]);
    expect(lead.repeat(5, {})).toEqual([]);
  });
});

describe('the state', () => {
  it('survives a restart as JSON at any moment: the same events with the same ids', () => {
    const play = (restart: boolean): AlarmChange[] => {
      let engine = new AlarmEngine('bed-1');
      const lead = new Lead(engine);
      const script: Parameters<Lead['observe']>[0][] = [
        ...new Array<object>(8).fill({ label: A, rate: 150 }),
        ...new Array<object>(4).fill({ beating: false, rate: null }),
        ...new Array<object>(16).fill({ label: N, rate: 70 }),
      ];
      return script.flatMap((over) => {
        if (restart) {
          engine = new AlarmEngine('bed-1', JSON.parse(JSON.stringify(engine.state)) as AlarmEngine['state']);
          lead.moveTo(engine);
        }
        return lead.observe(over);
      });
    };
    const expected = play(false);
    expect(new Set(brief(expected))).toEqual(
      new Set(
        ['tachycardia', 'asystole', 'atrial-fibrillation'].flatMap((kind) => [`${kind} ACTIVE`, `${kind} ENDED`]),
      ),
    );
    expect(play(true)).toEqual(expected);
  });

  it('does not grow with the length of the stream', () => {
    const engine = new AlarmEngine('bed-1');
    const lead = new Lead(engine);
    lead.repeat(50, { label: N });
    const size = JSON.stringify(engine.state).length;
    lead.repeat(200, { label: N });
    expect(JSON.stringify(engine.state).length).toBeLessThan(size + 100);
  });

  it('gives episodes of different beds different ids', () => {
    const idOf = (device: string): string | undefined =>
      new Lead(new AlarmEngine(device)).repeat(10, { beating: false, rate: null })[0]?.id;
    expect(idOf('bed-1')).not.toBe(idOf('bed-2'));
    expect(idOf('bed-1')).toBe(idOf('bed-1'));
  });
});
