/** When a window is closed early: no beat for 4.4 s, or an extreme rate. */
import { STEP } from './grid.js';
import type { QrsWatch } from './qrs-watch.js';

/** Asystole is 4 s without a beat, and the tasks hold back the last 0.3 s of a signal; 0.1 s for rounding. */
const SILENT_SECONDS = 4.4;
/** Closes follow each other no faster than this while beats are missed: the tasks see silence within 1.7 s. */
const EVERY = 2 * STEP;
/** Beats a minute; customary limits for extreme rates are 140 to 150 and 35 to 40. */
const FAST = 140;
const SLOW = 40;
/**
 * An extreme rate hurries for so long and then no more: the alarm was raised long ago, and a patient whose rate stays
 * there must not cost the lossless rung for hours. The spell ends when the rate was normal for as long as `CALM_SECONDS`.
 */
const HURRY_SECONDS = 30;
const CALM_SECONDS = 10;

/**
 * A window closes at the first multiple of 256 model samples at which the watch has seen no beat for 4.4 s (from the start
 * of the signal where it saw none), or the last few intervals say over 140 or under 40 a minute; then every 512, and on
 * the grid, until that is over. A line that has been constant to the LSB, or off by the device's flag, for 4.4 s at such a
 * close has nothing new to say, and an alarm of its own: from then on only whole windows close, until it moves.
 */
export class UrgencyRule {
  readonly #watch: QrsWatch;
  readonly #rate: number;
  #since = 0;
  #inSpell = false;
  /** Samples for which the line has not moved or was off. */
  #still = 0;
  #stillShown = false;
  #value: number | undefined;
  #extremeFrom: number | undefined;
  #extremeLast = 0;

  /** @param rate native rate in Hz */
  constructor(watch: QrsWatch, rate: number) {
    this.#watch = watch;
    this.#rate = rate;
  }

  /** Signal begins, at the start or after a gap. `now`: seconds of the epoch. */
  restart(now: number): void {
    this.#since = now;
    this.#inSpell = false;
    this.#still = 0;
    this.#stillShown = false;
    this.#value = undefined;
    this.#extremeFrom = undefined;
  }

  take(value: number, leadOff: boolean): void {
    if (value === this.#value || leadOff) {
      this.#still++;
    } else {
      this.#still = 0;
      this.#stillShown = false;
    }
    this.#value = value;
  }

  /**
   * Whether the piece that could end now is to end, and hurries.
   *
   * @param now seconds of the epoch
   * @param length model samples of the piece
   * @param border it ends here in any case
   */
  hurries(now: number, length: number, border: boolean): boolean {
    const silent = now - (this.#watch.last ?? this.#since) >= SILENT_SECONDS;
    // Both are asked at every step: the rate's spell must be followed during silence too.
    const extreme = this.#extremeRate(now);
    if (!silent && !extreme) {
      this.#inSpell = false;
      return false;
    }
    if (this.#stillShown || (this.#inSpell && length < EVERY && !border)) return false;
    this.#inSpell = true;
    this.#stillShown = this.#still >= SILENT_SECONDS * this.#rate;
    return true;
  }

  #extremeRate(now: number): boolean {
    const fast = this.#watch.fastInterval;
    const slow = this.#watch.slowInterval(now);
    const extreme = (fast !== undefined && fast < 60 / FAST) || (slow !== undefined && slow > 60 / SLOW);
    if (extreme) {
      this.#extremeFrom ??= now;
      this.#extremeLast = now;
    } else if (now - this.#extremeLast > CALM_SECONDS) {
      this.#extremeFrom = undefined;
    }
    return extreme && now - (this.#extremeFrom ?? now) < HURRY_SECONDS;
  }
}
