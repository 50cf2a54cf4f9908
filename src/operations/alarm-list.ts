/** `dynamic-deep alarms list`: active, held and latched alarms of all beds, with what is paused. */
import Table from 'cli-table3';
import { checkTopics, connectKafka } from '../lib/kafka/index.js';
import type { CommandContext } from '../lib/runtime/command.js';
import { writeJsonFile } from '../lib/runtime/output-file.js';
import type { AlarmEvent } from '../lib/wire/index.js';
import { readOpenAlarms } from './open-alarms.js';
import type { AlarmListConfig } from './options.js';

const STARS = { HIGH: '***', MEDIUM: '**', LOW: '*' } as const;

/** Writes the table to stdout and, with --json, the newest change of each open alarm to a file as a JSON list. */
export async function listAlarms({ kafkaBrokers, json }: AlarmListConfig, context: CommandContext): Promise<void> {
  const connection = await connectKafka({ brokers: kafkaBrokers, clientId: 'dynamic-deep-alarms' });
  try {
    await checkTopics(connection.admin, ['ecg.alarms']);
    const { alarms, unreadable } = await readOpenAlarms(connection);
    if (json !== undefined) await writeJsonFile(json, alarms);
    context.stdout.write(alarms.length === 0 ? 'no open alarm\n' : `${alarmTable(alarms, Date.now())}\n`);
    if (unreadable > 0) {
      context.stderr.write(`${unreadable} records of ecg.alarms cannot be decoded: the list may lack what they say\n`);
    }
  } finally {
    await connection.close();
  }
}

/** Returns several lines without a trailing line break; `now` is wall milliseconds UTC. */
export function alarmTable(alarms: readonly AlarmEvent[], now: number): string {
  const table = new Table({
    head: ['bed', '', 'alarm', 'state', 'since (device clock)', 'acknowledged by', 'paused until', 'id'],
    style: { head: [], border: [], compact: true },
  });
  for (const { device, priority, kind, state, onsetAt, acknowledgedBy, pausedUntil, id } of alarms) {
    const paused = pausedUntil === null || pausedUntil <= now ? '' : new Date(pausedUntil).toISOString();
    const since = new Date(onsetAt).toISOString();
    table.push([device, STARS[priority], kind, state.toLowerCase(), since, acknowledgedBy ?? '', paused, id]);
  }
  return table.toString();
}
