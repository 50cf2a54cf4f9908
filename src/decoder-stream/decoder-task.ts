/** The work on one partition: frames in, windows out, one bad segment at a time put aside. */
import type { Ladder } from '../lib/codec/ladder.js';
import { isLossy, readSegment, runLossy } from '../lib/codec/window-decoder.js';
import { DynamicDeepError } from '../lib/errors/index.js';
import type { PartitionTask } from '../lib/kafka/processor.js';
import { deadLetter, type InputRecord, type OutputRecord } from '../lib/kafka/records.js';
import { CountsOnCommit } from '../lib/metrics/counts-on-commit.js';
import type { InferenceWorker } from '../lib/model/inference-worker.js';
import {
  resolveSegments,
  type ChannelTable,
  type FrameTopic,
  type ResolvedSegment,
  type Segment,
  type SegmentFrame,
  type StreamInfo,
} from '../lib/wire/index.js';
import { codecKey, type Codecs } from './codecs.js';
import { mayBeInLogSince } from './earlier-copy.js';
import { readFrame } from './frame.js';
import type { DecoderOperations } from './inference.worker.js';
import type { DecoderMetrics } from './metrics.js';
import { SequenceTracker } from './sequence.js';
import { failedRecord, windowRecord, type Origin } from './window-record.js';

export interface DecoderTaskOptions {
  readonly codecs: Codecs;
  readonly worker: InferenceWorker<DecoderOperations>;
  readonly metrics: DecoderMetrics;
  /** What ecg.streams has declared. */
  readonly channels: Pick<ChannelTable, 'get'>;
  /** Resolves when all is in `channels` that ecg.streams holds now. */
  readonly catchUp: () => Promise<void>;
  /** Whether the record's bytes stand before it in its partition, at or after `since` (wall milliseconds UTC). */
  readonly isInLog: (record: InputRecord, since: number) => Promise<boolean>;
}

/** A segment on its way: what is known now, and the samples when the batch has run. */
interface Pending extends Origin {
  readonly ladder: Ladder;
  /** What its payload gave, or why it gave nothing. */
  readonly read: ReturnType<typeof readSegment> | Error;
  /** Seconds that reading the payload took. */
  readonly seconds: number;
}

type LossyJob = Parameters<typeof runLossy>[0][number];
type Decoded = Awaited<ReturnType<typeof runLossy>>[number];

export class DecoderTask implements PartitionTask {
  readonly #options: DecoderTaskOptions;
  readonly #sequences: Record<FrameTopic, SequenceTracker> = {
    'ecg.segments': new SequenceTracker(),
    'ecg.audits': new SequenceTracker(),
  };
  readonly #counts: CountsOnCommit<DecoderMetrics>;
  #pending: Pending[] = [];

  constructor(options: DecoderTaskOptions) {
    this.#options = options;
    this.#counts = new CountsOnCommit(options.metrics);
  }

  async replay(record: InputRecord): Promise<void> {
    const read = readFrame(record, this.#options.codecs);
    if (read instanceof DynamicDeepError) return;
    for (const resolved of await this.#resolve(read.frame)) {
      if (resolved !== undefined) this.#sequences[record.topic as FrameTopic].take(resolved.segment, record);
      this.#options.metrics.countReplayed();
    }
  }

  async process(record: InputRecord): Promise<OutputRecord[]> {
    const read = readFrame(record, this.#options.codecs);
    if (read instanceof DynamicDeepError) return [this.#reject(record, read)];
    const { frame, ladder } = read;
    const letters: OutputRecord[] = [];
    const resolved = await this.#resolve(frame);
    const isCopy = await this.#isCopy(record, frame, resolved);
    frame.segments.forEach(({ rung, payload }, i) => {
      const own = resolved[i];
      const letter =
        own === undefined
          ? this.#reject({ ...record, value: payload }, unknownChannel(), rungName(ladder, rung))
          : this.#takeSegment({ record, frame, ...own }, ladder, isCopy);
      if (letter !== undefined) letters.push(letter);
    });
    return letters;
  }

  async flush(): Promise<OutputRecord[]> {
    const pending = this.#pending;
    this.#pending = [];
    const started = performance.now();
    const lossy = await this.#runNetworks(pending);
    const seconds = (performance.now() - started) / 1000;
    if (lossy.size > 0) this.#options.metrics.observeInference(seconds);
    return pending.flatMap((item) => {
      const decoded = isLossy(item.read) ? lossy.get(item.read) : item.read;
      if (decoded === undefined) throw new Error('a lossy segment was not decoded');
      if (decoded instanceof Error) return this.#giveUp(item, decoded);
      if (item.record.topic === 'ecg.segments') {
        const share = isLossy(item.read) ? seconds / lossy.size : 0;
        this.#counts.add((metrics) => {
          metrics.countDecoded(decoded.rung.name, item.seconds + share);
        });
      }
      return [windowRecord(item, decoded, Date.now())];
    });
  }

  committed(): void {
    this.#counts.committed();
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

  /** A late frame with a stream that nothing is known of, as after a restart: the log says whether it was there before. */
  async #isCopy(
    record: InputRecord,
    frame: SegmentFrame,
    resolved: readonly (ResolvedSegment | undefined)[],
  ): Promise<boolean> {
    const since = mayBeInLogSince(record, frame);
    const sequences = this.#sequences[record.topic as FrameTopic];
    const isKnown = resolved.every((own) => own === undefined || sequences.knows(own.segment.stream));
    return since !== undefined && !isKnown && (await this.#options.isInLog(record, since));
  }

  /** The lossy segments of a batch, each by the networks of the codec that its frame names. */
  async #runNetworks(pending: readonly Pending[]): Promise<Map<LossyJob, Decoded>> {
    const decoded = new Map<LossyJob, Decoded>();
    for (const ladder of new Set(pending.map((item) => item.ladder))) {
      const jobs = pending.flatMap((item) => (item.ladder === ladder && isLossy(item.read) ? [item.read] : []));
      const codec = codecKey(ladder.id);
      const results = await runLossy(jobs, (rung, latents, n) =>
        this.#options.worker.call('decode', { codec, rung, latents, n }),
      );
      for (const [i, result] of results.entries()) {
        const job = jobs[i];
        if (job !== undefined) decoded.set(job, result);
      }
    }
    return decoded;
  }

  /** Queues a segment, unless it was there before; returns a dead letter where its epoch forbids that. */
  #takeSegment(origin: Origin, ladder: Ladder, isCopy: boolean): OutputRecord | undefined {
    const { record, segment, info } = origin;
    const topic = record.topic as FrameTopic;
    const arrival = this.#sequences[topic].take(segment, record);
    const rung = rungName(ladder, segment.rung);
    switch (isCopy ? 'repeat' : arrival.kind) {
      case 'repeat':
        if (topic === 'ecg.segments') {
          this.#counts.add((metrics) => {
            metrics.countDuplicate(rung);
          });
        }
        return undefined;
      case 'stale':
        return this.#reject({ ...record, value: segment.payload }, staleEpoch(segment), rung, 'EPOCH_STALE');
      case 'gap':
        // The audits of a stream are a sample of its records: holes between them are as they should be.
        if (topic === 'ecg.segments') {
          this.#counts.add((metrics) => {
            metrics.countGap();
          });
        }
        break;
      case 'next':
        break;
    }
    const started = performance.now();
    const read = tryRead(ladder, segment, info);
    this.#pending.push({ ...origin, ladder, read, seconds: (performance.now() - started) / 1000 });
    return undefined;
  }

  /**
   * The dead letter of a segment that cannot be decoded, and for the bed a window without samples: a mere hole would
   * not tell it from a lossy network. An original that fails leaves its audit without its pair, which is counted.
   */
  #giveUp(item: Pending, error: Error): OutputRecord[] {
    const { record, segment, ladder } = item;
    const letter = this.#reject({ ...record, value: segment.payload }, error, rungName(ladder, segment.rung));
    return record.topic === 'ecg.segments' ? [letter, failedRecord(item, ladder, Date.now())] : [letter];
  }

  #reject(record: InputRecord, error: unknown, rung?: string, reason?: string): OutputRecord {
    this.#counts.add((metrics) => {
      metrics.countDeadLetter(error, rung, reason);
    });
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
