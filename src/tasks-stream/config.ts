import { z } from 'zod';
import { kafkaOptions } from '../lib/kafka/options.js';
import { defineOptions, option, type OptionsOf } from '../lib/runtime/options.js';
import { serviceOptions } from '../lib/runtime/service-options.js';

export const tasksOptions = defineOptions({
  ...kafkaOptions,
  ...serviceOptions(9103),
  groupId: option(z.string().min(1), { help: 'Consumer group; one per installation', default: 'tasks-stream' }),
  rhythmBound: option(z.number().positive(), {
    help: 'Bound that audits hold the added cross-entropy of a record against',
    unit: 'nats',
    default: 0.75,
  }),
  peaksBound: option(z.number().positive(), {
    help: 'Bound that audits hold the loss between the R-peak distance maps against',
    default: 0.1,
  }),
});

export type TasksConfig = OptionsOf<typeof tasksOptions>;
