import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCodecs, type Codecs } from '../../src/decoder-stream/codecs.js';
import { DecoderTask } from '../../src/decoder-stream/decoder-task.js';
import { decoderMetrics } from '../../src/decoder-stream/metrics.js';
import { BITSTREAM_VERSION, hasLatents, readLadder, type LatentRung } from '../../src/lib/codec/ladder.js';
import { encodeLatentPayload, encodeLosslessPayload, latentCount } from '../../src/lib/codec/payload.js';
import type { InputRecord, OutputRecord } from '../../src/lib/kafka/records.js';
import { readManifest } from '../../src/lib/model/manifest.js';
import { FLAG } from '../../src/lib/signal/flags.js';
import { nativeIndex, WINDOW } from '../../src/lib/signal/grid.js';
import { ChannelTable, decode, type FrameTopic, type Segment, type StreamInfo } from '../../src/lib/wire/index.js';
import { beats } from '../lib/codec/signals.js';
import { Channels, sealed, type SealedOptions } from '../lib/wire/sealed.js';
import { MODELS } from '../models.js';
import { decoderWorker } from '../workers.js';

const RATE = 360;
const EPOCH = Date.UTC(2026, 0, 2);
const codecs = await readCodecs([join(MODELS, 'codec')]);
const ladder = readLadder(await readManifest(join(MODELS, 'codec')));
const worker = decoderWorker();
const neural = ladder.rungs.filter(hasLatents);

const info = (stream: string): StreamInfo => ({
  stream,
  device: 'bed-7',
  gateway: 'ward-3',
  ward: null,
  lead: 'II',
  unit: 'mV',
  gain: 200,
  baseline: 1024,
  rate: RATE,
  calibrated: true,
  model: ladder.hash,
  clockRate: 4,
  declaredAt: EPOCH,
  channels: [],
});

/** Native samples of window `sequence`. */
function samplesOf(sequence: number): Int16Array {
  const from = nativeIndex(sequence * WINDOW, RATE);
  return beats(40_000, RATE).slice(from, nativeIndex((sequence + 1) * WINDOW, RATE));
}

const segment = (sequence: number, over: Partial<Segment> = {}): Segment => ({
  stream: 'bed-7.1',
  epoch: EPOCH,
  sequence,
  start: sequence * WINDOW,
  length: WINDOW,
  rung: ladder.lossless.index,
  policyVersion: 0,
  ageMs: 250,
  flags: 0,
  predicted: null,
  payload: Buffer.from(
    encodeLosslessPayload(sequence * WINDOW, RATE, {
      firstIndex: nativeIndex(sequence * WINDOW, RATE),
      samples: samplesOf(sequence),
    }),
  ),
  ...over,
});

const lossy = (sequence: number, rung: LatentRung, fill = 3): Segment =>
  segment(sequence, {
    rung: rung.index,
    predicted: [0.25, 0.0625],
    payload: Buffer.from(
      encodeLatentPayload(rung, { index: 20, offset: 12 }, new Int8Array(latentCount(rung)).fill(fill)),
    ),
  });

const channels = new Channels();
let offset = 0;
function record(
  segments: readonly Segment[],
  over: Partial<SealedOptions> = {},
  topic: FrameTopic = 'ecg.segments',
): InputRecord {
  const sentAt = EPOCH + 7000;
  const value = sealed(segments, { channels, sentAt, topic, version: BITSTREAM_VERSION, model: ladder.id, ...over });
  return { topic, partition: 3, offset: offset++, timestamp: EPOCH, key: Buffer.from('ward-3'), value };
}

/** `value` with one bit changed at `at`, counted from its end where negative. */
function damaged({ value, ...rest }: InputRecord, at: number): InputRecord {
  const bytes = Buffer.from(value!);
  bytes[at < 0 ? bytes.length + at : at]! ^= 2;
  return { ...rest, value: bytes };
}

function newTask(
  known = (stream: string): StreamInfo | undefined => info(stream),
  networks = worker,
  catchUp: () => Promise<void> = () => Promise.resolve(),
  own: Codecs = codecs,
  isInLog: (record: InputRecord, since: number) => Promise<boolean> = () => Promise.resolve(false),
) {
  const metrics = decoderMetrics(
    ladder.rungs.map(({ name }) => name),
    '0.0.0',
  );
  const task = new DecoderTask({
    codecs: own,
    worker: networks,
    metrics,
    channels: channels.table(known),
    catchUp,
    isInLog,
  });
  const run = async (...records: InputRecord[]): Promise<OutputRecord[]> => {
    const outputs: OutputRecord[] = [];
    for (const each of records) outputs.push(...(await task.process(each)));
    outputs.push(...(await task.flush()));
    task.committed();
    return outputs;
  };
  const value = async (name: string, labels: Record<string, string>): Promise<number> => {
    const found = (await metrics.registry.getSingleMetric(name)?.get())?.values ?? [];
    return found
      .filter((each) => Object.entries(labels).every(([key, label]) => each.labels[key] === label))
      .reduce((sum, each) => sum + each.value, 0);
  };
  return { task, run, value };
}

const windows = (outputs: readonly OutputRecord[], topic: 'ecg.signals' | 'ecg.originals' = 'ecg.signals') =>
  outputs.filter((output) => output.topic === topic).map((output) => decode(topic, output.value));
const letters = (outputs: readonly OutputRecord[]) =>
  outputs.filter(({ topic }) => topic === 'ecg.deadletter').map(({ value }) => decode('ecg.deadletter', value));

describe('the decoder', () => {
  it('counts what is committed, and once', async () => {
    const { task, value } = newTask();
    const decodedCount = (): Promise<number> => value('dynamic_deep_decoder_segments_total', { outcome: 'decoded' });
    await task.process(record([segment(0), segment(1)]));
    await task.flush();
    expect(await decodedCount()).toBe(0);
    task.committed();
    task.committed();
    expect(await decodedCount()).toBe(2);
  });

  it('gives lossless windows back bit for bit, keyed by device', async () => {
    const { run } = newTask();
    const input = record([segment(0), segment(1)]);
    const outputs = await run(input);
    expect(outputs.map(({ topic, key }) => [topic, key])).toEqual(new Array(2).fill(['ecg.signals', 'bed-7']));
    const [first, second] = windows(outputs);
    for (const [sequence, window] of [first, second].entries()) {
      const samples = samplesOf(sequence);
      expect(window?.samples).toEqual(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
      expect(window).toMatchObject({
        stream: 'bed-7.1',
        device: 'bed-7',
        lead: 'II',
        epoch: EPOCH,
        sequence,
        lossless: true,
        rung: 'lossless',
        rate: RATE,
        gain: 200,
        baseline: 1024,
        firstIndex: nativeIndex(sequence * WINDOW, RATE),
        nativeBytes: 2 * samples.length,
        sentAt: EPOCH + 7000,
        closedAt: EPOCH + 6750,
        clockRate: 4,
        source: { topic: 'ecg.segments', partition: 3, offset: input.offset },
      });
    }
  });

  it('gives lossy windows at 300 Hz, alike whatever batch they are decoded in', async () => {
    const all = neural.flatMap((rung, i) => [lossy(2 * i, rung, 3), lossy(2 * i + 1, rung, -4)]);
    const together = windows(await newTask().run(record(all)));
    expect(together.map(({ sequence }) => sequence)).toEqual(all.map(({ sequence }) => sequence));
    for (const [i, window] of together.entries()) {
      expect(window).toMatchObject({ rate: 300, firstIndex: i * WINDOW, gain: 200, baseline: 0, lossless: false });
      expect(window.samples).toHaveLength(2 * WINDOW);
      expect(window.nativeBytes).toBe(2 * samplesOf(i).length);
      expect(window.predicted).toEqual([0.25, 0.0625]);
      const [alone] = windows(await newTask().run(record([all[i]!])));
      // Neural samples are the same within 1 LSB on every machine and in every batch.
      for (let s = 0; s < WINDOW; s++) {
        expect(
          Math.abs((alone?.samples.readInt16LE(2 * s) ?? NaN) - window.samples.readInt16LE(2 * s)),
        ).toBeLessThanOrEqual(1);
      }
    }
    expect(together[0]?.samples).not.toEqual(together[1]?.samples);
  });

  it('sends audits to the originals and knows their sequence apart', async () => {
    const { run, value } = newTask();
    const outputs = await run(record([segment(4)], {}, 'ecg.audits'), record([lossy(0, neural[0]!)]));
    expect(windows(outputs, 'ecg.originals').map(({ sequence }) => sequence)).toEqual([4]);
    expect(windows(outputs).map(({ sequence }) => sequence)).toEqual([0]);
    expect(await value('dynamic_deep_decoder_gaps_total', {})).toBe(0);
  });

  it('drops what comes again, whole frames and single segments, and counts it', async () => {
    const { run, value } = newTask();
    const frame = record([segment(0), segment(1)]);
    const outputs = await run(frame, frame, record([segment(1), segment(2)]));
    expect(windows(outputs).map(({ sequence }) => sequence)).toEqual([0, 1, 2]);
    expect(letters(outputs)).toEqual([]);
    expect(await value('dynamic_deep_decoder_segments_total', { outcome: 'duplicate' })).toBe(3);
    expect(await value('dynamic_deep_decoder_segments_total', { outcome: 'decoded' })).toBe(3);
  });

  it('counts a gap and goes on', async () => {
    const { run, value } = newTask();
    const outputs = await run(record([segment(0), segment(3)]));
    expect(windows(outputs).map(({ sequence }) => sequence)).toEqual([0, 3]);
    expect(await value('dynamic_deep_decoder_gaps_total', {})).toBe(1);
  });

  it('knows after a replay what had been decoded', async () => {
    const { task, run } = newTask();
    await task.replay(record([segment(0), segment(1)]));
    expect(windows(await run(record([segment(1), segment(2)]))).map(({ sequence }) => sequence)).toEqual([2]);
  });

  describe('a frame that was tried again for long', () => {
    const SENT_AT = EPOCH + 7000;
    const late = (input: InputRecord): InputRecord => ({ ...input, offset: offset++, timestamp: SENT_AT + 900_000 });
    const asking = (answer: boolean) => {
      const asked: (readonly [number, number])[] = [];
      const { task, run, value } = newTask(undefined, worker, undefined, codecs, ({ offset: own }, since) => {
        asked.push([own, since]);
        return Promise.resolve(answer);
      });
      return { task, run, value, asked };
    };

    it('is a repeat by what the log says, where a restart has forgotten its streams', async () => {
      const first = record([segment(4), segment(5)]);
      const { run, value, asked } = asking(true);
      const again = late(first);
      const outputs = await run(again, record([segment(6)]));
      expect(asked).toEqual([[again.offset, SENT_AT]]);
      expect(windows(outputs).map(({ sequence }) => sequence)).toEqual([6]);
      expect(letters(outputs)).toEqual([]);
      expect(await value('dynamic_deep_decoder_segments_total', { outcome: 'duplicate' })).toBe(2);
      expect(await value('dynamic_deep_decoder_gaps_total', {})).toBe(0);
    });

    it('is decoded where the log does not have it', async () => {
      const { run, asked } = asking(false);
      const outputs = await run(late(record([segment(4), segment(5)])));
      expect(windows(outputs).map(({ sequence }) => sequence)).toEqual([4, 5]);
      expect(asked).toHaveLength(1);
    });

    it('is looked for from its timestamp on where the gateway set its clock back meanwhile', async () => {
      const { run, asked } = asking(true);
      const again = { ...record([segment(4)]), timestamp: EPOCH - 3_600_000 };
      expect(windows(await run(again))).toEqual([]);
      expect(asked).toEqual([[again.offset, EPOCH - 3_600_000]]);
    });

    it('is not looked for where its streams are known, nor where it is in time', async () => {
      const { task, run, asked } = asking(true);
      const first = record([segment(0), segment(1)]);
      expect(
        windows(await run(first, late(first), late(record([segment(2)])))).map(({ sequence }) => sequence),
      ).toEqual([0, 1, 2]);
      await task.replay(late(record([segment(0, { stream: 'bed-7.2' })])));
      expect(windows(await run(late(record([segment(1, { stream: 'bed-7.2' })]))))).toHaveLength(1);
      expect(asked).toEqual([]);
    });
  });

  const refused: [string, () => InputRecord, string][] = [
    ['a wrong CRC', () => damaged(record([segment(0)]), -1), 'CRC_MISMATCH'],
    // Behind the header, version, model, run (6 bytes here), sentAt (6), policy and count: another bed's, unnoticed.
    ['a damaged channel', () => damaged(record([segment(0)]), 5 + 1 + 8 + 6 + 6 + 1 + 1), 'CRC_MISMATCH'],
    ['an unknown model', () => record([segment(0)], { model: Buffer.alloc(8, 7) }), 'MODEL_UNKNOWN'],
    ['an unknown bitstream', () => record([segment(0)], { version: BITSTREAM_VERSION + 1 }), 'MODEL_UNKNOWN'],
    ['no value', () => ({ ...record([segment(0)]), value: null }), 'VALUE_NULL'],
    [
      'bytes that are no frame',
      () => ({ ...record([segment(0)]), value: Buffer.from([0, 0, 0, 0, 1, 9]) }),
      'AVRO_TRUNCATED',
    ],
  ];
  it.each(refused)('dead-letters a frame with %s and goes on', async (_, make, reason) => {
    const { run, value } = newTask();
    const bad = make();
    const outputs = await run(bad, record([segment(0)]));
    expect(letters(outputs)).toMatchObject([
      { topic: 'ecg.segments', partition: 3, offset: bad.offset, reason, value: bad.value },
    ]);
    expect(windows(outputs).map(({ sequence }) => sequence)).toEqual([0]);
    expect(await value('dynamic_deep_dead_letters_total', { reason })).toBe(1);
  });

  it.each<[string, Partial<Segment>, string]>([
    ['a payload that is cut short', { payload: segment(1).payload.subarray(0, 40) }, 'PAYLOAD_CORRUPT'],
    ['an empty payload', { payload: Buffer.alloc(0) }, 'PAYLOAD_CORRUPT'],
    [
      'bytes after its payload',
      { payload: Buffer.concat([lossy(1, neural[0]!).payload, Buffer.alloc(40, 3)]), rung: neural[0]!.index },
      'PAYLOAD_CORRUPT',
    ],
    ['a rung that the ladder lacks', { rung: 99 }, 'PAYLOAD_CORRUPT'],
    ['a lossy rung for a part of a window', { ...lossy(1, neural[0]!), length: 256 }, 'PAYLOAD_CORRUPT'],
  ])('dead-letters a segment with %s alone, and tells the bed by a window without samples', async (_, over, reason) => {
    const { run, value } = newTask();
    const bad = segment(1, { ...over, flags: FLAG.LAST | FLAG.AUDITED });
    const outputs = await run(record([segment(0), bad, segment(2), lossy(3, neural[0]!)]));
    expect(letters(outputs)).toMatchObject([{ reason, value: bad.payload }]);
    expect(windows(outputs).map(({ sequence, flags }) => [sequence, flags])).toEqual([
      [0, 0],
      // Not audited: the record is to end as incomplete.
      [1, FLAG.LAST | FLAG.DECODE_FAILED],
      [2, 0],
      [3, 0],
    ]);
    expect(windows(outputs)[1]).toMatchObject({
      stream: 'bed-7.1',
      device: 'bed-7',
      epoch: EPOCH,
      start: bad.start,
      length: bad.length,
      lossless: false,
      samples: Buffer.alloc(0),
      rung: ladder.rungs[bad.rung]?.name ?? 'unknown',
      closedAt: EPOCH + 6750,
    });
    expect(await value('dynamic_deep_dead_letters_total', { reason })).toBe(1);
    const rung = { rung: ladder.rungs[bad.rung]?.name ?? '', outcome: 'dead_lettered' };
    expect(await value('dynamic_deep_decoder_segments_total', rung)).toBe(bad.rung === 99 ? 0 : 1);
  });

  it('takes an output of the network that is not finite for a failure, not for a line at 0', async () => {
    const broken = decoderWorker();
    const call = async (): Promise<Float32Array> => {
      const output = new Float32Array(2 * WINDOW).fill(0.5);
      output[WINDOW + 900] = NaN;
      return Promise.resolve(output);
    };
    const { run, value } = newTask(undefined, Object.assign(Object.create(broken) as typeof broken, { call }));
    const outputs = await run(record([lossy(0, neural[0]!), lossy(1, neural[0]!), segment(2)]));
    expect(letters(outputs)).toMatchObject([{ reason: 'PAYLOAD_CORRUPT', value: lossy(1, neural[0]!).payload }]);
    expect(windows(outputs).map(({ samples, flags }) => [samples.length, flags])).toEqual([
      [2 * WINDOW, 0],
      [0, FLAG.DECODE_FAILED],
      [2 * samplesOf(2).length, 0],
    ]);
    expect(await value('dynamic_deep_decoder_segments_total', { outcome: 'decoded' })).toBe(2);
  });

  it('leaves an original that fails out: its audit has no pair', async () => {
    const bad = segment(4, { payload: Buffer.alloc(0) });
    const outputs = await newTask().run(record([bad], {}, 'ecg.audits'));
    expect(outputs.map(({ topic }) => topic)).toEqual(['ecg.deadletter']);
  });

  it('dead-letters a segment of an undeclared channel, whose bed nobody knows, after looking at the end of the topic once', async () => {
    let looked = 0;
    const { run, value } = newTask(
      (stream) => (stream === 'nobody' ? undefined : info(stream)),
      worker,
      () => {
        looked++;
        return Promise.resolve();
      },
    );
    const nobody = [1, 2].map((sequence) => segment(sequence, { stream: 'nobody' }));
    const outputs = await run(record([segment(0), ...nobody, segment(1)]));
    expect(letters(outputs)).toMatchObject(
      [1, 2].map((n) => ({ reason: 'STREAM_UNKNOWN', value: segment(n).payload })),
    );
    expect(windows(outputs).map(({ sequence }) => sequence)).toEqual([0, 1]);
    expect(await value('dynamic_deep_dead_letters_total', { reason: 'STREAM_UNKNOWN' })).toBe(2);
    expect(looked).toBe(1);
    await run(record([segment(2)]));
    expect(looked).toBe(1);
  });

  it.each(['process', 'replay'] as const)('waits for a declaration that is not read yet, on %s', async (way) => {
    let declared = false;
    const { task, run } = newTask(
      (stream) => (declared ? info(stream) : undefined),
      worker,
      () => {
        declared = true;
        return Promise.resolve();
      },
    );
    const frame = record([segment(0)]);
    if (way === 'replay') await task.replay(frame);
    const outputs = await run(...(way === 'replay' ? [record([segment(0), segment(1)])] : [frame]));
    expect(letters(outputs)).toEqual([]);
    expect(windows(outputs).map(({ sequence }) => sequence)).toEqual([way === 'replay' ? 1 : 0]);
  });

  it('decodes a segment by the declaration of its own epoch, though a newer one has another rate', async () => {
    const table = new ChannelTable();
    const [older, newer] = [info('bed-7.1'), info('bed-7.1')];
    older.channels = channels.declared('bed-7.1', EPOCH);
    newer.channels = [...channels.declared('bed-7.1', EPOCH + 60_000), ...older.channels];
    table.take('bed-7.1', older);
    table.take('bed-7.1', { ...newer, rate: 250, lead: 'V1' });
    const metrics = decoderMetrics([], '0.0.0');
    const task = new DecoderTask({
      codecs,
      worker,
      metrics,
      channels: table,
      catchUp: () => Promise.resolve(),
      isInLog: () => Promise.resolve(false),
    });
    expect(await task.process(record([segment(0)]))).toEqual([]);
    expect(windows(await task.flush())).toMatchObject([{ rate: RATE, lead: 'II', epoch: EPOCH }]);
  });

  it('decodes pieces of a window that was closed early', async () => {
    const whole = segment(0);
    const first = nativeIndex(0, RATE);
    const cuts = [0, 1280, 1536, WINDOW];
    const pieces = cuts.slice(0, -1).map((start, sequence) => {
      const from = nativeIndex(start, RATE);
      const to = nativeIndex(cuts[sequence + 1]!, RATE);
      const samples = samplesOf(0).subarray(from - first, to - first);
      const payload = Buffer.from(encodeLosslessPayload(start, RATE, { firstIndex: from, samples }));
      return segment(sequence, { start, length: cuts[sequence + 1]! - start, payload });
    });
    const outputs = windows(await newTask().run(record(pieces.slice(0, 2)), record(pieces.slice(2))));
    expect(outputs.map(({ start, length }) => [start, length])).toEqual([
      [0, 1280],
      [1280, 256],
      [1536, 256],
    ]);
    const [together] = windows(await newTask().run(record([whole])));
    expect(Buffer.concat(outputs.map(({ samples }) => samples))).toEqual(together?.samples);
    expect(outputs.reduce((sum, { nativeBytes }) => sum + nativeBytes, 0)).toBe(together?.nativeBytes);
  });

  it('dead-letters a segment of an older epoch', async () => {
    const { run, value } = newTask();
    const outputs = await run(record([segment(0, { epoch: EPOCH + 5 }), segment(1)]));
    expect(letters(outputs)).toMatchObject([{ reason: 'EPOCH_STALE' }]);
    expect(windows(outputs)).toHaveLength(1);
    expect(await value('dynamic_deep_dead_letters_total', { reason: 'EPOCH_STALE' })).toBe(1);
  });
});
