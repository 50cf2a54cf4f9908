import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import tf, { type SymbolicTensor } from '../../../../src/lib/model/tf.js';
import { WINDOW } from '../../../../src/lib/signal/grid.js';
import { panTompkins } from '../../../../src/lib/tasks/pan-tompkins.js';
import { readOwnTask } from '../../../../src/lib/tasks/own/folder.js';
import { loadOwnTasks } from '../../../../src/lib/tasks/own/run.js';
import { temporaryFolder } from '../../model/tiny.js';
import { moduleFolder, opened } from './tasks.js';

const folder = await temporaryFolder();
const line = (height: number, length = WINDOW): Float32Array => new Float32Array(length).fill(height);
/** A beat a second. */
const beats = (height: number, length = 3 * WINDOW): Float32Array =>
  Float32Array.from({ length }, (_, i) => height * Math.exp(-(((i % 300) - 150) ** 2) / 18));

describe('a module', () => {
  it('is asked about both signals at its rate, and says their difference', async () => {
    const tasks = await opened([await moduleFolder(join(folder, 'mean'))]);
    const pairs = [0.5, 0.25].map((height) => ({ original: line(0), decoded: line(height) }));
    expect(await tasks.errors('mean', pairs)).toEqual([0.5, 0.25]);
    const rate = await opened([await moduleFolder(join(folder, 'rate'), { name: 'rate', rate: 125 }, 'export default (signal, rate) => [signal.length === 746 ? rate * signal[9] : NaN];')]); // prettier-ignore
    const [error] = await rate.errors('rate', [{ original: line(0), decoded: line(1) }]);
    expect(error).toBeCloseTo(125, 3);
  });

  it('is not run where nothing was lost: the error is 0', async () => {
    const failures: string[] = [];
    const tasks = await opened([await moduleFolder(join(folder, 'throws'), {}, 'export default () => { throw new Error("no beat"); };')], failures); // prettier-ignore
    const same = { original: line(1), decoded: line(1) };
    expect(await tasks.errors('mean', [same])).toEqual([0]);
    expect(failures).toEqual([]);
    expect(await tasks.errors('mean', [{ ...same, decoded: line(2) }, same])).toEqual([Number.NaN, 0]);
    expect(await tasks.errors('mean', [{ ...same, decoded: line(2) }])).toEqual([Number.NaN]);
    // Said once, though it failed twice.
    expect(failures).toEqual(['mean: no beat']);
  });

  it('cannot change the signal that it is shown', async () => {
    const tasks = await opened([await moduleFolder(join(folder, 'writes'), {}, 'export default (signal) => [signal.fill(7)[0]];')]); // prettier-ignore
    const pair = { original: line(0), decoded: line(1) };
    await tasks.errors('mean', [pair]);
    expect([pair.original[0], pair.decoded[0]]).toEqual([0, 1]);
  });

  it('is refused where it has no function, does not load, or changed meanwhile', async () => {
    const load = async (name: string, code: string) => opened([await moduleFolder(join(folder, name), {}, code)]);
    await expect(load('none', 'export const run = 1;')).rejects.toMatchObject({ code: 'TASK_INVALID' });
    await expect(load('broken', 'export default (;')).rejects.toMatchObject({ code: 'TASK_INVALID' });
    const own = await moduleFolder(join(folder, 'changes'));
    const declared = await readOwnTask(own);
    await writeFile(join(own, 'mean.js'), 'export default () => [0];');
    await expect(loadOwnTasks([declared])).rejects.toThrow('has changed');
  });

  it('that is not loaded has an error that is none', async () => {
    expect(await (await opened([])).errors('pvc', [{ original: line(0), decoded: line(1) }])).toEqual([Number.NaN]);
  });
});

describe('a tfjs model', () => {
  const save = async (name: string, samples: number | null, some: object): Promise<string> => {
    const own = await moduleFolder(folder, { name, kind: 'tfjs', file: 'model.json', ...some });
    const input = tf.input({ shape: samples === null ? [null, 1] : [samples, 1] });
    const pooled = tf.layers.globalMaxPooling1d({}).apply(input) as SymbolicTensor;
    const dense = tf.layers.dense({ units: 2, activation: 'softmax', weights: [tf.tensor2d([[0, 3]]), tf.tensor1d([0, 0])] }); // prettier-ignore
    const model = tf.model({ inputs: input, outputs: dense.apply(pooled) as SymbolicTensor });
    await model.save(tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      await writeFile(join(own, 'model.json'), JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest })); // prettier-ignore
      await writeFile(join(own, 'weights.bin'), Buffer.from(weightData as ArrayBuffer));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    })); // prettier-ignore
    return own;
  };
  const probabilities = { outputs: { kind: 'probabilities', classes: ['low', 'high'] }, error: { kind: 'added-cross-entropy' } }; // prettier-ignore
  const kl = (p: number, q: number): number => p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
  const high = (height: number): number => 1 / (1 + Math.exp(-3 * height));

  it('sees the whole signal, or a row around each beat of the original', async () => {
    const whole = await save('whole', null, { input: { kind: 'signal' }, ...probabilities });
    const beat = await save('beat', 180, { input: { kind: 'beats', beforeSeconds: 0.3, afterSeconds: 0.3 }, ...probabilities }); // prettier-ignore
    const tasks = await opened([whole, beat]);
    const [lines] = await tasks.errors('whole', [{ original: line(1), decoded: line(0.5) }]);
    expect(lines).toBeCloseTo(kl(high(1), high(0.5)), 5);
    expect(panTompkins(beats(1)).length).toBeGreaterThan(15);
    const found = await tasks.errors('beat', [
      { original: beats(1), decoded: beats(0.5) },
      // No beat to be asked about, and the decoded signal's own do not count.
      { original: line(0, 3 * WINDOW), decoded: beats(1) },
    ]);
    expect(found[0]).toBeCloseTo(kl(high(1), high(0.5)), 3);
    expect(found[1]).toBe(0);
  });

  it('is refused where weights are missing or lie outside its folder', async () => {
    const own = await save('outside', null, { input: { kind: 'signal' }, ...probabilities });
    await writeFile(join(own, 'weights.bin'), Buffer.alloc(3));
    await expect(opened([own])).rejects.toMatchObject({ code: 'TASK_INVALID' });
    await writeFile(join(own, 'model.json'), JSON.stringify({ modelTopology: {}, weightsManifest: [{ paths: ['../weights.bin'], weights: [] }] })); // prettier-ignore
    await expect(opened([own])).rejects.toMatchObject({ code: 'TASK_INVALID' });
  });
});
