/** The work on one partition: frames in, windows out, one bad segment at a time put aside. */
import { BITSTREAM_VERSION, type Ladder } from '../lib/codec/ladder.js';
import { isLossy, readSegment, runLossy } from '../lib/codec/window-decoder.js';
import { DynamicDeepError } from '../lib/errors/index.js';
import type { PartitionTask } from '../lib/kafka/processor.js';
import { deadLetter, type InputRecord, type OutputRecord } from '../lib/kafka/records.js';
import type { InferenceWorker } from '../lib/model/inference-worker.js';
import {
  decode,
  isIntact,
  resolveSegments,
  WireError,
  type ChannelTable,
  type FrameTopic,
  type ResolvedSegment,
  type Segment,
  type SegmentFrame,
  type StreamInfo,
} from '../lib/wire/index.js';
import type { DecoderOperations } from './inference.worker.js';
import type { DecoderMetrics } from './metrics.js';
import { SequenceTracker } from './sequence.js';
import { failedRecord, windowRecord, type Origin } from './window-record.js';

export interface DecoderTaskOptions {
  readonly ladder: Ladder;
  readonly worker: InferenceWorker<DecoderOperations>;
  readonly metrics: DecoderMetrics;
  /** What ecg.streams has declared. */
  readonly channels: Pick<ChannelTable, 'get'>;
  /** Resolves when all is in `channels` that ecg.streams holds now. */
  readonly catchUp: () => Promise<void>;
}

/** A segment on its way: what is known now, and the samples when the batch has run. */
interface Pending extends Origin {
  /** What its payload gave, or why it gave nothing. */
  readonly read: ReturnType<typeof readSegment> | Error;
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

  async replay(record: InputRecord): Promise<void> {
    const frame = readFrame(record, this.#options.ladder);
    if (frame instanceof DynamicDeepError) return;
    for (const resolved of await this.#resolve(frame)) {
      if (resolved !== undefined) this.#sequences[record.topic as FrameTopic].take(resolved.segment, record);
      this.#options.metrics.countReplayed();
    }
  }

  async process(record: InputRecord): Promise<OutputRecord[]> {
    const frame = readFrame(record, this.#options.ladder);
    if (frame instanceof DynamicDeepError) return [this.#reject(record, frame)];
    const letters: OutputRecord[] = [];
    const resolved = await this.#resolve(frame);
    frame.segments.forEach(({ rung, payload }, i) => {
      const own = resolved[i];
      const letter =
        own === undefined
          ? this.#reject({ ...record, value: payload }, unknownChannel(), rungName(this.#options.ladder, rung))
          : this.#takeSegment(record, frame, own);
      if (letter !== undefined) letters.push(letter);
    });
    return letters;
  }

  async flush(): Promise<OutputRecord[]> {
    const pending = this.#pending;
    this.#pending = [];
    const started = performance.now();
    const jobs = pending.flatMap(({ read }) => (isLossy(read) ? [read] : []));
    const lossy = await runLossy(jobs, (rung, latents, n) => this.#options.worker.call('decode', { rung, latents, n }));
    const seconds = (performance.now() - started) / 1000;
    if (jobs.length > 0) this.#options.metrics.observeInference(seconds);
    let next = 0;
    return pending.flatMap((item) => {
      const decoded = isLossy(item.read) ? lossy[next++] : item.read;
      if (decoded === undefined) throw new Error('a lossy segment was not decoded');
      if (decoded instanceof Error) return this.#giveUp(item, decoded);
      if (item.record.topic === 'ecg.segments') {
        const share = isLossy(item.read) ? seconds / jobs.length : 0;
        this.#options.metrics.countDecoded(decoded.rung.name, item.seconds + share);
      }
      return [windowRecord(item, decoded, Date.now())];
    });
  }

  lowWater(topic: string): number | undefined {
    return this.#sequences[topic as FrameTopic].lowWater();
  }

  /** The edge declares an epoch before its first segment: what is not there yet is on ecg.streams by now. */
  async #resolve(frame: SegmentFrame): Promise<(ResolvedSegment | undefined)[]> {
    const { channels, catchUp } = this.#options;
    if (frame.segments.some(({ channel }) => channels.get(frame.run, channel) === undefined)) await catchUp();
    return resolveSegments(frame, (run, channel) => channels.get(run, channel));
  }

  /** Queues a segment; returns a dead letter where its epoch forbids that. */
  #takeSegment(record: InputRecord, frame: SegmentFrame, resolved: ResolvedSegment): OutputRecord | undefined {
    const { segment, info } = resolved;
    const topic = record.topic as FrameTopic;
    const { metrics, ladder } = this.#options;
    const arrival = this.#sequences[topic].take(segment, record);
    const rung = rungName(ladder, segment.rung);
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
    const started = performance.now();
    const read = tryRead(ladder, segment, info);
    this.#pending.push({ record, frame, segment, info, read, seconds: (performance.now() - started) / 1000 });
    return undefined;
  }

  /**
   * The dead letter of a segment that cannot be decoded, and for the bed a window without samples: a mere hole would
   * not tell it from a lossy network. An original that fails leaves its audit without its pair, which is counted.
   */
  #giveUp(item: Pending, error: Error): OutputRecord[] {
    const { record, segment } = item;
    const letter = this.#reject(
      { ...record, value: segment.payload },
      error,
      rungName(this.#options.ladder, segment.rung),
    );
    return record.topic === 'ecg.segments' ? [letter, failedRecord(item, this.#options.ladder, Date.now())] : [letter];
  }

  #reject(record: InputRecord, error: unknown, rung?: string, reason?: string): OutputRecord {
    this.#options.metrics.countDeadLetter(error, rung, reason);
    return deadLetter(record, error, Date.now(), reason);
  }
}

function staleEpoch({ epoch }: Segment): DynamicDeepError {
  return new DynamicDeepError('MESSAGE_INVALID', `a segment of epoch ${epoch} after a later epoch had begun`);
}

function unknownChannel(): DynamicDeepError {
  return new DynamicDeepError('STREAM_UNKNOWN', 'ecg.streams does not declare the channel of a segment');
}

function rungName({ rungs }: Ladder, rung: number): string | undefined {
  return rungs[rung]?.name;
}

function tryRead(ladder: Ladder, segment: Segment, info: StreamInfo): Pending['read'] {
  try {
    return readSegment(ladder, segment, info);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
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
    if (record.value === null || !isIntact(record.value)) {
      return new WireError('CRC_MISMATCH', 'the CRC of a frame is wrong');
    }
    return frame;
  } catch (error) {
    if (error instanceof DynamicDeepError) return error;
    throw error;
  }
}
