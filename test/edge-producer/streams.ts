import { join } from 'node:path';
import type { RecordedStream } from '../../src/edge-producer/sources.js';
import type { ClosedPiece } from '../../src/edge-producer/streams.js';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { cutPieces } from '../../src/lib/signal/piece-cutter.js';
import { readRecording } from '../../src/lib/signal/wfdb/index.js';

/** The first lead of a shipped recording as a stream. */
export async function sampleStream(record: string): Promise<RecordedStream> {
  const lead = (await readRecording(join(SHIPPED_SAMPLES, record))).leads[0];
  if (lead === undefined) throw new Error(`${record} has no lead`);
  return { stream: 'ward-3-001.1', device: 'ward-3-001', lead };
}

export const EPOCH = Date.UTC(2026, 0, 2);

/** All pieces of a stream as one epoch. */
export function closedPieces(source: RecordedStream): ClosedPiece[] {
  const pieces = [...cutPieces(source.lead.samples, source.lead)];
  return pieces.map((piece, sequence) => ({
    source,
    epoch: EPOCH,
    channel: 3,
    sequence,
    piece,
    last: sequence === pieces.length - 1,
    closedAt: EPOCH,
    deviceLeadOff: false,
    clockStepped: false,
  }));
}
