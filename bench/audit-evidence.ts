/**
 * Simulates the e-processes of src/lib/audit/evidence.ts: how often they reach a given wealth when the violation rate is
 * exactly alpha, and how long a higher rate stays undetected. `node bench/run.mjs audit-evidence`
 */
import { Evidence, EvidenceProcess, type EvidenceKind } from '../src/lib/audit/evidence.js';
import { seededRandom, type Random } from '../src/lib/signal/random.js';
import { writeResult } from './result.js';

const DAY = 86_400_000;
/** A midnight UTC. */
const START = Date.UTC(2026, 4, 3);
const ALPHA = 0.01;
const KINDS: readonly EvidenceKind[] = ['record', 'stream'];
/** Records per bed and day. */
const RECORDS = 86_400 / (8960 / 300);
const SHARE = 0.001;
const ALERT = 4;
const LONGEST_DAYS = 14;

/**
 * Returns a function that draws whether the next record of a stream violates. `alike` is the share of streams whose records
 * all come out like their first.
 */
function violations(random: Random, rate: number, alike: number): (stream: number) => boolean {
  const fixed = new Map<number, boolean | null>();
  return (stream) => {
    let own = fixed.get(stream);
    if (own === undefined) fixed.set(stream, (own = random.uniform() < alike ? random.uniform() < rate : null));
    return own ?? random.uniform() < rate;
  };
}

/** Plays audited records at random times, every bed equally likely, until `take` returns true. */
function play(random: Random, beds: number, days: number, take: (stream: number, at: number) => boolean): void {
  const gap = DAY / (beds * RECORDS * SHARE);
  let at = START;
  for (;;) {
    at -= gap * Math.log(1 - random.uniform());
    if (at >= START + days * DAY || take(random.integer(beds), at)) return;
  }
}

function falseAlarms(kind: EvidenceKind, beds: number, alike: number) {
  const random = seededRandom(23);
  const weeks = 1000;
  const reached: number[] = [];
  for (let week = 0; week < weeks; week++) {
    const process = new EvidenceProcess(kind);
    const violates = violations(random, ALPHA, alike);
    play(random, beds, 7, (stream, at) => {
      process.take({ stream: `${stream}`, at, violated: violates(stream), alpha: ALPHA });
      return false;
    });
    reached.push(Math.exp(process.reached));
  }
  const share = (c: number): number => reached.filter((own) => own >= c).length / weeks;
  return {
    kind,
    beds,
    streamsAlike: alike,
    processes: weeks,
    reached: { 5: share(5), 20: share(20), 100: share(100) },
  };
}

function detection(kind: EvidenceKind, beds: number, multiple: number, alike: number) {
  const random = seededRandom(29);
  const runs = 100;
  const hours: number[] = [];
  for (let run = 0; run < runs; run++) {
    const evidence = new Evidence(kind);
    const violates = violations(random, multiple * ALPHA, alike);
    play(random, beds, LONGEST_DAYS, (stream, at) => {
      evidence.take({ stream: `${stream}`, at, violated: violates(stream), alpha: ALPHA });
      if (evidence.read(at) < ALERT) return false;
      hours.push((at - START) / 3_600_000);
      return true;
    });
  }
  hours.sort((a, b) => a - b);
  // JSON has no Infinity: null if the quantile was not reached within the longest time.
  const quantile = (q: number): number | null => hours[Math.ceil(q * runs) - 1] ?? null;
  return {
    kind,
    beds,
    multiple,
    streamsAlike: alike,
    hours: { median: quantile(0.5), p90: quantile(0.9) },
    seen: hours.length / runs,
  };
}

const BEDS = [200, 4800];
const alarms = KINDS.flatMap((kind) => [0, 0.5, 1].map((alike) => falseAlarms(kind, 200, alike)));
const times = KINDS.flatMap((kind) =>
  BEDS.flatMap((beds) =>
    [2, 3, 5, 10, 50].flatMap((multiple) => [0, 1].map((alike) => detection(kind, beds, multiple, alike))),
  ),
);
writeResult('audit-evidence', {
  alpha: ALPHA,
  auditShare: SHARE,
  alert: ALERT,
  longestDays: LONGEST_DAYS,
  falseAlarms: alarms,
  detection: times,
});
