/**
 * Are the borders of windows visible? RMS error of the 50 samples on both sides of every border between two windows, divided
 * by the RMS error inside windows: by rung, and with a rung drawn for each window. Validation records.
 * `node bench/run.mjs seam CINC_FOLDER`
 */
import { join } from 'node:path';
import { seededRandom } from '../src/lib/signal/random.js';
import { loadCodec } from '../src/training/evaluation/compression/codec.js';
import { codeRecords, type CodedRecord } from '../src/training/evaluation/compression/coded-record.js';
import { throughout } from '../src/training/evaluation/compression/rules.js';
import { SeamErrors } from '../src/training/evaluation/compression/seam.js';
import { joinStretches } from '../src/lib/signal/model-rate.js';
import { writeResult } from './result.js';
import { selectionRecords } from './validation.js';

const BATCH = 10;
const [cinc] = process.argv.slice(2);
if (cinc === undefined) throw new Error('usage: node bench/run.mjs seam CINC_FOLDER');
const codec = await loadCodec(join('models', 'codec'));
const lossy = codec.ladder.rungs.filter(({ kind }) => kind !== 'lossless').map(({ name }) => name);
const random = seededRandom(1);
const ways: Record<string, (coded: CodedRecord) => ReturnType<typeof throughout>> = {
  ...Object.fromEntries(lossy.map((name) => [name, (coded: CodedRecord) => throughout(coded, name)])),
  // Rungs as a bound might mix them, and all rungs mixed: a change at nearly every border.
  'mixed neural-2 to -4': (coded) => mixed(coded, ['neural-2', 'neural-3', 'neural-4']),
  'mixed, any': (coded) => mixed(coded, lossy),
};

function mixed(coded: CodedRecord, names: readonly string[]): ReturnType<typeof throughout> {
  return coded.windows.map((_, w) => throughout(coded, names[random.integer(names.length)]!)[w]!);
}

const seams = Object.entries(ways).map(([name, way]) => ({
  name,
  way,
  errors: new SeamErrors(),
  scaled: new SeamErrors(),
}));
const records = await selectionRecords(cinc);
for (let first = 0; first < records.length; first += BATCH) {
  for (const coded of await codeRecords(records.slice(first, first + BATCH), {
    codec,
    paper: undefined,
    cae: undefined,
  })) {
    const original = joinStretches([coded.record.original]);
    const mean = original.reduce((a, b) => a + b, 0) / original.length;
    const deviation = Math.sqrt(original.reduce((sum, v) => sum + (v - mean) ** 2, 0) / original.length);
    const scaled = (signal: Float32Array): Float32Array => signal.map((v) => v / deviation);
    for (const { way, errors, scaled: own } of seams) {
      const decoded = joinStretches(way(coded).map(({ stretch }) => stretch));
      errors.add(original, decoded);
      own.add(scaled(original), scaled(decoded));
    }
  }
  process.stderr.write(`seam: ${Math.min(first + BATCH, records.length)}/${records.length}\r`);
}
const rounded = (value: number): number => Number(value.toPrecision(4));
writeResult('seam', {
  records: records.length,
  part: 'the last 30% of the part `selection`',
  codec: codec.ladder.hash,
  rungs: seams.map(({ name, errors, scaled }) => {
    const [millivolts, own] = [errors.finish(), scaled.finish()];
    return {
      name,
      borderMv: rounded(millivolts.border),
      insideMv: rounded(millivolts.inside),
      ratio: rounded(millivolts.ratio),
      // Each record in units of its own deviation, so that high beats do not count more.
      ratioScaled: rounded(own.ratio),
      stepRatio: rounded(millivolts.stepRatio),
    };
  }),
});
