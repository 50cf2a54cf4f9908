import { createHash } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hasLatents, type Ladder } from '../../../src/lib/codec/ladder.js';
import { decodeSegments } from '../../../src/lib/codec/window-decoder.js';
import { encodePieceCodes, losslessCode, type PieceToEncode } from '../../../src/lib/codec/window-encoder.js';
import { CompressedFileWriter } from '../../../src/lib/compressed-file/index.js';
import type { OfflineCodec } from '../../../src/lib/offline/codec.js';
import type { Recording } from '../../../src/lib/signal/types.js';
import { encodeRecord } from '../../../src/operations/compress/encode-record.js';
import { restoreRecordings } from '../../../src/operations/compress/restore.js';
import { goldenLadder, readGolden } from '../../lib/codec/golden-rungs.js';
import { lead } from './records.js';

/** A file as version 1 wrote it: it decodes for ever. UPDATE_GOLDEN=1 writes it anew, with a new version only. */
const FILE = fileURLToPath(new URL('golden/version-1.avro', import.meta.url));

const ladder: Ladder = goldenLadder(readGolden('rungs'));
const codec: OfflineCodec = {
  ladder,
  encode: () => Promise.resolve(new Map()),
  decode: () => Promise.reject(new Error('the file has no latents')),
  decodeSegments: (segments) => decodeSegments(ladder, segments, codec.decode),
  load: () => Promise.resolve(),
};

if (process.env['UPDATE_GOLDEN'] === '1') await writeGolden();

describe('a compressed file of version 1', () => {
  it('gives the recordings that went in', async () => {
    const found: unknown[] = [];
    for await (const recording of restoreRecordings(FILE, { codec: () => Promise.resolve(codec), models: 'golden' }))
      found.push(described(recording));
    expect(found).toMatchInlineSnapshot(`
      [
        {
          "leads": [
            {
              "baseline": 12,
              "calibrated": true,
              "count": 7200,
              "gain": 500,
              "name": "II",
              "rails": {
                "high": 1023,
                "low": -1024,
              },
              "rate": 360,
              "sha256": "0e2c06eac9d146ee3c10c3d9311af113b41c33254cb27591c25d191f0daa1705",
            },
            {
              "baseline": 12,
              "calibrated": false,
              "count": 3600,
              "foreignUnit": "ohm",
              "gain": 500,
              "name": "RESP",
              "rate": 180,
              "sha256": "6ebe557e29bd441f69abc09b13da4ceeceaee05532c9238c60d596c1df7b54ff",
            },
          ],
          "name": "exact",
          "rate": 180,
          "start": "2019-05-06T07:08:09.100Z",
        },
        {
          "leads": [
            {
              "baseline": 0,
              "calibrated": true,
              "count": 6000,
              "gain": 200,
              "name": "II",
              "rate": 300,
              "sha256": "e7986e636ee5cb4765a0664717d5db662e8f84d5fbb340f07511d3a1ef692414",
            },
          ],
          "name": "lossy",
          "rate": 300,
          "start": undefined,
        },
      ]
    `);
  });
});

function described({ name, rate, start, leads }: Recording): unknown {
  return {
    name,
    rate,
    start: start?.toISOString(),
    leads: leads.map(({ samples, ...rest }) => {
      const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
      return { ...rest, count: samples.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    }),
  };
}

async function writeGolden(): Promise<void> {
  const writer = await CompressedFileWriter.open(FILE);
  const lossless = (pieces: readonly PieceToEncode[]) =>
    Promise.resolve(pieces.map((piece) => losslessCode(piece, ladder)));
  // At 300 Hz and these units a decoded sample is a native one: no resampling, whose last bit may differ by machine.
  const own = { gain: 200, baseline: 0 };
  const sources = [
    { name: 'exact', rate: 180, start: new Date('2019-05-06T07:08:09.100Z'), leads: [lead(360, 20, { rails: { low: -1024, high: 1023 } }, [[3000, 3300]]), lead(180, 20, { name: 'RESP', foreignUnit: 'ohm', calibrated: false })] },
    { name: 'lossy', rate: 300, start: undefined, leads: [lead(300, 20, own)] },
  ]; // prettier-ignore
  const coarse = ladder.rungs.find(({ name }) => name === 'coarse')!;
  const rungs = ladder.rungs.map((rung) => (rung === coarse || !hasLatents(rung) ? rung : ladder.lossless));
  const options = { ladder: { ...ladder, rungs }, bounds: { rhythm: 1, peaks: 1 }, encode: codec.encode };
  const transform = async (pieces: readonly PieceToEncode[]) =>
    (await encodePieceCodes(pieces, options)).map(({ code }) => code);
  for (const [record, source] of sources.entries()) {
    const coding = { ladder, lossless, coder: record === 0 ? lossless : transform, onCode: () => undefined };
    await encodeRecord(
      { ...source, warnings: [] },
      { record, records: sources.length },
      {
        ...coding,
        write: (run) => writer.write(run),
      },
    );
  }
  await writer.end();
  await copyFile(writer.partial, FILE);
  await writer.discard();
}
