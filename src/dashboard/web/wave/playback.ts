/**
 * Chooses the device time that a sweep shows. It advances evenly, one window plus the jitter of arrival behind the newest
 * sample: a window of six seconds arrives at once, and drawn on arrival the line would alternately stand still and leap.
 */
import { follows, type Wave } from './wave.js';

/** Signal that should still be unplayed when the next window arrives, wall ms. */
const MARGIN_MS = 800;
/** Lag above which playback leaps instead of hurrying, wall ms. */
const LEAP_MS = 15_000;
/** Share by which playback speeds up while more signal is unplayed than needed. */
const HURRY = 0.03;
const LOOK_BACK = 6;

export class Playback {
  #at: number | undefined;
  #frame = 0;
  #takenAt = -Infinity;
  #newest: Wave | undefined;
  /** Signal that was unplayed when each of the last windows arrived, wall ms. */
  #spare: number[] = [];

  /** Takes a window that has arrived. `now`: ms of the monotonic clock. */
  take(wave: Wave, now: number): void {
    const at = this.position(now);
    const before = this.#newest;
    if (before !== undefined && wave.endAt <= before.endAt) return;
    this.#newest = wave;
    this.#frame = now;
    const begin = wave.startAt - MARGIN_MS * wave.clockRate;
    const duration = (wave.endAt - wave.startAt) / wave.clockRate;
    // Windows that arrive faster than they last were held back: play only the newest.
    const isBacklog = now - this.#takenAt < duration / 2;
    this.#takenAt = now;
    if (at === undefined || before === undefined) {
      this.#at = begin;
      return;
    }
    // After a hole the line continues where the signal does, so that the hole keeps its width.
    const isBehindHole = !follows(wave, before) && at >= before.endAt - 1;
    const isTooFar = wave.startAt - at > LEAP_MS * wave.clockRate;
    if (isBehindHole || isTooFar || isBacklog) {
      this.#at = Math.max(at, begin);
      this.#spare = [];
      return;
    }
    this.#spare = [...this.#spare, (before.endAt - at) / wave.clockRate].slice(-LOOK_BACK);
  }

  /** Device ms to show now, never beyond the newest sample; undefined before the first window. */
  position(now: number): number | undefined {
    const newest = this.#newest;
    if (this.#at === undefined || newest === undefined) return undefined;
    const passed = Math.max(0, now - this.#frame);
    this.#frame = now;
    const spare = this.#spare.length < LOOK_BACK ? 0 : Math.min(...this.#spare);
    const pace = spare > 2 * MARGIN_MS ? 1 + HURRY : 1;
    this.#at = Math.min(newest.endAt, this.#at + passed * newest.clockRate * pace);
    return this.#at;
  }
}
