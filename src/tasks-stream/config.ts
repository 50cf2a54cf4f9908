import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DynamicDeepError } from '../lib/errors/index.js';
import { kafkaOptions } from '../lib/kafka/options.js';
import { boundOptions } from '../lib/runtime/bound-options.js';
import { defineOptions, option, type OptionsOf } from '../lib/runtime/options.js';
import { serviceOptions } from '../lib/runtime/service-options.js';
import { ADULT_LIMITS, parseAlarmLimits, type AlarmLimits } from '../lib/tasks/alarms/limits.js';

export const tasksOptions = defineOptions({
  ...kafkaOptions,
  ...serviceOptions(9103),
  groupId: option(z.string().min(1), { help: 'Consumer group; one per installation', default: 'tasks-stream' }),
  ...boundOptions,
  alarmLimits: option(z.string().min(1).optional(), {
    help: 'JSON file of alarm limits, docs/alarms.md has its shape; customary adult limits by default',
    allowed: 'a file',
  }),
});

export type TasksConfig = OptionsOf<typeof tasksOptions>;

/** Throws FILE_NOT_FOUND, or CONFIG_INVALID with every mistake of the file. */
export async function readAlarmLimits(file: string | undefined): Promise<AlarmLimits> {
  if (file === undefined) return ADULT_LIMITS;
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new DynamicDeepError('FILE_NOT_FOUND', `--alarm-limits: ${file} cannot be read`, { cause });
  });
  return parseAlarmLimits(text, `--alarm-limits ${file}`);
}
