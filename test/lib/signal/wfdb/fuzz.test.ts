import fc from 'fast-check';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { DynamicDeepError } from '../../../../src/lib/errors/index.js';
import { parseAnnotations } from '../../../../src/lib/signal/wfdb/annotation-bytes.js';
import { bytesOf, FORMATS, samplesIn } from '../../../../src/lib/signal/wfdb/formats.js';
import { parseHeader } from '../../../../src/lib/signal/wfdb/header.js';
import { readRecording } from '../../../../src/lib/signal/wfdb/index.js';
import { folderOf } from './fixtures.js';

/** A result, or an error of ours: never another exception. */
function settles(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(DynamicDeepError);
  }
}

const bytes = fc.uint8Array({ maxLength: 400 });
const small = fc.integer({ min: -2, max: 40 });
const anyNumber = fc.oneof(small, fc.integer(), fc.maxSafeInteger(), fc.double());
const format = fc.constantFrom(0, 8, 16, 24, 32, 61, 80, 160, 212, 310, 311, 508, 7);
const signalLine = fc
  .tuple(
    fc.constantFrom('a.dat', 'b.dat', '~', '-', 'missing.dat', '../a.dat'),
    format,
    fc.constantFrom('', 'x2', ':1', '+3', 'x3:2+1', 'x1048576', ':999999999999999', '+999999999999999', 'y'),
    fc.constantFrom('', '200', '0', '-1/uV', '1e-300', '1e300/V', '5(7)/mV', '5(1e99)', '(', '3/mmHg'),
    fc.array(anyNumber, { maxLength: 5 }),
  )
  .map(([file, code, storage, gain, rest]) => `${file} ${code}${storage} ${gain} ${rest.join(' ')} lead`);
const header = fc
  .tuple(fc.constantFrom('', '/1', '/2', '/3'), small, anyNumber, anyNumber, fc.array(signalLine, { maxLength: 4 }))
  .map(([segments, signals, rate, frames, lines]) =>
    [`r${segments} ${signals} ${rate} ${frames}`, ...lines].join('\n'),
  );
const segmentsHeader = fc
  .array(fc.tuple(fc.constantFrom('s', '~', 't', 'r', '../s'), anyNumber), { minLength: 1, maxLength: 5 })
  .map((lines) => [`r/${lines.length} 2 250 0`, ...lines.map((line) => line.join(' '))].join('\n'));

it('any text is a header or an error of ours', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), header, segmentsHeader), (text) => {
      settles(() => parseHeader(text, 'r.hea'));
    }),
    { numRuns: 2000 },
  );
});

it('any bytes are annotations or an error of ours, never more than one for two bytes', () => {
  fc.assert(
    fc.property(bytes, (data) => {
      settles(() => {
        const { annotations } = parseAnnotations(Buffer.from(data), 'r.atr');
        expect(annotations.length).toBeLessThanOrEqual(data.length / 2);
        expect(annotations.every((a) => Number.isSafeInteger(a.sample) && a.sample >= 0)).toBe(true);
      });
    }),
    { numRuns: 2000 },
  );
});

it('any headers and files are a recording or an error of ours, of leads in step', async () => {
  const folder = await folderOf({});
  const file = (name: string): string => path.join(folder, name);
  const files = fc.tuple(fc.oneof(header, segmentsHeader), header, header, bytes, bytes);
  await fc.assert(
    fc.asyncProperty(files, small, async ([r, s, t, a, b], from) => {
      await Promise.all([
        writeFile(file('r.hea'), r),
        writeFile(file('s.hea'), s),
        writeFile(file('t.hea'), t),
        writeFile(file('a.dat'), a),
        writeFile(file('b.dat'), b),
      ]);
      try {
        // Null segments have no bytes to bound them; the limit on samples does.
        const { leads, rate } = await readRecording(file('r'), { from, maxSamples: 2 ** 21 });
        const frames = leads.map((lead) => Math.round((lead.samples.length * rate) / lead.rate));
        expect(new Set(frames).size).toBeLessThanOrEqual(1);
        expect(leads.every((lead) => Number.isFinite(lead.gain) && lead.gain !== 0)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(DynamicDeepError);
      }
    }),
    { numRuns: 600 },
  );
});

it.each([...FORMATS])('format %d: bytes and samples count each other', (_, layout) => {
  fc.assert(
    fc.property(fc.nat(1e9), (count) => {
      const size = bytesOf(layout, count);
      expect(samplesIn(layout, size)).toBeGreaterThanOrEqual(count);
      expect(count === 0 || samplesIn(layout, size - 1) < count).toBe(true);
    }),
  );
});
