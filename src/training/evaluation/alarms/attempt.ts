import { DynamicDeepError, messageOf } from '../../../lib/errors/index.js';
import type { RecordNotes } from '../record-notes.js';

/**
 * What `work` gives of one recording. Undefined where it fails, for whatever reason: the recording is left out then, and the others
 * go on.
 *
 * @throws DynamicDeepError MODEL_INVALID: no other recording would fare better
 */
export async function attempt<T>(name: string, notes: RecordNotes, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DynamicDeepError && error.code === 'MODEL_INVALID') throw error;
    notes.leaveOut(name, messageOf(error));
    return undefined;
  }
}
