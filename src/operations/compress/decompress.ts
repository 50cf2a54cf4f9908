/** `dynamic-deep decompress`: restores the WFDB records of a compressed file at their own rates. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamicDeepError, messageOf } from '../../lib/errors/index.js';
import { openCodec, type OfflineCodec } from '../../lib/offline/codec.js';
import type { CommandContext } from '../../lib/runtime/command.js';
import { SHIPPED_MODELS } from '../../lib/runtime/paths.js';
import { writeRecording } from '../../lib/signal/wfdb/index.js';
import type { DecompressConfig } from '../options.js';
import { showProgress, type Progress } from './progress.js';
import { restoreRecordings } from './restore.js';

/**
 * Writes the records one at a time, each only when it is complete, and a line for each to stdout. Checks whether a record exists
 * already before decoding it.
 *
 * @throws DynamicDeepError FILE_NOT_FOUND; COMPRESSED_FILE_INVALID; MODEL_INVALID if the file's lossy segments need another
 * codec; OUTPUT_EXISTS if the folder has a record of that name; CONFIG_INVALID if the folder cannot be written to
 */
export async function decompress(
  config: DecompressConfig,
  { stdout, stderr }: Pick<CommandContext, 'stdout' | 'stderr'>,
): Promise<void> {
  const { file, output, overwrite } = config;
  const models = config.models ?? SHIPPED_MODELS;
  let codec: Promise<OfflineCodec> | undefined;
  let progress: Progress | undefined;
  const recordings = restoreRecordings(file, {
    models,
    codec: () => (codec ??= openCodec(join(models, 'codec'))),
    onBegin: async ({ recordName }) => {
      if (!overwrite) await checkAbsent(output, recordName);
    },
    onDecoded: ({ recordName, samples, rate }, seconds) => {
      progress ??= showProgress(stderr, `decompress ${recordName}`, samples / rate, 's');
      progress.update(seconds);
    },
  });
  try {
    for await (const recording of recordings) {
      const { name, leads } = recording;
      progress?.stop();
      progress = undefined;
      await writeRecording(output, recording).catch((error: unknown) => {
        if (error instanceof DynamicDeepError) throw error;
        throw new DynamicDeepError('CONFIG_INVALID', `${output} cannot be written to: ${messageOf(error)}`, {
          cause: error,
        });
      });
      const seconds = Math.max(...leads.map(({ samples, rate }) => samples.length / rate));
      stdout.write(`${join(output, name)}: ${leads.length} leads, ${seconds.toFixed(1)} s\n`);
    }
  } finally {
    progress?.stop();
  }
}

async function checkAbsent(folder: string, name: string): Promise<void> {
  for (const extension of ['hea', 'dat']) {
    const path = join(folder, `${name}.${extension}`);
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) throw new DynamicDeepError('OUTPUT_EXISTS', `${path} is there already`);
  }
}
