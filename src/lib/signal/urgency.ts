/** Decides when a window closes early: no beat for 4.4 s, waves without a beat, or an extreme rate. */
import type { HasteOpinion, SeenRate } from './haste.js';
import { STEP } from './grid.js';
import type { QrsWatch } from './qrs-watch.js';

/** Asystole is 4 s without a beat, the tasks hold back the last 0.3 s of a signal, and 0.1 s allows for rounding. */
export const SILENT_SECONDS = 4.4;
/** Minimum model samples between two closes while beats are missing: the tasks see silence within 1.7 s. */
const EVERY = 2 * STEP;
/**
 * Covers the longest silence that asystole can be set to (10 s) and all that `SILENT_SECONDS` allows for. After so long a
 * silence, closes are at least `EVERY_TOLD` model samples apart.
 */
const TOLD_SECONDS = 15;
const EVERY_TOLD = 4 * STEP;
/** After `HURRY_SECONDS` of nothing but denials, the next question comes no sooner than this after the last answer. */
const DENIED_EVERY_SECONDS = 1.7;
/** Beats per minute; customary limits for extreme rates are 140 to 150 and 35 to 40. */
const FAST = 140;
const SLOW = 40;
/**
 * A fast rate closes windows early for this long and then no more, and so does a slow one: the alarm was raised long ago, and a
 * patient whose rate stays there must not cost the lossless rung for hours. The spell ends once that rate has been absent for
 * `CALM_SECONDS`. If a detector is asked, the time counts from its first answer that agrees, and the early closes end once the
 * alarm's whole condition was sent, twice for a fast rate.
 */
const HURRY_SECONDS = 30;
/**
 * How often the whole condition of a rate is sent. Of a fast rate, the tasks may miss a beat that a lossy rung took from the
 * window before, and have one more a step later; a missing beat only makes a slow rate slower.
 */
const TOLD_TIMES = { fast: 2, slow: 1 };
const CALM_SECONDS = 10;
/** No line with a heart behind it stands still for this long, not even between two slow beats. */
const STILL_SECONDS = 1.5;
/** A constant line has an alarm of its own after 4 s of pieces that are nothing but constant; 0.1 s for rounding. */
const CONSTANT_SECONDS = 4.1;

/**
 * A window closes at the first multiple of 256 model samples at which the watch has seen no beat for 4.4 s (counted from the
 * start of the signal if it saw none), or the last few intervals give a rate over 140 or under 40 a minute. It then closes
 * every 512, and on the grid, until that is over; once a silence has lasted for 15 s, every 1,024. If a better detector is
 * asked, a window closes only if that one agrees, and for a rate every 256. It is also asked about a line that has not been
 * calm for 4.4 s, in which the watch takes waves like those of fibrillation for beats.
 *
 * A line that is constant to the LSB, or off by the device's flag, is distinguished from a quiet one by pieces that hold
 * nothing else. Once it has stood still for 1.5 s, the signal that moved before is closed off as a piece; 4.1 s of constant
 * pieces then close early too. After that it says nothing new, and has an alarm of its own: only whole windows close until it
 * moves.
 */
export class UrgencyRule {
  readonly #watch: QrsWatch;
  readonly #rate: number;
  readonly #asks: boolean;
  /** Model samples between two closes. */
  #every = EVERY;
  /** Since when every answer was a denial, and the time of the newest answer; seconds of the epoch. */
  #deniedFrom: number | undefined;
  #answeredAt = 0;
  /** Since when a better detector has seen no beat, seconds of the epoch. */
  #silentFrom: number | undefined;
  /** No detector answered the newest question. */
  #isUnasked = false;
  /** The newest question is about waves alone: the watch itself reports neither silence nor an extreme rate. */
  #isDoubtAlone = false;
  #since = 0;
  #inSpell = false;
  /** Number of samples for which the line has not moved or was off. */
  #still = 0;
  /** Since when all pieces have been constant, seconds of the epoch; undefined while the open piece has moved. */
  #constantFrom: number | undefined;
  #constantShown = false;
  #value: number | undefined;
  readonly #fast: Spell;
  readonly #slow: Spell;

  /**
   * @param rate native rate in Hz
   * @param asks whether a better detector is asked; `answered` then takes what it sees
   */
  constructor(watch: QrsWatch, rate: number, asks = false) {
    this.#watch = watch;
    this.#rate = rate;
    this.#asks = asks;
    this.#fast = new Spell(asks, TOLD_TIMES.fast);
    this.#slow = new Spell(asks, TOLD_TIMES.slow);
  }

  /** Begins a signal, at the start or after a gap. `now`: seconds of the epoch. */
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
   * Says why the piece that could end now should end early; undefined if it should not. A constant line needs no second
   * opinion.
   *
   * @param now seconds of the epoch
   * @param length model samples of the piece
   * @param border the piece ends here in any case
   */
  haste(now: number, length: number, border: boolean): 'constant' | 'rhythm' | undefined {
    // Both are evaluated at every step: a spell goes on while the line stands still.
    const constant = this.#constantLineHurries(now);
    const rhythm = this.#rhythmHurries(now, length, border);
    return constant ? 'constant' : rhythm ? 'rhythm' : undefined;
  }

  /** Notes that the piece ended at `now`, early or at its border. */
  closed(now: number, hurried: boolean): void {
    if (hurried) this.#inSpell = true;
    if (this.#still > 0) this.#constantFrom ??= now;
  }

  /**
   * Takes what a better detector sees, and says whether the piece should end early. An extreme rate closes until its whole
   * condition was sent, for a fast one a second time a step later.
   */
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
    // A finding of the watch itself is asked about at once, however long waves alone were denied.
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
    // T waves that look like fast beats must not use up the time of a slow rate.
    const isFast = this.#fast.hurries(fast !== undefined && fast < 60 / FAST, now);
    const isSlow = this.#slow.hurries(slow !== undefined && slow > 60 / SLOW, now);
    return isFast || isSlow;
  }
}

/** Measures for how long one kind of extreme rate has lasted. Times in seconds of the epoch. */
class Spell {
  readonly #asks: boolean;
  readonly #toldTimes: number;
  #from: number | undefined;
  #last = 0;
  /** The watch sees the rate now. */
  #isThere = false;
  /** How often its whole condition was sent. */
  #told = 0;

  constructor(asks: boolean, toldTimes: number) {
    this.#asks = asks;
    this.#toldTimes = toldTimes;
  }

  restart(): void {
    this.#from = undefined;
    this.#told = 0;
  }

  /** Takes whether the watch sees the rate; says whether to close early. */
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

  /** Counts the spell from what the watch sees: no detector could be asked. */
  goesByTheWatch(now: number): void {
    if (this.#isThere) this.#from ??= now;
  }

  /** Takes what a better detector sees; says whether to close early. */
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
