/** `dynamic-deep trace`: finds the window of a stream at a device time and lists when it passed each stage. */
import { DynamicDeepError } from '../lib/errors/index.js';
import { checkTopics, CompactedTable, connectKafka, TopicTail, type KafkaConnection } from '../lib/kafka/index.js';
import type { CommandContext } from '../lib/runtime/command.js';
import { writeJsonFile } from '../lib/runtime/output-file.js';
import { ChannelTable, type StreamInfo } from '../lib/wire/index.js';
import type { TraceConfig } from './options.js';
import { traceOf } from './trace-report.js';
import { TRACED_TOPICS, WindowSearch } from './trace-search.js';
import type { Span } from './trace-spans.js';
import { iso, traceText } from './trace-table.js';
import { noteUnreadable } from './unreadable.js';

/** Reading begins this much before the expected time, because the clocks of machines differ. Wall milliseconds. */
const SLACK_MS = 60_000;
/** Time limit of reading: the topics together can be gigabytes. Wall milliseconds. */
const READ_LIMIT_MS = 300_000;
/** Most spans or streams that an error names. */
const MOST_NAMED = 5;

export interface TraceRequest extends TraceConfig {
  readonly stream: string;
}

/**
 * Writes the table to stdout and, with --json, the JSON to a file. Throws STREAM_UNKNOWN if ecg.streams does not
 * declare the stream, CONFIG_INVALID if the topics hold no window of it at the time or the JSON cannot be written, and
 * CONSUMER_FAILED if the topics could not be read to their end within five minutes.
 */
export async function traceWindow(config: TraceRequest, { stdout }: CommandContext): Promise<void> {
  const connection = await connectKafka({ brokers: config.kafkaBrokers, clientId: 'dynamic-deep-trace' });
  try {
    await checkTopics(connection.admin, ['ecg.streams', ...TRACED_TOPICS]);
    const channels = new ChannelTable();
    const info = await findStream(connection, config.stream, channels);
    const at = Date.parse(config.at);
    const trace = traceOf(await findWindow(connection, info, at, channels), info, at);
    if (config.json !== undefined) await writeJsonFile(config.json, trace);
    stdout.write(`${traceText(trace)}\n`);
  } finally {
    await connection.close();
  }
}

/** Returns the stream's declaration and fills `channels`. */
async function findStream(connection: KafkaConnection, stream: string, channels: ChannelTable): Promise<StreamInfo> {
  const streams = await CompactedTable.open({
    connection,
    topic: 'ecg.streams',
    onChange: (name, info) => {
      channels.take(name, info);
    },
    onInvalid: noteUnreadable,
  });
  try {
    await streams.ready();
    const info = streams.get(stream);
    if (info !== undefined) return info;
    const known = [...streams.entries()].map(([name]) => name).sort();
    throw new DynamicDeepError('STREAM_UNKNOWN', `ecg.streams does not declare ${stream}. ${listOf('stream', known)}`);
  } finally {
    await streams.close();
  }
}

async function findWindow(connection: KafkaConnection, info: StreamInfo, at: number, channels: ChannelTable) {
  // A replay's clock may run ahead of the wall clock, and only the latest epoch declares how the two relate. A window that is
  // not at the expected time may therefore be anywhere: the second search begins at the beginning.
  const expected = wallTime(info, at) - SLACK_MS;
  for (const from of expected > 0 ? [expected, 'beginning' as const] : ['beginning' as const]) {
    const search = new WindowSearch({ stream: info.stream, device: info.device, at, channels });
    await readTopics(connection, from, search);
    const found = search.found();
    if (found !== undefined) return found;
    if (from === 'beginning') throw noWindow(info.stream, at, search.spans());
  }
  throw new Error('the last search begins at the beginning');
}

/** Returns the wall milliseconds UTC at which the device clock shows `at`, according to the latest declaration. */
export function wallTime({ channels: [newest], declaredAt, clockRate }: StreamInfo, at: number): number {
  return newest === undefined ? declaredAt : Math.floor(declaredAt + (at - newest.epoch) / clockRate);
}

async function readTopics(connection: KafkaConnection, from: number | 'beginning', search: WindowSearch) {
  const tail = await TopicTail.open({
    connection,
    topics: TRACED_TOPICS,
    from,
    onRecord: (record) => {
      search.take(record);
    },
  });
  try {
    await tail.catchUp(READ_LIMIT_MS);
  } finally {
    await tail.close();
  }
}

/** Makes the error for a time without a window; its message lists the times that there are. */
export function noWindow(stream: string, at: number, spans: readonly Span[]): DynamicDeepError {
  const held = spans.slice(-MOST_NAMED).map(({ from, to }) => `${iso(from)} to ${iso(to)}`);
  const older = spans.length > held.length ? ` and ${spans.length - held.length} older stretches` : '';
  const what =
    held.length === 0 ? 'ecg.segments holds nothing of it.' : `ecg.segments holds ${held.join(', ')}${older}.`;
  return new DynamicDeepError('CONFIG_INVALID', `--at ${iso(at)} is in no window of ${stream}: ${what}`);
}

function listOf(what: string, names: readonly string[]): string {
  if (names.length === 0) return `It declares no ${what} at all.`;
  const more = names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} more` : '';
  return `It declares ${names.slice(0, MOST_NAMED).join(', ')}${more}.`;
}
