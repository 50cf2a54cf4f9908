/** The work on one partition: frames in, windows out, one bad segment at a time put aside. */
import { BITSTREAM_VERSION, type Ladder } from '../lib/codec/ladder.js';
import { DynamicDeepError } from '../lib/errors/index.js';
import type { PartitionTask } from '../lib/kafka/processor.js';
import { deadLetter, type InputRecord, type OutputRecord } from '../lib/kafka/records.js';
import type { InferenceWorker } from '../lib/model/inference-worker.js';
import { decode, encode, payloadCrc, type Segment, type SegmentFrame, type SignalWindow, type StreamInfo, WireError } from '../lib/wire/index.js'; // prettier-ignore
import { isLossy, readSegment, runLossy, type DecodedSamples } from './decode.js';
import type { DecoderOperations } from './inference.worker.js';
import type { DecoderMetrics } from './metrics.js';
import { SequenceTracker } from './sequence.js';

export type FrameTopic = 'ecg.segments' | 'ecg.audits';

/** Where the windows of a frame topic go. */
const OUTPUT = { 'ecg.segments': 'ecg.signals', 'ecg.audits': 'ecg.originals' } as const;

export interface DecoderTaskOptions {
  readonly ladder: Ladder;
  readonly worker: InferenceWorker<DecoderOperations>;
  readonly metrics: DecoderMetrics;
  /** What ecg.streams says of a stream; looks again at the end of the topic before it gives up. */
  readonly streamInfo: (stream: string) => Promise<StreamInfo | undefined>;
}

/** A segment on its way: what is known now, and the samples when the batch has run. */
interface Pending {
  readonly record: InputRecord;
  readonly frame: SegmentFrame;
  readonly segment: Segment;
  readonly info: StreamInfo;
  readonly read: ReturnType<typeof readSegment>;
  /** Seconds that reading the payload took. */
  readonly seconds: number;
}

export class DecoderTask implements PartitionTask {
  readonly #options: DecoderTaskOptions;
  readonly #sequences: Record<FrameTopic, SequenceTracker> = {
    'ecg.segments': new SequenceTracker(),
    'ecg.audits': new SequenceTracker(),
  };
  #pending: Pending[] = [];

  constructor(options: DecoderTaskOptions) {
    this.#options = options;
  }

  replay(record: InputRecord): void {
    const frame = readFrame(record, this.#options.ladder);
    if (frame instanceof DynamicDeepError) return;
    for (const segment of frame.segments) {
      this.#sequences[record.topic as FrameTopic].take(segment, record);
      this.#options.metrics.countReplayed();
    }
  }

  async process(record: InputRecord): Promise<OutputRecord[]> {
    const frame = readFrame(record, this.#options.ladder);
    if (frame instanceof DynamicDeepError) return [this.#reject(record, frame)];
    const letters: OutputRecord[] = [];
    for (const segment of frame.segments) {
      const letter = await this.#takeSegment(record, frame, segment);
      if (letter !== undefined) letters.push(letter);
    }
    return letters;
  }

  async flush(): Promise<OutputRecord[]> {
    const pending = this.#pending;
    this.#pending = [];
    const started = performance.now();
    const jobs = pending.flatMap(({ read }) => (isLossy(read) ? [read] : []));
    const lossy = await runLossy(jobs, this.#options.worker);
    const seconds = (performance.now() - started) / 1000;
    if (jobs.length > 0) this.#options.metrics.observeInference(seconds);
    let next = 0;
    return pending.map((item) => {
      const samples = isLossy(item.read) ? lossy[next++] : item.read;
      if (samples === undefined) throw new Error('a lossy segment was not decoded');
      if (item.record.topic === 'ecg.segments') {
        const share = isLossy(item.read) ? seconds / jobs.length : 0;
        this.#options.metrics.countDecoded(samples.rung.name, item.seconds + share);
      }
      return toOutput(item, samples, Date.now());
    });
  }

  lowWater(topic: string): number | undefined {
    return this.#sequences[topic as FrameTopic].lowWater();
  }

  /** Queues a segment; returns its dead letter where it cannot be decoded. */
  async #takeSegment(record: InputRecord, frame: SegmentFrame, segment: Segment): Promise<OutputRecord | undefined> {
    const topic = record.topic as FrameTopic;
    const { metrics, ladder } = this.#options;
    const arrival = this.#sequences[topic].take(segment, record);
    const rung = ladder.rungs[segment.rung]?.name;
    switch (arrival.kind) {
      case 'repeat':
        if (topic === 'ecg.segments') metrics.countDuplicate(rung);
        return undefined;
      case 'stale':
        return this.#reject({ ...record, value: segment.payload }, staleEpoch(segment), rung, 'EPOCH_STALE');
      case 'gap':
        // The audits of a stream are a sample of its records: holes between them are as they should be.
        if (topic === 'ecg.segments') metrics.countGap();
        break;
      case 'next':
        break;
    }
    const info = await this.#options.streamInfo(segment.stream);
    if (info === undefined) {
      const unknown = new DynamicDeepError('STREAM_UNKNOWN', 'ecg.streams does not declare the stream of a segment');
      return this.#reject({ ...record, value: segment.payload }, unknown, rung);
    }
    try {
      const started = performance.now();
      const read = readSegment(ladder, segment, info);
      this.#pending.push({ record, frame, segment, info, read, seconds: (performance.now() - started) / 1000 });
      return undefined;
    } catch (error) {
      return this.#reject({ ...record, value: segment.payload }, error, rung);
    }
  }

  #reject(record: InputRecord, error: unknown, rung?: string, reason?: string): OutputRecord {
    this.#options.metrics.countDeadLetter(error, rung, reason);
    return deadLetter(record, error, Date.now(), reason);
  }
}

function staleEpoch({ epoch }: Segment): DynamicDeepError {
  return new DynamicDeepError('MESSAGE_INVALID', `a segment of epoch ${epoch} after a later epoch had begun`);
}

/** A whole, intact frame of a codec that this decoder has, or why it is none. */
function readFrame(record: InputRecord, ladder: Ladder): SegmentFrame | DynamicDeepError {
  try {
    const frame = decode(record.topic as FrameTopic, record.value);
    if (frame.version !== BITSTREAM_VERSION) {
      return new DynamicDeepError(
        'MODEL_UNKNOWN',
        `bitstream version ${frame.version}, this decoder reads ${BITSTREAM_VERSION}`,
      );
    }
    if (!frame.model.equals(ladder.id)) {
      return new DynamicDeepError(
        'MODEL_UNKNOWN',
        `codec ${frame.model.toString('hex')}, this decoder has ${ladder.id.toString('hex')}`,
      );
    }
    if (payloadCrc(frame.segments.map(({ payload }) => payload)) !== frame.crc) {
      return new WireError('CRC_MISMATCH', 'the CRC of a frame is wrong');
    }
    return frame;
  } catch (error) {
    if (error instanceof DynamicDeepError) return error;
    throw error;
  }
}

function toOutput({ record, frame, segment, info }: Pending, decoded: DecodedSamples, now: number): OutputRecord {
  const topic = OUTPUT[record.topic as FrameTopic];
  const { topic: from, partition, offset } = record;
  const { buffer, byteOffset, byteLength } = decoded.samples;
  const window: SignalWindow = {
    stream: segment.stream,
    device: info.device,
    lead: info.lead,
    epoch: segment.epoch,
    sequence: segment.sequence,
    start: segment.start,
    length: segment.length,
    rate: decoded.rate,
    firstIndex: decoded.firstIndex,
    gain: decoded.gain,
    baseline: decoded.baseline,
    samples: Buffer.from(buffer, byteOffset, byteLength),
    rung: decoded.rung.name,
    lossless: decoded.rung.kind === 'lossless',
    policyVersion: segment.policyVersion,
    flags: segment.flags,
    nativeBytes: decoded.nativeBytes,
    payloadBytes: segment.payload.length,
    predicted: segment.predicted,
    closedAt: frame.sentAt - segment.ageMs,
    sentAt: frame.sentAt,
    decodedAt: now,
    clockRate: info.clockRate,
    source: { topic: from, partition, offset },
    model: frame.model.toString('hex'),
  };
  return { topic, key: info.device, value: encode(topic, window) };
}
