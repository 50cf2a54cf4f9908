/** Marks a sample that the source does not have. Never a voltage, never 0, and never NaN in JSON. */
export const MISSING = -(2 ** 31);

/** Ends of an ADC's range: at or beyond them the signal is cut off. */
export interface Rails {
  readonly low: number;
  readonly high: number;
}

/** One lead of a recording as the device wrote it. */
export interface Lead {
  readonly name: string;
  /** Samples a second of this lead. */
  readonly rate: number;
  /** ADC units per millivolt; negative where the lead is inverted by its header. */
  readonly gain: number;
  /** ADC value at 0 mV. */
  readonly baseline: number;
  /** False where the source gave no gain, so that 200 ADC units per millivolt is assumed. */
  readonly calibrated: boolean;
  /** Set only where the signal is no voltage: `gain` is per this unit then. */
  readonly foreignUnit?: string;
  /** Lowest and highest ADC value that the device can give, where the source says so. */
  readonly rails?: Rails;
  /** Native ADC values; `MISSING` where the source has none. */
  readonly samples: Int32Array;
}

export interface Recording {
  readonly name: string;
  /** Frames a second (the rate of leads with one sample a frame). */
  readonly rate: number;
  readonly leads: readonly Lead[];
  /** UTC start where the source gives one. */
  readonly start?: Date;
  /** What was wrong and could be read all the same. */
  readonly warnings: readonly string[];
}

export interface Annotation {
  /** Frame index from the start of the recording. */
  readonly sample: number;
  /** WFDB mnemonic: 'N', 'V', '+', ... */
  readonly symbol: string;
  readonly subtype: number;
  readonly channel: number;
  readonly number: number;
  /** Free text of the annotation, for example '(AFIB' of a rhythm change; '' where there is none. */
  readonly aux: string;
}
