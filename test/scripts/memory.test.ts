import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readLadder } from '../../src/lib/codec/ladder.js';
import { readManifest } from '../../src/lib/model/manifest.js';
import { SHIPPED_MODELS } from '../../src/lib/runtime/paths.js';

const { codingNumbers, edgeMemory } = (await import(
  new URL('../../scripts/figures/memory.mjs', import.meta.url).href
)) as {
  codingNumbers: () => { readonly frequencies: number };
  edgeMemory: () => [what: string, memory: string, how: string][];
};

it('counts the frequencies that the ladder’s tables hold', async () => {
  const { rungs } = readLadder(await readManifest(join(SHIPPED_MODELS, 'codec')));
  const tables = rungs.flatMap((rung) => {
    if (rung.kind === 'lossless') return [];
    const coding = rung.kind === 'paper' ? undefined : rung.coding;
    const neural = rung.kind === 'neural' ? rung.coding : undefined;
    return [...rung.tables, coding?.scales, neural?.offsets, neural?.ends.table].filter((own) => own !== undefined);
  });
  expect(codingNumbers().frequencies).toBe(tables.reduce((sum, { cumulative }) => sum + cumulative.length, 0));
});

it('says of encoder, entropy tables and dense predictor whether they are within the paper’s 332 KB', () => {
  const rows = edgeMemory().slice(0, 3);
  expect(rows.map(([what]) => what)).toEqual([
    'edge, encoder alone',
    'edge, encoder and entropy tables',
    'edge, encoder and dense predictor',
  ]);
  for (const [, memory, how] of rows) {
    const thousands = Number(/^(\d+) KB$/.exec(memory)?.[1]);
    expect(how).toContain(`${thousands <= 332 ? 'within' : 'above'} the paper's 332 KB`);
  }
});
