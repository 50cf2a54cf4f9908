/** Composed recordings on disk: WFDB with beats, and `onsets.json` beside them. */
import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamicDeepError, messageOf } from '../../../lib/errors/index.js';
import { checkCodable } from '../../../lib/signal/lead-check.js';
import { readAnnotations, readRecording, writeAnnotations, writeRecording } from '../../../lib/signal/wfdb/index.js';
import type { Composed } from './compose.js';
import type { RecordNotes } from '../record-notes.js';
import { voltages } from './material.js';
import { readTruth, writeTruth, type Onset, type Truth } from './onsets.js';

/** Writes recordings one by one, and the truth of all of them at the end. */
export class KeptFolder {
  readonly #folder: string;
  readonly #truth: Truth = {};

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Creates the folder if it does not exist. @throws DynamicDeepError CONFIG_INVALID if it cannot be written to */
  static async open(folder: string): Promise<KeptFolder> {
    try {
      await mkdir(folder, { recursive: true });
      await access(folder, constants.W_OK | constants.X_OK);
    } catch (error) {
      throw new DynamicDeepError('CONFIG_INVALID', `--keep ${folder} cannot be written to: ${messageOf(error)}`, {
        cause: error,
      });
    }
    return new KeptFolder(folder);
  }

  async add({ name, recording, annotations, onsets }: Composed): Promise<void> {
    await writeRecording(this.#folder, recording);
    await writeAnnotations(this.#folder, name, annotations);
    this.#truth[name] = [...onsets];
  }

  async finish(): Promise<void> {
    await writeTruth(this.#folder, this.#truth);
  }
}

/** A composed recording that may come without annotations. */
export type StoredComposed = Omit<Composed, 'annotations'> & {
  readonly annotations: Composed['annotations'] | undefined;
};

/** Yields the recordings that `onsets.json` names, one at a time; reports those left out to `notes`. */
export async function* readComposed(folder: string, notes: RecordNotes): AsyncGenerator<StoredComposed, void> {
  const truth = await readTruth(folder);
  for (const [name, onsets] of Object.entries(truth)) {
    if (!/^[\w-]+$/.test(name)) throw new DynamicDeepError('DATA_INVALID', `onsets.json names a record '${name}'`);
    const warn = (text: string): void => {
      notes.warn(name, text);
    };
    const read = await notes.orLeaveOut(name, () => readStored(folder, name, onsets, warn));
    if (!('reason' in read)) yield read;
  }
}

/** @throws DynamicDeepError the reader's errors; RECORD_UNSUPPORTED for leads that no rung can carry, or if none is a voltage */
async function readStored(
  folder: string,
  name: string,
  onsets: readonly Onset[],
  warn: (text: string) => void,
): Promise<StoredComposed> {
  const recording = await readRecording(join(folder, name), { leads: voltages });
  recording.warnings.forEach(warn);
  if (recording.leads.length === 0)
    throw new DynamicDeepError('RECORD_UNSUPPORTED', `${name} has no lead that is a voltage`);
  for (const lead of recording.leads) checkCodable(name, lead);
  const annotations = await annotationsOf(join(folder, name), warn);
  return { name, recording, onsets, annotations };
}

async function annotationsOf(path: string, warn: (text: string) => void): Promise<Composed['annotations'] | undefined> {
  try {
    return await readAnnotations(path, 'atr', warn);
  } catch (error) {
    if (error instanceof DynamicDeepError && error.code === 'FILE_NOT_FOUND') return undefined;
    throw error;
  }
}
