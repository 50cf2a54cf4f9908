import { describe, expect, it } from 'vitest';
import { summarise, percentile } from '../../src/demo/summary.js';
import { Tally } from '../../src/demo/tally.js';
import { batchBytes, type InputRecord } from '../../src/lib/kafka/index.js';
import { RECORD, WINDOW } from '../../src/lib/signal/grid.js';
import { encode, type FrameTopic, type TopicValues } from '../../src/lib/wire/index.js';
import { SAMPLES } from '../lib/wire/samples.js';
import { Channels, sealed } from '../lib/wire/sealed.js';

const GATEWAY = 'demo-1';
const ids = { stream: `${GATEWAY}-001.1`, device: `${GATEWAY}-001`, epoch: 5 };
const gains: Record<string, number> = { lossless: 1, 'paper-64': 64 };
const channels = new Channels();
const undeclaredTally = (): Tally => new Tally(GATEWAY, (rung) => gains[rung] ?? 1);
const newTally = (): Tally => {
  const tally = undeclaredTally();
  tally.take(declaration());
  return tally;
};

function record<T extends keyof TopicValues>(topic: T, value: TopicValues[T], key = GATEWAY): InputRecord {
  const bytes = encode(topic, value);
  return { topic, partition: 0, offset: 0, timestamp: Date.now(), key: Buffer.from(key), value: bytes };
}
const declaration = () => {
  const info = { ...SAMPLES['ecg.streams'], stream: ids.stream, device: ids.device };
  return record('ecg.streams', { ...info, channels: channels.declared(ids.stream, ids.epoch) }, ids.stream);
};
const frame = (sequences: readonly number[], key = GATEWAY, topic: FrameTopic = 'ecg.segments'): InputRecord => {
  const segments = sequences.map((sequence) => ({
    stream: ids.stream,
    epoch: ids.epoch,
    sequence,
    start: sequence * WINDOW,
    length: WINDOW,
    rung: 6,
    policyVersion: 0,
    ageMs: 300,
    flags: 0,
    predicted: null,
    payload: Buffer.from([1, 2, 3]),
  }));
  const value = sealed(segments, { channels, sentAt: Date.now(), topic });
  return { topic, partition: 0, offset: 0, timestamp: Date.now(), key: Buffer.from(key), value };
};
const signal = (sequence: number, rung = 'paper-64', over: Partial<TopicValues['ecg.signals']> = {}) =>
  record('ecg.signals', { ...SAMPLES['ecg.signals'], ...ids, sequence, start: sequence * WINDOW, rung, nativeBytes: 4000, payloadBytes: 40, ...over }, ids.device); // prettier-ignore
const rhythm = (sequence: number, over: Partial<TopicValues['ecg.rhythms']> = {}) =>
  record('ecg.rhythms', { ...SAMPLES['ecg.rhythms'], ...ids, sequence, ...over }, ids.device);
const audit = (over: Partial<TopicValues['ecg.audit-results']>) =>
  record('ecg.audit-results', { ...SAMPLES['ecg.audit-results'], ...ids, ...over }, ids.device);

describe('the tally', () => {
  it('counts each window once a stage, what is lost on the way, and copies', () => {
    const tally = newTally();
    tally.take(frame([0, 1, 2]));
    // A frame that was sent again is a repeat that the decoder drops: no copy.
    tally.take(frame([2, 3]));
    for (const sequence of [0, 1, 1, 2]) tally.take(signal(sequence));
    for (const sequence of [0, 2, 2, 2]) tally.take(rhythm(sequence));
    expect(tally.windows).toEqual({ sent: 4, decoded: 3, classified: 2, lost: 2, duplicated: 3 });
  });

  it('counts what was read before its declaration, once that is there; until then it is lost', () => {
    const tally = undeclaredTally();
    tally.take(frame([0, 1]));
    for (const each of [signal(0), signal(1), rhythm(0), rhythm(1)]) tally.take(each);
    expect(tally.windows).toMatchObject({ sent: 2, decoded: 2, lost: 2 });
    tally.take(declaration());
    expect(tally.windows).toMatchObject({ sent: 2, decoded: 2, lost: 0 });
  });

  it('adds native and payload bytes, and wire bytes as the broker’s log has them, audits and repeats included', () => {
    const tally = newTally();
    const sent = [frame([0, 1]), frame([1]), frame([0], GATEWAY, 'ecg.audits')];
    for (const each of sent) tally.take(each);
    tally.take(signal(0));
    tally.take(signal(1, 'lossless', { payloadBytes: 1000 }));
    const wire = sent.reduce(
      (sum, { value }) => sum + batchBytes([{ keyBytes: GATEWAY.length, valueBytes: value?.length ?? 0 }]),
      0,
    );
    expect(tally.bytes).toEqual({ native: 8000, payload: 1040, wire });
    expect(tally.gain.payloadTotal).toBeCloseTo(8000 / 1040, 12);
    expect(tally.gain.wireTotal).toBeCloseTo(8000 / wire, 12);
    expect(tally.gain.elementMean).toBeNull();
  });

  it('has the mean element gain of whole records', () => {
    const tally = newTally();
    for (let i = 0; i < 5; i++) tally.take(signal(i));
    for (let i = 5; i < 10; i++) tally.take(signal(i, i === 5 ? 'lossless' : 'paper-64'));
    for (let i = 10; i < 13; i++) tally.take(signal(i));
    expect(RECORD).toBe(5 * WINDOW);
    expect(tally.gain.elementMean).toBeCloseTo((64 + 5 / (1 + 4 / 64)) / 2, 12);
  });

  it('counts audits that are complete, labels, alarm episodes', () => {
    const tally = newTally();
    tally.take(audit({ violated: true }));
    tally.take(audit({ violated: false }));
    tally.take(audit({ violated: true, outcome: 'UNPAIRED' }));
    tally.take(rhythm(0, { labels: ['N', 'N', 'A'] }));
    tally.take(rhythm(1, { status: 'NOT_ENOUGH_SIGNAL', labels: [], probabilities: [] }));
    const alarm = { ...SAMPLES['ecg.alarms'], device: ids.device, kind: 'asystole' };
    tally.take(record('ecg.alarms', { ...alarm, state: 'ACTIVE' }, ids.device));
    tally.take(record('ecg.alarms', { ...alarm, state: 'ENDED' }, ids.device));
    const summary = summarise(tally);
    expect(summary.audits).toEqual({ records: 2, violations: 1 });
    expect(summary.rhythms).toEqual({ N: 2, A: 1, O: 0, NOISE: 0, NOT_ENOUGH_SIGNAL: 1 });
    expect(summary.alarms).toEqual({ asystole: 1 });
    expect(summary.latencyMs.p50).toBeGreaterThanOrEqual(0);
  });

  it('leaves out what another gateway sent, also one whose name begins alike', () => {
    const tally = newTally();
    const other = { stream: 'demo-12-001.1', device: 'demo-12-001' };
    tally.take(frame([0], 'demo-12'));
    tally.take(frame([0], 'demo-12', 'ecg.audits'));
    tally.take(signal(0, 'lossless', other));
    tally.take(rhythm(0, other));
    tally.take(audit(other));
    tally.take(record('ecg.alarms', { ...SAMPLES['ecg.alarms'], device: other.device }));
    expect(summarise(tally)).toEqual(summarise(newTally()));
    expect(tally.beds.size).toBe(0);
  });
});

it('a percentile is a value that the share does not exceed', () => {
  expect(percentile([], 0.5)).toBeNull();
  expect(percentile([3, 1, 2, 4], 0.5)).toBe(2);
  expect(percentile([3, 1, 2, 4], 0.99)).toBe(4);
  expect(percentile([7], 0.5)).toBe(7);
});
