import { z } from 'zod';
import { kafkaOptions } from '../lib/kafka/options.js';
import { defineOptions, option, type OptionsOf } from '../lib/runtime/options.js';
import { serviceOptions } from '../lib/runtime/service-options.js';
import { ownTaskOptions } from '../lib/runtime/task-options.js';

export const tasksOptions = defineOptions({
  ...kafkaOptions,
  ...serviceOptions(9103),
  ...ownTaskOptions,
  groupId: option(z.string().min(1), { help: 'Consumer group; one per installation', default: 'tasks-stream' }),
});

export type TasksConfig = OptionsOf<typeof tasksOptions>;
