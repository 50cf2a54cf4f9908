/** Composed recordings on disk: WFDB with beats, and `onsets.json` beside them. */
import { join } from 'node:path';
import { DynamicDeepError } from '../../../lib/errors/index.js';
import { readAnnotations, readRecording, writeAnnotations, writeRecording } from '../../../lib/signal/wfdb/index.js';
import type { Composed } from './compose.js';
import { readTruth, writeTruth, type Truth } from './onsets.js';

/** Writes recordings as they come; the truth of all of them at the end. */
export class KeptFolder {
  readonly #folder: string;
  readonly #truth: Truth = {};

  constructor(folder: string) {
    this.#folder = folder;
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

/** The recordings that `onsets.json` names, one at a time; `warn` is told what is wrong with one and can be read all the same. */
export async function* readComposed(
  folder: string,
  warn: (record: string, text: string) => void,
): AsyncGenerator<StoredComposed, void> {
  const truth = await readTruth(folder);
  for (const [name, onsets] of Object.entries(truth)) {
    if (!/^[\w-]+$/.test(name)) throw new DynamicDeepError('DATA_INVALID', `onsets.json names a record '${name}'`);
    const recording = await readRecording(join(folder, name));
    for (const text of recording.warnings) warn(name, text);
    const annotations = await annotationsOf(join(folder, name), (text) => { warn(name, text); }); // prettier-ignore
    yield { name, recording, onsets, annotations };
  }
}

async function annotationsOf(path: string, warn: (text: string) => void): Promise<Composed['annotations'] | undefined> {
  try {
    return await readAnnotations(path, 'atr', warn);
  } catch (error) {
    if (error instanceof DynamicDeepError && error.code === 'FILE_NOT_FOUND') return undefined;
    throw error;
  }
}
