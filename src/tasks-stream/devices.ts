/** Beds: the alarm engine of each and the beat state of its streams, which survive a restart as one record. */
import { z } from 'zod';
import { AlarmEngine, type AlarmEngineState } from '../lib/tasks/alarms/engine.js';
import type { BeatState } from '../lib/tasks/beat-tracker.js';
import { encode, type AlarmState, type Source } from '../lib/wire/index.js';
import type { OutputRecord } from '../lib/kafka/records.js';
import { StreamAnalysis } from './stream-analysis.js';

/** What ecg.alarm-state holds of a device, besides its names. */
const savedSchema = z.object({
  version: z.literal(1),
  beats: z.record(z.string(), z.object({ epoch: z.number(), finalTo: z.number(), beats: z.array(z.number()) })),
  alarms: z.custom<AlarmEngineState>((value) => typeof value === 'object' && value !== null),
});

/** A stream that was silent for this long no longer holds back the low-water offset. */
const FORGET_MS = 600_000;

export class Device {
  readonly id: string;
  readonly alarms: AlarmEngine;
  readonly #streams = new Map<string, StreamAnalysis>();
  readonly #saved: Readonly<Record<string, BeatState>>;

  constructor(id: string, state?: AlarmState) {
    this.id = id;
    const parsed = state === undefined ? undefined : savedSchema.safeParse(JSON.parse(state.json)).data;
    this.alarms = new AlarmEngine(id, parsed?.alarms);
    this.#saved = parsed?.beats ?? {};
  }

  get streams(): string[] {
    return [...this.#streams.keys()];
  }

  stream(id: string): StreamAnalysis {
    let analysis = this.#streams.get(id);
    if (analysis === undefined) {
      analysis = new StreamAnalysis(this.#saved[id]);
      this.#streams.set(id, analysis);
    }
    return analysis;
  }

  /** Oldest offset that a stream's context depends on, of streams heard of since `newest` - 10 minutes. */
  lowWater(newest: number): number | undefined {
    let lowest: number | undefined;
    for (const [id, analysis] of this.#streams) {
      if (newest - analysis.newest > FORGET_MS) this.#streams.delete(id);
      else if (analysis.lowWater !== undefined) lowest = Math.min(lowest ?? analysis.lowWater, analysis.lowWater);
    }
    return lowest;
  }

  /** The record that brings this state back. `now` is wall milliseconds UTC. */
  save(now: number, source: Source): OutputRecord {
    const beats = Object.fromEntries([...this.#streams].map(([id, analysis]) => [id, analysis.beatState]));
    const json = JSON.stringify({ version: 1, beats, alarms: this.alarms.state });
    const value = encode('ecg.alarm-state', { device: this.id, json, updatedAt: now, source });
    return { topic: 'ecg.alarm-state', key: this.id, value };
  }
}
