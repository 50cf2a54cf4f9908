/** Payloads of every lossy rung of a codec, made of recordings by the code of the edge. */
import { basename } from 'node:path';
import { loadEncoder } from '../../../src/lib/codec/codec-networks.js';
import { readLadder, type Rung } from '../../../src/lib/codec/ladder.js';
import { encodePieceCodes } from '../../../src/lib/codec/window-encoder.js';
import { readManifest } from '../../../src/lib/model/manifest.js';
import { cutPieces } from '../../../src/lib/signal/piece-cutter.js';
import { readRecording } from '../../../src/lib/signal/wfdb/index.js';

export interface RungPayload {
  readonly rung: Rung;
  /** The window: its recording, of which the first lead was taken, and its model-rate index there. */
  readonly recording: string;
  readonly start: number;
  readonly payload: Uint8Array;
}

/**
 * @param codec folder of the codec's manifest
 * @param recordings paths of WFDB records
 * @param windows so many whole windows of each, from its beginning on
 */
export async function payloadsOf(
  codec: string,
  recordings: readonly string[],
  windows: number,
): Promise<RungPayload[]> {
  const ladder = readLadder(await readManifest(codec));
  const encoder = await loadEncoder(codec, false);
  const found: RungPayload[] = [];
  for (const recording of recordings) {
    const lead = (await readRecording(recording)).leads[0]!;
    const whole = [...cutPieces(lead.samples, lead)].filter((piece) => piece.whole && !piece.urgent);
    const pieces = whole.slice(0, windows).map((piece) => ({ piece, lead, stream: basename(recording) }));
    await encodePieceCodes(pieces, {
      ladder,
      bounds: { rhythm: 1, peaks: 1 },
      encode: (rows, n) => Promise.resolve(encoder.encode(rows, n)),
      choose: (asked) => {
        for (const { stream, start, candidates } of asked)
          found.push(...candidates.map(({ code: { rung, payload } }) => ({ rung, recording: stream, start, payload })));
        return Promise.resolve(asked.map(() => undefined));
      },
    });
  }
  return found;
}
