import { z } from 'zod';
import { kafkaOptions } from '../lib/kafka/options.js';
import { edgeBoundOptions } from '../lib/runtime/bound-options.js';
import { defineOptions, flagOf, option, type OptionsOf } from '../lib/runtime/options.js';
import { ownTaskOptions } from '../lib/runtime/task-options.js';

export const topicsOptions = defineOptions({
  ...kafkaOptions,
  partitions: option(z.int().min(1).max(1000), {
    help: 'Partitions of the topics that share the number; never raised in place',
    default: 12,
  }),
  replicationFactor: option(z.int().min(1).max(9).optional(), {
    help: 'Replicas of each partition; 3, or the number of brokers where there are fewer, by default',
  }),
});
export type TopicsConfig = OptionsOf<typeof topicsOptions>;

export const traceOptions = defineOptions({
  ...kafkaOptions,
  at: option(
    z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'not a time'),
    {
      help: 'Device time inside the window, ISO 8601',
      allowed: 'such as 2026-01-31T12:00:00Z',
    },
  ),
  json: option(z.string().min(1).optional(), { help: 'File that the trace is written to as JSON' }),
});
export type TraceConfig = OptionsOf<typeof traceOptions>;

export const streamPositional = {
  stream: { schema: z.string().min(1), help: 'Id of the stream, as ecg.streams has it' },
};

export const recordPositional = {
  record: option(z.string().min(1), { help: 'WFDB record, a path without extension' }),
};
const models = option(z.string().min(1).optional(), {
  help: 'Folder of the models; those that ship with the program by default',
  allowed: 'a folder',
});
export const peaksOptions = defineOptions({
  json: option(z.string().min(1), { help: 'File that rate and samples are written to' }),
  lead: option(z.string().min(1).optional(), { help: 'Name of the lead; the first by default' }),
  models,
});
export type PeaksConfig = OptionsOf<typeof peaksOptions> & OptionsOf<typeof recordPositional>;

export const alarmListOptions = defineOptions({
  ...kafkaOptions,
  json: option(z.string().min(1).optional(), { help: 'File that the list is written to as JSON' }),
});
export type AlarmListConfig = OptionsOf<typeof alarmListOptions>;

const commandOptions = defineOptions({
  ...kafkaOptions,
  device: option(z.string().min(1), { help: 'Id of the bed, as ecg.streams has it' }),
  author: option(z.string().min(1).max(200), { help: 'Opaque id of the person who gives the command; it is kept' }),
});
export const acknowledgeOptions = defineOptions({
  ...commandOptions,
  alarm: option(z.string().min(1).optional(), { help: 'Id of one open alarm; all open ones of the bed by default' }),
});
export const pauseOptions = defineOptions({
  ...commandOptions,
  minutes: option(z.number().min(0.5).max(10), {
    help: "Wall time for which the bed's alarms make no sound",
    unit: 'min',
  }),
});
export const resumeOptions = commandOptions;

export const recordsPositional = {
  records: option(z.array(z.string().min(1)).min(1), {
    help: 'WFDB records, paths without extension',
    allowed: 'one or more paths, separated by blanks',
  }),
};
// `--bound`, as in `evaluate compression`.
const { rhythmBound: bound, ...otherBounds } = edgeBoundOptions;
export const compressOptions = defineOptions({
  output: option(z.string().min(1), { short: 'o', help: 'File that is written, such as ward.avro; replaced if there' }),
  rung: option(z.string().min(1).optional(), {
    help: 'One rung for every whole window, whatever it adds to the tasks; pieces of windows go losslessly, and windows in which it would invent or lose a beat that stands alone, or make a clear one of noise, or that no lossy rung carries',
    allowed: "a rung of the codec, such as 'lossless'",
  }),
  bound,
  ...otherBounds,
  ...ownTaskOptions,
  taskBounds: option(z.array(z.string().regex(/^[a-z][a-z0-9-]*=\d*\.?\d+$/)), {
    help: "Bounds on tasks of your own; a loaded task that is not named has its manifest's",
    allowed: 'a comma-separated list of NAME=BOUND',
    default: [],
  }),
  certificates: option(z.string().min(1).optional(), {
    help: 'File of certificates; certificates.json of the models folder by default',
    allowed: 'a file that `calibrate` wrote',
  }),
  predictor: option(z.enum(['synthesis', 'dense']).optional(), {
    help: 'Who says what a rung would add to the tasks; synthesis by default where the codec was measured with it, else dense',
  }),
  leads: option(z.enum(['first', 'all']), { help: 'Leads of each record that are compressed', default: 'first' }),
  acceptTruncated: option(z.boolean(), {
    help: 'Take the whole samples of a recording that is shorter than its header says, instead of refusing it',
    default: false,
  }),
  verify: option(z.boolean(), {
    help: 'Decode the file again and compare it with the records: gives the PRDN',
    default: true,
  }),
  json: option(z.string().min(1).optional(), { help: 'File that the summary is written to as JSON' }),
  models,
});
export type CompressConfig = OptionsOf<typeof compressOptions> & OptionsOf<typeof recordsPositional>;

/** A forced rung keeps no bound, so a bound that is given beside it would be ignored. */
export function checkCompress({ rung }: CompressConfig, given: ReadonlySet<string>): string[] {
  if (rung === undefined) return [];
  const bounds = ['bound', 'peaksBound', 'prdnBound', 'taskBounds'] satisfies (keyof typeof compressOptions)[];
  return bounds
    .filter((name) => given.has(name))
    .map((name) => `${flagOf(name)} and --rung exclude one another: a rung that is given is sent whatever it adds`);
}

export const compressedPositional = {
  file: option(z.string().min(1), { help: 'File that `compress` wrote' }),
};
export const decompressOptions = defineOptions({
  output: option(z.string().min(1), {
    short: 'o',
    help: 'Folder that the WFDB records are written to; made if absent',
  }),
  overwrite: option(z.boolean(), { help: 'Replace records of the same names in the folder', default: false }),
  models,
});
export type DecompressConfig = OptionsOf<typeof decompressOptions> & OptionsOf<typeof compressedPositional>;
