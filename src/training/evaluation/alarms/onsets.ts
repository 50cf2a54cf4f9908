/** The truth about a folder of composed recordings: `onsets.json` beside the WFDB files. docs/alarm-evaluation.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DynamicDeepError, messageOf } from '../../../lib/errors/index.js';
import { ALARM_KINDS } from '../../../lib/tasks/alarms/kinds.js';

const onsetSchema = z
  .strictObject({
    /** The alarm that is due. */
    kind: z.enum(ALARM_KINDS),
    /** Seconds from the start of the recording; for asystole, the time of the last beat. */
    onsetSeconds: z.number().min(0),
    endSeconds: z.number().min(0),
    /** How the event was made, such as `baseline` or `vf-like`; also scored by this. */
    variant: z.string().optional(),
    /** False: an alarm would be right but is not required (AF that was present from the start). */
    expected: z.boolean().default(true),
  })
  .refine(({ onsetSeconds, endSeconds }) => endSeconds >= onsetSeconds, 'endSeconds lies before onsetSeconds');
export type Onset = z.output<typeof onsetSchema>;

const truthSchema = z.record(z.string(), z.array(onsetSchema));
/** Onsets by the recording's name. */
export type Truth = z.output<typeof truthSchema>;

const FILE = 'onsets.json';

export async function writeTruth(folder: string, truth: Truth): Promise<void> {
  await writeFile(join(folder, FILE), `${JSON.stringify(truth, null, 1)}\n`);
}

/** @throws DynamicDeepError DATA_INVALID if the file is not as documented */
export async function readTruth(folder: string): Promise<Truth> {
  const path = join(folder, FILE);
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new DynamicDeepError('DATA_INVALID', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  const truth = truthSchema.safeParse(parsed);
  if (!truth.success) throw new DynamicDeepError('DATA_INVALID', `${path}: ${z.prettifyError(truth.error)}`);
  return truth.data;
}
