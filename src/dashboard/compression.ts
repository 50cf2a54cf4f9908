/** Counts what compression achieves, from the frames on ecg.segments and ecg.audits. No I/O. */
import { ElementGains } from '../lib/codec/element-gain.js';
import type { Ladder } from '../lib/codec/ladder.js';
import { batchBytes, type InputRecord } from '../lib/kafka/index.js';
import { nativeIndex } from '../lib/signal/grid.js';
import {
  ChannelTable,
  decode,
  resolveSegments,
  type AuditResult,
  type SegmentFrame,
  type StreamInfo,
} from '../lib/wire/index.js';
import { GainSum } from './gains.js';
import { MinuteSums } from './minute-sums.js';
import type { Price } from './price.js';
import type { CompressionReport, Gains, MinuteGains, TaskErrors } from './protocol.js';
import { violationInterval } from './violations.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MINUTES_KEPT = 24 * 60;
/** Minutes kept of each ward. */
const WARD_MINUTES = 60;
/** Span that counts as now. A single minute would depend on one choice of rungs more or less. */
const RECENT = 5 * MINUTE;
/** Most frames that wait for their channels' declaration: two topics may be read in another order than they were written. */
const MOST_WAITING = 1_000;
const ERRORS_SHOWN = 500;
/** Index of each task in `predicted`. */
const PREDICTED_AT = { rhythm: 0, peaks: 1 } as const;
const UNKNOWN_RUNG = 'of another model';

/** Fields of an audit that the violation rates need. */
type Judged = Pick<AuditResult, 'stream' | 'violated' | 'evaluatedAt'>;

export class Compression {
  readonly #ladder: Ladder;
  readonly #price: Price | undefined;
  readonly #since: number;
  readonly #channels = new ChannelTable();
  readonly #elements = new ElementGains();
  readonly #total = new GainSum();
  readonly #wards = new Map<string, { readonly total: GainSum; readonly minutes: MinuteSums }>();
  readonly #minutes = new MinuteSums(MINUTES_KEPT);
  readonly #rungs = new Map<string, { segments: number; payloadBytes: number }>();
  #elementSum = 0;
  #elementRecords = 0;
  #waiting: { readonly frame: SegmentFrame; readonly gateway: string; readonly at: number }[] = [];
  /** Complete audits of a day: 600,000 if every record of 200 beds is audited. */
  #audits: Judged[] = [];
  /** The newest complete audits. */
  #newest: AuditResult[] = [];

  /** `since`: wall milliseconds from which frames are read. */
  constructor(ladder: Ladder, since: number, price?: Price) {
    this.#ladder = ladder;
    this.#since = since;
    this.#price = price;
  }

  takeStream(stream: string, info: StreamInfo | null): void {
    this.#channels.take(stream, info);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { frame, gateway, at } of waiting) this.#countSegments(frame, gateway, at);
  }

  /** Takes a record of ecg.segments or ecg.audits. Throws if it cannot be decoded; its bytes count all the same. */
  takeFrame({ topic, key, value, timestamp }: InputRecord): void {
    const gateway = key?.toString() ?? '';
    // Every frame is its own batch, because the edge sends one value at a time.
    const wireBytes = batchBytes([{ keyBytes: key?.length ?? null, valueBytes: value?.length ?? null }]);
    const isAudit = topic === 'ecg.audits';
    for (const sum of this.#sums(gateway, timestamp)) sum.add({ wireBytes, auditBytes: isAudit ? wireBytes : 0 });
    if (!isAudit) this.#countSegments(decode('ecg.segments', value), gateway, timestamp);
  }

  takeAudit(result: AuditResult): void {
    const { stream, outcome, violated, evaluatedAt } = result;
    if (outcome !== 'COMPLETE') return;
    this.#audits.push({ stream, violated, evaluatedAt });
    this.#newest.push(result);
    if (this.#newest.length > ERRORS_SHOWN) this.#newest.shift();
    const oldest = evaluatedAt - 24 * HOUR;
    if ((this.#audits[0]?.evaluatedAt ?? oldest) < oldest - HOUR) {
      this.#audits = this.#audits.filter((one) => one.evaluatedAt >= oldest);
      this.#newest = this.#newest.filter((one) => one.evaluatedAt >= oldest);
    }
  }

  /** `now`: wall milliseconds. */
  report(now: number): CompressionReport {
    const within = (hours: number) => this.#audits.filter(({ evaluatedAt }) => evaluatedAt >= now - hours * HOUR);
    const total = this.#total.gains;
    const minutes = this.#minutes.list;
    const recent = Math.floor(now / MINUTE) * MINUTE - RECENT;
    return {
      type: 'compression',
      since: Math.max(this.#since, Math.min(now, minutes[0]?.at ?? now)),
      total,
      recent: this.#minutes.since(recent),
      meanElementGain: this.#elementRecords === 0 ? null : this.#elementSum / this.#elementRecords,
      wards: [...this.#wards].map(([gateway, own]) => ({
        gateway,
        gains: own.total.gains,
        recent: own.minutes.since(recent),
        minutes: own.minutes.list.map(({ at, gains }) => ({ at, ...ratios(gains) })),
      })),
      minutes: minutes.map(({ at, gains }) => ({ at, ...ratios(gains) })),
      rungs: [...this.#rungs].map(([rung, counted]) => ({ rung, ...counted })),
      violations: [1, 24].map((hours) => {
        const records = within(hours);
        const violated = records.filter((record) => record.violated).length;
        return { hours, records: records.length, violated, interval: violationInterval(records) };
      }),
      errors: { rhythm: errorsOf(this.#newest, 'rhythm'), peaks: errorsOf(this.#newest, 'peaks') },
      savings: this.#price?.saved(total.nativeBytes - total.wireBytes) ?? null,
    };
  }

  #countSegments(frame: SegmentFrame, gateway: string, at: number): void {
    const resolved = resolveSegments(frame, (run, channel) => this.#channels.get(run, channel));
    if (resolved.includes(undefined)) {
      if (this.#waiting.length < MOST_WAITING) this.#waiting.push({ frame, gateway, at });
      return;
    }
    const known = frame.model.equals(this.#ladder.id);
    for (const found of resolved) {
      if (found === undefined) continue;
      const { segment, info } = found;
      const { start, length, payload } = segment;
      const samples = nativeIndex(start + length, info.rate) - nativeIndex(start, info.rate);
      const part = { nativeBytes: 2 * samples, payloadBytes: payload.length, segments: 1 };
      for (const sum of this.#sums(gateway, at)) sum.add(part);
      const rung = known ? this.#ladder.rungs[segment.rung] : undefined;
      const name = rung?.name ?? UNKNOWN_RUNG;
      const counted = this.#rungs.get(name) ?? { segments: 0, payloadBytes: 0 };
      this.#rungs.set(name, {
        segments: counted.segments + 1,
        payloadBytes: counted.payloadBytes + payload.length,
      });
      const gain = this.#elements.add(segment, rung?.nominalGain ?? null);
      if (gain === undefined) continue;
      this.#elementSum += gain;
      this.#elementRecords++;
    }
  }

  /** Sums that a frame counts in: for the installation and for its ward, each in total and for the minute. */
  #sums(gateway: string, at: number): GainSum[] {
    const known = this.#wards.get(gateway);
    const ward = known ?? { total: new GainSum(), minutes: new MinuteSums(WARD_MINUTES) };
    if (known === undefined) this.#wards.set(gateway, ward);
    return [this.#total, this.#minutes.of(at), ward.total, ward.minutes.of(at)];
  }
}

/** Gains to three digits, enough for drawing. */
function ratios({ nativeBytes, wireBytes, payloadBytes }: Gains): Omit<MinuteGains, 'at'> {
  const of = (bytes: number): number | null => (bytes === 0 ? null : Number((nativeBytes / bytes).toPrecision(3)));
  return { wireGain: of(wireBytes), payloadGain: of(payloadBytes) };
}

function errorsOf(newest: readonly AuditResult[], task: keyof typeof PREDICTED_AT): TaskErrors {
  return {
    bound: newest.at(-1)?.bounds[task] ?? null,
    records: newest.map((audit) => ({
      predicted: largest(audit.predicted, PREDICTED_AT[task]),
      true: audit[`${task}Error`],
    })),
  };
}

/** Largest predicted error of one task over a record's segments; null if none was predicted. */
function largest(predicted: number[][] | null, place: number): number | null {
  const found = (predicted ?? []).flatMap((errors) => errors[place] ?? []);
  return found.length === 0 ? null : Math.max(...found);
}
