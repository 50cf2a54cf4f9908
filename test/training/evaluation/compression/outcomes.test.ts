import { describe, expect, it } from 'vitest';
import { RECORD, WINDOW } from '../../../../src/lib/signal/grid.js';
import type { Inference } from '../../../../src/lib/tasks/inference.js';
import { Outcomes } from '../../../../src/training/evaluation/compression/outcomes.js';
import { codedRecord, sent } from './fakes.js';

/** A map with clear beats at these places. */
function mapOf(...places: number[]): Float32Array {
  const map = new Float32Array(RECORD).fill(1);
  for (const place of places) map[place] = 0;
  return map;
}

/** Whether a way keeps the beats whose record has these when decoded, and one at 500 and one at 1,000 before. */
async function keeps(...decoded: number[]): Promise<boolean> {
  const rhythm: Inference['rhythm'] = (rows) => Promise.resolve(rows.map(() => new Float32Array(140).fill(0.25)));
  // The originals are asked about first.
  const maps = [mapOf(500, 1_000), mapOf(...decoded)];
  const peaks: Inference['peaks'] = (rows) => Promise.resolve(rows.map(() => maps.shift()!));
  const outcomes = new Outcomes({ rhythm, peaks });
  const way = sent('coarse', () => ({ payload: new Uint8Array(20) }));
  const coded = codedRecord([way]);
  await outcomes.measure([[coded, way]]);
  return outcomes.of(coded, way).keepsBeats;
}

describe('outcomes', () => {
  it('say whether a beat that stands alone was lost or invented, over the record', async () => {
    expect(await keeps(510, 1_000)).toBe(true);
    expect(await keeps(500)).toBe(false);
    expect(await keeps(500, 1_000, 3 * WINDOW)).toBe(false);
  });
});
