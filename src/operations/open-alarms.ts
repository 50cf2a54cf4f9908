/** Finds the alarms that have not ended, by folding the changes on ecg.alarms. */
import { TopicTail, type InputRecord, type KafkaConnection } from '../lib/kafka/index.js';
import { decode, OpenAlarms, type AlarmEvent } from '../lib/wire/index.js';

/** Time limit of reading: the topic keeps 30 days. Wall milliseconds. */
const READ_LIMIT_MS = 300_000;

export interface OpenList {
  readonly alarms: readonly AlarmEvent[];
  /** Number of records of ecg.alarms that could not be decoded: the list may lack their changes. */
  readonly unreadable: number;
}

/** Reads ecg.alarms from its beginning to its current end. Throws CONSUMER_FAILED if that takes over five minutes. */
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
