import { describe, expect, it } from 'vitest';

import type { InputRecord } from '../../src/lib/kafka/index.js';
import { encode, type Segment, type TopicValues, type WireTopic } from '../../src/lib/wire/index.js';
import { traceOf } from '../../src/operations/trace-report.js';
import { WindowSearch } from '../../src/operations/trace-search.js';
import { traceText } from '../../src/operations/trace-table.js';
import { noWindow, wallTime } from '../../src/operations/trace.js';
import { SAMPLES } from '../lib/wire/samples.js';
import { Channels, sealed } from '../lib/wire/sealed.js';

const EPOCH = Date.UTC(2026, 0, 31, 12);
const STREAM = 'bed-7-II';
const DEVICE = 'bed-7';
/** Window 5 of the epoch, the first of record 1: 8960 / 300 s after its start. */
const WINDOW = { stream: STREAM, epoch: EPOCH, sequence: 5, start: 8960, length: 1792 };
const AT = EPOCH + 30_000;
const SENT = EPOCH + 40_000;
const channels = new Channels();
const info = {
  ...SAMPLES['ecg.streams'],
  stream: STREAM,
  device: DEVICE,
  declaredAt: EPOCH + 7,
  channels: channels.declared(STREAM, EPOCH),
};
const ids = { stream: STREAM, device: DEVICE, epoch: EPOCH };

function record<T extends WireTopic>(topic: T, value: TopicValues[T], place: Partial<InputRecord> = {}): InputRecord {
  const at = { topic, partition: 2, offset: 10, timestamp: SENT + 1, key: Buffer.from(DEVICE) };
  return { ...at, value: encode(topic, value), ...place };
}

function frame(segments: Partial<Segment>[], place: Partial<InputRecord> = {}): InputRecord {
  const sample = { rung: 6, policyVersion: 2, flags: 1, predicted: [0.25, 0.5], payload: Buffer.from([1, 2, 3, 250]) };
  const all = segments.map((segment) => ({ ...sample, ...WINDOW, ageMs: 300, ...segment }));
  const at = { topic: 'ecg.segments', partition: 2, offset: 10, timestamp: SENT + 1, key: Buffer.from('ward-3') };
  return { ...at, value: sealed(all, { channels, sentAt: SENT }), ...place };
}

function search(records: readonly InputRecord[], at = AT): WindowSearch {
  const table = channels.table((stream) => (stream === 'nobody' ? undefined : { ...info, stream }));
  const found = new WindowSearch({ stream: STREAM, device: DEVICE, at, channels: table });
  for (const each of records) found.take(each);
  return found;
}

const signalPlace = { topic: 'ecg.signals', partition: 2, offset: 20 };
const signal = record('ecg.signals', { ...SAMPLES['ecg.signals'], ...ids, ...WINDOW, decodedAt: SENT + 30 }, { offset: 20, timestamp: SENT + 31 }); // prettier-ignore
const rhythm = record('ecg.rhythms', { ...SAMPLES['ecg.rhythms'], ...ids, sequence: 5, start: 8960, classifiedAt: SENT + 60 }); // prettier-ignore
const beats = record('ecg.beats', { ...SAMPLES['ecg.beats'], ...ids, sequence: 5, from: 8870, to: 10_662, peaks: [9000, 9300], detectedAt: SENT + 61 }); // prettier-ignore
const alarm = record('ecg.alarms', { ...SAMPLES['ecg.alarms'], device: DEVICE, emittedAt: SENT + 62, source: signalPlace }); // prettier-ignore
const audit = record('ecg.audit-results', { ...SAMPLES['ecg.audit-results'], ...ids, record: 1, evaluatedAt: SENT + 25_000 }); // prettier-ignore

describe('the search', () => {
  it('finds a window at every stage and leaves others alone', () => {
    const others = [
      record('ecg.signals', { ...SAMPLES['ecg.signals'], ...ids, ...WINDOW, sequence: 6, start: 8960 + 1792 }),
      record('ecg.rhythms', { ...SAMPLES['ecg.rhythms'], ...ids, sequence: 4 }),
      record('ecg.alarms', { ...SAMPLES['ecg.alarms'], device: DEVICE, source: { ...signalPlace, offset: 21 } }),
      record('ecg.audit-results', { ...SAMPLES['ecg.audit-results'], ...ids, record: 0 }),
      record('ecg.signals', { ...SAMPLES['ecg.signals'], ...ids, ...WINDOW }, { key: Buffer.from('bed-8') }),
      { ...rhythm, value: Buffer.from([9]) },
    ];
    const found = search([
      ...others,
      frame([{ stream: 'bed-8-II' }, { stream: 'nobody' }, {}]),
      signal,
      rhythm,
      beats,
      alarm,
      audit,
    ]).found();
    expect(found?.segment.value.segment.sequence).toBe(5);
    expect(found?.signal?.record.offset).toBe(20);
    expect(found?.rhythm?.value.classifiedAt).toBe(SENT + 60);
    expect(found?.beats?.value.peaks).toEqual([9000, 9300]);
    expect(found?.alarms).toHaveLength(1);
    expect(found?.audit?.value.record).toBe(1);
    expect(found?.deadLetters).toEqual([]);
  });

  it('takes the first sample of a window into it and that of the next one not', () => {
    const from = EPOCH + (1000 * 8960) / 300;
    const to = EPOCH + (1000 * 10_752) / 300;
    expect(search([frame([{}])], Math.ceil(from)).found()).toBeDefined();
    expect(search([frame([{}])], Math.ceil(from) - 1).found()).toBeUndefined();
    expect(search([frame([{}])], to).found()).toBeUndefined();
    expect(search([frame([{}])], to - 1).found()).toBeDefined();
  });

  it('prefers the latest epoch, and counts repeats of its segment', () => {
    const later = { epoch: EPOCH + 6000, start: 7168, sequence: 4 };
    const found = search([frame([{}]), frame([later], { offset: 11 }), frame([later], { offset: 12 })]).found();
    expect(found?.segment.record.offset).toBe(11);
    expect(found?.repeats).toBe(1);
    expect(found?.otherEpochs).toEqual([EPOCH]);
  });

  it('finds the dead letter of a segment, not that of its neighbour in the frame', () => {
    const put = (payload: Buffer): InputRecord =>
      record('ecg.deadletter', { ...SAMPLES['ecg.deadletter'], topic: 'ecg.segments', partition: 2, offset: 10, value: payload }); // prettier-ignore
    const sent = frame([{ payload: Buffer.from([1]) }, { stream: 'bed-8-II', payload: Buffer.from([2]) }]);
    expect(search([sent, put(Buffer.from([2]))]).found()?.deadLetters).toHaveLength(0);
    expect(search([sent, put(Buffer.from([1]))]).found()?.deadLetters).toHaveLength(1);
    expect(search([sent, put(sent.value!)]).found()?.deadLetters).toHaveLength(1);
  });

  it('says which stretches there are where no window has the time', () => {
    const pieces = [0, 1, 2, 4].map((n) => frame([{ sequence: n, start: 1792 * n }]));
    const later = search(pieces, EPOCH + 21_000);
    expect(later.found()).toBeUndefined();
    const error = noWindow(STREAM, EPOCH + 21_000, later.spans());
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain(
      '2026-01-31T12:00:00.000Z to 2026-01-31T12:00:17.920Z, 2026-01-31T12:00:23.893Z to 2026-01-31T12:00:29.866Z',
    );
    expect(noWindow(STREAM, AT, []).message).toContain('holds nothing of it');
  });
});

describe('the trace', () => {
  it('gives each stage its time, place and differences', () => {
    const found = search([frame([{}]), signal, rhythm, beats, alarm, audit]).found();
    const trace = traceOf(found!, info, AT);
    expect(trace.stages.map(({ stage, afterLastSampleMs, afterPreviousMs }) => [stage, afterLastSampleMs, afterPreviousMs])).toEqual([
      ['last sample', 0, null],
      ['frame sent', 300, 300],
      ['in ecg.segments', 301, 1],
      ['decoded', 330, 29],
      ['in ecg.signals', 331, 1],
      ['classified', 360, 29],
      ['beats detected', 361, 1],
      ['alarm active', 362, 1],
      ['record audited', 25_300, 24_938],
    ]); // prettier-ignore
    expect(trace.stages[4]?.place).toEqual(signalPlace);
    expect(trace).toMatchObject({ rung: 'lossless', payloadBytes: 4, nativeBytes: 4300, flags: ['audited'] });
    expect(trace.models).toEqual({ codec: '0123456789abcdef', rhythm: 'cd', peaks: 'ef' });
    expect(trace.beats).toEqual([EPOCH + 30_000, EPOCH + 31_000]);
    expect(JSON.parse(JSON.stringify(trace))).toEqual(trace);
  });

  it('leaves blank what has not come, and measures across it', () => {
    const trace = traceOf(search([frame([{}]), rhythm]).found()!, info, AT);
    expect(trace.rung).toBe('#6');
    expect(trace.nativeBytes).toBeNull();
    const stages = new Map(trace.stages.map((stage) => [stage.stage, stage]));
    expect(stages.get('decoded')).toMatchObject({ at: null, afterPreviousMs: null, place: null });
    expect(stages.get('classified')).toMatchObject({ at: SENT + 60, afterPreviousMs: 59 });
    expect(stages.get('record audited')?.at).toBeNull();
    expect(traceText(trace)).toContain('not there');
  });

  it('is readable', () => {
    const text = traceText(traceOf(search([frame([{}]), signal, rhythm, beats, alarm, audit]).found()!, info, AT));
    expect(text).toContain('segment 5 of epoch 2026-01-31T12:00:00.000Z, record 1');
    expect(text).toMatch(/in ecg\.signals +│ 2026-01-31T12:00:40\.031Z +│ +331 │ +1 │ ecg\.signals 2\/20 /);
    expect(text).toMatch(/classified .* N A O NOISE/);
  });
});

it('expects a window at the wall time that the declaration of its epoch says', () => {
  expect(wallTime({ ...info, clockRate: 4 }, EPOCH + 40_000)).toBe(EPOCH + 7 + 10_000);
  expect(wallTime({ ...info, clockRate: 1 }, EPOCH - 1000)).toBe(EPOCH + 7 - 1000);
});
