/** One stream: its contiguous past, what the networks are asked about the newest segment, and what their answers say. */
import { ModelRateReader } from '../lib/signal/model-rate.js';
import { STEP, WINDOW } from '../lib/signal/grid.js';
import { BeatTracker, DETECTION_SPAN, GUARD, type BeatState, type FinalBeats } from '../lib/tasks/beat-tracker.js';
import { CLASS_COUNT, decision, MIN_CONTEXT_STEPS } from '../lib/tasks/rhythm.js';
import { SignalContext } from '../lib/tasks/signal-context.js';
import { FLAG } from '../lib/signal/flags.js';
import type { SignalWindow } from '../lib/wire/index.js';
import { stretchOf } from './windows.js';

/** RPnet needs some surroundings: less than a step is left without beats. */
const LEAST_PEAKS_SPAN = STEP;

export interface Questions {
  readonly restarted: boolean;
  /** Context for the classifier and its newest steps; undefined while there is not enough signal. */
  readonly rhythm: { readonly input: Float32Array; readonly newSteps: number; readonly end: number } | undefined;
  /** Context for RPnet, its first index, and up to where beats become final. */
  readonly peaks: { readonly input: Float32Array; readonly from: number; readonly finalTo: number } | undefined;
}

export interface RhythmAnswer {
  /** Newest labels, indices into RHYTHM_CLASSES, and their probabilities. */
  readonly labels: number[];
  readonly probabilities: number[];
}

export class StreamAnalysis {
  readonly #reader = new ModelRateReader();
  readonly #context = new SignalContext();
  readonly #beats: BeatTracker;
  /** Offsets on ecg.signals of the windows in the context. */
  #offsets: { readonly offset: number; readonly end: number }[] = [];
  #newest = 0;

  constructor(beats?: BeatState) {
    this.#beats = new BeatTracker(beats);
  }

  get beatState(): BeatState {
    return this.#beats.state;
  }

  /** Milliseconds UTC of the newest record taken in. */
  get newest(): number {
    return this.#newest;
  }

  get rate(): number | null {
    return this.#beats.rate();
  }

  /** Oldest offset that the context depends on. */
  get lowWater(): number | undefined {
    return this.#offsets[0]?.offset;
  }

  /** Takes a segment into the context without asking anything: after a restart, up to the committed offset. */
  replay(window: SignalWindow, at: { readonly offset: number; readonly timestamp: number }): boolean {
    const { epoch, start, length } = window;
    const continues = this.#context.append(epoch, start, this.#reader.read(stretchOf(window)));
    if (!continues) this.#offsets = [];
    this.#offsets.push({ offset: at.offset, end: start + length });
    this.#offsets = this.#offsets.filter(({ end }) => end > this.#context.from);
    this.#newest = Math.max(this.#newest, at.timestamp);
    return continues;
  }

  take(window: SignalWindow, at: { readonly offset: number; readonly timestamp: number }): Questions {
    const continues = this.replay(window, at);
    const restarted = !continues || this.#beats.state.epoch !== window.epoch;
    if (restarted) this.#beats.restart(window.epoch, window.start);
    return { restarted, rhythm: this.#rhythmQuestion(window), peaks: this.#peaksQuestion(window) };
  }

  #rhythmQuestion({ start, length }: SignalWindow): Questions['rhythm'] {
    const { steps, end } = this.#context.wholeSteps();
    const newSteps = Math.min(steps, end / STEP - Math.floor(start / STEP));
    if (steps < MIN_CONTEXT_STEPS || newSteps <= 0 || length === 0) return undefined;
    return { input: this.#context.slice(end - steps * STEP, end), newSteps, end };
  }

  #peaksQuestion({ length, flags }: SignalWindow): Questions['peaks'] {
    const { from: first, to } = this.#context;
    const from = Math.max(first, to - DETECTION_SPAN);
    if (to - from < LEAST_PEAKS_SPAN) return undefined;
    // A piece that is no whole window ends at a hole or at the end: nothing will complete its last beat.
    const ends = length !== WINDOW || (flags & FLAG.LAST) !== 0;
    return { input: this.#context.slice(from, to), from, finalTo: ends ? to : to - GUARD };
  }

  answerPeaks(question: NonNullable<Questions['peaks']>, map: Float32Array): FinalBeats {
    return this.#beats.advance(map, question.from, question.finalTo);
  }
}

/** The newest steps of an answer. */
export function newestLabels({ newSteps }: { readonly newSteps: number }, probabilities: Float32Array): RhythmAnswer {
  const steps = probabilities.length / CLASS_COUNT;
  const labels = Array.from({ length: newSteps }, (_, i) => decision(probabilities, steps - newSteps + i));
  return { labels, probabilities: Array.from(probabilities.subarray((steps - newSteps) * CLASS_COUNT)) };
}
