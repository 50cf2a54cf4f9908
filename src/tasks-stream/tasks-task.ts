/** Processes one partition: windows and commands in; rhythms, beats, alarms and audit results out. */
import { tasksViolated } from '../lib/codec/violated-bounds.js';
import type { PartitionTask } from '../lib/kafka/processor.js';
import { deadLetter, type InputRecord, type OutputRecord } from '../lib/kafka/records.js';
import { CountsOnCommit } from '../lib/metrics/counts-on-commit.js';
import type { AlarmChange } from '../lib/tasks/alarms/episode.js';
import type { Inference } from '../lib/tasks/inference.js';
import type { OwnTasks } from '../lib/tasks/own/own-tasks.js';
import type { TaskSegment } from '../lib/tasks/segment.js';
import type { Questions } from '../lib/tasks/stream-analysis.js';
import { encode, type AlarmCommand, type AlarmState, type SignalWindow, type Source } from '../lib/wire/index.js';
import { evaluateAudit } from './audit-evaluation.js';
import { AuditPairs, type AuditEnd, type AuditPair } from './audit-pairs.js';
import type { BedPolicies } from './bed-policies.js';
import { Device, type Heard } from './devices.js';
import { COMMANDS, isJudged, isRejected, readCommand, readWindow, sideOf } from './inputs.js';
import type { TasksMetrics } from './metrics.js';
import { alarmRecord, beatsRecord, rhythmRecord, type AlarmContext } from './results.js';
import { segmentOf } from './windows.js';

export interface TasksTaskOptions {
  readonly inference: Inference;
  /** Run on audited records. */
  readonly ownTasks: Pick<OwnTasks, 'names' | 'errors'>;
  readonly policies: BedPolicies;
  /** Hashes of the models, by task, including tasks of one's own. */
  readonly models: Readonly<Record<string, string>> & { readonly rhythm: string; readonly peaks: string };
  readonly metrics: TasksMetrics;
  /** Records of ecg.alarm-state, by device. */
  readonly saved: ReadonlyMap<string, AlarmState>;
  /** Called with the reason if a device's state could not be used; its alarms then begin anew. */
  readonly onStateDropped: (device: string, reason: string) => void;
  /** Monotonic milliseconds: `performance.now` by default. */
  readonly clock?: () => number;
}

interface PendingWindow {
  readonly window: SignalWindow;
  readonly segment: TaskSegment;
  readonly device: Device;
  readonly questions: Questions;
  readonly source: Source;
}

interface PendingAudit {
  readonly ended: readonly [AuditEnd, AuditPair];
  readonly source: Source;
}

export class TasksTask implements PartitionTask {
  readonly #options: TasksTaskOptions;
  readonly #clock: () => number;
  readonly #devices = new Map<string, Device>();
  readonly #audits = new AuditPairs();
  readonly #counts: CountsOnCommit<TasksMetrics>;
  #windows: PendingWindow[] = [];
  #endedAudits: PendingAudit[] = [];

  constructor(options: TasksTaskOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
    this.#counts = new CountsOnCommit(options.metrics);
    // A device that is silent from now on must be missed too.
    for (const id of options.saved.keys()) this.#device(id);
  }

  replay(record: InputRecord): void {
    // The effect of a command is part of the saved state.
    if (record.topic === COMMANDS) return;
    const window = readWindow(record);
    if (isRejected(window)) return;
    const heard = this.#heard(record);
    if (isJudged(record, window)) this.#device(window.device).replay(segmentOf(window), heard);
    this.#audits.replay(sideOf(record), window, heard);
  }

  process(record: InputRecord): OutputRecord[] {
    const value = record.topic === COMMANDS ? readCommand(record) : readWindow(record);
    if (isRejected(value)) {
      this.#counts.add((metrics) => {
        metrics.countDeadLetter(value);
      });
      return [deadLetter(record, value, Date.now())];
    }
    const source = { topic: record.topic, partition: record.partition, offset: record.offset };
    if ('action' in value) return this.#obey(value, source);
    const heard = this.#heard(record);
    const ended = this.#audits.take(sideOf(record), value, heard);
    if (isJudged(record, value)) {
      const device = this.#device(value.device);
      const segment = segmentOf(value);
      this.#windows.push({ window: value, segment, device, questions: device.take(segment, heard), source });
    }
    this.#endedAudits.push(...ended.map((each) => ({ ended: each, source })));
    return [];
  }

  async flush(): Promise<OutputRecord[]> {
    const windows = this.#windows;
    const audits = this.#endedAudits;
    this.#windows = [];
    this.#endedAudits = [];
    for (const device of this.#devices.values()) device.forgetSilent(this.#clock());
    return [...(await this.#answerWindows(windows)), ...(await this.#answerAudits(audits))];
  }

  tick(now: number): OutputRecord[] {
    const outputs: OutputRecord[] = [];
    for (const device of this.#devices.values()) {
      const { changes, changed } = device.bed.tick(now);
      outputs.push(...this.#alarms({ device: device.id, window: undefined, source: null, now }, changes));
      if (changed) outputs.push(device.save(now, null));
    }
    return outputs;
  }

  committed(): void {
    this.#counts.committed();
  }

  lowWater(topic: string): number | undefined {
    if (topic === COMMANDS) return undefined;
    let lowest = this.#audits.lowWater(sideOf({ topic }));
    for (const device of this.#devices.values()) {
      const own = device.lowWater(topic);
      if (own !== undefined) lowest = Math.min(lowest ?? own, own);
    }
    return lowest;
  }

  #heard({ topic, offset }: InputRecord): Heard {
    return { topic, offset, heardAt: this.#clock() };
  }

  #device(id: string): Device {
    let device = this.#devices.get(id);
    if (device === undefined) {
      const { policies, saved, onStateDropped } = this.#options;
      const limits = () => policies.limitsOf(id);
      const dropped = (reason: string): void => {
        onStateDropped(id, reason);
      };
      device = new Device(id, { limits, saved: saved.get(id), onStateDropped: dropped });
      this.#devices.set(id, device);
    }
    return device;
  }

  #obey(command: AlarmCommand, source: Source): OutputRecord[] {
    const device = this.#devices.get(command.device);
    const now = Date.now();
    const changes = device?.bed.command(command, now);
    this.#counts.add((metrics) => {
      metrics.countCommand(command.action, device === undefined, changes !== undefined);
    });
    if (device === undefined || changes === undefined) return [];
    const context = { device: device.id, window: undefined, source, now };
    return [...this.#alarms(context, changes), device.save(now, null)];
  }

  async #answerWindows(windows: readonly PendingWindow[]): Promise<OutputRecord[]> {
    const { inference } = this.#options;
    const ask = (task: 'rhythm' | 'peaks'): Float32Array[] =>
      windows.flatMap(({ questions }) => (questions[task] === undefined ? [] : [questions[task].input]));
    const probabilities = (await inference.rhythm(ask('rhythm')))[Symbol.iterator]();
    const maps = (await inference.peaks(ask('peaks')))[Symbol.iterator]();
    const outputs: OutputRecord[] = [];
    const touched = new Map<Device, PendingWindow>();
    for (const pending of windows) {
      const { rhythm, peaks } = pending.questions;
      const answers = {
        probabilities: rhythm === undefined ? undefined : probabilities.next().value,
        map: peaks === undefined ? undefined : maps.next().value,
      };
      outputs.push(...this.#answerWindow(pending, answers));
      touched.set(pending.device, pending);
    }
    const now = Date.now();
    for (const [device, { source }] of touched) outputs.push(device.save(now, source));
    return outputs;
  }

  #answerWindow(
    { window, segment, device, questions, source }: PendingWindow,
    answers: { probabilities: Float32Array | undefined; map: Float32Array | undefined },
  ): OutputRecord[] {
    const { policies, models } = this.#options;
    const now = Date.now();
    const isCovered = policies.covers(device.id);
    const result = device.bed.answer(segment, questions, answers, now);
    const context = { window, source, now };
    this.#counts.add((metrics) => {
      if (!isCovered) metrics.countWithoutPolicy();
      metrics.countWindow(result, window, now);
    });
    return [
      rhythmRecord(context, result, models.rhythm),
      beatsRecord(context, result, models.peaks),
      ...this.#alarms({ ...context, device: device.id }, result.changes),
    ];
  }

  #alarms(context: AlarmContext, changes: readonly AlarmChange[]): OutputRecord[] {
    const { models } = this.#options;
    return changes.map((change) => {
      this.#counts.add((metrics) => {
        metrics.countAlarm(change);
      });
      return alarmRecord(context, change, models);
    });
  }

  async #answerAudits(audits: readonly PendingAudit[]): Promise<OutputRecord[]> {
    const { inference, ownTasks, policies, models } = this.#options;
    const outputs: OutputRecord[] = [];
    for (const { ended, source } of audits) {
      const bounds = policies.boundsOf(ended[1].decoded[0]?.policyVersion ?? 0);
      const result = await evaluateAudit(ended, inference, { bounds, ownTasks, models, source, now: Date.now() });
      const violated = result.outcome === 'COMPLETE' ? tasksViolated(result, bounds) : [];
      this.#counts.add((metrics) => {
        metrics.countAudit(result, violated);
      });
      outputs.push({ topic: 'ecg.audit-results', key: result.device, value: encode('ecg.audit-results', result) });
    }
    return outputs;
  }
}
