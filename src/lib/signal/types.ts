/** Marks a sample that the source does not have. Never a voltage, never 0, and never NaN in JSON. */
export const MISSING = -(2 ** 31);

/** Ends of an ADC's range; the signal is clipped there. */
export interface Rails {
  readonly low: number;
  readonly high: number;
}

/** One lead of a recording, as the device wrote it. */
export interface Lead {
  readonly name: string;
  /** Samples per second of this lead. */
  readonly rate: number;
  /** ADC units per millivolt; negative if its header inverts the lead. */
  readonly gain: number;
  /** ADC value at 0 mV. */
  readonly baseline: number;
  /** False if the source gave no gain and 200 ADC units per millivolt are assumed. */
  readonly calibrated: boolean;
  /** Set only if the signal is not a voltage: `gain` is then per this unit. */
  readonly foreignUnit?: string;
  /** Lowest and highest ADC value that the device can give, if the source states them. */
  readonly rails?: Rails;
  /** Native ADC values; `MISSING` for samples that the source does not have. */
  readonly samples: Int32Array;
}

export interface Recording {
  readonly name: string;
  /** Frames per second (the rate of leads with one sample per frame). */
  readonly rate: number;
  readonly leads: readonly Lead[];
  /** UTC start, if the source states it. */
  readonly start?: Date;
  /** Defects of the source that did not prevent reading it. */
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
  /** Free text of the annotation, for example '(AFIB' of a rhythm change; '' if there is none. */
  readonly aux: string;
}
