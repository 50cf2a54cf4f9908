/** Alarm limits with the customary adult defaults; the policy will carry the same shape. */
export interface AlarmLimits {
  /** Beats a minute. */
  readonly tachycardia: number;
  readonly bradycardia: number;
  /** Beats a minute by which the rate must come back before a rate alarm ends. */
  readonly hysteresis: number;
  /** Milliseconds of device time for which the rate must be beyond its limit. */
  readonly rateDelay: number;
  /** Milliseconds of device time without a beat on readable signal. */
  readonly asystole: number;
  /** Milliseconds of the window over which the share of AF steps is taken, and the shares that begin and end AF. */
  readonly afWindow: number;
  readonly afOn: number;
  readonly afOff: number;
}

export const ADULT_LIMITS: AlarmLimits = {
  tachycardia: 130,
  bradycardia: 45,
  hysteresis: 5,
  rateDelay: 5_000,
  asystole: 4_000,
  afWindow: 20_000,
  afOn: 0.75,
  afOff: 0.25,
};
