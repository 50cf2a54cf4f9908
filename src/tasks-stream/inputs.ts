/** Reads records of the input topics; returns an error for a record that cannot be read. */
import { DynamicDeepError } from '../lib/errors/index.js';
import type { InputRecord } from '../lib/kafka/records.js';
import { FLAG } from '../lib/signal/flags.js';
import { decode, type AlarmCommand, type SignalWindow } from '../lib/wire/index.js';

const SIGNALS = 'ecg.signals';
export const COMMANDS = 'ecg.alarm-commands';
const ORIGINALS = 'ecg.originals';

/** Input topics, co-partitioned by device. */
export const INPUTS = [SIGNALS, ORIGINALS, COMMANDS] as const;

export function readWindow(record: InputRecord): SignalWindow | DynamicDeepError {
  return read(() => decode(record.topic === SIGNALS ? SIGNALS : ORIGINALS, record.value));
}

export function readCommand(record: InputRecord): AlarmCommand | DynamicDeepError {
  return read(() => decode(COMMANDS, record.value));
}

export function sideOf({ topic }: Pick<InputRecord, 'topic'>): 'signals' | 'originals' {
  return topic === SIGNALS ? 'signals' : 'originals';
}

/** Whether rhythm, beats and alarms use this window: the decoded one, unless its policy has the tasks run on originals. */
export function isJudged(record: Pick<InputRecord, 'topic'>, { flags }: Pick<SignalWindow, 'flags'>): boolean {
  const isOnOriginal = (flags & FLAG.TASKS_ON_ORIGINAL) !== 0;
  return isOnOriginal === (sideOf(record) === 'originals');
}

export function isRejected(value: object): value is DynamicDeepError {
  return value instanceof DynamicDeepError;
}

function read<T>(decoded: () => T): T | DynamicDeepError {
  try {
    return decoded();
  } catch (error) {
    if (error instanceof DynamicDeepError) return error;
    throw error;
  }
}
