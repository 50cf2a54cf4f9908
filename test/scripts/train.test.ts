import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as trainings from '../../src/training/options.js';
import { resolveOptions } from '../../src/lib/runtime/resolve-options.js';
import { flagOf, type OptionSet } from '../../src/lib/runtime/options.js';

const folder = mkdtempSync(join(tmpdir(), 'train-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const work = join(folder, 'work');
const SETS: Readonly<Record<string, OptionSet>> = {
  rhythm: trainings.rhythmTraining,
  peaks: trainings.peaksTraining,
  neural: trainings.neuralTraining,
  ladder: trainings.ladderTraining,
  dense: trainings.denseTraining,
  reference: trainings.referenceOptions,
  compressor: trainings.compressorTraining,
  predictor: trainings.predictorTraining,
  pvc: trainings.pvcTraining,
};

function train(...args: string[]) {
  return spawnSync(process.execPath, ['scripts/train.mjs', ...args], { encoding: 'utf8' });
}
const folders = ['--cinc', folder, '--mitdb', folder, '--nstdb', folder, '--work', work];

describe('--list', () => {
  const { status, stdout } = train(...folders, '--list');
  const lines = stdout.trimEnd().split('\n');

  it('names every training in order and runs none', () => {
    expect(status).toBe(0);
    const order =
      'rhythm rhythm peaks neural ladder rhythm ladder rhythm rhythm ladder peaks peaks dense reference compressor predictor pvc'.split(
        ' ',
      );
    expect(lines.map((line) => /^npx dynamic-deep train (\w+) /.exec(line)?.[1])).toEqual(order);
    expect(existsSync(work)).toBe(false);
  });

  it('names only options that the trainings have, and all that they need', () => {
    for (const line of lines) {
      const [name = '', ...words] = line.split(' ').slice(3);
      const flags = new Map<string, string>();
      for (const [i, word] of words.entries()) {
        const next = words[i + 1]!;
        if (word.startsWith('--')) flags.set(word.slice(2), next.startsWith('--') ? 'true' : next);
      }
      const set = SETS[name] ?? {};
      expect(Object.keys(set).map(flagOf)).toEqual(
        expect.arrayContaining([...flags.keys()].map((flag) => `--${flag}`)),
      );
      expect(resolveOptions(set, flags, {}).mistakes).toEqual([]);
    }
  });

  it('learns the shipped seeds and steps', () => {
    const trained = (name: string) =>
      (JSON.parse(readFileSync(`models/${name}/manifest.json`, 'utf8')) as { training: { seed: number; steps: number } }).training; // prettier-ignore
    expect(lines.findLast((line) => /train rhythm .*--from/.test(line))).toContain(`--seed ${trained('rhythm').seed} `);
    expect(lines.find((line) => line.includes('train neural'))).toContain(`--steps ${trained('codec').steps} `);
    const { seed, steps } = trained('peaks');
    expect(lines.findLast((line) => line.includes('train peaks'))).toContain(`--steps ${steps} --seed ${seed} `);
    expect(lines.find((line) => line.includes('train dense'))).toContain(`--steps ${trained('codec/dense').steps} `);
  });
});

it('names what is missing, and folders that are not there', () => {
  const lacking = train('--cinc', folder);
  expect([lacking.status, lacking.stderr]).toEqual([2, expect.stringContaining('--mitdb, --nstdb, --work')]);
  const none = train(...folders, '--cinc', join(folder, 'none'));
  expect([none.status, none.stderr]).toEqual([1, expect.stringContaining(`--cinc ${join(folder, 'none')}`)]);
});

it('stops at the stage that fails, says which, and does not count it as done', () => {
  mkdirSync(work);
  const { status, stderr } = train(...folders);
  expect(status).toBe(1);
  expect(stderr).toContain('== 1 of 17, rhythm-teacher: npx dynamic-deep train rhythm');
  expect(stderr).toContain('stage 1 of 17, rhythm-teacher failed (exit code 1)');
  expect(existsSync(join(work, 'done', 'rhythm-teacher'))).toBe(false);
});
