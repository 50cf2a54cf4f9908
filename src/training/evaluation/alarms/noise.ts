/** Noise for the recordings: stretches of recorded noise if the folder has such records, otherwise synthesised noise. */
import { join } from 'node:path';
import type { Random } from '../../../lib/signal/random.js';
import { MISSING } from '../../../lib/signal/types.js';
import { readRecording } from '../../../lib/signal/wfdb/index.js';
import type { RecordNotes } from '../record-notes.js';
import { noiseNames, type NoiseRecord } from './material.js';
import { electrodeMotion, muscle, unit, wander, type Synthesis } from './synthesis.js';

const MADE: Readonly<Record<NoiseRecord, Synthesis>> = { bw: wander, em: electrodeMotion, ma: muscle };

type Recorded = ReadonlyMap<NoiseRecord, { readonly rate: number; readonly leads: readonly Float64Array[] }>;

export class NoiseStore {
  readonly #recorded: Recorded;

  private constructor(recorded: Recorded) {
    this.#recorded = recorded;
  }

  /** Reads those of the records `bw`, `em` and `ma` that the folder has; with `notes`, damaged ones are left out. */
  static async open(folder: string, notes?: RecordNotes): Promise<NoiseStore> {
    const recorded = new Map<NoiseRecord, { rate: number; leads: Float64Array[] }>();
    for (const name of await noiseNames(folder)) {
      const once = () => readRecording(join(folder, name));
      const read = await (notes === undefined ? once() : notes.orLeaveOut(name, once));
      if ('reason' in read) continue;
      const { rate, leads, warnings } = read;
      for (const text of warnings) notes?.warn(name, text);
      const whole = leads.filter((lead) => lead.rate === rate && !lead.samples.includes(MISSING));
      if (whole.length > 0) recorded.set(name, { rate, leads: whole.map((lead) => Float64Array.from(lead.samples)) });
    }
    return new NoiseStore(recorded);
  }

  /** Names of the noises that are recorded; the others are synthesised. */
  get recorded(): NoiseRecord[] {
    return [...this.#recorded.keys()];
  }

  /** `count` frames at `rate` for a lead, mean 0 and standard deviation 1. */
  draw(name: NoiseRecord, lead: number, count: number, rate: number, random: Random): Float64Array {
    const known = this.#recorded.get(name);
    // Noise of another rate would have another spectrum.
    if (known?.rate !== rate) return MADE[name](count, rate, random);
    const samples = known.leads[lead % known.leads.length] ?? new Float64Array();
    if (samples.length < count) return MADE[name](count, rate, random);
    const from = random.integer(samples.length - count + 1);
    return unit(samples.subarray(from, from + count));
  }
}
