/** Collects the entries of the table of methods while batches of records are added. */
import type { CertifiedBy } from '../../../lib/certification/certificate.js';
import type { Ladder } from '../../../lib/codec/ladder.js';
import type { CodedRecord } from './coded-record.js';
import type { Part, Sent } from './parts.js';
import { figuresOf, NO_FIGURES, resultOf, rungShares, type Figures, type RecordResult } from './figures.js';
import type { Method } from './methods.js';
import type { Outcomes } from './outcomes.js';
import { throughout } from './rules.js';
import { finite } from './summary.js';
import { wireGain, type WardRecord, type WardSetting } from './ward.js';

export interface MethodEntry extends Figures {
  readonly name: string;
  readonly wireGainTotal: number | null;
  /** Share of windows by rung; null if the method cannot be run. */
  readonly rungShares: Readonly<Record<string, number>> | null;
  /** Bounds under which the method chose; null for a bound that it does not have. */
  readonly bounds: Readonly<Record<'rhythm' | 'peaks' | 'reconstruction', number | null>>;
  /** Certificate of its bounds; null if there is none or no predictor chooses. */
  readonly certified: CertifiedBy | null;
  /** Why there are no figures; null if there are. */
  readonly reason: string | null;
}

interface Row {
  readonly method: Method;
  readonly results: RecordResult[];
  readonly ward: WardRecord[];
}

export class MethodTally {
  readonly #ladder: Ladder;
  readonly #setting: WardSetting;
  readonly #rows: readonly Row[];

  constructor(methods: readonly Method[], ladder: Ladder, setting: WardSetting) {
    this.#ladder = ladder;
    this.#setting = setting;
    this.#rows = methods.map((method) => ({ method, results: [], ward: [] }));
  }

  /** Adds a batch. Outcomes of every rung used throughout must be known; those of mixtures are measured here. */
  async add(batch: readonly CodedRecord[], outcomes: Outcomes): Promise<void> {
    const ways: { row: Row; coded: CodedRecord; sent: Sent }[] = [];
    for (const row of this.#rows) {
      const { rule, bounds } = row.method;
      if (typeof rule === 'string') continue;
      const sent = await rule(batch, bounds, outcomes);
      batch.forEach((coded, r) => ways.push({ row, coded, sent: sent[r]! }));
    }
    await outcomes.measure(ways.map(({ coded, sent }) => [coded, sent]));
    for (const { row, coded, sent } of ways) {
      row.results.push(resultOf(coded, sent, outcomes.of(coded, sent)));
      row.ward.push(this.#wardRecord(coded, sent));
    }
  }

  finish(): MethodEntry[] {
    return this.#rows.map(({ method: { name, rule, bounds, choiceFor }, results, ward }) => ({
      name,
      ...(typeof rule === 'string' ? NO_FIGURES : figuresOf(results, bounds)),
      wireGainTotal: typeof rule === 'string' ? null : wireGain(ward, this.#ladder.id, this.#setting),
      rungShares: typeof rule === 'string' ? null : rungShares(ward.map(({ parts }) => parts)),
      bounds: {
        rhythm: finite(bounds.rhythm),
        peaks: finite(bounds.peaks),
        reconstruction: finite(bounds.reconstruction),
      },
      certified: choiceFor?.(bounds).certified ?? null,
      reason: typeof rule === 'string' ? rule : null,
    }));
  }

  #wardRecord(coded: CodedRecord, sent: Sent): WardRecord {
    const { lead, windows } = coded.record;
    const whole = sent.length === 1;
    return {
      parts: sent.map(withoutSamples),
      // A record sent as one segment (gzip) is its own lossless version.
      lossless: whole ? sent.map(withoutSamples) : throughout(coded, this.#ladder.lossless.name).map(withoutSamples),
      flags: whole ? [windows.reduce((all, { flags }) => all | flags, 0)] : windows.map(({ flags }) => flags),
      rate: lead.rate,
    };
  }
}

/** Drops the decoded samples: they take most of a part's memory and are not needed again. */
function withoutSamples({ name, rung, lossless, nominalGain, start, length, payload, predicted }: Part): Part {
  return { name, rung, lossless, nominalGain, start, length, payload, predicted };
}
