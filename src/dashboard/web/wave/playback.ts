/**
 * Which device time a sweep shows: it runs evenly behind the newest sample, by a window and what the way here varies by.
 * Windows come every six seconds at once; shown as they come, the line would stand and leap.
 */
import { follows, type Wave } from './wave.js';

/** Kept between the played time and the newest sample when a window comes, wall ms. */
const MARGIN_MS = 800;
/** More than this behind: leap instead of hurrying. Wall ms. */
const LEAP_MS = 15_000;
/** Share by which it hurries while there is more in hand than needed. */
const HURRY = 0.03;
const LOOK_BACK = 6;

export class Playback {
  #at: number | undefined;
  #frame = 0;
  #takenAt = -Infinity;
  #newest: Wave | undefined;
  /** What was left in hand each time that a window came, wall ms. */
  #spare: number[] = [];

  /** `now`: wall ms of the monotonic clock. */
  take(wave: Wave, now: number): void {
    const at = this.position(now);
    const before = this.#newest;
    if (before !== undefined && wave.endAt <= before.endAt) return;
    this.#newest = wave;
    this.#frame = now;
    const begin = wave.startAt - MARGIN_MS * wave.clockRate;
    const duration = (wave.endAt - wave.startAt) / wave.clockRate;
    // Windows that come faster than they last are what was held back: only the newest is to be played.
    const isBacklog = now - this.#takenAt < duration / 2;
    this.#takenAt = now;
    if (at === undefined || before === undefined) {
      this.#at = begin;
      return;
    }
    // Behind a hole the line goes on where there is signal again; the hole stays as wide as it was.
    const isBehindHole = !follows(wave, before) && at >= before.endAt - 1;
    const isTooFar = wave.startAt - at > LEAP_MS * wave.clockRate;
    if (isBehindHole || isTooFar || isBacklog) {
      this.#at = Math.max(at, begin);
      this.#spare = [];
      return;
    }
    this.#spare = [...this.#spare, (before.endAt - at) / wave.clockRate].slice(-LOOK_BACK);
  }

  /** Device ms that is shown now, never beyond what is there; undefined before the first window. */
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
