/** The recordings of one evaluation: composed one after the other from a folder's records, in an order set by the seed. */
import { DynamicDeepError } from '../../../lib/errors/index.js';
import { seededRandom } from '../../../lib/signal/random.js';
import type { AlarmLimits } from '../../../lib/tasks/alarms/limits.js';
import { isNoModelsFault, type RecordNotes } from '../record-notes.js';
import { composeEvents, composeFibrillation, fibrillationParts, type Composed } from './compose.js';
import { Deck } from './deck.js';
import { annotatedNames, LEAST_SECONDS, readMaterial, type Material } from './material.js';
import { NoiseStore } from './noise.js';

export interface RecordingsOptions {
  readonly folder: string;
  readonly seed: number;
  readonly count: number;
  readonly seconds: number;
  readonly limits: AlarmLimits;
  /** Receives the defects of records, and lines for people. */
  readonly notes: RecordNotes;
}

/** One recording in this many is about AF, if a record goes into AF. */
const FIBRILLATION_EVERY = 5;

export interface Sources {
  /** Names of the records from which recordings can be composed. */
  readonly names: readonly string[];
  /** Those of them that have a stretch of AF and one without. */
  readonly fibrillation: readonly string[];
  readonly noise: NoiseStore;
}

/**
 * Reads through the records of a folder; reports which are left out, and for which kinds of alarm it has no signal.
 *
 * @throws DynamicDeepError DATA_INVALID if no record can be used
 */
export async function surveySources({ folder, notes }: Pick<RecordingsOptions, 'folder' | 'notes'>): Promise<Sources> {
  const names: string[] = [];
  const fibrillation: string[] = [];
  for (const name of await annotatedNames(folder)) {
    const material = await readMaterial(folder, name, (text) => {
      notes.warn(name, text);
    });
    if (typeof material === 'string') {
      notes.leaveOut(name, material);
      continue;
    }
    names.push(name);
    const parts = fibrillationParts(material);
    if (parts.plain.length > 0 && parts.fibrillation.length > 0) fibrillation.push(name);
  }
  if (names.length === 0) {
    throw new DynamicDeepError(
      'DATA_INVALID',
      `${folder} has no record to compose of: WFDB records of at least ${LEAST_SECONDS} s with beat annotations (.atr) are needed${notes.firstReason}`,
    );
  }
  if (fibrillation.length === 0) notes.note(`no record of ${folder} goes into AF: there are no onsets of it`);
  const noise = await NoiseStore.open(folder, notes);
  if (noise.recorded.length === 0) notes.note(`${folder} has no noise records (bw, em, ma): noise is synthesised`);
  return { names, fibrillation, noise };
}

export async function* composeAll(options: RecordingsOptions, sources: Sources): AsyncGenerator<Composed, void> {
  const { folder, seed, count, seconds, limits, notes } = options;
  const deck = new Deck(limits, seed);
  const shuffle = seededRandom(seed);
  const names = shuffle.shuffle([...sources.names]);
  const fibrillation = shuffle.shuffle([...sources.fibrillation]);
  let [plain, af] = [0, 0];
  for (let index = 0; index < count; index++) {
    const about = { seed, index, seconds, deck, noise: sources.noise };
    const isAf = fibrillation.length > 0 && index % FIBRILLATION_EVERY === FIBRILLATION_EVERY - 1;
    const name = isAf ? fibrillation[af++ % fibrillation.length]! : names[plain++ % names.length]!;
    const compose = isAf ? composeFibrillation : composeEvents;
    const composed = await notes.orLeaveOut(
      name,
      async () => compose(await again(folder, name), about),
      isNoModelsFault,
    );
    if (!('reason' in composed)) yield composed;
  }
}

/** Reads a record that was readable before. */
export async function again(folder: string, name: string): Promise<Material> {
  const material = await readMaterial(folder, name);
  if (typeof material === 'string') throw new DynamicDeepError('DATA_INVALID', `${name}: ${material}`);
  return material;
}
