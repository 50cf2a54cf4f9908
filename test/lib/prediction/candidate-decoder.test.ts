import { beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { encodePieceCodes, type WindowCandidates } from '../../../src/lib/codec/window-encoder.js';
import { openCodec, type OfflineCodec } from '../../../src/lib/offline/codec.js';
import { CandidateDecoder } from '../../../src/lib/prediction/candidate-decoder.js';
import { SHIPPED_MODELS, SHIPPED_SAMPLES } from '../../../src/lib/runtime/paths.js';
import { nativeIndex, WINDOW } from '../../../src/lib/signal/grid.js';
import { joinNative } from '../../../src/lib/signal/model-rate.js';
import { cutPieces } from '../../../src/lib/signal/piece-cutter.js';
import type { Lead } from '../../../src/lib/signal/types.js';
import { toMillivolts } from '../../../src/lib/signal/units.js';
import { readRecording } from '../../../src/lib/signal/wfdb/index.js';
import { prdn } from '../../../src/lib/tasks/reconstruction.js';
import { decodeTo, ladder as fakeLadder, window } from './fake-codec.js';

let codec: OfflineCodec;
let lead: Lead;
let windows: readonly WindowCandidates[] = [];

beforeAll(async () => {
  codec = await openCodec(join(SHIPPED_MODELS, 'codec'));
  // 360 Hz: not the models' rate.
  lead = (await readRecording(join(SHIPPED_SAMPLES, 'mitdb-202-af'))).leads[0]!;
  const pieces = [...cutPieces(lead.samples, lead)].filter(({ whole, urgent }) => whole && !urgent).slice(1, 3);
  await encodePieceCodes(
    pieces.map((piece) => ({ piece, stream: 'a', lead })),
    {
      ladder: codec.ladder,
      encode: codec.encode,
      bounds: { rhythm: 0, peaks: 0 },
      choose: (own) => {
        windows = own;
        return Promise.resolve(own.map(() => undefined));
      },
    },
  );
});

describe('a candidate that the edge decodes', () => {
  it('is what the decoder gives back, with its PRDN at the native rate', async () => {
    const asked = windows.flatMap((own) => own.candidates.map((candidate) => [own, candidate] as const));
    const decoded = await new CandidateDecoder(codec.ladder, codec.decode).decode(asked);
    expect(asked.length).toBe(2 * (codec.ladder.rungs.length - 1));
    for (const [i, [{ start }, { rung, code }]] of asked.entries()) {
      const [samples] = await codec.decodeSegments([{ rung, start, length: WINDOW, payload: code.payload, lead }]);
      const own = decoded[i]!;
      expect(own.sent).toEqual(Float32Array.from(samples!.samples, (v) => v / samples!.gain));
      const [from, to] = [nativeIndex(start, 360), nativeIndex(start + WINDOW, 360)];
      const native = joinNative([{ ...samples!, start, length: WINDOW }], 360);
      expect(own.prdn).toBe(prdn(toMillivolts(lead, from, to), native));
      expect(own.prdn).toBeGreaterThan(0);
    }
  });

  it('is decoded once, whoever asks', async () => {
    const asked = windows.flatMap((own) => own.candidates.map((candidate) => [own, candidate] as const));
    let rows = 0;
    const decoder = new CandidateDecoder(codec.ladder, (rung, latents, n) => {
      rows += n;
      return codec.decode(rung, latents, n);
    });
    const first = await decoder.decode(asked);
    const neural = asked.filter(([, { code }]) => code.rung.kind === 'neural').length;
    expect(rows).toBe(neural);
    expect(await decoder.decode([asked[3]!, asked[9]!])).toEqual([first[3], first[9]]);
    expect(rows).toBe(neural);
  });

  it('has no PRDN where the networks cannot decode it, and an infinite one of a constant line that is not kept', async () => {
    const one = window('a', 0);
    const [candidate] = one.candidates;
    const broken = new CandidateDecoder(fakeLadder, decodeTo(new Map([[candidate!.rung, Number.NaN]])));
    expect((await broken.decode([[one, candidate!]]))[0]!.prdn).toBeNaN();
    const raised = new CandidateDecoder(fakeLadder, decodeTo());
    expect((await raised.decode([[one, candidate!]]))[0]!.prdn).toBe(Infinity);
    const kept = new CandidateDecoder(fakeLadder, decodeTo(new Map()));
    expect((await kept.decode([[one, candidate!]]))[0]!.prdn).toBe(0);
  });
});
