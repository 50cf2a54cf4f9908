import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tensorMemory } from '../../../src/lib/model/network.js';
import { openCodec } from '../../../src/lib/offline/codec.js';
import { loadTasks } from '../../../src/lib/offline/tasks.js';
import { RECORD, WINDOW } from '../../../src/lib/signal/grid.js';
import { seededRandom } from '../../../src/lib/signal/random.js';
import { MODELS } from '../../models.js';
import { leastGrowth } from '../../resident-growth.js';

const WINDOWS = 8;
const RECORDS = 2;

it('the shipped networks keep their tensors, and after ten batches of all of them 20 more need no more than 8 MB', async () => {
  const { inference } = await loadTasks(MODELS);
  const { encode, decode } = await openCodec(join(MODELS, 'codec'));
  const random = seededRandom(1);
  const rows = (count: number, length: number): Float32Array[] =>
    Array.from({ length: count }, () => Float32Array.from({ length }, () => random.normal()));
  const round = async (): Promise<void> => {
    const windows = rows(WINDOWS, WINDOW);
    const output = await encode(Float32Array.from(windows.flatMap((row) => [...row])), WINDOWS);
    // Transform rungs have predicted errors, and no latents.
    const encoded = [...output].filter(([, { latents }]) => latents.length > 0);
    for (const [rung, { latents }] of [encoded.at(0)!, encoded.at(-1)!]) {
      expect(await decode(rung, latents, WINDOWS)).toHaveLength(WINDOWS * WINDOW);
    }
    expect(await inference.peaks(windows)).toHaveLength(WINDOWS);
    expect(await inference.rhythm(rows(RECORDS, RECORD))).toHaveLength(RECORDS);
  };
  for (let i = 0; i < 10; i++) await round();
  const before = tensorMemory();
  const growth = await leastGrowth(async () => {
    for (let i = 0; i < 20; i++) await round();
  });
  expect(tensorMemory()).toEqual(before);
  expect(growth).toBeLessThan(8);
}, 120_000);
