/** Analyses one stream: keeps its contiguous past, asks the networks about the newest segment, and interprets their answers. */
import { FLAG } from '../signal/flags.js';
import { STEP, WINDOW } from '../signal/grid.js';
import { ModelRateReader } from '../signal/model-rate.js';
import { BeatTracker, DETECTION_SPAN, GUARD, type BeatState, type FinalBeats } from './beat-tracker.js';
import { calmed } from './local-noise.js';
import { CLASS_COUNT, decision, MIN_CONTEXT_STEPS } from './rhythm.js';
import { hasSignal, type TaskSegment } from './segment.js';
import { SignalContext } from './signal-context.js';

/** RPnet needs some context: signal shorter than a step is left without beats. */
const LEAST_PEAKS_SPAN = STEP;
/** Without a beat for this long (4 s) there is no rhythm to name. Model-rate samples. */
const RHYTHM_NEEDS_BEAT = 1200;

export interface Questions {
  /**
   * True if the segment does not continue the stream's context: a hole that is not bridged, a new epoch, or no signal to add.
   */
  readonly restarted: boolean;
  /**
   * Context for the classifier in millivolts, whole steps; the number of its newest steps; the model-rate index of its end.
   * Undefined if there is too little signal.
   */
  readonly rhythm: { readonly input: Float32Array; readonly newSteps: number; readonly end: number } | undefined;
  /**
   * Millivolts for RPnet with strong noise calmed, and as they are; the model-rate index of the first, and that up to which
   * beats become final.
   */
  readonly peaks:
    | {
        readonly input: Float32Array;
        readonly millivolts: Float32Array;
        readonly from: number;
        readonly finalTo: number;
      }
    | undefined;
}

export interface Answers {
  /** Class probabilities for `rhythm.input`: [steps x 4]. */
  readonly probabilities: Float32Array | undefined;
  /** Distance map of `peaks.input`. */
  readonly map: Float32Array | undefined;
}

export interface RhythmAnswer {
  /** Labels of the newest steps as indices into RHYTHM_CLASSES, and their class probabilities [steps x 4]. */
  readonly labels: number[];
  readonly probabilities: number[];
}

export interface SegmentResult {
  /** Undefined if there is too little signal, no recent beat for a rhythm, or no finite answer. */
  readonly rhythm: RhythmAnswer | undefined;
  readonly beats: FinalBeats;
  /** Beats per minute; null if too few beats are known. */
  readonly rate: number | null;
  /** False if a network's answer is not finite: nothing is then known of the segment. */
  readonly finite: boolean;
}

export class StreamAnalysis {
  readonly #reader = new ModelRateReader();
  readonly #context = new SignalContext();
  readonly #beats: BeatTracker;

  constructor(beats?: BeatState) {
    this.#beats = new BeatTracker(beats);
  }

  get beatState(): BeatState {
    return this.#beats.state;
  }

  /** Model-rate index of the first sample that later answers may depend on. */
  get contextFrom(): number {
    return this.#context.from;
  }

  /** Adds a segment to the context without asking anything. Returns false if it does not continue the context. */
  replay(segment: TaskSegment): boolean {
    const { epoch, start, length, stretch } = segment;
    if (!hasSignal(segment)) {
      this.#context.empty(epoch, start + length);
      return false;
    }
    return this.#context.append(epoch, start, this.#reader.read(stretch));
  }

  take(segment: TaskSegment): Questions {
    const before = this.#context.to;
    const restarted = !this.replay(segment);
    if (!hasSignal(segment)) return { restarted, rhythm: undefined, peaks: undefined };
    const peaks = this.#waits(segment, before) ? undefined : this.#peaksQuestion(segment);
    return { restarted, rhythm: this.#rhythmQuestion(segment), peaks };
  }

  /** Answers come in the order of the questions, but several segments may have been taken before the first answer. */
  answer(segment: TaskSegment, questions: Questions, { probabilities, map }: Answers): SegmentResult {
    const { epoch, start, length } = segment;
    const { rhythm, peaks } = questions;
    const finite = isFinite(probabilities) && isFinite(map);
    if (!hasSignal(segment) || !finite) {
      this.#beats.restart(epoch, start + length);
      return { rhythm: undefined, beats: noBeats(start + length), rate: null, finite };
    }
    if (questions.restarted || this.#beats.state.epoch !== epoch) this.#beats.restart(epoch, start);
    const noiseFrom = (segment.flags & FLAG.NOISY) !== 0 ? start : Infinity;
    const beats =
      peaks === undefined || map === undefined
        ? noBeats(this.#beats.state.finalTo)
        : this.#beats.advance({ map, millivolts: peaks.millivolts }, peaks.from, peaks.finalTo, noiseFrom);
    const silence = beats.to - (this.#beats.state.beats.at(-1) ?? -Infinity);
    const named = rhythm !== undefined && probabilities !== undefined && silence <= RHYTHM_NEEDS_BEAT;
    return {
      rhythm: named ? newestLabels(rhythm, probabilities) : undefined,
      beats,
      rate: this.#beats.rate(),
      finite,
    };
  }

  #rhythmQuestion({ start, length }: TaskSegment): Questions['rhythm'] {
    const { steps, end } = this.#context.wholeSteps();
    const newSteps = Math.min(steps, end / STEP - Math.floor(start / STEP));
    if (steps < MIN_CONTEXT_STEPS || newSteps <= 0 || length === 0) return undefined;
    return { input: this.#context.slice(end - steps * STEP, end), newSteps, end };
  }

  #peaksQuestion({ flags, start, length }: TaskSegment): Questions['peaks'] {
    const { from: first, to } = this.#context;
    const from = Math.max(first, to - DETECTION_SPAN);
    if (to - from < LEAST_PEAKS_SPAN) return undefined;
    // Nothing will complete the last beat of a piece that ends off the grid, at a hole or the epoch's end. Any other piece is
    // continued by the next one, even if it began after a hole.
    const ends = (flags & FLAG.LAST) !== 0 || (start + length) % STEP !== 0;
    const millivolts = this.#context.slice(from, to);
    return { input: calmed(millivolts), millivolts, from, finalTo: ends ? to : to - GUARD };
  }

  /**
   * Whether signal after a bridged hole, too short by itself, waits for the next window border: each question costs as much as
   * one about a window.
   */
  #waits({ flags }: TaskSegment, before: number): boolean {
    const { from, unbrokenFrom, to } = this.#context;
    const isDue = (flags & FLAG.LAST) !== 0 || Math.floor(to / WINDOW) > Math.floor(before / WINDOW);
    return unbrokenFrom > from && to - unbrokenFrom < LEAST_PEAKS_SPAN && !isDue;
  }
}

function noBeats(at: number): FinalBeats {
  return { from: at, to: at, peaks: [] };
}

function isFinite(values: Float32Array | undefined): boolean {
  return values === undefined || values.every(Number.isFinite);
}

/** Labels and probabilities of the newest steps of an answer. */
export function newestLabels({ newSteps }: { readonly newSteps: number }, probabilities: Float32Array): RhythmAnswer {
  const steps = probabilities.length / CLASS_COUNT;
  const labels = Array.from({ length: newSteps }, (_, i) => decision(probabilities, steps - newSteps + i));
  return { labels, probabilities: Array.from(probabilities.subarray((steps - newSteps) * CLASS_COUNT)) };
}
