/**
 * A bed: the streams of one device, what the networks are asked about them, and the alarms that come of the answers. It
 * knows neither Kafka nor networks nor clocks, so that an evaluation runs the very same code as the service.
 */
import { FLAG } from '../signal/flags.js';
import type { AlarmChange, AlarmRequest } from './alarms/episode.js';
import { AlarmEngine, type TickResult } from './alarms/engine.js';
import type { Observation, Obstacle } from './alarms/lead.js';
import type { AlarmLimits } from './alarms/limits.js';
import type { BeatState } from './beat-tracker.js';
import { readBedState, type BedState } from './bed-state.js';
import { STEP } from '../signal/grid.js';
import { deviceTime, type TaskSegment } from './segment.js';
import { StreamAnalysis, type Answers, type Questions, type SegmentResult } from './stream-analysis.js';

export interface BedOptions {
  /** As they are now; customary adult ones by default. */
  readonly limits?: () => AlarmLimits;
  /** What `state` once gave, of this or an older version. */
  readonly state?: unknown;
  /** Hears why a state could not be used: the bed begins anew then. */
  readonly onStateDropped?: (reason: string) => void;
}

export interface BedResult extends SegmentResult {
  readonly changes: AlarmChange[];
}

export class Bed {
  readonly #alarms: AlarmEngine;
  readonly #streams = new Map<string, StreamAnalysis>();
  /** Beats of streams that were not heard of since the restart. */
  readonly #saved: Map<string, BeatState>;

  constructor(device: string, { limits, state, onStateDropped }: BedOptions = {}) {
    const saved = state === undefined ? undefined : readBedState(state, onStateDropped);
    this.#alarms = new AlarmEngine(device, saved?.alarms, limits);
    this.#saved = new Map(Object.entries(saved?.beats ?? {}));
  }

  /** Plain JSON that brings the bed back, with what `replay` is given. */
  get state(): BedState {
    const alarms = this.#alarms.state;
    // Of streams that the alarms have forgotten nothing is kept either.
    const beats = new Map([...this.#saved].filter(([stream]) => stream in alarms.leads));
    for (const [stream, analysis] of this.#streams) beats.set(stream, analysis.beatState);
    // Copied, since the bed goes on writing to what it holds.
    return structuredClone({ version: 2, beats: Object.fromEntries(beats), alarms });
  }

  /** Brings a stream's context back after a restart; asks and says nothing. */
  replay(segment: TaskSegment): void {
    this.#stream(segment.stream).replay(segment);
  }

  /** Takes a segment, the next of its stream, and says what the networks are to be asked about it. */
  take(segment: TaskSegment): Questions {
    return this.#stream(segment.stream).take(segment);
  }

  /**
   * Takes the answers about a segment, in the order in which segments were taken. `wall` is milliseconds UTC: when this
   * is done.
   */
  answer(segment: TaskSegment, questions: Questions, answers: Answers, wall: number): BedResult {
    const result = this.#stream(segment.stream).answer(segment, questions, answers);
    return { ...result, changes: this.#alarms.observe(observationOf(segment, questions, result), wall) };
  }

  /** Lets wall time (milliseconds UTC) pass: call it every second or so. */
  tick(wall: number): TickResult {
    return this.#alarms.tick(wall);
  }

  /** Does what a person asks; undefined where it speaks of nothing that is there, or comes too late. */
  command(request: AlarmRequest, wall: number): AlarmChange[] | undefined {
    return this.#alarms.request(request, wall);
  }

  /** Model-rate index, in the stream's newest epoch, of the first sample that later answers may depend on. */
  contextFrom(stream: string): number {
    return this.#stream(stream).contextFrom;
  }

  /** Gives a silent stream's context up; its alarms stay. */
  forgetContext(stream: string): void {
    this.#streams.delete(stream);
    this.#saved.delete(stream);
  }

  #stream(id: string): StreamAnalysis {
    let analysis = this.#streams.get(id);
    if (analysis === undefined) {
      analysis = new StreamAnalysis(this.#saved.get(id));
      this.#saved.delete(id);
      this.#streams.set(id, analysis);
    }
    return analysis;
  }
}

function observationOf(segment: TaskSegment, questions: Questions, result: SegmentResult): Observation {
  const { stream, epoch, start, length, flags, closedAt, clockRate } = segment;
  const time = (index: number): number => deviceTime(epoch, index);
  const end = start + length;
  const labels = result.rhythm?.labels ?? [];
  const lastStep = questions.rhythm?.end ?? end;
  return {
    ...{ stream, epoch, start, end, from: time(start), to: time(end), closedAt, clockRate },
    obstacle: obstacleOf(flags, result.finite),
    restarted: questions.restarted,
    last: (flags & FLAG.LAST) !== 0,
    clockStepped: (flags & FLAG.CLOCK_STEPPED) !== 0,
    beats: result.beats.peaks.map(time),
    beatsTo: time(result.beats.to),
    labels: labels.map((label, i) => ({ label, at: time(lastStep - STEP * (labels.length - 1 - i)) })),
  };
}

function obstacleOf(flags: number, finite: boolean): Obstacle | null {
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if (has(FLAG.DECODE_FAILED) || !finite) return 'decode-failed';
  if (has(FLAG.LEAD_OFF)) return 'lead-off';
  if (has(FLAG.CONSTANT)) return 'constant';
  if (has(FLAG.SATURATED)) return 'saturation';
  return has(FLAG.NOISY) ? 'noise' : null;
}
