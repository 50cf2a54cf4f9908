import { describe, expect, it } from 'vitest';
import { Evidence, EvidenceProcess, type Bet, type EvidenceKind } from '../../../src/lib/audit/evidence.js';
import { seededRandom, type Random } from '../../../src/lib/signal/random.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A midnight UTC. */
const START = Date.UTC(2026, 4, 3);
const ALPHA = 0.01;

type Violates = (random: Random) => (stream: number) => boolean;
const alike =
  (rate: number): Violates =>
  (random) => {
    const bad = new Map<number, boolean>();
    return (stream) => {
      if (!bad.has(stream)) bad.set(stream, random.uniform() < rate);
      return bad.get(stream) ?? false;
    };
  };
const independent =
  (rate: number): Violates =>
  (random) =>
  () =>
    random.uniform() < rate;

interface World {
  readonly kind: EvidenceKind;
  readonly violates: Violates;
  readonly streams: number;
  readonly records: number;
  readonly weeks: number;
}

/** Share of the processes that ever reach a wealth of `c` in a week. */
function reaching(c: number, { kind, violates, streams, records, weeks }: World): number {
  const random = seededRandom(17);
  let reached = 0;
  for (let week = 0; week < weeks; week++) {
    const process = new EvidenceProcess(kind);
    const draw = violates(random);
    for (let i = 0; i < records; i++) {
      const stream = random.integer(streams);
      process.take({ stream: String(stream), at: START + (i * 7 * DAY) / records, violated: draw(stream), alpha: ALPHA }); // prettier-ignore
    }
    if (process.reached >= Math.log(c)) reached++;
  }
  return reached / weeks;
}

/** Three standard errors above a share of 1 / c. */
const most = (c: number, weeks: number): number => 1 / c + 3 * Math.sqrt((1 / c) * (1 - 1 / c) * (1 / weeks));

describe('at a rate of exactly alpha', () => {
  const world = { streams: 200, records: 600, weeks: 800 };

  it.each([5, 20])('independent records reach a wealth of %i no more often than Ville allows', (c) => {
    for (const kind of ['record', 'stream'] as const) {
      const share = reaching(c, { ...world, kind, violates: independent(ALPHA) });
      expect(share, kind).toBeLessThan(most(c, world.weeks));
      expect(share, kind).toBeGreaterThan(0);
    }
  });

  it('streams that are all or nothing keep to it by `stream`, and break it by `record`', () => {
    const own = { ...world, weeks: 400, violates: alike(ALPHA) };
    expect(reaching(20, { ...own, kind: 'stream' })).toBeLessThan(most(20, own.weeks));
    expect(reaching(20, { ...own, kind: 'record' })).toBeGreaterThan(most(20, own.weeks));
  });

  it('a bet at the wrong rate would be caught', () => {
    expect(reaching(20, { ...world, weeks: 200, kind: 'record', violates: independent(2 * ALPHA) })).toBeGreaterThan(0.2); // prettier-ignore
  });
});

const bet = (over: Partial<Bet> = {}): Bet => ({ stream: 'a', at: START, violated: true, alpha: ALPHA, ...over });

describe('what a stream may bet', () => {
  it('by `record` one an hour, by `stream` one in all', () => {
    const after = (kind: EvidenceKind, bets: readonly Bet[]): number => {
      const process = new EvidenceProcess(kind);
      for (const own of bets) process.take(own);
      return process.reached;
    };
    const [first, sameHour, nextHour] = [bet(), bet({ at: START + HOUR - 1 }), bet({ at: START + HOUR })];
    // A violation is worth the mean of the multiples, 1.5, 2, 4, 8 and 16.
    expect(after('record', [first])).toBeCloseTo(Math.log(6.3), 9);
    expect(after('record', [first, sameHour])).toBe(after('record', [first]));
    expect(after('record', [first, nextHour])).toBeCloseTo(Math.log((1.5 ** 2 + 4 + 16 + 64 + 256) / 5), 9);
    expect(after('stream', [first, nextHour])).toBe(after('stream', [first]));
    expect(after('stream', [first, bet({ stream: 'b' })])).toBe(after('record', [first, nextHour]));
  });

  it('alpha is of each record, and may be large', () => {
    const process = new EvidenceProcess('record');
    process.take(bet({ alpha: 0.9 }));
    // Every multiple is above 1: halfway from 0.9 to 1.
    expect(process.reached).toBeCloseTo(Math.log(0.95 / 0.9), 9);
  });
});

describe('the processes of a week', () => {
  it('begin each day, so that good months do not hide a bad day', () => {
    const evidence = new Evidence('record');
    for (let day = 0; day < 60; day++)
      for (let i = 0; i < 50; i++) evidence.take(bet({ at: START + day * DAY, stream: `${i}`, violated: false }));
    expect(evidence.read(START + 59 * DAY)).toBe(0);
    for (let i = 0; i < 10; i++) evidence.take(bet({ at: START + 60 * DAY + HOUR, stream: `${i}` }));
    expect(evidence.read(START + 60 * DAY + HOUR)).toBeGreaterThan(4);
  });

  it('keep what they reached, and are gone after seven days, in a process that was started again too', () => {
    const bets = [...Array.from({ length: 8 }, (_, i) => bet({ stream: `${i}` })), bet({ at: START + 3 * DAY, violated: false })]; // prettier-ignore
    const [running, restarted] = [new Evidence('record'), new Evidence('record')];
    for (const own of bets) running.take(own);
    for (const own of bets.filter(({ at }) => at >= START)) restarted.take(own);
    for (const day of [3, 6.99]) {
      expect(running.read(START + day * DAY)).toBeGreaterThan(4);
      expect(restarted.read(START + day * DAY)).toBe(running.read(START + day * DAY));
    }
    expect(running.read(START + 7 * DAY)).toBe(0);
  });
});
