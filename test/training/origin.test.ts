import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { origin, splitHashes } from '../../src/training/origin.js';

const CINC = 'models/splits/cinc2017.csv';
const MITDB = 'models/splits/mitdb.csv';
const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

it('names the split files of a training by their SHA-256', () => {
  expect(origin({ seed: 1, cincSplit: CINC, mitdbSplit: MITDB }, Date.now())).toMatchObject({
    seed: 1,
    splits: { 'cinc2017.csv': hashOf(CINC), 'mitdb.csv': hashOf(MITDB) },
  });
  expect(splitHashes({ mitdbSplit: MITDB })).toEqual({ 'mitdb.csv': hashOf(MITDB) });
});

it('has no splits where a training has none', () => {
  expect(origin({ seed: 1 }, Date.now())).toMatchObject({ splits: {} });
});
