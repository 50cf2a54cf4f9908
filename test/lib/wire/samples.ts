import type { TopicValues, WireTopic } from '../../../src/lib/wire/index.js';

const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const source = { topic: 'ecg.segments', partition: 3, offset: 2 ** 40 };
const id = { stream: 's-01', device: 'bed-7', epoch: AT };
const segment = { channel: 137, sequence: 4, closedAfter: -480, rung: 6, payload: Buffer.from([1, 2, 3, 250]) };
const deviation = { extra: -2, offset: 256, length: 512, policyVersion: 3, flags: 1, predicted: [0.25, 0.5] };
const frame = {
  version: 1,
  model: Buffer.from('0123456789abcdef', 'hex'),
  run: 2 ** 48 - 3,
  sentAt: AT,
  policyVersion: 2,
  segments: [
    { ...segment, deviation },
    { ...segment, sequence: 5, deviation: null, payload: Buffer.alloc(0) },
    { ...segment, channel: 7, deviation: 12 },
    { ...segment, channel: 8, deviation: { ...deviation, length: 0, predicted: null } },
  ],
  crc: Buffer.from([1, 2, 3, 4]),
};
const signal = {
  ...id,
  ...{ lead: 'II', sequence: 4, start: 7168, length: 1792, rate: 360, firstIndex: 8602, gain: 200, baseline: 1024 },
  ...{ samples: Buffer.from(Int16Array.of(1, -2, 3).buffer), rung: 'lossless', lossless: true, policyVersion: 2 },
  ...{ flags: 3, nativeBytes: 4300, payloadBytes: 1024, predicted: null, closedAt: AT, sentAt: AT + 1 },
  ...{ decodedAt: AT + 2, clockRate: 1, source, model: '0123456789abcdef' },
};

/** One value of every topic, all fields set. Typed, so that types and schemas cannot part unnoticed. */
export const SAMPLES: { [T in WireTopic]: TopicValues[T] } = {
  'ecg.segments': frame,
  'ecg.audits': frame,
  'ecg.streams': {
    ...{
      stream: 's-01',
      device: 'bed-7',
      gateway: 'ward-3',
      ward: 'icu',
      lead: 'II',
      unit: 'mV',
      gain: -200,
      baseline: 1024,
    },
    ...{ rate: 360, calibrated: false, model: 'ab'.repeat(32), clockRate: 4, declaredAt: AT + 9 },
    channels: [
      { run: 2 ** 48 - 3, channel: 137, epoch: AT },
      { run: 17, channel: 0, epoch: AT - 86_400_000 },
    ],
  },
  'ecg.signals': signal,
  'ecg.originals': { ...signal, predicted: [0.125, 2] },
  'ecg.rhythms': {
    ...{ ...id, sequence: 4, start: 7168, status: 'LABELLED', labels: ['N', 'A', 'O', 'NOISE'] },
    ...{ probabilities: [0.5, 0.25, 0.125, 0.125], firstAt: AT, closedAt: AT, classifiedAt: AT, model: 'cd' },
    ...{ source, segmentSource: source },
  },
  'ecg.beats': {
    ...{ ...id, sequence: 4, from: 5376, to: 7168, peaks: [5400, 5650, 2 ** 33], rateBpm: 72.5, closedAt: AT },
    ...{ detectedAt: AT, model: 'ef', source, segmentSource: source },
  },
  'ecg.alarms': {
    ...{
      id: 'bed-7/af/1',
      device: 'bed-7',
      stream: 'bed-7.1',
      epoch: 1_700_000_000_000,
      sequence: 12,
      models: { rhythm: 'ab' },
      streams: ['s-01', 's-02'],
      kind: 'af',
      priority: 'MEDIUM',
    },
    ...{ category: 'PHYSIOLOGICAL', state: 'ACTIVE', reason: 'ONSET', onsetAt: AT, at: AT, emittedAt: AT },
    ...{ historical: false, message: 'Atrial fibrillation.', acknowledgedBy: 'nurse-3', acknowledgedAt: AT },
    ...{ pausedUntil: AT + 60_000, supersededBy: null, source },
  },
  'ecg.alarm-commands': {
    ...{ id: 'a9c1', device: 'bed-7', action: 'PAUSE', alarm: null, kind: 'tachycardia', pauseMs: 60_000 },
    ...{ author: 'nurse-3', at: AT },
  },
  'ecg.alarm-state': { device: 'bed-7', json: '{"version":1}', updatedAt: AT, source: null },
  'ecg.audit-results': {
    ...{
      stream: 's-01',
      device: 'bed-7',
      epoch: AT,
      record: 3,
      outcome: 'COMPLETE',
      sequences: [0, 1, 2, 3, 4],
      rungs: ['neural-2', 'lossless'],
    },
    ...{
      rhythmError: 0.031,
      rhythmErrorCausal: 0.04,
      peaksError: null,
      prdn: 14.5,
      prdnWindow: 17.25,
      beatsMissed: 0,
      beatsInvented: 1,
    },
    ...{
      taskErrors: { 'pan-tompkins': 0.02, pvc: null },
      bounds: { rhythm: 0.05, peaks: null, reconstruction: 20, weightedSum: 0.5, tasks: { 'pan-tompkins': 0.1 } },
      violated: true,
      predicted: [[0.5, 0.25], []],
      nativeBytes: 21504,
    },
    ...{ payloadBytes: 400, policyVersion: 2, evaluatedAt: AT, models: { codec: 'ab', rhythm: 'cd' }, source },
  },
  'ecg.policy': {
    ...{ id: 'c0de', version: 7, scope: 'ward:icu', author: 'physician-2', at: AT },
    policy: {
      bounds: { rhythm: 0.25, peaks: 0.1, reconstruction: 20, weightedSum: 0.5, tasks: { pvc: 0.05 } },
      weights: { rhythm: 1, peaks: 2 },
      ...{ alpha: 0.01, rungs: ['neural-2'], auditShare: 0.001, tasksOn: 'decoded' },
      alarms: {
        ...{ asystoleSeconds: 4, extremeTachycardia: 140, tachycardia: 120, bradycardia: 50, extremeBradycardia: 40 },
        ...{ rateHysteresis: 5, atrialFibrillation: { windowSeconds: 20, onShare: 0.75, offShare: 0.25 } },
        ...{ otherRhythm: { windowSeconds: 30, onShare: 0.75, offShare: 0.25 }, heldSeconds: 10 },
        irregularity: { onEntropy: -1.1, offEntropy: -1.7 },
        delays: { noise: { onSeconds: 10, offSeconds: 10 } },
      },
    },
  },
  'ecg.deadletter': {
    ...{ topic: 'ecg.segments', partition: 0, offset: 12, timestamp: AT, key: null, value: Buffer.from([9]) },
    ...{ reason: 'MAGIC_WRONG', message: 'The first byte is 9, not 0.', at: AT },
  },
};

export const TOPICS = Object.keys(SAMPLES) as WireTopic[];
