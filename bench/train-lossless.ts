// Trains the start values of the lossless rung and writes them to src/lib/codec/lossless-profiles.ts:
// node bench/run.mjs train-lossless CINC2017_FOLDER MITDB_FOLDER
// Like every other training, it uses only records of the splits' training parts.
import { writeFile } from 'node:fs/promises';
import { measure, referenceOf } from '../src/lib/codec/lossless-analysis.js';
import type { ExpertPrior } from '../src/lib/codec/sample-expert.js';
import { middle, SampleModel, type Profile } from '../src/lib/codec/sample-model.js';
import { readSplit } from '../src/training/split.js';
import { fitWeightPrior, type Weighting } from './weight-prior.js';
import { leadWindows, recordsOf } from './windows.js';

type Plan = readonly (readonly [order: number, weighting: Weighting, power: 0 | 2 | 3, forgetting: number])[];

/** Share by which start values move towards the values at a window's end; it falls to a tenth of this. */
const META_RATE = 0.05;
const PRIOR_WINDOWS = 1200;

const random = lehmer(20251125);

async function main(cinc: string, mitdb: string): Promise<void> {
  const cincParts = await readSplit('models/splits/cinc2017.csv');
  const mitdbParts = await readSplit('models/splits/mitdb.csv');
  const handheld = await windowsOf(cinc, (name) => cincParts.get(name) === 'train', 1, 4500);
  const bedside = await windowsOf(mitdb, (name) => mitdbParts.get(name) === 'train', 40, 4500);
  const profiles = [
    { comment: 'Handheld recorder, 300 Hz, filtered and cut towards zero (CinC 2017).', ...train(handheld, 0.5, 8) },
    { comment: 'Bedside recorder, 360 Hz, rounded to 11 bits (MIT-BIH).', ...train(bedside, 0, 16) },
  ];
  const parts = profiles.map(({ comment, ...profile }) => `  // ${comment}\n  ${JSON.stringify(profile)},`);
  const text =
    `import type { Profile } from './sample-model.js';\n\n` +
    `/** Start values of the lossless rung, written by bench/train-lossless.ts. To change them changes the bitstream. */\n` +
    `export const PROFILES: readonly Profile[] = [\n${parts.join('\n')}\n];\n`;
  await writeFile('src/lib/codec/lossless-profiles.ts', text);
}

/** `each` random windows of every lead of the records that `wanted` accepts, shuffled; at most `most` of them. */
async function windowsOf(folder: string, wanted: (name: string) => boolean, each: number, most: number) {
  const all: Int16Array[] = [];
  for (const name of (await recordsOf(folder)).filter(wanted)) {
    for (const { windows } of await leadWindows(folder, name)) {
      for (let k = 0; k < each && windows.length > 0; k++) all.push(windows[Math.floor(random() * windows.length)]!);
    }
  }
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all.slice(0, most);
}

function train(windows: readonly Int16Array[], offset: number, order: number): Profile {
  const plan: Plan = [
    [order, 'calm', 2, 1],
    [4, 'even', 0, 0.998],
    [8, 'calm', 3, 0.99],
  ];
  const relative = windows.slice(0, PRIOR_WINDOWS).map((window) => {
    const base = middle(window[0]!, offset);
    return Float64Array.from(window, (x) => middle(x, offset) - base);
  });
  const experts = plan.map(([size, weighting, power, forgetting]): ExpertPrior => {
    const { mean, covariance } = fitWeightPrior(relative, size, weighting);
    return {
      power,
      forgetting,
      scale: [0, 1, 0, 0, 0, 0, 0, 0],
      mean: mean.map(short),
      covariance: covariance.map(short),
    };
  });
  const components = plan.length * 3;
  const even = Array.from({ length: components }, () => 1 / components);
  let profile: Profile = { offset, experts, mixture: [even, even, even] };
  for (let pass = 0; pass < 2; pass++) {
    let bits = 0;
    windows.forEach((window, n) => {
      const progress = (pass * windows.length + n) / (2 * windows.length);
      const run = follow(profile, window);
      profile = towards(profile, run.model, META_RATE * (1 - 0.9 * progress));
      bits += run.bits;
    });
    console.log(`pass ${pass}: ${(bits / windows.reduce((a, w) => a + w.length, 0)).toFixed(4)} bits a sample`);
  }
  return {
    offset,
    experts: profile.experts.map((expert) => ({ ...expert, scale: expert.scale.map(short) })),
    mixture: profile.mixture.map((weights) => weights.map(short)),
  };
}

function follow(profile: Profile, window: Int16Array): { model: SampleModel; bits: number } {
  let bits = 0;
  const meter = {
    code(bit: number, one: number): number {
      bits -= Math.log2((bit === 1 ? one : 65536 - one) / 65536);
      return bit;
    },
  };
  const model = new SampleModel(profile, window.length, window[0]!, referenceOf(measure(window, [profile]).index));
  for (let t = 1; t < window.length; t++) model.code(meter, window[t]!);
  return { model, bits };
}

function towards(profile: Profile, model: SampleModel, rate: number): Profile {
  const blend = (from: readonly number[], to: Float64Array) => from.map((v, i) => v + rate * (to[i]! - v));
  return {
    ...profile,
    experts: profile.experts.map((e, n) => ({ ...e, scale: blend(e.scale, model.experts[n]!.scaleWeights) })),
    mixture: profile.mixture.map((weights, n) => blend(weights, model.mixture[n]!)),
  };
}

function short(x: number): number {
  return Number(x.toPrecision(6));
}

/** Park and Miller's generator, so that every training gets the same windows. */
function lehmer(seed: number): () => number {
  let state = seed % 2147483647;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

const [cinc, mitdb] = process.argv.slice(2);
if (cinc === undefined || mitdb === undefined) throw new Error('usage: train-lossless CINC2017_FOLDER MITDB_FOLDER');
await main(cinc, mitdb);
