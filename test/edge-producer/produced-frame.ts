/** A frame of `ecg.segments` as the edge makes it: a gap, neural and lossless rungs. */
import { join } from 'node:path';
import { encodePieces, type EncodedPiece } from '../../src/edge-producer/segments.js';
import { readLadder } from '../../src/lib/codec/ladder.js';
import { readManifest } from '../../src/lib/model/manifest.js';
import { MISSING } from '../../src/lib/signal/types.js';
import { buildFrames } from '../../src/lib/wire/index.js';
import { MODELS } from '../models.js';
import { edgeWorker } from '../workers.js';
import { closedPieces, EPOCH, sampleStream } from './streams.js';

const SENT_AT = EPOCH + 1000;
export const HEADER = { version: 1, model: Buffer.from('0123456789abcdef', 'hex'), run: 2 ** 47, sentAt: SENT_AT };
const bounds = { rhythm: 1e9, peaks: 1e9, reconstruction: Infinity };

/** @returns the message, Confluent header included, and what went in, in order */
export async function producedFrame(): Promise<{ readonly bytes: Buffer; readonly pieces: readonly EncodedPiece[] }> {
  const source = await sampleStream('A04040');
  const samples = source.lead.samples.slice();
  samples.fill(MISSING, 2300, 2350);
  const edge = edgeWorker();
  const pieces = await encodePieces(closedPieces({ ...source, lead: { ...source.lead, samples } }), {
    ladder: { ...readLadder(await readManifest(join(MODELS, 'codec'))), tau: 1 },
    encode: (windows, n) => edge.call('encode', { windows, n }),
    ruleOf: () => ({ policyVersion: 7, audited: false, tasksOnOriginal: false, limits: { bounds, tau: 1, rungs: undefined } }), // prettier-ignore
  });
  const unsent = pieces.map(({ segment, closed: { channel, closedAt } }) => ({ segment, channel, closedAt }));
  const [bytes, ...others] = buildFrames('ecg.segments', unsent, HEADER);
  if (bytes === undefined || others.length > 0) throw new Error(`${1 + others.length} frames in place of one`);
  return { bytes, pieces };
}
