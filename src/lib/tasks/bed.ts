/**
 * A bed: the streams of one device, the questions to the networks about them, and the alarms that follow from the answers. It
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
  /** Returns the current limits; customary adult limits by default. */
  readonly limits?: () => AlarmLimits;
  /** An earlier `state`, of this or an older version. */
  readonly state?: unknown;
  /** Called with the reason if the state could not be used: the bed then begins anew. */
  readonly onStateDropped?: (reason: string) => void;
}

export interface BedResult extends SegmentResult {
  readonly changes: AlarmChange[];
}

export class Bed {
  readonly #alarms: AlarmEngine;
  readonly #streams = new Map<string, StreamAnalysis>();
  /** Beats of saved streams that have sent nothing since the restart. */
  readonly #saved: Map<string, BeatState>;

  constructor(device: string, { limits, state, onStateDropped }: BedOptions = {}) {
    const saved = state === undefined ? undefined : readBedState(state, onStateDropped);
    this.#alarms = new AlarmEngine(device, saved?.alarms, limits);
    this.#saved = new Map(Object.entries(saved?.beats ?? {}));
  }

  /** Plain JSON that restores the bed, together with the segments given to `replay`. */
  get state(): BedState {
    const alarms = this.#alarms.state;
    // Streams that the alarms have forgotten are not kept either.
    const beats = new Map([...this.#saved].filter(([stream]) => stream in alarms.leads));
    for (const [stream, analysis] of this.#streams) beats.set(stream, analysis.beatState);
    // Copied, since the bed keeps changing its own objects.
    return structuredClone({ version: 2, beats: Object.fromEntries(beats), alarms });
  }

  /** Restores a stream's context after a restart; asks the networks nothing and returns nothing. */
  replay(segment: TaskSegment): void {
    this.#stream(segment.stream).replay(segment);
  }

  /** Takes the next segment of its stream, and returns the questions to the networks about it. */
  take(segment: TaskSegment): Questions {
    return this.#stream(segment.stream).take(segment);
  }

  /**
   * Takes the answers about a segment, in the order in which segments were taken. `wall`: the current time, milliseconds UTC.
   */
  answer(segment: TaskSegment, questions: Questions, answers: Answers, wall: number): BedResult {
    const result = this.#stream(segment.stream).answer(segment, questions, answers);
    return { ...result, changes: this.#alarms.observe(observationOf(segment, questions, result), wall) };
  }

  /** Lets wall time (milliseconds UTC) pass: call it every second or so. */
  tick(wall: number): TickResult {
    return this.#alarms.tick(wall);
  }

  /** Carries out a person's request; undefined if it refers to nothing that is there, or comes too late. */
  command(request: AlarmRequest, wall: number): AlarmChange[] | undefined {
    return this.#alarms.request(request, wall);
  }

  /** Model-rate index, in the stream's newest epoch, of the first sample that later answers may depend on. */
  contextFrom(stream: string): number {
    return this.#stream(stream).contextFrom;
  }

  /** Drops a silent stream's context; its alarms stay. */
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
    stream,
    epoch,
    start,
    end,
    from: time(start),
    to: time(end),
    closedAt,
    clockRate,
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
