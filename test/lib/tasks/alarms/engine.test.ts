/** Whatever leads, clock and people do: well-formed episodes, and a restart changes nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmChange } from '../../../../src/lib/tasks/alarms/episode.js';
import { ALARMS, latches, SUPERSEDES, type AlarmKind } from '../../../../src/lib/tasks/alarms/kinds.js';
import { AlarmEngine, engineStateSchema } from '../../../../src/lib/tasks/alarms/engine.js';
import { Ward, type Said } from './compose.js';

type Act =
  | { readonly do: 'play'; readonly seconds: number; readonly said: Said; readonly leads: boolean[] }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'sleep'; readonly ms: number }
  | { readonly do: 'skip'; readonly seconds: number; readonly lead: number }
  | { readonly do: 'begin'; readonly step: number; readonly lead: number }
  | { readonly do: 'ask'; readonly action: 'ACKNOWLEDGE' | 'PAUSE' | 'RESUME'; readonly kind: string | null; readonly pauseMs: number | null; readonly ago: number }; // prettier-ignore

const said = fc.record({
  bpm: fc.constantFrom(null, 25, 45, 60, 100, 130, 170, 280),
  label: fc.constantFrom(undefined, 0, 1, 2, 3),
  obstacle: fc.constantFrom(null, null, null, 'lead-off', 'constant', 'saturation', 'noise', 'decode-failed'),
  over: fc.constantFrom({}, {}, {}, {}, { last: true }, { restarted: true }, { clockRate: 4 }),
}) as fc.Arbitrary<Said>;
const lead = fc.nat(1);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('play' as const), seconds: fc.integer({ min: 2, max: 40 }), said, leads: fc.tuple(fc.boolean(), fc.boolean()) }) }, // prettier-ignore
  fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ do: fc.constant('sleep' as const), ms: fc.constantFrom(-5000, 30_000, 3_700_000) }),
  fc.record({ do: fc.constant('skip' as const), seconds: fc.constantFrom(1 / 300, 0.1, 1, 3, 30), lead }),
  fc.record({ do: fc.constant('begin' as const), step: fc.constantFrom(-3_600_000, -5000, 0, 1000, 60_000), lead }),
  fc.record({
    do: fc.constant('ask' as const),
    action: fc.constantFrom('ACKNOWLEDGE', 'PAUSE', 'RESUME'),
    kind: fc.constantFrom(null, null, 'asystole', 'tachycardia'),
    pauseMs: fc.constantFrom(null, -5, 10_000, 3_600_000),
    ago: fc.constantFrom(0, 0, 30_000, -900_000),
  }),
);

function perform(ward: Ward, step: Act): AlarmChange[] {
  switch (step.do) {
    case 'play': {
      const other = { ...step.said, bpm: 60 };
      return ward.play(step.seconds, ...step.leads.map((same) => (same ? step.said : other)));
    }
    case 'wait':
      return ward.wait(step.seconds);
    case 'sleep':
      ward.wall += step.ms;
      return [];
    case 'skip':
      ward.leads[step.lead]!.skip(step.seconds);
      return [];
    case 'begin':
      ward.leads[step.lead]!.begin(ward.wall + step.step);
      return [];
    case 'ask': {
      const { action, kind, pauseMs, ago } = step;
      return ward.ask(action, { kind, pauseMs, at: ward.wall - ago }) ?? [];
    }
  }
}

const scripts = fc.array(act, { minLength: 1, maxLength: 14 });

function expectWellFormed(changes: readonly AlarmChange[]): void {
  const open = new Map<string, AlarmChange>();
  const seen = new Set<string>();
  for (const change of changes) {
    const { id, kind, at, onsetAt, state, reason } = change;
    expect(Number.isFinite(at) && at >= onsetAt, `${kind} ${reason} has a negative duration`).toBe(true);
    const last = open.get(id);
    if (reason === 'ONSET') {
      expect(state).toBe('ACTIVE');
      expect(seen.has(id), 'an id came again').toBe(false);
      expect(
        [...open.values()].some((other) => other.kind === kind),
        `two episodes of ${kind}`,
      ).toBe(false);
      seen.add(id);
    } else {
      expect(last, `${kind} ${state} ${reason} of an episode that is not open`).toBeDefined();
      expect([kind, onsetAt]).toEqual([last!.kind, last!.onsetAt]);
      expect(at).toBeGreaterThanOrEqual(last!.at);
      // Of a technical alarm another lead takes the acknowledgement away.
      const isAnew = reason === 'RETURNED' && ALARMS[kind].category === 'TECHNICAL';
      if (last!.acknowledgedBy !== null && !isAnew) expect(change.acknowledgedBy).toBe(last!.acknowledgedBy);
    }
    if (state === 'ACKNOWLEDGED') expect(change.acknowledgedBy).not.toBeNull();
    if (state === 'LATCHED') expect([latches(kind), change.acknowledgedBy]).toEqual([true, null]);
    if (state === 'ENDED' && latches(kind)) expect(change.acknowledgedBy ?? change.supersededBy).not.toBeNull();
    if (state === 'ENDED') open.delete(id);
    else open.set(id, change);
  }
}

/** What a heart without beats has no more of does not stand beside its alarm. */
function expectSuperseded({ open }: AlarmEngine['state']['episodes']): void {
  for (const [higher, lower] of Object.entries(SUPERSEDES) as [AlarmKind, AlarmKind[]][]) {
    if (open[higher]?.latched !== false) continue;
    for (const kind of lower) expect(open[kind], `${kind} beside ${higher}`).toBeUndefined();
  }
}

describe('any sequence of segments, ticks and commands', () => {
  it('gives well-formed episodes: one onset, then changes, one end, no id twice, no time backwards', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const ward = new Ward({ leads: 2 });
        const changes = script.flatMap((step) => {
          const found = perform(ward, step);
          expectSuperseded(ward.engine.state.episodes);
          return found;
        });
        expectWellFormed(changes);
        expect(engineStateSchema.parse(JSON.parse(JSON.stringify(ward.engine.state)))).toEqual(ward.engine.state);
      }),
      { numRuns: 400 },
    );
  });

  it('gives the same changes with restarts in between', () => {
    fc.assert(
      fc.property(scripts, fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }), (script, restarts) => {
        const steady = new Ward({ leads: 2 });
        const restarted = new Ward({ leads: 2 });
        script.forEach((step, i) => {
          if (restarts[i] === true) restarted.restart();
          expect(perform(restarted, step)).toEqual(perform(steady, step));
        });
      }),
      { numRuns: 200 },
    );
  });
});

it('the state does not grow with the length of the stream', () => {
  const ward = new Ward({ leads: 2 });
  const size = (): number => JSON.stringify(ward.engine.state).length;
  ward.play(120, { label: 0 });
  const before = size();
  ward.play(1200, { label: 0 });
  expect(size()).toBeLessThan(before + 200);
});

it('a state of before quiet, ends, history and what is left of a pause were kept is read, and goes on', () => {
  const ward = new Ward({ leads: 2 });
  ward.play(40, { bpm: 130 });
  ward.ask('PAUSE');
  const old = [
    'quietBefore',
    'before',
    'judgedTo',
    'ends',
    'historical',
    'differing',
    'onLast',
    'onGone',
    'kinds',
    'left',
  ];
  const json = JSON.stringify(ward.engine.state, (key, value: unknown) => (old.includes(key) ? undefined : value));
  const state = engineStateSchema.parse(JSON.parse(json));
  expect(JSON.stringify(state)).toBe(json);
  ward.engine = new AlarmEngine('bed-1', state);
  expect(ward.play(4, { bpm: 130 })).toEqual([]);
  expect(ward.play(40, { bpm: 80 })).toMatchObject([{ kind: 'tachycardia', state: 'ENDED' }]);
});
