import { z } from 'zod';
import { edgeBoundOptions } from '../lib/runtime/bound-options.js';
import { defineOptions, option, type OptionsOf } from '../lib/runtime/options.js';

export const demoOptions = defineOptions({
  kafkaBrokers: option(z.array(z.string()).min(1).optional(), {
    help: 'Kafka brokers; without them a local Apache Kafka is started and stopped again',
    env: 'KAFKA_BROKERS',
    allowed: 'host:port, several separated by commas',
  }),
  beds: option(z.int().min(1).max(1000), { help: 'Beds, one stream each', default: 8 }),
  seconds: option(z.number().positive().optional(), {
    help: 'Signal to replay of every bed; until Ctrl-C by default',
    unit: 's',
  }),
  speed: option(z.number().positive().max(100), { help: 'Replay speed; 1 is real time', default: 1 }),
  records: option(z.array(z.string()).min(1).optional(), {
    help: 'WFDB records to replay instead of the shipped samples, paths without extension',
  }),
  ...edgeBoundOptions,
  auditShare: option(z.number().min(0).max(1), { help: 'Share of records that are audited', default: 1 }),
  pagePort: option(z.int().min(0).max(65_535), {
    help: 'Port of the central station, on 127.0.0.1 and without a login; 0 takes a free one',
    default: 0,
  }),
  json: option(z.string().min(1).optional(), { help: 'File that the summary is written to' }),
  models: option(z.string().min(1).optional(), {
    help: 'Folder of the models; those that ship with the program by default',
    allowed: 'a folder',
  }),
});

export type DemoConfig = OptionsOf<typeof demoOptions>;
