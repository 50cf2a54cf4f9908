/** One partition of tasks-stream without broker and networks. Tests fake `Date`, and with it the task's clock; it is moved here. */
import { vi } from 'vitest';
import type { InputRecord, OutputRecord } from '../../src/lib/kafka/records.js';
import { MODEL_RATE, STEP, WINDOW } from '../../src/lib/signal/grid.js';
import { PolicyLog } from '../../src/lib/policy/index.js';
import type { Inference } from '../../src/lib/tasks/inference.js';
import { distanceMap } from '../../src/lib/tasks/peaks.js';
import { CLASS_COUNT } from '../../src/lib/tasks/rhythm.js';
import { decode, encode, type AlarmCommand, type AlarmEvent, type AlarmState } from '../../src/lib/wire/index.js';
import { BedPolicies } from '../../src/tasks-stream/bed-policies.js';
import { tasksMetrics } from '../../src/tasks-stream/metrics.js';
import { NO_OWN_TASKS } from '../../src/lib/tasks/own/own-tasks.js';
import { TasksTask } from '../../src/tasks-stream/tasks-task.js';
import { EPOCH, nativeWindow } from './windows.js';

export const DEVICE = 'bed-7';
export const WINDOW_MS = (1000 * WINDOW) / MODEL_RATE;

/** Networks that see a beat in each sample of 1 mV, and a normal rhythm. */
const inference: Inference = {
  rhythm: (rows) =>
    Promise.resolve(
      rows.map((row) =>
        Float32Array.from({ length: (row.length / STEP) * CLASS_COUNT }, (_, i) => Number(i % CLASS_COUNT === 0)),
      ),
    ),
  peaks: (rows) =>
    Promise.resolve(
      rows.map((row) => {
        const beats = Array.from(row.keys()).filter((i) => row[i]! > 0.5);
        return distanceMap(Float64Array.from(beats), 0, row.length);
      }),
    ),
};

/** Beats a minute, none from `silentFrom` seconds on; 300 Hz, 200 units a millivolt around 1024. */
export function line(bpm: number, silentFrom = Infinity): Int16Array {
  const every = Math.round((60 * MODEL_RATE) / bpm);
  return Int16Array.from({ length: 20 * WINDOW }, (_, i) =>
    i % every === every >> 1 && i < silentFrom * MODEL_RATE ? 1224 : 1024,
  );
}

let offset = 0;
export const recordOf = (topic: string, value: Buffer | null, timestamp = Date.now()): InputRecord => ({
  topic,
  partition: 3,
  offset: offset++,
  timestamp,
  key: Buffer.from(DEVICE),
  value,
});
export const decoded = <T extends 'ecg.alarms' | 'ecg.alarm-state' | 'ecg.deadletter'>(
  topic: T,
  outputs: OutputRecord[],
) => outputs.filter((each) => each.topic === topic).map(({ value }) => decode(topic, value));

/** A task and the wall clock it lives by, which stands at the end of the newest window. */
export class Partition {
  readonly metrics = tasksMetrics([], '0.0.0');
  readonly policyLog = new PolicyLog();
  readonly policies = new BedPolicies(this.policyLog);
  readonly log: InputRecord[] = [];
  readonly dropped: string[] = [];
  readonly #saved = new Map<string, AlarmState>();
  readonly #low = new Map<string, number | undefined>();
  #task = this.#create();

  /** Keeps a state for a device, as ecg.alarm-state would. */
  save(state: AlarmState): void {
    this.#saved.set(state.device, state);
  }

  #create(): TasksTask {
    return new TasksTask({
      inference,
      ownTasks: NO_OWN_TASKS,
      policies: this.policies,
      metrics: this.metrics,
      models: { rhythm: 'ab', peaks: 'cd' },
      saved: new Map(this.#saved),
      onStateDropped: (device, reason) => this.dropped.push(`${device}: ${reason}`),
      clock: () => Date.now(),
    });
  }

  async give(record: InputRecord): Promise<OutputRecord[]> {
    this.log.push(record);
    return this.#commit([...this.#task.process(record), ...(await this.#task.flush())]);
  }

  /** Windows of a line, and the alarms that they bring. */
  async play(native: Int16Array, from: number, to: number, { flags = 0, lateMs = 0 } = {}): Promise<AlarmEvent[]> {
    const alarms: AlarmEvent[] = [];
    for (let sequence = from; sequence < to; sequence++) {
      const closedAt = Math.round(EPOCH + (sequence + 1) * WINDOW_MS);
      vi.setSystemTime(closedAt + lateMs);
      const window = nativeWindow(sequence, native, MODEL_RATE, { flags, closedAt });
      alarms.push(...decoded('ecg.alarms', await this.give(recordOf('ecg.signals', encode('ecg.signals', window)))));
    }
    return alarms;
  }

  command(action: AlarmCommand['action'], over: Partial<AlarmCommand> = {}): Promise<OutputRecord[]> {
    const by = { alarm: null, kind: null, pauseMs: null, author: 'nurse-3', at: Date.now() };
    const command = { id: `command-${offset}`, device: DEVICE, action, ...by, ...over };
    return this.give(recordOf('ecg.alarm-commands', encode('ecg.alarm-commands', command)));
  }

  /** Nothing arrives; the clock ticks every second. */
  wait(seconds: number): AlarmEvent[] {
    return Array.from({ length: seconds }, () => {
      vi.setSystemTime(Date.now() + 1000);
      return decoded('ecg.alarms', this.#commit(this.#task.tick(Date.now()), false));
    }).flat();
  }

  /** As it was committed last. */
  lowWater(topic: string): number | undefined {
    return this.#low.get(topic);
  }

  /** What a successor does: the saved states, then a replay from the low water. */
  restart(): void {
    this.#task = this.#create();
    for (const record of this.log) {
      if (record.topic === 'ecg.alarm-commands' || record.offset >= (this.#low.get(record.topic) ?? Infinity))
        this.#task.replay(record);
    }
  }

  /** As the session does: after a chunk, and after a tick that gave something. */
  #commit(outputs: OutputRecord[], isChunk = true): OutputRecord[] {
    if (isChunk || outputs.length > 0) {
      for (const topic of ['ecg.signals', 'ecg.originals']) this.#low.set(topic, this.#task.lowWater(topic));
      this.#task.committed();
    }
    for (const state of decoded('ecg.alarm-state', outputs)) this.save(state);
    return outputs;
  }
}
