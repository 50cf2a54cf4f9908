/** Lossless ways to send a record that are not rungs of a ladder. */
import { gzipSync } from 'node:zlib';
import { nativeIndex, RECORD } from '../../../lib/signal/grid.js';
import type { Stretch } from '../../../lib/signal/model-rate.js';
import type { Sent } from './parts.js';
import type { EcgRecord } from './records.js';

const EXACT = { lossless: true, predicted: undefined, prdn: 0 } as const;

/** @param rung index of the rung that the segments state */
export function rawWindows(record: EcgRecord, rung: number): Sent {
  return record.windows.map(({ piece: { start, length } }) => {
    const stretch = nativeStretch(record, { start, length });
    const payload = littleEndian(stretch.samples);
    return { ...EXACT, name: 'raw', rung, nominalGain: 1, start, length, payload, stretch };
  });
}

/** LZ77 as in the paper: gzip of the record's 16-bit samples, one segment per record. */
export function gzipRecord({ original }: EcgRecord, rung: number): Sent {
  const payload = gzipSync(littleEndian(original.samples), { level: 9 });
  return [{ ...EXACT, name: 'gzip', rung, nominalGain: null, start: 0, length: RECORD, payload, stretch: original }];
}

/** Returns the native samples of a part of a record. */
export function nativeStretch({ original }: EcgRecord, { start, length }: Pick<Stretch, 'start' | 'length'>): Stretch {
  const [from, to] = [nativeIndex(start, original.rate), nativeIndex(start + length, original.rate)];
  return { ...original, start, length, firstIndex: from, samples: original.samples.subarray(from, to) };
}

function littleEndian(samples: Int16Array): Buffer {
  const bytes = Buffer.alloc(2 * samples.length);
  samples.forEach((v, i) => bytes.writeInt16LE(v, 2 * i));
  return bytes;
}
