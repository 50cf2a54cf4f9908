/** Beds with what Kafka adds to them: the offsets that their contexts depend on, and the record that survives a restart. */
import type { InputRecord, OutputRecord } from '../lib/kafka/records.js';
import type { AlarmLimits } from '../lib/tasks/alarms/limits.js';
import { Bed } from '../lib/tasks/bed.js';
import type { Questions } from '../lib/tasks/stream-analysis.js';
import type { TaskSegment } from '../lib/tasks/segment.js';
import { encode, type AlarmState, type Source } from '../lib/wire/index.js';

/** A stream that was silent for this long no longer holds back the low-water offset. */
const FORGET_MS = 600_000;

export interface DeviceOptions {
  readonly limits: () => AlarmLimits;
  /** What ecg.alarm-state holds of the device. */
  readonly saved: AlarmState | undefined;
  readonly onStateDropped: (reason: string) => void;
}

interface Place {
  readonly offset: number;
  /** Model-rate index after the segment. */
  readonly end: number;
}

export class Device {
  readonly id: string;
  readonly bed: Bed;
  /** Topic and offsets of the segments in each stream's context, and milliseconds UTC of the newest. */
  readonly #streams = new Map<string, { topic: string; epoch: number; places: Place[]; newest: number }>();

  constructor(id: string, { limits, saved, onStateDropped }: DeviceOptions) {
    this.id = id;
    const state = saved === undefined ? undefined : parse(saved.json, onStateDropped);
    this.bed = new Bed(id, { limits, onStateDropped, ...(state === undefined ? {} : { state }) });
  }

  replay(segment: TaskSegment, record: InputRecord): void {
    this.#turn(segment, record);
    this.bed.replay(segment);
    this.#note(segment, record);
  }

  take(segment: TaskSegment, record: InputRecord): Questions {
    this.#turn(segment, record);
    const questions = this.bed.take(segment);
    this.#note(segment, record);
    return questions;
  }

  /** Oldest offset of the topic that a stream's context depends on, of streams heard of since `newest` - 10 minutes. */
  lowWater(topic: string, newest: number): number | undefined {
    let lowest: number | undefined;
    for (const [id, stream] of this.#streams) {
      if (newest - stream.newest > FORGET_MS) {
        this.#streams.delete(id);
        this.bed.forgetContext(id);
        continue;
      }
      const oldest = stream.topic === topic ? stream.places[0]?.offset : undefined;
      if (oldest !== undefined) lowest = Math.min(lowest ?? oldest, oldest);
    }
    return lowest;
  }

  /** The record that brings this state back. `now` is wall milliseconds UTC. */
  save(now: number, source: Source | null): OutputRecord {
    const json = JSON.stringify(this.bed.state);
    const value = encode('ecg.alarm-state', { device: this.id, json, updatedAt: now, source });
    return { topic: 'ecg.alarm-state', key: this.id, value };
  }

  /** Where the tasks go over from decoded windows to originals, or back, the context begins anew: topics have no common order. */
  #turn({ stream }: TaskSegment, { topic }: InputRecord): void {
    const known = this.#streams.get(stream);
    if (known === undefined || known.topic === topic) return;
    this.#streams.delete(stream);
    this.bed.forgetContext(stream);
  }

  #note({ stream, epoch, start, length }: TaskSegment, { topic, offset, timestamp }: InputRecord): void {
    const known = this.#streams.get(stream);
    const from = this.bed.contextFrom(stream);
    const end = start + length;
    // Kept samples are those of the newest epoch, and after its last hole.
    const kept = known?.epoch === epoch ? known.places.filter((place) => place.end > from && place.end <= start) : [];
    const places = end > from ? [...kept, { offset, end }] : [];
    this.#streams.set(stream, { topic, epoch, places, newest: Math.max(known?.newest ?? 0, timestamp) });
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
