/** What bench/peaks.ts scores: the selection part of MIT-BIH, stretches of it, and noise. */
import { join } from 'node:path';
import { MODEL_RATE } from '../src/lib/signal/grid.js';
import { seededRandom, type Random } from '../src/lib/signal/random.js';
import type { Lead } from '../src/lib/signal/types.js';
import { readRecording } from '../src/lib/signal/wfdb/index.js';
import { drawNoise } from '../src/training/augmentation.js';
import type { PeakDetector } from '../src/lib/tasks/lead-peaks.js';
import { RHYTHM_CLASSES } from '../src/lib/tasks/rhythm.js';
import { loadCinc, millivoltsOf } from '../src/training/data/cinc.js';
import { loadNoise, readBeats, type BeatRecord } from '../src/training/data/mitbih.js';
import { electrodeMotion } from '../src/training/electrode-motion.js';
import { electrodeMotion as otherMotion } from '../src/training/evaluation/alarms/synthesis.js';
import { quickBeats, type PlayedBeats } from '../src/training/quick-beats.js';
import { slowBeats } from '../src/training/slow-beats.js';
import { readSplit, recordsOf } from '../src/training/split.js';

/** Differs from the seeds of trainings and their validations. */
const SEED = 20_261_125;

export interface AnnotatedLead {
  readonly name: string;
  readonly lead: Lead;
  /** In samples at 300 Hz from the start of the lead, fractional. */
  readonly beats: Float64Array;
}

/** First leads of the records that were watched in training but never trained on. */
export async function selectionLeads(mitdb: string): Promise<AnnotatedLead[]> {
  const parts = [...(await readSplit('models/splits/mitdb.csv'))];
  const names = parts.filter(([, part]) => part === 'selection').map(([name]) => name);
  return Promise.all(names.map((name) => readLead(mitdb, name)));
}

async function readLead(folder: string, name: string): Promise<AnnotatedLead> {
  const { leads, rate } = await readRecording(join(folder, name));
  const [lead] = leads;
  if (lead === undefined) throw new Error(`${name} has no lead`);
  return { name, lead, beats: await readBeats(folder, name, rate) };
}

/** Cuts out a stretch of whole seconds. */
export function excerpt({ name, lead, beats }: AnnotatedLead, from: number, seconds: number): AnnotatedLead {
  const samples = lead.samples.slice(from * lead.rate, (from + seconds) * lead.rate);
  const [first, count] = [from * MODEL_RATE, seconds * MODEL_RATE];
  const inside = beats.map((beat) => beat - first).filter((beat) => beat >= 0 && beat < count);
  return { name, lead: { ...lead, samples }, beats: inside };
}

/** Returns `length` samples of one kind of noise at 300 Hz. */
type NoiseSource = (length: number) => Float32Array;

/** Makers of noise by kind; all makers of one kind give the same stretches in the same order. */
export async function noiseKinds(nstdb: string): Promise<Readonly<Record<string, () => NoiseSource>>> {
  const seeded = (draw: (length: number, random: Random) => Float32Array) => (): NoiseSource => {
    const random = seededRandom(SEED);
    return (length) => draw(length, random);
  };
  const recorded = async (name: string) => {
    const leads = await loadNoise(nstdb, name);
    return seeded((length, random) => drawNoise(leads, length, random));
  };
  return {
    'electrode motion, synthesised': seeded(electrodeMotion),
    'electrode motion, by the generator of the alarms': seeded((length, random) =>
      Float32Array.from(otherMotion(length, MODEL_RATE, random)),
    ),
    'baseline wander, recorded (bw)': await recorded('bw'),
    'muscle artefact, recorded (ma)': await recorded('ma'),
  };
}

/** Returns the millivolts (at 300 Hz) with something added that is not a beat. */
export type Interference = (millivolts: Float32Array) => Float32Array;

/** Plain sines and pulses, made by no generator that a training uses. */
export const INTERFERENCES: Readonly<Record<string, Interference>> = {
  ...Object.fromEntries([0.1, 0.3, 1].map((mv) => [`hum of ${mv} mV at 50 Hz`, sine(mv, 50)])),
  ...Object.fromEntries([0.5, 1, 2.4].map((mv) => [`wander of ${mv} mV at 0.3 Hz`, sine(mv, 0.3)])),
  'pulses of 0.6 mV that no beat follows, 70 a minute': pulses(0.6, 70),
};

function sine(mv: number, hertz: number): Interference {
  return (millivolts) => millivolts.map((v, i) => v + mv * Math.sin((2 * Math.PI * hertz * i) / MODEL_RATE));
}

/** Pulses as resampling leaves them of about 1 ms and 2 mV. */
function pulses(mv: number, aMinute: number): Interference {
  const interval = Math.round((60 * MODEL_RATE) / aMinute);
  return (millivolts) => millivolts.map((v, i) => v + (i % interval === 0 ? mv : 0));
}

/** Half a minute of each record, played at `rate` beats a minute by code that trainings use too (on patients that none saw). */
export function paced(records: readonly Pick<BeatRecord, 'samples' | 'peaks'>[], rate: number): PlayedBeats[] {
  const random = seededRandom(SEED);
  const play = rate < 60 ? slowBeats : quickBeats;
  return records.flatMap((record) => play(record, 30 * MODEL_RATE, random, rate) ?? []);
}

/** Two counts differ if one is below the other by more than this share. */
const APART = 0.1;

interface CountedRecord {
  readonly name: string;
  readonly rpnet: number;
  readonly panTompkins: number;
}

/**
 * Counts the beats that both detectors find on CinC 2017 records of the part `selection` that are not labelled noise. Nobody
 * has annotated their beats: where the counts are far apart, either may be wrong. But they include other patients, leads and
 * rates than MIT-BIH does.
 */
export async function countedBeats(cinc: string, detectors: Readonly<Record<'rpnet' | 'panTompkins', PeakDetector>>) {
  const names = recordsOf(await readSplit('models/splits/cinc2017.csv'), 'selection');
  const records = await loadCinc(cinc, join(cinc, 'REFERENCE-v3.csv'), names);
  const noise = RHYTHM_CLASSES.indexOf('NOISE');
  const counts = records
    .filter(({ label }) => label !== noise)
    .map((record): CountedRecord => {
      const millivolts = millivoltsOf(record);
      const count = (detect: PeakDetector): number => detect(millivolts).length;
      return { name: record.name, rpnet: count(detectors.rpnet), panTompkins: count(detectors.panTompkins) };
    });
  const total = (which: 'rpnet' | 'panTompkins'): number => counts.reduce((sum, each) => sum + each[which], 0);
  const short = ({ rpnet, panTompkins }: CountedRecord): boolean => rpnet < (1 - APART) * panTompkins;
  const long = ({ rpnet, panTompkins }: CountedRecord): boolean => rpnet * (1 - APART) > panTompkins;
  return {
    records: counts.length,
    beats: { rpnet: total('rpnet'), panTompkins: total('panTompkins') },
    fewerThanPanTompkins: counts.filter(short),
    moreThanPanTompkins: counts.filter(long),
  };
}
