import { MISSING } from '../types.js';
import type { Header } from './header.js';
import type { SignalSpec } from './signal-line.js';
import { invalid } from './text.js';

/**
 * Finds the signal of a segment for each lead of the record.
 *
 * @param byName leads are matched by name and may be absent; otherwise by position, and all must be there
 * @returns for each lead an index into the segment's signals, -1 for an absent one
 */
export function matchSignals(
  leads: readonly SignalSpec[],
  segment: Header,
  byName: boolean,
  where: string,
): { source: number[]; warnings: string[] } {
  const { signals } = segment;
  if (!byName && signals.length !== leads.length) {
    throw invalid(where, `segment ${segment.name}: expected ${leads.length} signals, got ${signals.length}`);
  }
  const taken = new Set<number>();
  const source = leads.map((lead, index) => {
    const found = byName ? signals.findIndex((s, k) => s.name === lead.name && !taken.has(k)) : index;
    taken.add(found);
    const signal = signals[found];
    if (signal && signal.samplesPerFrame !== lead.samplesPerFrame) {
      throw invalid(where, `segment ${segment.name}: lead ${lead.name} has another number of samples a frame`);
    }
    return found;
  });
  const extra = signals.filter((_, k) => !taken.has(k));
  return { source, warnings: extra.map((s) => `segment ${segment.name}: lead ${s.name} is not in the layout`) };
}

/**
 * Determines the scale of each lead of the record. If the segments agree it is theirs, so that their samples stay as stored (a
 * layout's own gain is only a default). If they differ it is the finest of them, and the other segments are converted.
 */
export function referenceSignals(
  leads: readonly SignalSpec[],
  segments: readonly { signals: readonly SignalSpec[]; source: readonly number[] }[],
  where: string,
): { signals: SignalSpec[]; warnings: string[] } {
  const warnings: string[] = [];
  const result = leads.map((lead, index) => {
    const own = segments.flatMap(({ signals, source }) => signals[source[index] ?? -1] ?? []);
    const [first = lead, ...rest] = own;
    const finest = rest.reduce((best, signal) => (Math.abs(signal.gain) > Math.abs(best.gain) ? signal : best), first);
    if (own.some((signal) => !sameScale(signal, finest))) {
      warnings.push(`${where}, lead ${lead.name}: segments differ in gain or baseline and were brought to the finest`);
    }
    // Segments in volts and segments in a unit that is not a voltage cannot be mixed.
    if (own.some((signal) => signal.foreignUnit !== finest.foreignUnit)) {
      throw invalid(where, `lead ${lead.name} changes its unit between segments`);
    }
    return { ...finest, name: lead.name, calibrated: own.every((signal) => signal.calibrated) && finest.calibrated };
  });
  return { signals: result, warnings };
}

/** Converts samples from the scale of `own` to that of `reference`, rounded to its units. */
export function convert(samples: Int32Array, own: SignalSpec, reference: SignalSpec): Int32Array {
  if (sameScale(own, reference)) return samples;
  const scale = reference.gain / own.gain;
  return samples.map((value) => {
    if (value === MISSING) return MISSING;
    const converted = Math.round((value - own.baseline) * scale + reference.baseline);
    // A value beyond 32 bits cannot be given, and a wrapped one would be a false voltage.
    return Math.abs(converted) < 2 ** 31 ? converted : MISSING;
  });
}

function sameScale(a: SignalSpec, b: SignalSpec): boolean {
  return a.gain === b.gain && a.baseline === b.baseline;
}
