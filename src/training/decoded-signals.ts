/** Signals as the cloud receives them: through the neural rungs of a codec, each window at its own rung. */
import { join } from 'node:path';
import { loadDecoder, loadEncoder } from '../lib/codec/codec-networks.js';
import { neuralRungs, readLadder } from '../lib/codec/ladder.js';
import { offsetMillivolts, scaleMillivolts } from '../lib/codec/window-scale.js';
import { readManifest } from '../lib/model/manifest.js';
import { WINDOW } from '../lib/signal/grid.js';
import type { Random } from '../lib/signal/random.js';
import { normaliseWindows, wholeWindows } from './windows.js';

/** Returns millivolts as decoded, row by row; samples after the last whole window of a row stay unchanged. */
export type DecodedSignals = (millivolts: readonly Float32Array[], random: Random) => Float32Array[];

/** A codec against which a network is made robust. */
export interface CodecHeard {
  readonly decoded: DecodedSignals;
  /** SHA-256 of the codec's manifest. */
  readonly codec: string;
}

/** @param models folder of the models with the codec */
export async function loadCodecHeard(models: string): Promise<CodecHeard> {
  const { hash: codec } = await readManifest(join(models, 'codec'));
  return { decoded: await loadDecodedSignals(models), codec };
}

/** @param models folder of the models; each window takes a random one of the codec's neural rungs */
export async function loadDecodedSignals(models: string): Promise<DecodedSignals> {
  const folder = join(models, 'codec');
  const ladder = readLadder(await readManifest(folder));
  const [encoder, decoder] = [await loadEncoder(folder, false), await loadDecoder(folder)];
  const rungs = neuralRungs(ladder).map(({ index }) => index);

  return (millivolts, random) => {
    const decoded = millivolts.map((row) => row.slice());
    const windows = decoded.flatMap(wholeWindows);
    const { samples: input, scales } = normaliseWindows(windows);
    const encoded = encoder.encode(input, windows.length);
    const drawn = windows.map(() => rungs[random.integer(rungs.length)]!);
    for (const rung of rungs) {
      const own = drawn.flatMap((of, w) => (of === rung ? [w] : []));
      const { latents } = encoded.get(rung)!;
      const width = latents.length / windows.length;
      const some = new Int8Array(own.length * width);
      own.forEach((w, i) => {
        some.set(latents.subarray(w * width, (w + 1) * width), i * width);
      });
      const samples = own.length === 0 ? new Float32Array() : decoder.decode(rung, some, own.length);
      own.forEach((w, i) => {
        const [scale, offset] = [scaleMillivolts(scales[w]!), offsetMillivolts(scales[w]!)];
        for (let at = 0; at < WINDOW; at++) windows[w]![at] = samples[i * WINDOW + at]! * scale + offset;
      });
    }
    return decoded;
  };
}
