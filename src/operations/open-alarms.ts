/** The alarms that have not ended, folded from the changes on ecg.alarms. */
import { TopicTail, type InputRecord, type KafkaConnection } from '../lib/kafka/index.js';
import { decode, type AlarmEvent } from '../lib/wire/index.js';

/** Most that reading may take: the topic keeps 30 days. Wall milliseconds. */
const READ_LIMIT_MS = 300_000;
const PRIORITIES: readonly AlarmEvent['priority'][] = ['HIGH', 'MEDIUM', 'LOW'];

/** The newest change of each episode that has not ended. `changes` are in the order of each bed. */
export class OpenAlarms {
  readonly #episodes = new Map<string, AlarmEvent>();

  take(change: AlarmEvent): void {
    if (change.state === 'ENDED') this.#episodes.delete(change.id);
    else this.#episodes.set(change.id, change);
  }

  /** By bed, the most urgent first, then the oldest. */
  list(): AlarmEvent[] {
    const rank = ({ priority }: AlarmEvent): number => PRIORITIES.indexOf(priority);
    return [...this.#episodes.values()].sort(
      (a, b) => compare(a.device, b.device) || rank(a) - rank(b) || a.onsetAt - b.onsetAt || compare(a.id, b.id),
    );
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

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
