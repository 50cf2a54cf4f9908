import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BorderCorrection } from '../../src/lib/codec/border-correction.js';
import { NEURAL_CHANNELS, NEURAL_LATENTS } from '../../src/lib/codec/neural-latents.js';
import { transformWindow } from '../../src/lib/codec/transform.js';
import { buildNeuralDecoder, buildNeuralEncoder } from '../../src/lib/model/architectures/neural-codec.js';
import { Network } from '../../src/lib/model/network.js';
import tf from '../../src/lib/model/tf.js';
import { WINDOW } from '../../src/lib/signal/grid.js';
import { fitBorders } from '../../src/training/borders.js';
import { millivoltsOf } from '../../src/training/data/cinc.js';
import type { FrozenTasks } from '../../src/training/frozen-tasks.js';
import { measureRungs, type NewRung } from '../../src/training/measured-rungs.js';
import { neuralTables } from '../../src/training/neural-tables.js';
import { transformTables } from '../../src/training/transform-rungs.js';
import { cutWindows, normaliseWindows, splitRows } from '../../src/training/windows.js';
import { temporaryFolder } from '../lib/model/tiny.js';
import { beatRecords, easyTasks } from './paper-material.js';

const ones = new Array<number>(NEURAL_CHANNELS).fill(1);
const records = beatRecords(2).map((own) => ({ name: own.name, millivolts: millivoltsOf(own) }));
const networks = { encoder: buildNeuralEncoder(), decoder: buildNeuralDecoder() };

/** A fine and a coarse transform rung, and a neural one without any training. */
function newRungs(): NewRung[] {
  const windows = records.flatMap(({ millivolts }) => cutWindows(millivolts));
  const { samples, scales } = normaliseWindows(windows);
  const values = splitRows(new Network(networks.encoder).run(samples, windows.length)[0]!, NEURAL_LATENTS);
  const seen = splitRows(samples, WINDOW).map((own, w) => ({ samples: own, scale: scales[w]!, values: values[w]! }));
  const transformed = windows.map(transformWindow);
  const transform = (name: string, ratio: number): NewRung => ({ kind: 'transform', name, ratio, ...transformTables(transformed, ratio) }); // prettier-ignore
  return [
    ...[transform('fine', 16), transform('coarse', 384)],
    { kind: 'neural', name: 'neural', gains: ones, inverses: ones, ...neuralTables(seen, ones, 0) },
  ];
}

it('rungs are measured record by record, once; one that has an error that is no number is refused', async () => {
  const rungs = newRungs();
  const borders = BorderCorrection.of(
    fitBorders(networks, [{ gains: ones, inverses: ones, endUnit: 0.05 }], records.map(({ millivolts }) => millivolts)), // prettier-ignore
  );
  const file = join(await temporaryFolder(), 'measured.jsonl');
  const how = { file, identity: 'one', rungs, networks, borders, tasks: easyTasks };
  const first = await measureRungs(records, how);
  expect(first.map(({ name, rungs: own }) => [name, Object.keys(own)])).toEqual(
    records.map(({ name }) => [name, ['fine', 'coarse', 'neural']]),
  );
  const peaksOf = (rung: string): number => first[0]!.rungs[rung]!.reduce((sum, [, , peaks]) => sum + peaks, 0);
  expect(peaksOf('fine')).toBeLessThan(0.2 * peaksOf('coarse'));
  expect(peaksOf('coarse')).toBeLessThan(peaksOf('neural'));

  const whole = await readFile(file, 'utf8');
  await appendFile(file, '{"name":"R2","run');
  const gone: FrozenTasks = { ...easyTasks, distance: (windows) => tf.mul(windows, Number.NaN) };
  expect(await measureRungs(records, { ...how, tasks: gone })).toEqual(first);
  expect(await readFile(file, 'utf8')).toBe(whole);
  await expect(measureRungs(records, { ...how, tasks: gone, identity: 'two' })).rejects.toMatchObject({
    code: 'DATA_INVALID',
    message: expect.stringMatching(/^R0, rungs\.fine\.0\.2: /) as string,
  });
});
