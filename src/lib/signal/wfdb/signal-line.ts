import type { Rails } from '../types.js';
import { decimal, invalid, splitFields } from './text.js';

/** How one signal is stored and what its numbers mean, from its line of the header. */
export interface SignalSpec {
  /** As written in the header: relative to the header's folder, '~' for no file. */
  readonly file: string;
  /** WFDB format number; 0 for a signal without samples. */
  readonly format: number;
  readonly samplesPerFrame: number;
  /** Frames by which the stored signal lags the others: sample t of the lead is in stored frame t + skew. */
  readonly skew: number;
  /** Bytes before the first sample. */
  readonly byteOffset: number;
  readonly name: string;
  /** ADC units per millivolt, or per `foreignUnit` if that is set. */
  readonly gain: number;
  readonly baseline: number;
  readonly calibrated: boolean;
  /** Set only if the signal is not a voltage: such a lead is never calibrated in millivolts. */
  readonly foreignUnit?: string;
  /** Range of the ADC: zero +- 2^(resolution - 1); absent if the header states no resolution. */
  readonly rails?: Rails;
  /** Starting value of format 8, which stores differences. */
  readonly initial: number;
  /** 16-bit sum of the stored samples; undefined if the header has none, or 0, as from software that computes none. */
  readonly checksum?: number;
}

/** ADC units per millivolt if the header states no gain. */
export const DEFAULT_GAIN = 200;
/** A whole frame is held in memory. */
const MAX_SAMPLES_PER_FRAME = 2 ** 20;
const VOLTS: Record<string, number> = { mv: 1, uv: 1e-3, µv: 1e-3, μv: 1e-3, nv: 1e-6, v: 1e3 };

/**
 * Parses one signal line: `file format[xSPF][:skew][+offset] [gain[(baseline)][/unit] [resolution [zero [initial [checksum
 * [block [description]]]]]]]`.
 *
 * @param index position among the signals, used as the name of a lead that the header leaves unnamed
 * @throws DynamicDeepError RECORD_INVALID
 */
export function parseSignalLine(line: string, index: number, where: string): SignalSpec {
  const at = `${where}, signal ${index}`;
  // The description is the rest of the line after eight fields, blanks included.
  const { fields, rest: description } = splitFields(line, 8);
  const [file, format, gain, resolution, zero, initial, checksum] = fields;
  if (file === undefined || format === undefined) throw invalid(at, 'a signal line needs a file and a format');
  const adcZero = whole(zero, at, 'ADC zero') ?? 0;
  const sum = whole(checksum, at, 'checksum') ?? 0;
  return {
    file,
    ...parseFormat(format, at),
    ...parseGain(gain, adcZero, at),
    name: description === '' ? `signal ${index}` : description,
    initial: whole(initial, at, 'initial value') ?? adcZero,
    ...(sum === 0 ? {} : { checksum: sum }),
    ...railsOf(whole(resolution, at, 'ADC resolution') ?? 0, adcZero),
  };
}

/** Computes the rails. A resolution of 0 or none is unknown; one beyond 32 bits is taken for a typing error. */
function railsOf(bits: number, zero: number): { rails?: Rails } {
  if (bits < 1 || bits > 32) return {};
  return { rails: { low: zero - 2 ** (bits - 1), high: zero + 2 ** (bits - 1) - 1 } };
}

type Storage = Pick<SignalSpec, 'format' | 'samplesPerFrame' | 'skew' | 'byteOffset'>;

function parseFormat(field: string, at: string): Storage {
  const match = /^(\d{1,4})((?:[x:+]\d{1,15})*)$/.exec(field);
  if (!match) throw invalid(at, 'the format is not of the form 16x2:1+24');
  const storage = { samplesPerFrame: 1, skew: 0, byteOffset: 0 };
  for (const [, sign, digits] of (match[2] ?? '').matchAll(/([x:+])(\d+)/g)) {
    const value = Number(digits);
    if (sign === 'x') storage.samplesPerFrame = Math.max(1, value);
    else if (sign === ':') storage.skew = value;
    else storage.byteOffset = value;
  }
  if (storage.samplesPerFrame > MAX_SAMPLES_PER_FRAME) throw invalid(at, 'more samples a frame than can be held');
  return { format: Number(match[1]), ...storage };
}

type Calibration = Pick<SignalSpec, 'gain' | 'baseline' | 'calibrated' | 'foreignUnit'>;

function parseGain(field: string | undefined, adcZero: number, at: string): Calibration {
  if (field === undefined) return { gain: DEFAULT_GAIN, baseline: adcZero, calibrated: false };
  const match = /^([^(/]+)(?:\(([^)]*)\))?(?:\/(.+))?$/u.exec(field);
  const stated = match?.[1] === undefined ? undefined : decimal(match[1]);
  const baseline = match?.[2] === undefined ? adcZero : decimal(match[2]);
  if (stated === undefined || baseline === undefined) throw invalid(at, 'the gain is not of the form 200(1024)/mV');
  const unit = match?.[3] ?? 'mV';
  const millivolts = VOLTS[unit.toLowerCase()];
  if (millivolts === undefined) {
    return { gain: stated === 0 ? DEFAULT_GAIN : stated, baseline, calibrated: false, foreignUnit: unit };
  }
  const gain = stated / millivolts;
  // False also if a number that looks legal, such as 1e-320, is outside the range of gains that can be divided by.
  const usable = Math.abs(gain) >= 1e-9 && Math.abs(gain) <= 1e12;
  return usable
    ? { gain: tidy(gain), baseline, calibrated: true }
    : { gain: DEFAULT_GAIN, baseline, calibrated: false };
}

/** Rounds a gain: 0.2 per microvolt is 200 per millivolt, not 200.00000000000003. */
function tidy(gain: number): number {
  return Number(gain.toPrecision(15));
}

function whole(text: string | undefined, at: string, what: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[-+]?\d{1,15}$/.test(text)) throw invalid(at, `the ${what} is not a whole number`);
  return Number(text);
}
