/** `dynamic-deep alarms acknowledge, pause, resume`: write commands for the alarm rules to ecg.alarm-commands. */
import { randomUUID } from 'node:crypto';
import { DynamicDeepError } from '../lib/errors/index.js';
import {
  checkTopics,
  CompactedTable,
  connectKafka,
  createEdgeProducer,
  type KafkaConnection,
} from '../lib/kafka/index.js';
import type { CommandContext } from '../lib/runtime/command.js';
import type { OptionsOf } from '../lib/runtime/options.js';
import { encode, type AlarmCommand } from '../lib/wire/index.js';
import { readOpenAlarms } from './open-alarms.js';
import type { acknowledgeOptions, pauseOptions, resumeOptions } from './options.js';
import { noteUnreadable } from './unreadable.js';

const TOPIC = 'ecg.alarm-commands';
/** Most beds or alarms that an error names. */
const MOST_NAMED = 5;

type Given = Pick<AlarmCommand, 'device' | 'author' | 'action' | 'alarm' | 'pauseMs'>;

/** Throws DEVICE_UNKNOWN; CONFIG_INVALID if `alarm` is not an open alarm of the bed. */
export function acknowledge(config: OptionsOf<typeof acknowledgeOptions>, context: CommandContext): Promise<void> {
  const { device, author, alarm = null } = config;
  return send(config.kafkaBrokers, { device, author, action: 'ACKNOWLEDGE', alarm, pauseMs: null }, context);
}

/** Throws DEVICE_UNKNOWN. */
export function pause(config: OptionsOf<typeof pauseOptions>, context: CommandContext): Promise<void> {
  const { device, author, minutes } = config;
  const pauseMs = Math.round(minutes * 60_000);
  return send(config.kafkaBrokers, { device, author, action: 'PAUSE', alarm: null, pauseMs }, context);
}

/** Throws DEVICE_UNKNOWN. */
export function resume(config: OptionsOf<typeof resumeOptions>, context: CommandContext): Promise<void> {
  const { device, author } = config;
  return send(config.kafkaBrokers, { device, author, action: 'RESUME', alarm: null, pauseMs: null }, context);
}

async function send(brokers: readonly string[], given: Given, { stdout }: CommandContext): Promise<void> {
  const connection = await connectKafka({ brokers, clientId: 'dynamic-deep-alarms' });
  try {
    await checkTopics(connection.admin, ['ecg.streams', 'ecg.alarms', TOPIC]);
    await checkDevice(connection, given.device);
    if (given.alarm !== null) await checkAlarm(connection, given.device, given.alarm);
    const command: AlarmCommand = { id: randomUUID(), ...given, kind: null, at: Date.now() };
    const producer = await createEdgeProducer(connection);
    try {
      await producer.send({ topic: TOPIC, key: given.device, values: [encode(TOPIC, command)] });
    } finally {
      await producer.close();
    }
    stdout.write(`${given.action.toLowerCase()} for ${given.device} written, command ${command.id}\n`);
  } finally {
    await connection.close();
  }
}

async function checkDevice(connection: KafkaConnection, device: string): Promise<void> {
  const streams = await CompactedTable.open({ connection, topic: 'ecg.streams', onInvalid: noteUnreadable });
  try {
    await streams.ready();
    const known = [...new Set([...streams.entries()].map(([, info]) => info.device))].sort();
    if (known.includes(device)) return;
    const text = `ecg.streams declares no stream of ${device}. ${listOf('bed', known)}`;
    throw new DynamicDeepError('DEVICE_UNKNOWN', text);
  } finally {
    await streams.close();
  }
}

async function checkAlarm(connection: KafkaConnection, device: string, alarm: string): Promise<void> {
  const { alarms } = await readOpenAlarms(connection);
  const open = alarms.filter((one) => one.device === device);
  if (open.some(({ id }) => id === alarm)) return;
  const names = open.map(({ id, kind }) => `${id} (${kind})`);
  throw new DynamicDeepError(
    'CONFIG_INVALID',
    `--alarm ${alarm} is no open alarm of ${device}. ${listOf('open alarm', names)}`,
  );
}

function listOf(what: string, names: readonly string[]): string {
  if (names.length === 0) return `There is no ${what} at all.`;
  const more = names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} more` : '';
  return `There is ${names.slice(0, MOST_NAMED).join(', ')}${more}.`;
}
