/** When a window is closed early: no beat for 4.4 s, waves without a beat, or an extreme rate. */
import type { HasteOpinion, SeenRate } from './haste.js';
import { STEP } from './grid.js';
import type { QrsWatch } from './qrs-watch.js';

/** Asystole is 4 s without a beat, and the tasks hold back the last 0.3 s of a signal; 0.1 s for rounding. */
export const SILENT_SECONDS = 4.4;
/** Closes follow each other no faster than this while beats are missed: the tasks see silence within 1.7 s. */
const EVERY = 2 * STEP;
/** The longest silence that an asystole can be set to (10 s) and all that `SILENT_SECONDS` allows for: then closes follow each other so fast. */
const TOLD_SECONDS = 15;
const EVERY_TOLD = 4 * STEP;
/** Who was denied for `HURRY_SECONDS` is asked again no sooner than this. */
const DENIED_EVERY_SECONDS = 1.7;
/** Beats a minute; customary limits for extreme rates are 140 to 150 and 35 to 40. */
const FAST = 140;
const SLOW = 40;
/**
 * A fast rate hurries for so long and then no more, and so does a slow one: the alarm was raised long ago, and a patient
 * whose rate stays there must not cost the lossless rung for hours. The spell ends when that rate was not there for as long
 * as `CALM_SECONDS`. Where somebody is asked it counts from the first answer that agrees, and is over once an alarm's whole condition was sent, that of a fast one twice.
 */
const HURRY_SECONDS = 30;
/**
 * So often all of a rate is told. Of a fast one the tasks may miss a beat that a lossy rung took from the window before, and have one more a
 * step later; a beat less makes a slow one slower.
 */
const TOLD_TIMES = { fast: 2, slow: 1 };
const CALM_SECONDS = 10;
/** So long no line with a heart behind it stands still, not even between two slow beats. */
const STILL_SECONDS = 1.5;
/** A constant line has an alarm of its own after 4 s of pieces that are nothing else; 0.1 s for rounding. */
const CONSTANT_SECONDS = 4.1;

/**
 * A window closes at the first multiple of 256 model samples at which the watch has seen no beat for 4.4 s (from the start
 * of the signal where it saw none), or the last few intervals say over 140 or under 40 a minute; then every 512, and on
 * the grid, until that is over; for a silence at every 1,024 once it has lasted for 15 s. Where a better detector is asked it closes only if
 * that one sees it too, and for a rate at every 256; that one is also asked about a line that was never calm for 4.4 s, in which the watch takes
 * waves like those of fibrillation for beats.
 *
 * A line that is constant to the LSB, or off by the device's flag, is told from a quiet one by pieces that hold nothing
 * else: what moved before it is closed away once it has stood still for 1.5 s, and 4.1 s of constant pieces close early
 * too. Then it has nothing new to say, and an alarm of its own: only whole windows close, until it moves.
 */
export class UrgencyRule {
  readonly #watch: QrsWatch;
  readonly #rate: number;
  readonly #asks: boolean;
  /** Model samples between two closes. */
  #every = EVERY;
  /** Since when every answer was no, and the time of the newest answer, seconds of the epoch. */
  #deniedFrom: number | undefined;
  #answeredAt = 0;
  /** Since when a better detector has seen no beat, seconds of the epoch. */
  #silentFrom: number | undefined;
  /** The newest question found nobody. */
  #isUnasked = false;
  /** The newest question is about waves alone: the watch itself has nothing to say. */
  #isDoubtAlone = false;
  #since = 0;
  #inSpell = false;
  /** Samples for which the line has not moved or was off. */
  #still = 0;
  /** Since when all pieces have been constant ones, seconds of the epoch; undefined while the open piece has moved. */
  #constantFrom: number | undefined;
  #constantShown = false;
  #value: number | undefined;
  readonly #fast: Spell;
  readonly #slow: Spell;

  /**
   * @param rate native rate in Hz
   * @param asks whether `answered` is told what a better detector sees
   */
  constructor(watch: QrsWatch, rate: number, asks = false) {
    this.#watch = watch;
    this.#rate = rate;
    this.#asks = asks;
    this.#fast = new Spell(asks, TOLD_TIMES.fast);
    this.#slow = new Spell(asks, TOLD_TIMES.slow);
  }

  /** Signal begins, at the start or after a gap. `now`: seconds of the epoch. */
  restart(now: number): void {
    this.#since = now;
    this.#inSpell = false;
    this.#deniedFrom = undefined;
    this.#silentFrom = undefined;
    this.#still = 0;
    this.#constantFrom = now;
    this.#constantShown = false;
    this.#value = undefined;
    this.#fast.restart();
    this.#slow.restart();
  }

  take(value: number, leadOff: boolean): void {
    if (value === this.#value || this.#value === undefined || leadOff) {
      this.#still++;
    } else {
      this.#still = 0;
      this.#constantFrom = undefined;
      this.#constantShown = false;
    }
    this.#value = value;
  }

  /**
   * Why the piece that could end now is to end in haste; undefined where it is not. A constant line is one without a doubt.
   *
   * @param now seconds of the epoch
   * @param length model samples of the piece
   * @param border it ends here in any case
   */
  haste(now: number, length: number, border: boolean): 'constant' | 'rhythm' | undefined {
    // Both are asked at every step: a spell goes on while the line stands still.
    const constant = this.#constantLineHurries(now);
    const rhythm = this.#rhythmHurries(now, length, border);
    return constant ? 'constant' : rhythm ? 'rhythm' : undefined;
  }

  /** The piece ended at `now`, in haste or at its border. */
  closed(now: number, hurried: boolean): void {
    if (hurried) this.#inSpell = true;
    if (this.#still > 0) this.#constantFrom ??= now;
  }

  /** Whether the piece is to end in haste after what a better detector sees: all of an extreme rate is told, and of a fast one again a step later. */
  answered({ silent, fast, slow, asked }: HasteOpinion, now: number): boolean {
    this.#isUnasked = asked === false;
    this.#silentFrom = silent && !this.#isUnasked ? (this.#silentFrom ?? now - SILENT_SECONDS) : undefined;
    if (this.#isUnasked) for (const spell of [this.#fast, this.#slow]) spell.goesByTheWatch(now);
    const isFast = this.#fast.tells(fast, now);
    const isSlow = this.#slow.tells(slow, now);
    const hurries = !(this.#isUnasked && this.#isDoubtAlone) && (silent || isFast || isSlow);
    this.#every = silent ? EVERY : STEP;
    this.#answeredAt = now;
    this.#deniedFrom = hurries ? undefined : (this.#deniedFrom ?? now);
    return hurries;
  }

  #constantLineHurries(now: number): boolean {
    if (this.#constantShown || this.#still < STILL_SECONDS * this.#rate) return false;
    if (this.#constantFrom === undefined) return true;
    this.#constantShown = now - this.#constantFrom >= CONSTANT_SECONDS;
    return this.#constantShown;
  }

  #rhythmHurries(now: number, length: number, border: boolean): boolean {
    const silentFor = now - (this.#watch.last ?? this.#since);
    const silent = silentFor >= SILENT_SECONDS;
    const extreme = this.#extremeRate(now);
    const restless = this.#asks && now - (this.#watch.lastCalm ?? this.#since) >= SILENT_SECONDS;
    const isDoubtAlone = !silent && !extreme;
    // What the watch sees itself is asked about at once, however long waves alone were denied.
    if (this.#isDoubtAlone && !isDoubtAlone) this.#deniedFrom = undefined;
    this.#isDoubtAlone = isDoubtAlone;
    if (isDoubtAlone && !restless) {
      this.#inSpell = false;
      this.#deniedFrom = undefined;
      this.#silentFrom = undefined;
      return false;
    }
    if (this.#constantShown || this.#waitsToAskAgain(now)) return false;
    const every = this.#isTold(now, silentFor) ? EVERY_TOLD : this.#every;
    return border || !this.#inSpell || length >= every;
  }

  #isTold(now: number, silentFor: number): boolean {
    const heard = this.#silentFrom === undefined ? 0 : now - this.#silentFrom;
    return (this.#asks && !this.#isUnasked ? heard : silentFor) >= TOLD_SECONDS;
  }

  #waitsToAskAgain(now: number): boolean {
    const isDenied = this.#deniedFrom !== undefined && now - this.#deniedFrom >= HURRY_SECONDS;
    return this.#asks && isDenied && now - this.#answeredAt < DENIED_EVERY_SECONDS;
  }

  #extremeRate(now: number): boolean {
    const fast = this.#watch.fastInterval;
    const slow = this.#watch.slowInterval(now);
    // T waves that look like fast beats must not use up the haste of a slow rate.
    const isFast = this.#fast.hurries(fast !== undefined && fast < 60 / FAST, now);
    const isSlow = this.#slow.hurries(slow !== undefined && slow > 60 / SLOW, now);
    return isFast || isSlow;
  }
}

/** For how long one kind of extreme rate has been there. Seconds of the epoch. */
class Spell {
  readonly #asks: boolean;
  readonly #toldTimes: number;
  #from: number | undefined;
  #last = 0;
  /** The watch sees it. */
  #isThere = false;
  /** How often all of it was told. */
  #told = 0;

  constructor(asks: boolean, toldTimes: number) {
    this.#asks = asks;
    this.#toldTimes = toldTimes;
  }

  restart(): void {
    this.#from = undefined;
    this.#told = 0;
  }

  /** By the watch. */
  hurries(isExtreme: boolean, now: number): boolean {
    this.#isThere = isExtreme;
    if (isExtreme) {
      if (!this.#asks) this.#from ??= now;
      this.#last = now;
    } else if (now - this.#last > CALM_SECONDS) {
      this.restart();
    }
    return isExtreme && this.#goesOn(now);
  }

  /** Where nobody could be asked: what the watch sees counts. */
  goesByTheWatch(now: number): void {
    if (this.#isThere) this.#from ??= now;
  }

  /** By a better detector. */
  tells(seen: SeenRate, now: number): boolean {
    if (seen === undefined) return false;
    this.#from ??= now;
    this.#last = now;
    const hurries = this.#goesOn(now);
    if (seen === 'shown') this.#told++;
    return hurries;
  }

  #goesOn(now: number): boolean {
    return this.#told < this.#toldTimes && now - (this.#from ?? now) < HURRY_SECONDS;
  }
}
