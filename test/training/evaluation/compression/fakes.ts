import type { Rung } from '../../../../src/lib/codec/ladder.js';
import type { WindowCandidates } from '../../../../src/lib/codec/window-encoder.js';
import { RECORD, WINDOW, WINDOWS_PER_RECORD } from '../../../../src/lib/signal/grid.js';
import type { Inference } from '../../../../src/lib/tasks/inference.js';
import type { CodedRecord } from '../../../../src/training/evaluation/compression/coded-record.js';
import type { CodedPart, Sent } from '../../../../src/training/evaluation/compression/parts.js';
import type { Outcome } from '../../../../src/training/evaluation/compression/outcomes.js';
import { Outcomes } from '../../../../src/training/evaluation/compression/outcomes.js';

export const WINDOW_BYTES = 2 * WINDOW;

/** A part of a fake record. */
export function part(name: string, window: number, some: Partial<CodedPart> = {}): CodedPart {
  const start = window * WINDOW;
  const samples = new Int16Array(WINDOW);
  return {
    name,
    rung: 1,
    lossless: false,
    nominalGain: null,
    start,
    length: WINDOW,
    payload: new Uint8Array(100),
    predicted: undefined,
    prdn: 0,
    stretch: { start, length: WINDOW, rate: 300, firstIndex: start, samples, gain: 200, baseline: 0 },
    ...some,
  };
}

export function sent(name: string, some: (window: number) => Partial<CodedPart> = () => ({})): Sent {
  return Array.from({ length: WINDOWS_PER_RECORD }, (_, window) => part(name, window, some(window)));
}

/** A record that was coded in these ways. */
export function codedRecord(ways: readonly Sent[], some: Partial<CodedRecord> = {}): CodedRecord {
  const lead = { name: 'I', rate: 300, gain: 200, baseline: 0, calibrated: true };
  const original = { ...part('', 0).stretch, length: RECORD, samples: new Int16Array(RECORD) };
  return {
    record: { name: 'fake', label: 0, lead, original, windows: [] },
    uniform: new Map(ways.map((own) => [own[0]!.name, own])),
    windows: [],
    ...some,
  };
}

export function outcome(some: Partial<Outcome> = {}): Outcome {
  const probabilities = new Float32Array(140).map((_, i) => (i % 4 === 0 ? 1 : 0));
  const match = { matched: 10, missed: 0, invented: 0, offsets: [] };
  return {
    probabilities,
    original: probabilities,
    rhythm: 0,
    crossEntropy: 0,
    peaks: 0,
    beats: { at75: match, at150: match },
    prd: 0,
    prdn: 0,
    relative: 0,
    ...some,
  };
}

/** Gives every signal the same class probabilities and an empty distance map. */
export const sameInference: Inference = {
  rhythm: (signals) => Promise.resolve(signals.map(() => outcome().probabilities)),
  peaks: (signals) => Promise.resolve(signals.map((signal) => new Float32Array(signal.length))),
};

/** Outcomes that are known by the name of a record's first part. */
export function knownOutcomes(known: Readonly<Record<string, Partial<Outcome>>>): Outcomes {
  class Known extends Outcomes {
    override of(_coded: CodedRecord, way: Sent): Outcome {
      return outcome(known[way[0]!.name] ?? {});
    }
  }
  return new Known({ rhythm: () => Promise.resolve([]), peaks: () => Promise.resolve([]) });
}

/** Windows whose candidates are the parts of these ways, each with what it predicts; none where not `seen`. */
export function windowsOf(ways: readonly Sent[], seen: (window: number) => boolean = () => true): WindowCandidates[] {
  return Array.from({ length: WINDOWS_PER_RECORD }, (_, window) => ({
    stream: 'fake',
    start: window * WINDOW,
    lead: { rate: 300, gain: 200, baseline: 0 },
    millivolts: new Float32Array(WINDOW),
    native: new Float32Array(WINDOW),
    candidates: ways
      .filter(() => seen(window))
      .map((own) => {
        const { rung, payload, predicted = { rhythm: 0, peaks: 0 } } = own[window]!;
        const code = { rung: { name: own[window]!.name } as Rung, payload, predicted };
        return { rung, gain: 1 / payload.length, predicted, code };
      }),
  }));
}
