import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { boundedLines } from '../../../src/edge-producer/live/lines.js';

async function linesOf(bytes: Buffer, cuts: readonly number[], most: number): Promise<(string | undefined)[]> {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let from = 0;
  const parts = ends.map((end) => bytes.subarray(from, (from = end)));
  const found: (string | undefined)[] = [];
  for await (const line of boundedLines(Readable.from(parts), most)) found.push(line);
  return found;
}

it('gives each line once, however the bytes are cut; what is too long as undefined; what has no end not at all', async () => {
  const lines = fc.array(
    fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replaceAll('\n', ' ')),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(lines, fc.array(fc.nat(), { maxLength: 9 }), fc.string(), async (texts, cuts, rest) => {
      const bytes = Buffer.from(texts.map((text) => `${text}\n`).join('') + rest.replaceAll('\n', ' '));
      const expected = texts.map((text) => (Buffer.byteLength(text) <= 20 ? text : undefined));
      expect(await linesOf(bytes, cuts, 20)).toEqual(expected);
    }),
  );
});
