/** `train reference`: measures how the features of the windows that training saw are distributed. */
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { referenceBins } from '../lib/audit/input-drift.js';
import { INPUT_FEATURES, inputFeatures } from '../lib/codec/input-features.js';
import type { InputReference } from '../lib/codec/input-reference.js';
import { quantise } from '../lib/codec/neural-quantiser.js';
import { measureScale } from '../lib/codec/window-scale.js';
import { DynamicDeepError } from '../lib/errors/index.js';
import { readRecording } from '../lib/signal/wfdb/index.js';
import { recordNames } from './data/mitbih.js';
import { leadAtModelRate } from './data/model-rate.js';
import { loadShippedCodec, type ShippedCodec } from './dense/shipped-codec.js';
import { readSplit, recordsOf } from './split.js';
import { wholeWindows } from './windows.js';

/** @throws DynamicDeepError DATA_INVALID if no record has a whole window; MODEL_INVALID; the reader's errors */
export async function writeReference(options: {
  readonly records: string;
  /** Split file of which the part `train` is used; undefined: all records of the folder. */
  readonly split: string | undefined;
  readonly models: string;
  readonly out: string;
}): Promise<InputReference> {
  const { records: folder, split, models, out } = options;
  const shipped = await loadShippedCodec(models);
  const wanted = split === undefined ? undefined : recordsOf(await readSplit(split), 'train');
  const names = (await recordNames(folder)).filter((name) => wanted?.has(name) !== false);
  const rows: Float32Array[] = [];
  let records = 0;
  for (const name of names) {
    const lead = (await readRecording(join(folder, name))).leads[0];
    const own = lead === undefined ? [] : featuresOf(leadAtModelRate(lead), shipped);
    if (own.length === 0) continue;
    records++;
    rows.push(...own);
  }
  if (rows.length === 0) throw new DynamicDeepError('DATA_INVALID', `no record of ${folder} has a whole window`);
  const features = INPUT_FEATURES.map((name, i) => {
    const values = rows.map((row) => row[i]!).filter((value) => Number.isFinite(value));
    return [name, rounded(referenceBins(values))] as const;
  });
  const reference: InputReference = {
    encoder: shipped.encoder,
    data: split === undefined ? 'all records of a folder' : `part "train" of ${basename(split)}`,
    records,
    windows: rows.length,
    features: Object.fromEntries(features) as InputReference['features'],
  };
  await writeFile(out, `${JSON.stringify(reference, null, 1)}\n`);
  return reference;
}

/** Features of the whole windows of a signal, millivolts at 300 Hz, by the edge's own code. */
export function featuresOf(millivolts: Float32Array, { values, neural, ladder }: ShippedCodec): Float32Array[] {
  const windows = wholeWindows(millivolts);
  const [finest] = neural;
  const [lowest, highest] = ladder.scaleRange;
  if (windows.length === 0 || finest === undefined) return [];
  return values(windows).map((output, i) => {
    const scale = measureScale(windows[i]!);
    const isSeen = scale.index >= lowest && scale.index <= highest;
    return inputFeatures({ scale, latents: isSeen ? quantise(output, finest) : undefined }, finest);
  });
}

/** Rounds to five digits: the file is also for people. */
function rounded({ edges, shares }: ReturnType<typeof referenceBins>): ReturnType<typeof referenceBins> {
  const short = (values: readonly number[]): number[] => values.map((value) => Number(value.toPrecision(5)));
  return { edges: short(edges), shares: short(shares) };
}
