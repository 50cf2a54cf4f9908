/** Records for the tests of compress and decompress, and the commands run in this process. */
import { join } from 'node:path';
import { compress } from '../../../src/operations/compress/compress.js';
import { decompress } from '../../../src/operations/compress/decompress.js';
import type { Summary } from '../../../src/operations/compress/summary.js';
import { compressOptions, decompressOptions } from '../../../src/operations/options.js';
import { resolveOptions } from '../../../src/lib/runtime/resolve-options.js';
import { readFile } from 'node:fs/promises';
import { MISSING, type Lead, type Recording } from '../../../src/lib/signal/types.js';
import { writeRecording } from '../../../src/lib/signal/wfdb/index.js';
import { beats } from '../../lib/codec/signals.js';
import { TextStream } from '../../lib/runtime/text-stream.js';
import type { CompressConfig, DecompressConfig } from '../../../src/operations/options.js';

/** Made-up beats; `gaps` are [from, to) of samples that are missing. */
export function lead(
  rate: number,
  seconds: number,
  own: Partial<Lead> = {},
  gaps: readonly [number, number][] = [],
): Lead {
  const samples = Int32Array.from(beats(Math.round(rate * seconds), Math.round(rate)));
  for (const [from, to] of gaps) samples.fill(MISSING, from, to);
  return { name: 'II', rate, gain: 500, baseline: 12, calibrated: true, samples, ...own };
}

/** Writes a record. @returns its path */
export async function recordOf(
  folder: string,
  recording: Partial<Recording> & Pick<Recording, 'name' | 'leads'>,
): Promise<string> {
  await writeRecording(folder, { rate: recording.leads[0]!.rate, warnings: [], ...recording });
  return join(folder, recording.name);
}

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly summary: Summary;
}

export async function runCompress(
  records: readonly string[],
  output: string,
  own: Partial<CompressConfig> = {},
): Promise<Ran> {
  const [stdout, stderr] = [new TextStream(), new TextStream()];
  const json = `${output}.json`;
  const { values } = resolveOptions(compressOptions, new Map(), {});
  const config = { ...values, output, records: [...records], json, ...own } as unknown as CompressConfig;
  await compress(config, { command: 'compress', version: '0', env: {}, stdout, stderr, shownOptions: {} });
  return { stdout: stdout.text, stderr: stderr.text, summary: JSON.parse(await readFile(json, 'utf8')) as Summary };
}

export async function runDecompress(
  file: string,
  output: string,
  own: Partial<DecompressConfig> = {},
): Promise<string> {
  const stdout = new TextStream();
  const { values } = resolveOptions(decompressOptions, new Map(), {});
  await decompress({ ...values, file, output, ...own } as unknown as DecompressConfig, {
    stdout,
    stderr: new TextStream(),
  });
  return stdout.text;
}
