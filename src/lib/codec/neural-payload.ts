/**
 * Payload of a neural rung: the window's scale and offset, its ends if the rung sends them, and its latents. A rung with a
 * `coding` writes all of it as one range code. A rung without one writes scale and offset as bytes.
 */
import { DynamicDeepError } from '../errors/index.js';
import type { NeuralRung } from './ladder.js';
import { NEURAL_LATENTS, readNeuralLatents, writeNeuralLatents, type LatentCoder } from './neural-latents.js';
import { RangeDecoder, RangeEncoder } from './range-coder.js';
import { ENDS, LARGEST_END } from './window-ends.js';
import { offsetUnit, readScale, requireScale, writeScale, type WindowScale } from './window-scale.js';

/** Returns the integers per window: [56 x 4] latents, followed by the first and last end if the rung sends them. */
export function neuralRowLength({ coding }: Pick<NeuralRung, 'coding'>): number {
  return NEURAL_LATENTS + (coding === undefined ? 0 : ENDS);
}

export function encodeNeuralPayload(rung: NeuralRung, scale: WindowScale, row: Int8Array): Uint8Array {
  const { coding } = rung;
  const encoder = new RangeEncoder();
  const head: number[] = [];
  if (coding === undefined) {
    writeScale(scale, head);
  } else {
    coding.scales.encode(encoder, scale.index);
    coding.offsets.encode(encoder, Math.round(scale.offset / offsetUnit(scale.index)));
    for (const end of row.subarray(NEURAL_LATENTS)) coding.ends.table.encode(encoder, end);
  }
  writeNeuralLatents(row, coderOf(rung), encoder);
  return Buffer.concat([Uint8Array.from(head), encoder.finish()]);
}

/** Throws PAYLOAD_CORRUPT if the bytes cannot be the code of a window. */
export function decodeNeuralPayload(rung: NeuralRung, payload: Uint8Array): { scale: WindowScale; latents: Int8Array } {
  const { coding } = rung;
  const row = new Int8Array(neuralRowLength(rung));
  if (coding === undefined) {
    const { scale, length } = readScale(payload);
    const decoder = new RangeDecoder(payload, length);
    row.set(readNeuralLatents(decoder, coderOf(rung)));
    decoder.finish();
    return { scale, latents: row };
  }
  const decoder = new RangeDecoder(payload);
  const index = requireScale(coding.scales.decode(decoder));
  const offset = offsetUnit(index) * coding.offsets.decode(decoder);
  for (let end = 0; end < ENDS; end++) {
    const value = coding.ends.table.decode(decoder);
    if (Math.abs(value) > LARGEST_END) throw new DynamicDeepError('PAYLOAD_CORRUPT', `end ${value} out of range`);
    row[NEURAL_LATENTS + end] = value;
  }
  row.set(readNeuralLatents(decoder, coderOf(rung)));
  decoder.finish();
  return { scale: { index, offset }, latents: row };
}

function coderOf({ tables, coding }: NeuralRung): LatentCoder {
  return { tables, contexts: coding?.contexts };
}
