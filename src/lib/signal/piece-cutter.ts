/** Cuts an epoch into pieces on the fixed grid as its samples arrive. */
import { modelIndex, MODEL_RATE, nativeIndex, STEP, WINDOW } from './grid.js';
import type { AskHaste, HasteQuestion } from './haste.js';
import type { CutPiece, Piece } from './pieces.js';
import { QrsWatch } from './qrs-watch.js';
import { RecentSamples } from './recent-samples.js';
import { resampleSupport } from './resample.js';
import { MISSING } from './types.js';
import { UrgencyRule } from './urgency.js';

export interface PieceCutterOptions {
  /** Native rate in Hz, 50 to 10,000. */
  readonly rate: number;
  /** ADC units per millivolt. */
  readonly gain: number;
  /** The owner calls `settle` after each `push`. */
  readonly asks?: boolean;
}

/** Model samples in a question: three intervals at 18 a minute. */
const ASKED = 3072;

/** The open piece: the model index at which it begins, and its first native sample. */
interface Open {
  readonly start: number;
  readonly firstIndex: number;
  /** A gap precedes it in its window. */
  readonly gap: boolean;
}

/**
 * Cuts one epoch of one lead. Holds a window with the samples around it that the resampler needs, or 10.2 s if that is more and
 * the cutter asks; never more, whatever the length of the epoch.
 *
 * Early closes: see `UrgencyRule`. At most 4.4 s + 256 / 300 s (the grid's step), that is 5.26 s of device time, pass from the
 * last beat that the watch saw to the close of the piece that shows 4.4 s of silence. After the last beat, the watch may still
 * take its T wave for a beat, up to 0.5 s later, and it sees a beat up to 0.15 s after the R-peak: 5.9 s in all, inside the
 * 6.2 s that this stage has. If the watch misses a true last beat, the piece only closes sooner. An early piece waits for no
 * sample after its end. Noise that looks like beats breaks this derivation: docs/decisions/2026-11-25-quality.md has the
 * measured delays.
 */
export class PieceCutter {
  readonly #rate: number;
  readonly #support: number;
  readonly #recent: RecentSamples;
  readonly #watch: QrsWatch;
  readonly #urgency: UrgencyRule;
  readonly #asks: boolean;
  #question: HasteQuestion | undefined;
  /** Native samples taken, missing ones included. */
  #taken = 0;
  #open: Open | undefined;
  /** A window that waits for the samples after its end that resampling needs. */
  #waiting: Piece | undefined;
  /** Next multiple of 256 model samples, and the first native sample from there on. */
  #step = STEP;
  #stepIndex: number;
  #missing = 0;

  constructor({ rate, gain, asks = false }: PieceCutterOptions) {
    this.#rate = rate;
    this.#support = resampleSupport(rate, MODEL_RATE);
    const kept = nativeIndex(WINDOW, rate) + 2 * this.#support + 2;
    this.#recent = new RecentSamples(asks ? Math.max(kept, nativeIndex(ASKED, rate)) : kept);
    this.#watch = new QrsWatch({ rate, gain });
    this.#urgency = new UrgencyRule(this.#watch, rate, asks);
    this.#asks = asks;
    this.#stepIndex = nativeIndex(STEP, rate);
  }

  /**
   * Takes the next native ADC value or `MISSING`.
   *
   * @param leadOff the device says that the electrode is off
   * @returns the pieces that can be sent now; undefined if there are none
   */
  push(value: number, leadOff = false): CutPiece[] | undefined {
    if (this.#question !== undefined) throw new Error('a sample before the question was settled');
    let closed: CutPiece[] | undefined;
    if (value === MISSING) closed = this.#endRun();
    else this.#take(value, leadOff);
    this.#taken++;
    const waiting = this.#waiting;
    if (waiting !== undefined && this.#taken >= waiting.firstIndex + waiting.count + this.#support) {
      (closed ??= []).push(this.#closeWaiting(waiting));
    }
    if (this.#taken === this.#stepIndex) {
      const piece = this.#reachStep();
      if (piece !== undefined) (closed ??= []).push(piece);
    }
    return closed;
  }

  /** Asks the question that `push` left, if there is one. Resolves with the piece that the answer closes. */
  async settle(ask: AskHaste): Promise<CutPiece | undefined> {
    const question = this.#question;
    if (question === undefined) return undefined;
    const opinion = await ask(question);
    this.#question = undefined;
    return this.#endStep(this.#urgency.answered(opinion, this.#taken / this.#rate));
  }

  /** Whether `settle` has something to ask. */
  get isAsking(): boolean {
    return this.#question !== undefined;
  }

  /** Ends the epoch: closes what is open. */
  end(): CutPiece[] {
    return this.#closeRun(false);
  }

  #take(value: number, leadOff: boolean): void {
    if (this.#open === undefined) {
      this.#watch.restart(this.#missing);
      this.#missing = 0;
      this.#urgency.restart(this.#taken / this.#rate);
      const window = this.#step - STEP - ((this.#step - STEP) % WINDOW);
      const atBorder = this.#taken === nativeIndex(window, this.#rate);
      // The first model sample of a window may lie just before its first native one.
      const start = atBorder ? window : modelIndex(this.#taken, this.#rate);
      this.#open = { start, firstIndex: this.#taken, gap: !atBorder };
      this.#recent.restart(this.#taken);
    }
    this.#recent.push(value);
    this.#watch.push(value);
    this.#urgency.take(value, leadOff);
  }

  #endRun(): CutPiece[] | undefined {
    this.#missing++;
    const closed = this.#closeRun(true);
    return closed.length > 0 ? closed : undefined;
  }

  #closeRun(gap: boolean): CutPiece[] {
    const closed: CutPiece[] = [];
    if (this.#waiting !== undefined) closed.push(this.#closeWaiting(this.#waiting));
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined || open.firstIndex === this.#taken) return closed;
    const border = open.start - (open.start % WINDOW) + WINDOW;
    const stop = Math.min(border, modelIndex(this.#taken, this.#rate));
    const length = Math.max(0, stop - open.start);
    const cut = { start: open.start, length, firstIndex: open.firstIndex, count: this.#taken - open.firstIndex };
    closed.push(this.#closed({ ...cut, whole: false, urgent: false, gap: open.gap || gap }));
    return closed;
  }

  /** Handles a multiple of 256 model samples: a window's border, or a place where a window may close early. */
  #reachStep(): CutPiece | undefined {
    const step = this.#step;
    this.#step += STEP;
    this.#stepIndex = nativeIndex(this.#step, this.#rate);
    const open = this.#open;
    if (open === undefined) return undefined;
    const haste = this.#urgency.haste(this.#taken / this.#rate, step - open.start, step % WINDOW === 0);
    if (haste === 'rhythm' && this.#asks) {
      const { samples, first } = this.#recent.slice(this.#taken - nativeIndex(ASKED, this.#rate), this.#taken);
      this.#question = { samples, first };
      return undefined;
    }
    return this.#endStep(haste !== undefined);
  }

  /** Ends the piece at the step that was just reached, if it is a border or `urgent`. */
  #endStep(urgent: boolean): CutPiece | undefined {
    const step = this.#step - STEP;
    const open = this.#open;
    const border = step % WINDOW === 0;
    if (open === undefined || (!border && !urgent)) return undefined;
    this.#urgency.closed(this.#taken / this.#rate, urgent);
    const whole = border && step - open.start === WINDOW && !open.gap;
    const { start, firstIndex, gap } = open;
    const piece = { start, length: step - start, firstIndex, count: this.#taken - firstIndex, whole, urgent, gap };
    this.#open = { start: step, firstIndex: this.#taken, gap: false };
    if (!whole || urgent || this.#support === 0) return this.#closed(piece);
    this.#waiting = piece;
    return undefined;
  }

  #closeWaiting(piece: Piece): CutPiece {
    this.#waiting = undefined;
    return this.#closed(piece);
  }

  #closed(piece: Piece): CutPiece {
    const around = piece.whole && !piece.urgent ? this.#support : 0;
    const from = nativeIndex(piece.start, this.#rate) - around;
    const { samples, first } = this.#recent.slice(
      around === 0 ? piece.firstIndex : from,
      piece.firstIndex + piece.count + around,
    );
    return { ...piece, samples, samplesFirst: first, closing: this.#taken };
  }
}

/**
 * Cuts `samples` (native ADC values, `MISSING` where there is none) into pieces, in order, exactly as an edge that asks no
 * detector cuts them as they arrive. Every sample that exists is owned by exactly one piece; no missing sample is owned.
 */
export function* cutPieces(samples: Int32Array, options: PieceCutterOptions): Generator<CutPiece, void> {
  const cutter = new PieceCutter(options);
  for (const value of samples) {
    const closed = cutter.push(value);
    if (closed !== undefined) yield* closed;
  }
  yield* cutter.end();
}

/** Cuts pieces as `cutPieces` does, but calls `ask`, if given, before a rhythm closes a window early, as the edge does. */
export async function* cutPiecesAsking(
  samples: Int32Array,
  options: Omit<PieceCutterOptions, 'asks'>,
  ask: AskHaste | undefined,
): AsyncGenerator<CutPiece, void> {
  if (ask === undefined) return yield* cutPieces(samples, options);
  const cutter = new PieceCutter({ ...options, asks: true });
  for (const value of samples) {
    const closed = cutter.push(value);
    if (closed !== undefined) yield* closed;
    const piece = cutter.isAsking ? await cutter.settle(ask) : undefined;
    if (piece !== undefined) yield piece;
  }
  yield* cutter.end();
}
