/** Beds with their state in Kafka: the offsets that their contexts depend on, and the record that survives a restart. */
import type { OutputRecord } from '../lib/kafka/records.js';
import type { AlarmLimits } from '../lib/tasks/alarms/limits.js';
import { Bed } from '../lib/tasks/bed.js';
import type { Questions } from '../lib/tasks/stream-analysis.js';
import type { TaskSegment } from '../lib/tasks/segment.js';
import { encode, type AlarmState, type Source } from '../lib/wire/index.js';

/** Monotonic milliseconds of silence after which a stream no longer holds back the low-water offset. */
const FORGET_MS = 600_000;

/** Position of a window in the log, and when it arrived. */
export interface Heard {
  readonly topic: string;
  readonly offset: number;
  /** Monotonic milliseconds of this process. Record timestamps come from decoders, whose clocks may differ by minutes. */
  readonly heardAt: number;
}

export interface DeviceOptions {
  readonly limits: () => AlarmLimits;
  /** The device's record on ecg.alarm-state. */
  readonly saved: AlarmState | undefined;
  readonly onStateDropped: (reason: string) => void;
}

interface Place {
  readonly offset: number;
  /** Model-rate index behind the segment's last sample. */
  readonly end: number;
}

interface Stream {
  readonly topic: string;
  readonly epoch: number;
  /** Places of the segments in the stream's context. */
  readonly places: readonly Place[];
  /** Arrival of the newest segment, monotonic milliseconds of this process. */
  readonly heardAt: number;
}

export class Device {
  readonly id: string;
  readonly bed: Bed;
  readonly #streams = new Map<string, Stream>();

  constructor(id: string, { limits, saved, onStateDropped }: DeviceOptions) {
    this.id = id;
    const state = saved === undefined ? undefined : parse(saved.json, onStateDropped);
    this.bed = new Bed(id, { limits, onStateDropped, ...(state === undefined ? {} : { state }) });
  }

  replay(segment: TaskSegment, heard: Heard): void {
    this.#turn(segment, heard);
    this.bed.replay(segment);
    this.#note(segment, heard);
  }

  take(segment: TaskSegment, heard: Heard): Questions {
    this.#turn(segment, heard);
    const questions = this.bed.take(segment);
    this.#note(segment, heard);
    return questions;
  }

  /** Drops the contexts of streams that were silent for ten minutes. `now`: monotonic milliseconds of this process. */
  forgetSilent(now: number): void {
    for (const [id, { heardAt }] of this.#streams) if (now - heardAt > FORGET_MS) this.#forget(id);
  }

  /** Oldest offset of the topic that a stream's context depends on. */
  lowWater(topic: string): number | undefined {
    let lowest: number | undefined;
    for (const stream of this.#streams.values()) {
      const oldest = stream.topic === topic ? stream.places[0]?.offset : undefined;
      if (oldest !== undefined) lowest = Math.min(lowest ?? oldest, oldest);
    }
    return lowest;
  }

  /** Returns the record from which this state is restored. `now` is wall milliseconds UTC. */
  save(now: number, source: Source | null): OutputRecord {
    const json = JSON.stringify(this.bed.state);
    const value = encode('ecg.alarm-state', { device: this.id, json, updatedAt: now, source });
    return { topic: 'ecg.alarm-state', key: this.id, value };
  }

  /** Restarts the context when the tasks switch between decoded windows and originals: the topics have no common order. */
  #turn({ stream }: TaskSegment, { topic }: Heard): void {
    const known = this.#streams.get(stream);
    if (known !== undefined && known.topic !== topic) this.#forget(stream);
  }

  #forget(stream: string): void {
    this.#streams.delete(stream);
    this.bed.forgetContext(stream);
  }

  #note({ stream, epoch, start, length }: TaskSegment, { topic, offset, heardAt }: Heard): void {
    const known = this.#streams.get(stream);
    const from = this.bed.contextFrom(stream);
    const end = start + length;
    // The context holds only samples of the newest epoch, after its last hole.
    const kept = known?.epoch === epoch ? known.places.filter((place) => place.end > from && place.end <= start) : [];
    const places = end > from ? [...kept, { offset, end }] : [];
    this.#streams.set(stream, { topic, epoch, places, heardAt });
  }
}

function parse(json: string, onStateDropped: (reason: string) => void): unknown {
  try {
    return JSON.parse(json);
  } catch {
    onStateDropped('it is no JSON');
    return undefined;
  }
}
