/** The alarms that have not ended, folded from the changes on ecg.alarms. */
import { TopicTail, type InputRecord, type KafkaConnection } from '../lib/kafka/index.js';
import { decode, OpenAlarms, type AlarmEvent } from '../lib/wire/index.js';

/** Most that reading may take: the topic keeps 30 days. Wall milliseconds. */
const READ_LIMIT_MS = 300_000;

export interface OpenList {
  readonly alarms: readonly AlarmEvent[];
  /** Records of ecg.alarms that could not be decoded: the list may lack what they say. */
  readonly unreadable: number;
}

/** Reads ecg.alarms from its beginning to its end now. Throws CONSUMER_FAILED where that takes over five minutes. */
export async function readOpenAlarms(connection: KafkaConnection): Promise<OpenList> {
  const open = new OpenAlarms();
  let unreadable = 0;
  const onRecord = ({ value }: InputRecord): void => {
    try {
      open.take(decode('ecg.alarms', value));
    } catch {
      unreadable++;
    }
  };
  const tail = await TopicTail.open({ connection, topics: ['ecg.alarms'], from: 'beginning', onRecord });
  try {
    await tail.catchUp(READ_LIMIT_MS);
  } finally {
    await tail.close();
  }
  return { alarms: open.list(), unreadable };
}
